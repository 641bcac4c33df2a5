"""The job queue on our own database. Claiming and settling what is due is `claims`; running it is
`worker`."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, event, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core.database import Database
from scheduler.jobs import Job
from scheduler.tables import JobRow
from scheduler.upsert import upsert

Wake = Callable[[datetime], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueWork:
    """How much there is to do."""

    waiting: int
    """Jobs that wait, due or not."""
    dead: int
    """Jobs that were given up."""
    oldest: datetime | None
    """When the first that waits falls, or fell, due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadJob:
    """A job that was given up."""

    kind: str
    incident: str
    """Names its last failure in the log."""
    due_at: datetime


class EmbeddedQueue:
    """Keeps jobs as rows, in the caller's unit of work when one is given."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._wake: Wake | None = None

    def tell(self, wake: Wake) -> None:
        """Have somebody told, after each commit, when the kept job will be due."""
        self._wake = wake

    async def enqueue(self, job: Job, *, session: Any = None) -> None:
        """Keep a job; one that waits, runs or died under the same key is replaced."""
        if session is not None:
            await self._keep(job, session)
            return
        async with self._database.session() as own:
            await self._keep(job, own)

    async def cancel(self, key: str, *, session: Any = None) -> None:
        """Forget a job; none under that key is fine."""
        if session is not None:
            await _forget(key, session)
            return
        async with self._database.session() as own:
            await _forget(key, own)

    async def count(self) -> DueWork:
        """What there is to do, for those who look after it."""
        async with self._database.reading() as session:
            rows = await session.execute(
                select(JobRow.is_dead, func.count(), func.min(JobRow.run_at)).group_by(
                    JobRow.is_dead
                )
            )
            found = {is_dead: (count, oldest) for is_dead, count, oldest in rows}
        waiting, oldest = found.get(False, (0, None))
        return DueWork(waiting=waiting, dead=found.get(True, (0, None))[0], oldest=oldest)

    async def dead(self, most: int) -> tuple[DeadJob, ...]:
        """The newest of those that were given up, at most so many."""
        wanted = select(JobRow.kind, JobRow.incident, JobRow.due_at).where(JobRow.is_dead)
        async with self._database.reading() as session:
            rows = await session.execute(wanted.order_by(JobRow.due_at.desc()).limit(most))
            return tuple(
                DeadJob(kind=kind, incident=incident, due_at=due) for kind, incident, due in rows
            )

    async def _keep(self, job: Job, session: AsyncSession) -> None:
        await session.execute(upsert(session, JobRow, "key", _values(job)))
        wake = self._wake
        if wake is not None:
            run_at = job.run_at
            event.listen(session.sync_session, "after_commit", lambda _: wake(run_at), once=True)


def _values(job: Job) -> dict[str, Any]:
    return {
        "key": job.key,
        "kind": job.kind,
        "run_at": job.run_at,
        "due_at": job.run_at,
        "payload": json.dumps(dict(job.payload)),
        "attempts": job.attempts,
        "faults": 0,
        "claim": None,
        "claimed_until": None,
        "cut_off": False,
        "is_dead": False,
        "incident": "",
    }


async def _forget(key: str, session: AsyncSession) -> None:
    await session.execute(delete(JobRow).where(JobRow.key == key))
