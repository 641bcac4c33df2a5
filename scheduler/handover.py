"""Reminders and due work of two people who become one. Works inside the unit of work in which their
accounts are joined.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core.events import EventId, Target
from calendar_core.people import PersonId
from scheduler import shelf
from scheduler.jobs import Job
from scheduler.missed import KIND as MISSED
from scheduler.queue import JobQueue
from scheduler.reminder import Reminder, ReminderStatus
from scheduler.tables import JobRow, MissedRow


async def hand_over(
    session: AsyncSession, queue: JobQueue, giver: PersonId, taker: PersonId, now: datetime
) -> None:
    """Let all reminders and due work of somebody be another's; what both asked for is one."""
    mine = {_about(one): one for one in await shelf.all_of(session, taker) if _is_lead(one)}
    twins = []
    for reminder in await shelf.all_of(session, giver):
        whose = taker if reminder.whose == giver else reminder.whose
        owner = taker if reminder.owner == giver else reminder.owner
        moved = replace(reminder, owner=owner, whose=whose, version=reminder.version + 1)
        other = mine.get(_about(moved)) if _is_lead(moved) else None
        if other is not None and other.id != moved.id:
            twins.append(_lesser(other, moved))
        await shelf.put(session, moved)
    for reminder in twins:
        await queue.cancel(reminder.job_key, session=session)
    await shelf.forget(session, [one.id for one in twins])
    await _jobs(session, queue, giver, taker, now)


async def point_to(session: AsyncSession, queue: JobQueue, kept: Mapping[EventId, EventId]) -> None:
    """Let what was asked before events that were doubles be about those that stay."""
    known = await shelf.of_events(session, {*kept, *kept.values()})
    there = {_about(one) for some in known.values() for one in some}
    for dropped, stays in kept.items():
        for reminder in known.get(dropped, []):
            assert reminder.event is not None
            event = Target(event_id=stays, recurrence_id=reminder.event.recurrence_id)
            moved = replace(reminder, event=event, version=reminder.version + 1)
            if reminder.asked and _about(moved) not in there:
                await shelf.put(session, moved)
            else:
                await queue.cancel(reminder.job_key, session=session)
                await shelf.forget(session, [reminder.id])


def _is_lead(reminder: Reminder) -> bool:
    return reminder.event is not None and reminder.lead is not None and reminder.snoozes is None


def _about(reminder: Reminder) -> tuple[object, ...]:
    """Two that agree in this would ring twice for one thing."""
    return (reminder.owner, reminder.place, reminder.event, reminder.lead, reminder.snoozes)


def _lesser(one: Reminder, other: Reminder) -> Reminder:
    """Which of two goes: one that does not ring any more, else the second."""
    waits = one.status is ReminderStatus.WAITING
    return other if waits or other.status is not ReminderStatus.WAITING else one


async def _jobs(
    session: AsyncSession, queue: JobQueue, giver: PersonId, taker: PersonId, now: datetime
) -> None:
    """Due work that names the giver: a digest of theirs goes, what they missed is told with the
    taker's, all else is for the taker."""
    rows = await session.execute(
        select(JobRow.key, JobRow.payload).where(JobRow.payload.contains(giver, autoescape=True))
    )
    for key, payload in rows.all():
        if giver in key:
            await session.execute(delete(JobRow).where(JobRow.key == key))
        else:
            await session.execute(
                update(JobRow)
                .where(JobRow.key == key)
                .values(payload=payload.replace(giver, taker))
            )
    await session.execute(update(MissedRow).where(MissedRow.owner == giver).values(owner=taker))
    if await session.scalar(select(MissedRow.owner).where(MissedRow.owner == taker).limit(1)):
        job = Job(kind=MISSED, key=f"{MISSED}:{taker}", run_at=now, payload={"owner": taker})
        await queue.enqueue(job, session=session)
