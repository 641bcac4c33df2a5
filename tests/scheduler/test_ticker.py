"""The ticker: real APScheduler, real clock, no waiting for it but for what it brings."""

import asyncio
import subprocess
import sys
from datetime import timedelta

import pytest

from calendar_core.clock import SystemClock
from calendar_core.database import Database
from scheduler.embedded import EmbeddedQueue
from scheduler.jobs import Job
from scheduler.ticker import Ticker
from scheduler.worker import Worker

A_MOMENT = timedelta(milliseconds=50)


class Bell:
    """A handler that rings for each job."""

    def __init__(self) -> None:
        self.rung: asyncio.Queue[tuple[str, bool]] = asyncio.Queue()

    async def run(self, job: Job, *, late: bool) -> None:
        await self.rung.put((job.key, late))

    async def next(self) -> tuple[str, bool]:
        """The next job that ran."""
        async with asyncio.timeout(10):
            return await self.rung.get()


async def test_it_looks_when_started_and_when_work_is_kept_and_at_its_instant(
    database: Database,
) -> None:
    bell, clock, queue = Bell(), SystemClock(), EmbeddedQueue(database)
    worker = Worker(database, clock, {"note": bell})
    ticker = Ticker(worker, clock)
    queue.tell(ticker.wake)
    await queue.enqueue(Job(kind="note", key="waiting", run_at=clock.now()))
    ticker.start()
    assert await bell.next() == ("waiting", False)

    for number in range(3):
        due = clock.now() + A_MOMENT
        await queue.enqueue(Job(kind="note", key=f"soon {number}", run_at=due))
        assert await bell.next() == (f"soon {number}", False)
        assert clock.now() >= due
    await ticker.stop()
    await ticker.stop()


async def test_what_is_kept_far_ahead_is_found_at_its_instant(database: Database) -> None:
    bell, clock, queue = Bell(), SystemClock(), EmbeddedQueue(database)
    ticker = Ticker(Worker(database, clock, {"note": bell}), clock)
    await queue.enqueue(Job(kind="note", key="in a moment", run_at=clock.now() + 4 * A_MOMENT))
    ticker.start()
    assert await bell.next() == ("in a moment", False)
    await ticker.stop()


async def test_what_another_process_keeps_is_found_by_a_glance(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.ticker.GLANCE", A_MOMENT)
    bell, clock = Bell(), SystemClock()
    ticker = Ticker(Worker(database, clock, {"note": bell}), clock)
    ticker.start()
    for number in range(2):
        await asyncio.sleep(A_MOMENT.total_seconds())
        await EmbeddedQueue(database).enqueue(
            Job(kind="note", key=f"from beside {number}", run_at=clock.now())
        )
        assert await bell.next() == (f"from beside {number}", False)
    await ticker.stop()


async def test_stopping_lets_what_runs_come_to_its_end(database: Database) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    class Slow:
        async def run(self, job: Job, *, late: bool) -> None:
            begun.set()
            await asyncio.sleep(A_MOMENT.total_seconds())
            ended.set()

    clock = SystemClock()
    ticker = Ticker(Worker(database, clock, {"note": Slow()}), clock)
    await EmbeddedQueue(database).enqueue(Job(kind="note", key="slow", run_at=clock.now()))
    ticker.start()
    async with asyncio.timeout(10):
        await begun.wait()
    await ticker.stop()
    assert ended.is_set()


def test_apscheduler_is_not_imported_before_the_first_tick() -> None:
    loaded = "import sys, scheduler.ticker, scheduler.ringing; print('apscheduler' in sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "False"
