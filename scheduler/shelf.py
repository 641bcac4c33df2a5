"""Reminders at rest. Everything here works inside the caller's unit of work."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, Table, bindparam, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core.events import EventId, RecurrenceId, Target
from calendar_core.people import PersonId
from scheduler.reminder import Reminder, ReminderId, ReminderStatus
from scheduler.tables import ReminderRow
from scheduler.upsert import upsert

AT_ONCE = 500
"""Ids in one statement: below what any database takes as parameters."""


async def find(session: AsyncSession, reminder_id: str) -> Reminder | None:
    """A reminder by id."""
    row = await session.get(ReminderRow, reminder_id)
    return None if row is None else _reminder(row)


async def find_to_change(session: AsyncSession, reminder_id: str) -> Reminder | None:
    """A reminder by id, held until the unit of work ends."""
    row = await session.get(ReminderRow, reminder_id, with_for_update=True, populate_existing=True)
    return None if row is None else _reminder(row)


async def put(session: AsyncSession, reminder: Reminder) -> None:
    """Keep a reminder as it is now; its version must have been raised by whoever changed it."""
    await session.execute(upsert(session, ReminderRow, "id", _values(reminder)))


async def rest(session: AsyncSession, rung: Sequence[tuple[Reminder, ReminderStatus]]) -> None:
    """Note that reminders have rung and have no further moment, save those changed since they
    were seen."""
    table = ReminderRow.__table__
    assert isinstance(table, Table)
    statement = (
        update(table)
        .where(table.c.id == bindparam("seen"), table.c.version == bindparam("at_version"))
        .values(
            status=bindparam("now"),
            due=None,
            rings_at=None,
            rung_for=bindparam("occasion"),
            version=table.c.version + 1,
        )
    )
    connection = await session.connection()
    await connection.execute(
        statement,
        [
            {"seen": one.id, "at_version": one.version, "now": status, "occasion": one.begins}
            for one, status in rung
        ],
    )


async def find_all(session: AsyncSession, ids: Sequence[str]) -> list[Reminder | None]:
    """Reminders by id, each in its place; None for those that are not there."""
    query = select(ReminderRow).where(ReminderRow.id.in_(ids))
    found: dict[str, Reminder] = {one.id: one for one in await _read(session, query)}
    return [found.get(one) for one in ids]


async def waiting(session: AsyncSession, owner: PersonId, *, limit: int) -> tuple[Reminder, ...]:
    """What somebody asked to be reminded of and will be, soonest first."""
    query = _to_ring().where(ReminderRow.owner == owner, ReminderRow.asked.is_(True))
    return await _read(session, query.order_by(ReminderRow.rings_at, ReminderRow.id).limit(limit))


async def waiting_in(session: AsyncSession, place: str, *, limit: int) -> tuple[Reminder, ...]:
    """What will be rung in a channel, soonest first."""
    query = _to_ring().where(ReminderRow.place == place)
    return await _read(session, query.order_by(ReminderRow.rings_at, ReminderRow.id).limit(limit))


async def all_waiting(session: AsyncSession, owner: PersonId) -> tuple[Reminder, ...]:
    """Everything of somebody's that may still ring, sleeping ones too; held until the unit of work
    ends."""
    query = select(ReminderRow).where(
        ReminderRow.owner == owner, ReminderRow.status == ReminderStatus.WAITING
    )
    return await _read_to_change(session, query)


async def snoozing(session: AsyncSession, of: ReminderId) -> tuple[Reminder, ...]:
    """What waits to ring a reminder's last rings again; held until the unit of work ends."""
    query = _to_ring().where(ReminderRow.snoozes == of)
    return await _read_to_change(session, query)


async def of_events(
    session: AsyncSession, events: Collection[EventId]
) -> dict[EventId, list[Reminder]]:
    """The reminders of some events, whatever their status; held until the unit of work ends."""
    found: dict[EventId, list[Reminder]] = {}
    ids = sorted(events)
    for first in range(0, len(ids), AT_ONCE):
        query = select(ReminderRow).where(ReminderRow.event_id.in_(ids[first : first + AT_ONCE]))
        for reminder in await _read_to_change(session, query):
            assert reminder.event is not None
            found.setdefault(reminder.event.event_id, []).append(reminder)
    return found


