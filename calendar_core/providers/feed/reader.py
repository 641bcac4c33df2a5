"""Reading feeds: all of it comes every time it changed, so it is compared with the mirror.

A cursor is what the server said by which it knows the version, and a digest of what it held.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from calendar_core.busy import busy_spans
from calendar_core.calendars import new_calendar
from calendar_core.errors import BadCalendarData, CursorDied, SignInNeeded
from calendar_core.events import Calendar, CalendarId
from calendar_core.indexing import expand_live
from calendar_core.linking import Connection, Connections
from calendar_core.people import PersonId
from calendar_core.providers.feed.client import NONE, Feeds, Fetched, Gone, Validators
from calendar_core.providers.feed.listing import Listing, listed
from calendar_core.sync.reader import Page
from calendar_core.sync.versions import Versions
from calendar_core.when import TimeSpan

PROVIDER = "feed"
PAGE = 500
"""Events in a page."""
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cursor:
    """What a feed was when it was last read."""

    validators: Validators
    digest: str

    def text(self) -> str:
        return json.dumps([self.validators.etag, self.validators.modified, self.digest])


class FeedReader:
    """Reads the feeds that people linked."""

    def __init__(
        self, feeds: Feeds, connections: Connections, mirrored: Versions, *, page: int = PAGE
    ) -> None:
        self._feeds = feeds
        self._connections = connections
        self._mirrored = mirrored
        self._page = page

    async def calendars(self, owner: PersonId) -> tuple[Calendar, ...]:
        """The feeds of a person, one calendar each, read-only."""
        found: list[Calendar] = []
        for account, _ in await self._connections.connections(owner, PROVIDER):
            linked = await self._connections.calendars(account.id)
            if not linked:
                made = new_calendar(owner, account.address, PROVIDER, account=account.address)
                linked = (replace(made, account_id=account.id, remote=PROVIDER),)
            found += (replace(one, read_only=True) for one in linked)
        return tuple(found)

    async def changes_since(
        self, calendar_id: CalendarId, cursor: str | None
    ) -> AsyncIterator[Page]:
        """What differs from the mirror. Raises CursorDied, SignInNeeded (the address no longer
        works), NotFound, NotAllowed, TryLater."""
        last = None if cursor is None else _cursor(cursor)
        connection = await self._connections.connection(calendar_id)
        fetched = await self._fetched(connection, last.validators if last else NONE)
        if fetched is None:
            yield Page(cursor=cursor)
            return
        there = await asyncio.to_thread(listed, fetched.body)
        now = _Cursor(validators=fetched.validators, digest=there.digest)
        if last is not None and last.digest == there.digest:
            yield Page(cursor=now.text())
            return
        kept = {} if last is None else await self._mirrored.versions(calendar_id)
        changed = [uid for uid, version in there.versions.items() if kept.get(uid) != version]
        for first in range(0, len(changed), self._page):
            yield await asyncio.to_thread(_page, there, changed[first : first + self._page])
        gone = tuple(uid for uid in kept if uid not in there.versions)
        yield Page(removed=gone, cursor=now.text())

    async def busy(self, calendar_id: CalendarId, span: TimeSpan) -> tuple[TimeSpan, ...]:
        """When the calendar is taken; whole days as UTC has them. Raises as `changes_since`."""
        fetched = await self._fetched(await self._connections.connection(calendar_id), NONE)
        if fetched is None:
            return (span,)  # nothing was said, and unknown is not free
        calendar = Calendar(id=calendar_id, owner=PersonId(""), name="", provider=PROVIDER)
        return await asyncio.to_thread(_busy, fetched.body, calendar, span)

    async def _fetched(self, connection: Connection, known: Validators) -> Fetched | None:
        try:
            return await self._feeds.fetch(connection.credentials, known)
        except Gone as err:
            # The address is what we sign in with: only its owner can give another.
            raise SignInNeeded(
                "There is nothing at the feed's address any more. Link it with its new address, or "
                "unlink it."
            ) from err


def _cursor(text: str) -> _Cursor:
    try:
        etag, modified, digest = json.loads(text)
        return _Cursor(validators=Validators(etag=etag, modified=modified), digest=digest)
    except (ValueError, TypeError) as err:
        raise CursorDied("That is no cursor of a feed.") from err


def _page(there: Listing, uids: list[str]) -> Page:
    return Page(changed=tuple(there.resources(uids)))


def _busy(body: bytes, calendar: Calendar, span: TimeSpan) -> tuple[TimeSpan, ...]:
    there = listed(body)
    occurrences, taken = [], []
    for one in there.resources(there.versions):
        try:
            occurrences += expand_live(one, calendar, span, _UTC)
        except BadCalendarData:
            # It may be on then; unknown is not free.
            taken.append(span)
    return (*taken, *(one.span for one in busy_spans(occurrences, (), _UTC)))
