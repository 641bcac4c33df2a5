"""Reading built-in calendars through the same port as any other. Their mirror is current without
it: the desk absorbs what it writes; this is for a mirror that is built anew."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from itertools import chain
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select

from calendar_core.busy import busy_spans
from calendar_core.calendars import Calendars, calendar_from
from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.errors import CursorDied, NotFound
from calendar_core.events import Calendar, CalendarId, Resource
from calendar_core.indexing import expand_live
from calendar_core.people import PersonId
from calendar_core.providers.local.tables import LocalResourceRow
from calendar_core.sync.reader import Page
from calendar_core.tables import CalendarRow
from calendar_core.when import TimeSpan

_PAGE = 500
_LAST_KEY = "~"
"""Sorts after every key."""
_UTC = ZoneInfo("UTC")


class LocalReader:
    """Reads the calendars that Convene keeps itself."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._calendars = Calendars(database, clock)

    async def calendars(self, owner: PersonId) -> tuple[Calendar, ...]:
        """The built-in calendars of a person."""
        return tuple(one for one in await self._calendars.of((owner,)) if one.provider == "local")

    async def changes_since(
        self, calendar_id: CalendarId, cursor: str | None
    ) -> AsyncIterator[Page]:
        """What changed since a revision. Raises CursorDied for a cursor of another kind,
        NotFound."""
        if cursor is not None and not cursor.isdigit():
            raise CursorDied("That is no cursor of this calendar.")
        revision, key = int(cursor or 0), _LAST_KEY
        await self._calendar(calendar_id)
        while True:
            rows = await self._some(calendar_id, revision, key)
            if rows:
                revision, key = rows[-1].revision, rows[-1].key
            if len(rows) < _PAGE:
                yield _page(rows, str(revision))
                return
            yield _page(rows, None)

    async def busy(self, calendar_id: CalendarId, span: TimeSpan) -> tuple[TimeSpan, ...]:
        """When the calendar is taken; whole days as UTC has them. Raises NotFound."""
        calendar = await self._calendar(calendar_id)
        pages = [page async for page in self.changes_since(calendar_id, None)]
        resources = [one for page in pages for one in page.changed]
        return await asyncio.to_thread(_busy, resources, calendar, span)

    async def _calendar(self, calendar_id: CalendarId) -> Calendar:
        async with self._database.reading() as session:
            row = await session.get(CalendarRow, calendar_id)
        if row is None or row.provider != "local":
            raise NotFound("There is no such built-in calendar.")
        return calendar_from(row)

    async def _some(
        self, calendar_id: CalendarId, revision: int, key: str
    ) -> Sequence[LocalResourceRow]:
        """The next rows after a revision and key."""
        newer = LocalResourceRow.revision > revision
        rest = and_(LocalResourceRow.revision == revision, LocalResourceRow.key > key)
        async with self._database.reading() as session:
            return (
                await session.scalars(
                    select(LocalResourceRow)
                    .where(LocalResourceRow.calendar_id == calendar_id, or_(newer, rest))
                    .order_by(LocalResourceRow.revision, LocalResourceRow.key)
                    .limit(_PAGE)
                )
            ).all()


def _busy(
    resources: Iterable[Resource], calendar: Calendar, span: TimeSpan
) -> tuple[TimeSpan, ...]:
    found = chain.from_iterable(expand_live(one, calendar, span, _UTC) for one in resources)
    return tuple(one.span for one in busy_spans(found, (), _UTC))


def _page(rows: Sequence[LocalResourceRow], cursor: str | None) -> Page:
    return Page(
        changed=tuple(
            Resource(uid=row.uid, ics=row.ics, etag=row.etag) for row in rows if row.ics is not None
        ),
        removed=tuple(row.uid for row in rows if row.ics is None),
        cursor=cursor,
    )
