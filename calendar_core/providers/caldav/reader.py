"""Reading calendars on CalDAV servers: what changed since a sync token (RFC 6578), or, where a
server has none, since a CTag, by comparing versions with the mirror's.

Their texts are taken as they are, so that an edit loses nothing of them.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from collections.abc import Collection as Some
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from calendar_core.busy import busy_spans
from calendar_core.errors import BadCalendarData, CursorDied, NotAllowed
from calendar_core.events import Calendar, CalendarId
from calendar_core.ics.freebusy import busy_periods
from calendar_core.indexing import expand_live
from calendar_core.linking import Account, Connections, Credentials, FoundCalendar
from calendar_core.people import PersonId
from calendar_core.providers.caldav.client import Doors
from calendar_core.providers.caldav.collection import Collection, Unsupported
from calendar_core.providers.caldav.discovery import calendars_of
from calendar_core.providers.caldav.multistatus import time_range
from calendar_core.providers.caldav.versions import (
    Held,
    Versions,
    key_of,
    place_for,
    place_of,
    version,
)
from calendar_core.sync.listing import calendars_there
from calendar_core.sync.reader import Page
from calendar_core.when import TimeSpan

PROVIDER = "caldav"
PAGE = 200
"""Resources in one request."""
_TOKEN, _TAG = "token:", "tag:"
"""What a cursor begins with: a sync token, or a CTag."""
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    """What one round will read."""

    changed: Sequence[str]
    """Addresses."""
    removed: tuple[str, ...]
    """Keys, as `versions.key_of` makes them."""
    cursor: str


class CalDavReader:
    """Reads the calendars that people linked from CalDAV servers."""

    def __init__(
        self, doors: Doors, connections: Connections, mirrored: Versions, *, page: int = PAGE
    ) -> None:
        self._page = page
        self._doors = doors
        self._connections = connections
        self._mirrored = mirrored

    async def calendars(self, owner: PersonId) -> tuple[Calendar, ...]:
        """The calendars of a person's accounts as their servers list them; those that are not
        linked yet under an id that is not kept. Raises SignInNeeded, TryLater."""

        async def listed(account: Account, credentials: Credentials) -> tuple[FoundCalendar, ...]:
            return await calendars_of(self._doors.of(account, credentials), account.url)

        return await calendars_there(self._connections, owner, PROVIDER, listed)

    async def changes_since(
        self, calendar_id: CalendarId, cursor: str | None
    ) -> AsyncIterator[Page]:
        """What changed since a cursor, some hundred events a page.

        Raises CursorDied, SignInNeeded, NotFound, NotAllowed, TryLater.
        """
        if cursor is not None and not cursor.startswith((_TOKEN, _TAG)):
            raise CursorDied("That is no cursor of this calendar.")
        collection = await self._collection(calendar_id)
        due = await self._round(collection, calendar_id, cursor)
        # Before anything is taken in: what moved to another address is not gone.
        known = await self._by_key(calendar_id) if due.removed else {}
        seen: set[str] = set()
        for at in range(0, len(due.changed), self._page):
            texts = await collection.texts(due.changed[at : at + self._page])
            changed = tuple(one.resource(collection.url) for one in texts)
            seen |= {one.uid for one in changed}
            yield Page(changed=changed)
        gone = [known[key][0] for key in due.removed if key in known]
        if cursor is not None:
            gone += await self._vanished(collection, calendar_id, seen)
        yield Page(removed=tuple(uid for uid in gone if uid not in seen), cursor=due.cursor)

    async def busy(self, calendar_id: CalendarId, span: TimeSpan) -> tuple[TimeSpan, ...]:
        """When the calendar is taken; whole days as UTC has them. Raises SignInNeeded, NotFound,
        NotAllowed, TryLater."""
        collection = await self._collection(calendar_id)
        start, end = _stamp(span.start), _stamp(span.end)
        try:
            found = await collection.matching(time_range(start, end))
        except NotAllowed:
            # Who may see only when, not what, is answered by the server's own sum.
            answer = await collection.taken(start, end)
            return busy_periods(answer.text, span)
        calendar = Calendar(id=calendar_id, owner=PersonId(""), name="", provider=PROVIDER)
        return await asyncio.to_thread(_busy, found, collection.url, calendar, span)

    async def _collection(self, calendar_id: CalendarId) -> Collection:
        connection = await self._connections.connection(calendar_id)
        return Collection(self._doors.of(connection.account, connection.credentials), connection)

    async def _round(
        self, collection: Collection, calendar_id: CalendarId, cursor: str | None
    ) -> _Round:
        if cursor is not None and cursor.startswith(_TAG):
            return await self._compared(collection, calendar_id, cursor.removeprefix(_TAG))
        try:
            delta = await collection.delta((cursor or "").removeprefix(_TOKEN))
        except Unsupported as err:
            if cursor is not None:
                raise CursorDied("The server no longer tells what changed.") from err
            return await self._compared(collection, calendar_id, None)
        return _Round(
            changed=delta.changed,
            removed=tuple(key_of(collection.url, one) for one in delta.removed),
            cursor=_TOKEN + delta.token,
        )

    async def _compared(
        self, collection: Collection, calendar_id: CalendarId, tag: str | None
    ) -> _Round:
        """What differs from the mirror; with no CTag all of it is read. The tag is asked before the
        list, so that what comes in between is seen the next time."""
        now = await collection.tag()
        if tag is not None and tag and tag == now:
            return _Round(changed=(), removed=(), cursor=_TAG + now)
        listed = await collection.listed()
        if tag is None:
            return _Round(changed=tuple(listed), removed=(), cursor=_TAG + now)
        kept = {one for _, one in (await self._by_key(calendar_id)).values()}
        there = {url: version(collection.url, url, etag) for url, etag in listed.items()}
        keys = {key_of(collection.url, url) for url in listed}
        return _Round(
            changed=tuple(url for url in listed if not listed[url] or there[url] not in kept),
            removed=tuple(key for one in kept if (key := one.partition(" ")[0]) not in keys),
            cursor=_TAG + now,
        )

    async def _vanished(
        self, collection: Collection, calendar_id: CalendarId, seen: Some[str]
    ) -> list[str]:
        """What was written here since the last round, is not told of, and is not there any more."""
        written = await self._mirrored.written(calendar_id)
        places = {
            uid: place_of(collection.url, one) or place_for(collection.url, uid)
            for uid, one in written.items()
            if uid not in seen
        }
        there = {one.url for one in await collection.texts(list(places.values()))}
        return [uid for uid, url in places.items() if url not in there]

    async def _by_key(self, calendar_id: CalendarId) -> dict[str, tuple[str, str]]:
        """UID and version of each mirrored event, by the key of its address."""
        versions = await self._mirrored.versions(calendar_id)
        return {one.partition(" ")[0]: (uid, one) for uid, one in versions.items()}


def _busy(
    found: Iterable[Held], url: str, calendar: Calendar, span: TimeSpan
) -> tuple[TimeSpan, ...]:
    occurrences, taken = [], []
    for one in found:
        try:
            occurrences += expand_live(one.resource(url), calendar, span, _UTC)
        except BadCalendarData:
            # The server says that it is on then; unknown is not free.
            taken.append(span)
    return (*taken, *(one.span for one in busy_spans(occurrences, (), _UTC)))


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
