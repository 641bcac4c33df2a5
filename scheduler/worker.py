"""The worker: runs what is due, each job by the handler of its kind, several side by side.

A job is claimed, run, and forgotten when its handler returns; a process that dies in between leaves
a claim that the next one takes over, so handlers are idempotent by key. When to look is `ticker`'s
business (or a script's), whether to try again is `retry`'s.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.errors import DatabaseUnusable, TryLater
from scheduler.claims import RUNS_AT_MOST, Claimed, Claims
from scheduler.jobs import JobHandler
from scheduler.processes import ProcessName, this_process
from scheduler.retry import TryAgain, judge

log = logging.getLogger(__name__)

SIDE_BY_SIDE = 8
CLAIMED_AT_ONCE = 64
SUMMING_UP = frozenset({"missed"})
"""Kinds that begin only when nothing else is due or running."""


class Worker:
    """Runs due jobs of the kinds that it has handlers for.

    Jobs begin in the order of their instants; at most `side_by_side` run at a time. A job is late
    when it fell due before this worker was made: while no process ran.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        handlers: Mapping[str, JobHandler],
        *,
        side_by_side: int = SIDE_BY_SIDE,
        process: ProcessName | None = None,
    ) -> None:
        self._clock = clock
        self._handlers = dict(handlers)
        self._side_by_side = side_by_side
        self._claims = Claims(database, process or this_process())
        self._backlog: deque[Claimed] = deque()
        self._running: set[asyncio.Task[None]] = set()
        self._done: list[Claimed] = []
        self._ran = 0
        self._turn = asyncio.Lock()
        self._look = asyncio.Event()
        self._stopping = False
        self.awake_since = clock.now()
        """What fell due before is late."""

    async def start_up(self) -> int:
        """Take over what a dead process left, then run what is overdue, marked late; returns how
        many ran."""
        freed = await self._claims.take_over()
        if freed:
            log.info("take over jobs=%d", freed)
        return await self.run_due()

    def woke_up(self) -> None:
        """The machine slept, or this process stood still: what fell due before now is late."""
        self.awake_since = self._clock.now()

    def look_again(self) -> None:
        """Have the run that is under way look for due jobs once more."""
        self._look.set()

    async def run_due(self) -> int:
        """Run everything due by now, also what becomes due by it; returns how many jobs ran, failed
        ones too."""
        async with self._turn:
            self._ran = 0
            self._stopping = False
            try:
                while await self._claim_more() or self._running:
                    self._begin()
                    await self._wait()
            finally:
                await self._let_run_out()
            return self._ran

    async def next_due(self) -> datetime | None:
        """When the next waiting job falls due; None when nothing waits."""
        return await self._claims.next_due(self._handlers)

    async def stop(self, within: float = 10.0) -> None:
        """End: let what runs come to its end for some seconds, and give back what was not begun.

        A run that is under way takes up nothing more.
        """
        self._stopping = True
        unbegun = list(self._backlog)
        self._backlog.clear()
        if self._running:
            await asyncio.wait(self._running, timeout=within)
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        if unbegun:
            await self._claims.release(unbegun)
        await self._settle_done()

    async def _claim_more(self) -> bool:
        """Fill the backlog; whether there is any."""
        if self._stopping:
            return False
        if len(self._backlog) < self._side_by_side:
            self._look.clear()
            await self._claim(self._handlers.keys() - SUMMING_UP)
            if not self._backlog and not self._running:
                await self._claim(self._handlers.keys() & SUMMING_UP)
        return bool(self._backlog)

    async def _claim(self, kinds: Collection[str]) -> None:
        if not kinds:
            return
        done, self._done = self._done, []
        try:
            more = await self._claims.take(kinds, self._clock.now(), CLAIMED_AT_ONCE, done)
        except BaseException:
            self._done = done + self._done
            raise
        self._backlog.extend(more)

    def _begin(self) -> None:
        while self._backlog and len(self._running) < self._side_by_side:
            task = asyncio.create_task(self._run(self._backlog.popleft()))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _wait(self) -> None:
        """Until a job ends or somebody says that there is more to do."""
        look = asyncio.create_task(self._look.wait())
        await asyncio.wait({look, *self._running}, return_when=asyncio.FIRST_COMPLETED)
        look.cancel()

    async def _let_run_out(self) -> None:
        if self._running:
            await asyncio.wait(self._running)
        await self._settle_done()

    async def _settle_done(self) -> None:
        done, self._done = self._done, []
        await self._claims.finish(done)

    async def _run(self, claimed: Claimed) -> None:
        job = claimed.job
        self._ran += 1
        try:
            async with asyncio.timeout(RUNS_AT_MOST.total_seconds()):
                await self._handlers[job.kind].run(job, late=claimed.due_at < self.awake_since)
        except TryLater as err:
            await self._failed(claimed, err, incident="")
        except DatabaseUnusable as err:  # locked, full or away: no bug, but how far it came is open
            log.warning("wait job=%s kind=%s: %s", job.key, job.kind, err)
            cut_off = replace(claimed, job=replace(job, cut_off=True))
            await self._failed(cut_off, err, incident="")
        except Exception as err:  # a handler's bug must not stop the others' work
            incident = uuid4().hex[:8]
            log.exception("fail job=%s kind=%s incident=%s", job.key, job.kind, incident)
            cut_off = replace(claimed, job=replace(job, cut_off=True), faults=claimed.faults + 1)
            await self._failed(cut_off, err, incident=incident)
        else:
            self._done.append(claimed)

    async def _failed(self, failed: Claimed, err: Exception, *, incident: str) -> None:
        verdict = judge(
            err, attempts=failed.job.attempts, faults=failed.faults, now=self._clock.now()
        )
        try:
            if isinstance(verdict, TryAgain):
                log.info("retry job=%s at=%s", failed.job.key, verdict.at.isoformat())
                await self._claims.put_off(failed, verdict.at, incident=incident)
            else:
                log.error("bury job=%s incident=%s", failed.job.key, incident)
                await self._claims.bury(failed, incident=incident)
        except DatabaseUnusable as unusable:
            # The claim runs out by itself, and then it is tried again.
            log.warning("leave job=%s: %s", failed.job.key, unusable)
