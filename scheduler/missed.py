"""Reminders that came too late: their events have ended, so they are named together, one line a
person."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
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
TRIED_EVERY = timedelta(minutes=30)
"""How often somebody is tried whom no direct message reaches."""


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
    await queue.enqueue(_job(reminder.owner, now), session=session)


class Untold:
    """Keeps what somebody could not be told, to be named with the rest once they can."""

    def __init__(self, database: Database, queue: JobQueue) -> None:
        self._database = database
        self._queue = queue

    async def keep(self, owner: PersonId, key: str, title: str, now: datetime) -> None:
        """Remember it under the key of its delivery; the same again is once."""
        row = MissedRow(delivery_key=key, owner=owner, title=title, begins=now, batch="")
        async with self._database.session() as session:
            await session.merge(row)
            await self._queue.enqueue(_job(owner, now + TRIED_EVERY), session=session)


def _job(owner: PersonId, at: datetime) -> Job:
    return Job(kind=KIND, key=f"{KIND}:{owner}", run_at=at, payload={"owner": owner})


class MissedTeller:
    """Handles the jobs that name what was missed."""

    def __init__(self, database: Database, notifier: Notifier) -> None:
        self._database = database
        self._notifier = notifier

    async def run(self, job: Job, *, late: bool) -> None:
        """Tell one person; what joins while they are being told makes the next line."""
        await self.tell(PersonId(job.payload["owner"]), self._notifier.deliver)

    async def tell(
        self, owner: PersonId, deliver: Callable[[RemindersMissed], Awaitable[None]]
    ) -> None:
        """Tell one person by the given way; what it raises leaves the rest for another time."""
        while rows := await self._next_batch(owner):
            titles = tuple(dict.fromkeys(row.title for row in rows))
            key = f"{KIND}:{rows[0].batch}"
            await deliver(RemindersMissed(key=key, owner=owner, titles=titles))
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
