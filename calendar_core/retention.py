"""What the mirror keeps of the past of linked calendars is bounded: of what is long over no more
stays than that it is there and in which version, so that it is not read anew.

Built-in calendars keep all: there is no other place for what stands on them.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Row, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core import vocabulary
from calendar_core.database import Database
from calendar_core.errors import BadCalendarData
from calendar_core.events import Resource
from calendar_core.indexing import FORGOTTEN
from calendar_core.occurrences import FOREVER, from_micros, micros
from calendar_core.recurrence import remaining
from calendar_core.tables import CalendarRow, ComponentRow, EventRow, OccurrenceRow

_BATCH = 200


def since(now: datetime, keeps: timedelta | None) -> int | None:
    """From which instant on (microseconds) all is kept; None: nothing is forgotten."""
    return None if keeps is None else micros(now - keeps)


async def forget_past(database: Database, now: datetime, keeps: timedelta | None) -> int:
    """Forget what ended longer ago than is kept on linked calendars, some events in one unit of
    work; how many. Repeating it is harmless."""
    before = since(now, keeps)
    if before is None:
        return 0
    async with database.reading() as session:
        linked = select(CalendarRow.id).where(CalendarRow.account_id != "")
        calendars = (await session.scalars(linked.order_by(CalendarRow.id))).all()
    done = 0
    for calendar_id in calendars:
        last: str | None = ""
        while last is not None:
            async with database.session() as session:
                # An absorb of the same calendar and this take turns.
                await session.get(CalendarRow, calendar_id, with_for_update=True)
                some = await _ended(session, calendar_id, last, before)
                over = await asyncio.to_thread(_over, some, before)
                await _forget(session, calendar_id, over)
            done += len(over)
            last = some[-1].id if len(some) == _BATCH else None
    return done


async def _ended(
    session: AsyncSession, calendar_id: str, after: str, before: int
) -> Sequence[Row[str, str, int | None]]:
    """Events of which the index shows nothing since; in the order of their ids."""
    later = exists().where(OccurrenceRow.event_id == EventRow.id, OccurrenceRow.ends >= before)
    rows = await session.execute(
        select(EventRow.id, EventRow.ics, EventRow.covered_since)
        .where(
            EventRow.calendar_id == calendar_id,
            EventRow.id > after,
            EventRow.ics != FORGOTTEN,
            EventRow.first_start < before,
            or_(EventRow.covered_since.is_(None), EventRow.covered_since != FOREVER),
            ~later,
        )
        .order_by(EventRow.id)
        .limit(_BATCH)
    )
    return rows.all()


def _over(some: Sequence[Row[str, str, int | None]], before: int) -> list[str]:
    """Those of which nothing comes beyond the index either."""
    return [id_ for id_, ics, covered in some if covered is None or _is_over(id_, ics, before)]


def _is_over(id_: str, ics: str, before: int) -> bool:
    try:
        return remaining(Resource(uid=id_, ics=ics), from_micros(before)) == 0
    except BadCalendarData:
        return False


async def _forget(session: AsyncSession, calendar_id: str, ids: Sequence[str]) -> None:
    await vocabulary.follow(session, calendar_id, ids)
    nothing = {"ics": FORGOTTEN, "sought": "", "covered_since": None, "covered_until": None}
    for statement in (
        delete(OccurrenceRow).where(OccurrenceRow.event_id.in_(ids)),
        delete(ComponentRow).where(ComponentRow.event_id.in_(ids)),
        update(EventRow).where(EventRow.id.in_(ids)).values(**nothing),
    ):
        await session.execute(statement.execution_options(synchronize_session=False))
