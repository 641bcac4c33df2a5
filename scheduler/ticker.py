"""The ticker: looks for due work at its instant, and every half minute besides. Work that another
process keeps is seen by a glance every second. The one user of APScheduler.

APScheduler keeps nothing here (memory store): what is due stands in our own table. It runs on the
machine's clock; scripts and tests move a standing clock instead, see `stepping`.
"""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from calendar_core.clock import Clock
from calendar_core.errors import CalendarError
from scheduler.worker import Worker

log = logging.getLogger(__name__)

EVERY = timedelta(seconds=30)
GLANCE = timedelta(seconds=1)
"""How often it is read whether another process kept work that is due before anything planned: one
row of an index, and nothing is claimed."""
ASLEEP = timedelta(minutes=2)
"""No look for so long means that the machine slept: what fell due meanwhile is late."""
_NEXT = "next"


class Ticker:
    """Wakes the worker. One look at a time; a look that is asked for during one makes it look once
    more."""

    def __init__(self, worker: Worker, clock: Clock) -> None:
        self._worker = worker
        self._clock = clock
        self._apscheduler: Any = None
        self._looking: asyncio.Task[None] | None = None
        self._glancing: asyncio.Task[None] | None = None
        self._last_look = clock.now()

    def start(self) -> None:
        """Begin to tick; needs a running loop. What is overdue runs at once."""
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        self._last_look = self._clock.now()
        self._apscheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._apscheduler.add_job(
            self._tick,
            "interval",
            seconds=EVERY.total_seconds(),
            id="every",
            next_run_time=datetime.now(UTC),
        )
        self._apscheduler.start()
        self._glancing = asyncio.ensure_future(self._glance())

    async def stop(self) -> None:
        """Tick no more; what runs comes to its end first, for some seconds."""
        if self._apscheduler is None:
            return
        self._apscheduler.remove_all_jobs()
        self._apscheduler.shutdown(wait=False)
        self._apscheduler = None
        if self._glancing is not None:
            self._glancing.cancel()
            await asyncio.gather(self._glancing, return_exceptions=True)
        await self._worker.stop()
        if self._looking is not None:
            await self._looking

    def wake(self, due: datetime) -> None:
        """Work was kept that is due then: look at that instant, if none is planned before."""
        if self._apscheduler is not None and due < self._clock.now() + EVERY:
            self._plan(due)

    async def _tick(self) -> None:
        if self._looking is not None and not self._looking.done():
            self._worker.look_again()
            return
        self._looking = asyncio.ensure_future(self._look())

    async def _glance(self) -> None:
        while True:
            await asyncio.sleep(GLANCE.total_seconds())
            if self._looking is None or self._looking.done():
                try:
                    due = await self._worker.next_due()
                except CalendarError as err:
                    log.debug("skip glance: %s", err)
                else:
                    if due is not None:
                        self.wake(due)

    async def _look(self) -> None:
        now = self._clock.now()
        if now - self._last_look > ASLEEP:
            self._worker.woke_up()
        try:
            await self._worker.run_due()
            due = await self._worker.next_due()
        except CalendarError as err:
            log.warning("skip look: %s", err)
            due = None
        self._last_look = self._clock.now()
        if due is not None and due < self._last_look + EVERY:
            self._plan(due)

    def _plan(self, due: datetime) -> None:
        if self._apscheduler is None:
            return
        planned = self._apscheduler.get_job(_NEXT)
        if planned is not None and planned.next_run_time <= due:
            return
        self._apscheduler.add_job(self._tick, "date", run_date=due, id=_NEXT, replace_existing=True)
