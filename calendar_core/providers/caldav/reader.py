"""Reading calendars on CalDAV servers: what changed since a sync token (RFC 6578), or, where a
server has none, since a CTag, by comparing versions with the mirror's.

The first token of a large calendar may cost a server more than all its texts: these are read first
and the token is asked for in the next round, which compares versions too.

Texts are taken as they are, so that an edit loses nothing of them.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
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
from calendar_core.sync.reader import AGAIN, Page
from calendar_core.when import TimeSpan

PROVIDER = "caldav"
PAGE = 250
"""Resources in one request."""
MANY = 500
"""Of a calendar with more events these are read before its first sync token is asked for."""
_TOKEN, _TAG = "token:", "tag:"
"""What a cursor begins with: a sync token, or a CTag."""
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    """What one round will read."""

    changed: Sequence[str]
    """Addresses."""
    removed: Sequence[str] = ()
    """Keys, as `versions.key_of` makes them."""
    kept: Some[str] = frozenset()
    """UIDs of what the mirror holds in the version that stands there."""
    cursor: str


class CalDavReader:
    """Reads the calendars that people linked from CalDAV servers."""

    def __init__(
        self,
        doors: Doors,
        connections: Connections,
        mirrored: Versions,
        *,
        page: int = PAGE,
        many: int = MANY,
    ) -> None:
        self._page = page
        self._many = many
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
        if cursor and not cursor.startswith((_TOKEN, _TAG)):
            raise CursorDied("That is no cursor of this calendar.")
        collection = await self._collection(calendar_id)
        due = await self._round(collection, calendar_id, cursor)
        # Before anything is taken in: what moved to another address is not gone.
        known = await self._by_key(calendar_id) if due.removed else {}
        seen: set[str] = set(due.kept)
        for at in range(0, len(due.changed), self._page):
            texts = await collection.texts(due.changed[at : at + self._page])
            found = (one.resource(collection.url) for one in texts)
            # Of two resources with one UID, which no server should have, the mirrored one stays.
            changed = tuple(one for one in found if one.uid not in due.kept)
            seen |= {one.uid for one in changed}
            yield Page(changed=changed)
        gone = [known[key][0] for key in due.removed if key in known]
        if cursor:
            gone += await self._vanished(collection, calendar_id, seen)
        removed = tuple(uid for uid in gone if uid not in seen)
        yield Page(removed=removed, kept=tuple(sorted(due.kept)), cursor=due.cursor)

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
        if cursor is None and len(events := await collection.events()) > self._many:
            return _Round(changed=events, cursor=AGAIN)
        if not cursor or cursor.startswith(_TOKEN):
            try:
                return await self._since_token(collection, calendar_id, cursor)
            except Unsupported as err:
                if cursor:
                    raise CursorDied("The server no longer tells what changed.") from err
        # The tag is asked before the list, so that what comes in between is seen the next time.
        tag = await collection.tag()
        if cursor and tag and cursor == _TAG + tag:
            return _Round(changed=(), cursor=cursor)
        listed = await collection.listed()
        return await self._listed(collection, calendar_id, cursor, listed, _TAG + tag)

    async def _since_token(
        self, collection: Collection, calendar_id: CalendarId, cursor: str | None
    ) -> _Round:
        delta = await collection.delta((cursor or "").removeprefix(_TOKEN))
        after = _TOKEN + delta.token
        if not cursor:
            return await self._listed(collection, calendar_id, cursor, delta.changed, after)
        removed = [key_of(collection.url, one) for one in delta.removed]
        return _Round(changed=tuple(delta.changed), removed=removed, cursor=after)

    async def _listed(
        self,
        collection: Collection,
        calendar_id: CalendarId,
        cursor: str | None,
        listed: Mapping[str, str],
        after: str,
    ) -> _Round:
        """What is to be read of all that there is, ETags by addresses: where an earlier round told
        it already, what differs from the mirror."""
        if cursor is None:
            return _Round(changed=tuple(listed), cursor=after)
        known = await self._by_key(calendar_id)
        return await asyncio.to_thread(_compared, collection.url, listed, known, after)

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


def _compared(
    calendar: str, listed: Mapping[str, str], known: Mapping[str, tuple[str, str]], after: str
) -> _Round:
    """What of a list differs from what is mirrored, `known` by its keys."""
    mirrored = {one: uid for uid, one in known.values()}
    changed, kept = [], set()
    for url, etag in listed.items():
        uid = mirrored.get(version(calendar, url, etag)) if etag else None
        if uid is None:
            changed.append(url)
        else:
            kept.add(uid)
    there = {key_of(calendar, url) for url in listed}
    removed = [key for key in known if key not in there]
    return _Round(changed=changed, removed=removed, kept=kept, cursor=after)


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
