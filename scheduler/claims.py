"""Taking due jobs so that nobody else does, and settling them: conditional statements only, on
either database."""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core.database import Database
from scheduler.jobs import Job
from scheduler.processes import ProcessName, is_gone
from scheduler.tables import JobRow

RUNS_AT_MOST = timedelta(minutes=10)
"""A handler that takes longer is stopped."""
LEASE = RUNS_AT_MOST + timedelta(minutes=5)
"""After that a claim is void, whoever holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A job that is ours alone until it is settled."""

    job: Job
    claim: str
    due_at: datetime
    """When it fell due first."""
    faults: int


class Claims:
    """The claims of one process on the jobs table.

    A claim is won by one conditional UPDATE, and settling names the claim: a job that was replaced
    or taken over meanwhile is left alone.
    """

    def __init__(
        self,
        database: Database,
        process: ProcessName,
        is_gone: Callable[[ProcessName], bool] = is_gone,
    ) -> None:
        self._database = database
        self._process = process
        self._is_gone = is_gone
        self._count = count(1)

    async def take(
        self, kinds: Collection[str], now: datetime, limit: int, done: Sequence[Claimed] = ()
    ) -> list[Claimed]:
        """Forget what is done and claim what is due, soonest first, in one unit of work."""
        claim = f"{self._process}#{next(self._count)}"
        async with self._database.session() as session:
            await _forget(session, done)
            due = (
                select(JobRow.key)
                .where(_waits(kinds), JobRow.run_at <= now, _free(now))
                .order_by(JobRow.run_at, JobRow.key)
                .limit(limit)
                .with_for_update(skip_locked=True)
            )
            won = await session.execute(
                update(JobRow)
                .where(JobRow.key.in_(due), JobRow.run_at <= now, _free(now))
                .values(
                    claim=claim,
                    claimed_until=now + LEASE,
                    cut_off=or_(JobRow.cut_off, JobRow.claim.is_not(None)),
                )
                .returning(JobRow)
                .execution_options(synchronize_session=False)
            )
            taken = [_claimed(row, claim) for row in won.scalars()]
        return sorted(taken, key=lambda c: (c.job.run_at, c.job.key))

    async def finish(self, done: Sequence[Claimed]) -> None:
        """Forget jobs that are done."""
        if done:
            async with self._database.session() as session:
                await _forget(session, done)

    async def put_off(self, failed: Claimed, at: datetime, *, incident: str) -> None:
        """Have it tried again at a later instant; `failed` counts this try's fault."""
        await self._settle(failed, run_at=at, is_dead=False, incident=incident)

    async def bury(self, failed: Claimed, *, incident: str) -> None:
        """Keep it as dead: it runs no more, and is not lost silently."""
        await self._settle(failed, run_at=failed.job.run_at, is_dead=True, incident=incident)

    async def release(self, claimed: Sequence[Claimed]) -> None:
        """Give back what was not begun."""
        keys = [c.job.key for c in claimed]
        async with self._database.session() as session:
            await session.execute(
                update(JobRow)
                .where(JobRow.key.in_(keys), JobRow.claim.in_({c.claim for c in claimed}))
                .values(claim=None, claimed_until=None)
            )

    async def take_over(self) -> int:
        """Void the claims of processes that run no more; returns how many jobs that frees."""
        async with self._database.session() as session:
            held = await session.scalars(select(JobRow.claim).distinct().where(JobRow.claim != ""))
            gone = [c for c in held if c and self._is_gone(ProcessName.read(c.rpartition("#")[0]))]
            if not gone:
                return 0
            freed = await session.execute(
                update(JobRow)
                .where(JobRow.claim.in_(gone))
                .values(claim=None, claimed_until=None, cut_off=True)
                .returning(JobRow.key)
            )
            return len(freed.all())

    async def next_due(self, kinds: Collection[str]) -> datetime | None:
        """When the next waiting job is due; None when nothing waits."""
        async with self._database.reading() as session:
            at: datetime | None = await session.scalar(
                select(func.min(JobRow.run_at)).where(_waits(kinds), JobRow.claim.is_(None))
            )
            return at

    async def _settle(
        self, failed: Claimed, *, run_at: datetime, is_dead: bool, incident: str
    ) -> None:
        async with self._database.session() as session:
            await session.execute(
                update(JobRow)
                .where(JobRow.key == failed.job.key, JobRow.claim == failed.claim)
                .values(
                    run_at=run_at,
                    attempts=JobRow.attempts + 1,
                    faults=failed.faults,
                    cut_off=failed.job.cut_off,
                    is_dead=is_dead,
                    incident=incident,
                    claim=None,
                    claimed_until=None,
                )
            )


async def _forget(session: AsyncSession, done: Sequence[Claimed]) -> None:
    if done:
        await session.execute(
            delete(JobRow).where(
                JobRow.key.in_([c.job.key for c in done]), JobRow.claim.in_({c.claim for c in done})
            )
        )


def _waits(kinds: Collection[str]) -> ColumnElement[bool]:
    return and_(JobRow.is_dead.is_(False), JobRow.kind.in_(kinds))


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(JobRow.claim.is_(None), JobRow.claimed_until < now)


def _claimed(row: JobRow, claim: str) -> Claimed:
    job = Job(
        kind=row.kind,
        key=row.key,
        run_at=row.run_at,
        payload=json.loads(row.payload),
        attempts=row.attempts,
        cut_off=row.cut_off,
    )
    return Claimed(job=job, claim=claim, due_at=row.due_at, faults=row.faults)
