"""Indexing anew: series further as time goes on, and a calendar whose owner got another address.

Answers about times are right without it, only slower beyond the horizon.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core.calendars import calendar_from
from calendar_core.database import Database
from calendar_core.errors import BadCalendarData
from calendar_core.events import Calendar, CalendarId, Resource
from calendar_core.indexing import Horizon, Indexed, index
from calendar_core.keeping import write_index
from calendar_core.occurrences import FOREVER, micros
from calendar_core.tables import CalendarRow, EventRow

_STEP = timedelta(days=28)
"""A calendar is left alone until its horizon is this much behind."""
_BATCH = 100


async def extend(database: Database, now: datetime, reach: timedelta) -> None:
    """Index the series of every calendar whose horizon lies behind, some at a time."""
    wanted = Horizon(since=micros(now - reach), until=micros(now + reach))
    async with database.reading() as session:
        behind = CalendarRow.indexed_until < micros(now + reach - _STEP)
        calendars = (await session.scalars(select(CalendarRow.id).where(behind))).all()
    for calendar_id in calendars:
        await _reindex(
            database,
            CalendarId(calendar_id),
            wanted,
            EventRow.covered_since.is_not(None),
            EventRow.covered_since != FOREVER,
        )
        async with database.session() as session:
            await session.execute(
                update(CalendarRow)
                .where(CalendarRow.id == calendar_id)
                .values(indexed_since=wanted.since, indexed_until=wanted.until)
            )


async def reindex(database: Database, calendar_id: CalendarId) -> None:
    """Index all of a calendar anew, within its horizon."""
    async with database.reading() as session:
        row = await session.get_one(CalendarRow, calendar_id)
    horizon = Horizon(since=row.indexed_since, until=row.indexed_until)
    await _reindex(database, calendar_id, horizon)


async def _reindex(
    database: Database, calendar_id: CalendarId, horizon: Horizon, *which: ColumnElement[bool]
) -> None:
    """Index the events of a calendar that fit, in short units of work, by their ids."""
    last = ""
    while True:
        async with database.session() as session:
            # An absorb of the same calendar and this take turns.
            row = await session.get(CalendarRow, calendar_id, with_for_update=True)
            if row is None:
                return
            events = await _some(session, calendar_id, last, which)
            indexed = await asyncio.to_thread(_indexed, events, calendar_from(row), horizon)
            await write_index(session, calendar_id, indexed, {one.id for one in indexed})
        if len(events) < _BATCH:
            return
        last = events[-1].id


async def _some(
    session: AsyncSession, calendar_id: CalendarId, last: str, which: Sequence[ColumnElement[bool]]
) -> Sequence[Row[str, str, str, str]]:
    return (
        await session.execute(
            select(EventRow.id, EventRow.uid, EventRow.ics, EventRow.etag)
            .where(EventRow.calendar_id == calendar_id, EventRow.id > last, *which)
            .order_by(EventRow.id)
            .limit(_BATCH)
        )
    ).all()


def _indexed(
    events: Sequence[Row[str, str, str, str]], calendar: Calendar, horizon: Horizon
) -> list[Indexed]:
    found = []
    for _, uid, ics, etag in events:
        try:
            found.append(index(Resource(uid=uid, ics=ics, etag=etag), calendar, horizon))
        except BadCalendarData:
            continue
    return found
