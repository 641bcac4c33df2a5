"""Reminders that came too late: their events have ended, so they are named together, one line a
person."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core.database import Database
from calendar_core.people import PersonId
from scheduler.jobs import Job
from scheduler.notices import Notifier, RemindersMissed
from scheduler.queue import JobQueue
from scheduler.reminder import Reminder
from scheduler.tables import MissedRow

KIND = "missed"


async def note_missed(
    session: AsyncSession, queue: JobQueue, reminder: Reminder, now: datetime
) -> None:
    """Remember a missed ring, to be named with the owner's others once the overdue ones are
    through."""
    await session.merge(
        MissedRow(
            delivery_key=reminder.delivery_key,
            owner=reminder.owner,
            title=reminder.title or reminder.text,
            begins=reminder.begins or now,
            batch="",
        )
    )
    job = Job(
        kind=KIND, key=f"{KIND}:{reminder.owner}", run_at=now, payload={"owner": reminder.owner}
    )
    await queue.enqueue(job, session=session)


class MissedTeller:
    """Handles the jobs that name what was missed."""

    def __init__(self, database: Database, notifier: Notifier) -> None:
        self._database = database
        self._notifier = notifier

    async def run(self, job: Job, *, late: bool) -> None:
        """Tell one person; what joins while they are being told makes the next line."""
        owner = PersonId(job.payload["owner"])
        while rows := await self._next_batch(owner):
            titles = tuple(dict.fromkeys(row.title for row in rows))
            key = f"{KIND}:{rows[0].batch}"
            await self._notifier.deliver(RemindersMissed(key=key, owner=owner, titles=titles))
            async with self._database.session() as session:
                await session.execute(delete(MissedRow).where(MissedRow.batch == rows[0].batch))

    async def _next_batch(self, owner: PersonId) -> list[Any]:
        """A batch that was begun and perhaps told, else a new one of all that waits."""
        async with self._database.session() as session:
            mine = MissedRow.owner == owner
            begun = await session.scalar(
                select(MissedRow.batch).where(mine, MissedRow.batch != "").limit(1)
            )
            batch = begun or uuid4().hex
            if begun is None:
                await session.execute(update(MissedRow).where(mine).values(batch=batch))
            rows = await session.scalars(
                select(MissedRow)
                .where(mine, MissedRow.batch == batch)
                .order_by(MissedRow.begins, MissedRow.delivery_key)
            )
            return list(rows)