async def find_before(
    session: AsyncSession, owner: PersonId, place: str, event: Target, lead: timedelta
) -> Reminder | None:
    """The reminder that somebody has this long before an event; held until the unit of work
    ends."""
    query = select(ReminderRow).where(
        ReminderRow.event_id == event.event_id,
        ReminderRow.recurrence_id == event.recurrence_id,
        ReminderRow.owner == owner,
        ReminderRow.place == place,
        ReminderRow.lead == int(lead.total_seconds()),
        ReminderRow.snoozes.is_(None),
    )
    found = await _read_to_change(session, query.limit(1))
    return found[0] if found else None


async def all_of(session: AsyncSession, owner: PersonId) -> tuple[Reminder, ...]:
    """Every reminder of somebody's, over or not, and those about their events; held until the unit
    of work ends."""
    theirs = or_(ReminderRow.owner == owner, ReminderRow.whose == owner)
    return await _read_to_change(session, select(ReminderRow).where(theirs))


async def forget(session: AsyncSession, ids: Sequence[ReminderId]) -> None:
    """Drop reminders altogether."""
    await session.execute(delete(ReminderRow).where(ReminderRow.id.in_(ids)))


async def forget_old(session: AsyncSession, before: datetime) -> None:
    """Drop what rang, was taken back, or lost its event, long ago."""
    last = func.coalesce(ReminderRow.rung_for, ReminderRow.at, ReminderRow.begins)
    await session.execute(
        delete(ReminderRow).where(ReminderRow.due.is_(None), last.is_not(None), last < before)
    )


def _to_ring() -> Select[ReminderRow]:
    return select(ReminderRow).where(
        ReminderRow.status == ReminderStatus.WAITING, ReminderRow.due.is_not(None)
    )


async def _read(session: AsyncSession, query: Select[ReminderRow]) -> tuple[Reminder, ...]:
    rows: Sequence[ReminderRow] = (await session.scalars(query)).all()
    return tuple(_reminder(row) for row in rows)


async def _read_to_change(
    session: AsyncSession, query: Select[ReminderRow]
) -> tuple[Reminder, ...]:
    """Reminders that are about to be written: nobody else changes them meanwhile, and all who hold
    several take them in one order."""
    held = query.order_by(ReminderRow.id).with_for_update()
    return await _read(session, held.execution_options(populate_existing=True))


def _reminder(row: ReminderRow) -> Reminder:
    return Reminder(
        id=ReminderId(row.id),
        owner=PersonId(row.owner),
        place=row.place,
        text=row.text,
        status=ReminderStatus(row.status),
        asked=row.asked,
        at=row.at,
        rule=row.rule,
        zone=ZoneInfo(row.zone),
        event=_target(row),
        whose=PersonId(row.whose),
        lead=None if row.lead is None else timedelta(seconds=row.lead),
        snoozes=None if row.snoozes is None else ReminderId(row.snoozes),
        due=row.due,
        rings_at=row.rings_at,
        begins=row.begins,
        occurrence_id=RecurrenceId(row.occurrence_id),
        rung_for=row.rung_for,
        title=row.title,
        version=row.version,
    )


def _target(row: ReminderRow) -> Target | None:
    if row.event_id is None:
        return None
    return Target(event_id=EventId(row.event_id), recurrence_id=RecurrenceId(row.recurrence_id))


def _values(reminder: Reminder) -> dict[str, Any]:
    return {
        "id": reminder.id,
        "owner": reminder.owner,
        "place": reminder.place,
        "text": reminder.text,
        "status": reminder.status.value,
        "asked": reminder.asked,
        "at": reminder.at,
        "rule": reminder.rule,
        "zone": reminder.zone.key,
        "event_id": None if reminder.event is None else reminder.event.event_id,
        "recurrence_id": "" if reminder.event is None else reminder.event.recurrence_id,
        "whose": reminder.whose,
        "lead": None if reminder.lead is None else int(reminder.lead.total_seconds()),
        "snoozes": reminder.snoozes,
        "due": reminder.due,
        "rings_at": reminder.rings_at,
        "begins": reminder.begins,
        "occurrence_id": reminder.occurrence_id,
        "rung_for": reminder.rung_for,
        "title": reminder.title,
        "version": reminder.version,
    }
