"""Moving the horizon on: series are indexed further as time passes. Answers are right without
it, only slower."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from calendar_core import absorbing
from calendar_core.calendars import calendar_from
from calendar_core.database import Database
from calendar_core.errors import BadCalendarData
from calendar_core.events import CalendarId, Resource
from calendar_core.indexing import Horizon, index
from calendar_core.occurrences import FOREVER, micros
from calendar_core.tables import CalendarRow, EventRow

_STEP = timedelta(days=28)
"""A calendar is left alone until its horizon is this much behind."""
_BATCH = 100


async def extend(database: Database, now: datetime, reach: timedelta) -> None:
    """Index the series of every calendar whose horizon lies behind, some at a time."""
    wanted = Horizon(since=micros(now - reach), until=micros(now + reach))
    behind = micros(now + reach - _STEP)
    async with database.reading() as session:
        rows = await session.scalars(
            select(CalendarRow.id).where(CalendarRow.indexed_until < behind)
        )
        calendars = [CalendarId(id_) for id_ in rows]
    for calendar in calendars:
        while await _extend_some(database, calendar, wanted):
            pass
        async with database.session() as session:
            await session.execute(
                update(CalendarRow)
                .where(CalendarRow.id == calendar)
                .values(indexed_since=wanted.since, indexed_until=wanted.until)
            )


async def _extend_some(database: Database, calendar_id: CalendarId, wanted: Horizon) -> bool:
    """Index some series of a calendar anew; whether there may be more."""
    async with database.session() as session:
        row = await session.get_one(CalendarRow, calendar_id, with_for_update=True)
        calendar = calendar_from(row)
        series = (
            await session.execute(
                select(EventRow.uid, EventRow.ics, EventRow.etag)
                .where(
                    EventRow.calendar_id == calendar_id,
                    EventRow.covered_since.is_not(None),
                    EventRow.covered_since != FOREVER,
                    EventRow.covered_until < wanted.until,
                )
                .limit(_BATCH)
            )
        ).all()
        indexed = []
        for uid, ics, etag in series:
            try:
                indexed.append(index(Resource(uid=uid, ics=ics, etag=etag), calendar, wanted))
            except BadCalendarData:
                continue
        await absorbing.write_index(session, calendar_id, indexed)
    return len(indexed) == _BATCH
