"""Calendars given out as a feed: which events it holds, in which version, as a stream.

A feed holds what is on from a year ago until two years from now; series stand in it whole. Who has
given what to whom is `bot.feeds`.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b

from sqlalchemy import and_, exists, or_, select

from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.errors import BadCalendarData
from calendar_core.events import Calendar, CalendarId, Resource
from calendar_core.ics.export import END, body, head
from calendar_core.ics.giving import Shows, given
from calendar_core.indexing import addresses_of
from calendar_core.occurrences import micros
from calendar_core.tables import EventRow, OccurrenceRow

log = logging.getLogger(__name__)

BACK, AHEAD = timedelta(days=366), timedelta(days=731)
BATCH = 200
"""Events that are read and written at a time."""
_REFRESH = ("REFRESH-INTERVAL;VALUE=DURATION:PT15M", "X-PUBLISHED-TTL:PT15M")
"""How often to come again: RFC 7986 §5.7, and what Outlook reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenFeed:
    """A feed as it is now."""

    name: str
    version: str
    """Another whenever what it tells is another."""
    count: int
    """How many events it holds; a series is one."""
    _database: Database
    _calendars: Mapping[CalendarId, Calendar]
    _shows: Shows
    _salt: str
    _ids: Sequence[str]

    async def pieces(self) -> AsyncIterator[str]:
        """Its text, an iCalendar stream, some events at a time."""
        yield head(self.name, *_REFRESH)
        told: set[str] = set()
        for first in range(0, len(self._ids), BATCH):
            batch = await self._read(self._ids[first : first + BATCH])
            if text := await asyncio.to_thread(self._told, batch, told):
                yield text
        yield END

    async def _read(self, ids: Sequence[str]) -> list[tuple[Calendar, Resource]]:
        wanted = select(EventRow).where(EventRow.id.in_(ids))
        async with self._database.reading() as session:
            rows = {row.id: row for row in await session.scalars(wanted)}
        return [
            (self._calendars[CalendarId(row.calendar_id)], Resource(uid=row.uid, ics=row.ics))
            for id_ in ids
            if (row := rows.get(id_)) is not None
        ]

    def _told(self, batch: Iterable[tuple[Calendar, Resource]], told: set[str]) -> str:
        parts: list[str] = []
        for calendar, resource in batch:
            try:
                shown = given(resource, self._shows, addresses_of(calendar), self._mark)
                if shown is not None:
                    parts += body(shown, told)
            except BadCalendarData:
                log.warning("left out of a feed calendar=%s", calendar.id)
        return "".join(parts)

    def _mark(self, uid: str) -> str:
        """A UID that says nothing, and the same for the same event of this feed."""
        key = self._salt.encode()[:64]
        return f"{blake2b(uid.encode(), key=key, digest_size=16).hexdigest()}@convene"


class Giving:
    """Finds what a feed holds."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def feed(
        self, calendars: Sequence[Calendar], shows: Shows, *, name: str, salt: str
    ) -> GivenFeed:
        """These calendars as one feed, in this order: of an event that stands on several the first
        is told. `salt` is the feed's own, and is told to nobody."""
        now = self._clock.now()
        day = now.replace(hour=0, minute=0, second=0, microsecond=0)
        since, until = micros(day - BACK), micros(day + AHEAD)
        shown = {one.id: one for one in calendars}
        rows = await self._events(list(shown), since, until)
        place = {one: at for at, one in enumerate(shown)}
        first: dict[str, tuple[str, str]] = {}
        for id_, calendar_id, uid, etag in sorted(rows, key=lambda row: place[row[1]]):
            first.setdefault(uid, (id_, f"{calendar_id} {etag}"))
        made = blake2b(f"{name}\0{shows}\0{salt}\0".encode(), digest_size=16)
        for uid, (_, version) in sorted(first.items()):
            made.update(f"{uid}\0{version}\0".encode())
        return GivenFeed(
            name=name,
            version=made.hexdigest(),
            count=len(first),
            _database=self._database,
            _calendars=shown,
            _shows=shows,
            _salt=salt,
            _ids=[id_ for id_, _ in first.values()],
        )

    async def _events(
        self, calendar_ids: Sequence[CalendarId], since: int, until: int
    ) -> list[tuple[str, CalendarId, str, str]]:
        """Id, calendar, UID and version of what is on in between."""
        indexed = exists().where(OccurrenceRow.event_id == EventRow.id)
        on = indexed.where(OccurrenceRow.starts < until, OccurrenceRow.ends >= since)
        # Some repeat so often that they are not indexed at all.
        unindexed = and_(
            EventRow.covered_since.is_not(None), EventRow.first_start < until, ~indexed
        )
        wanted = (
            select(EventRow.id, EventRow.calendar_id, EventRow.uid, EventRow.etag)
            .where(EventRow.calendar_id.in_(calendar_ids), or_(on, unindexed))
            .order_by(EventRow.first_start, EventRow.id)
        )
        async with self._database.reading() as session:
            return [
                (row.id, CalendarId(row.calendar_id), row.uid, row.etag)
                for row in await session.execute(wanted)
            ]
