"""100,000 waiting reminders: what they cost in memory, and how late those ring that fall due
together.

A thousand of them fall due within one second. Queue, worker, ticker and clock are the real ones, on
a SQLite file; only saying them costs nothing.
"""

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import Any

import psutil
from sqlalchemy import insert

from calendar_core.clock import SystemClock
from calendar_core.database import Base, Database, make_engine
from scheduler import arming
from scheduler.embedded import EmbeddedQueue
from scheduler.notices import Notice, ReminderDue
from scheduler.ringing import ReminderRinger
from scheduler.tables import JobRow, ReminderRow
from scheduler.ticker import Ticker
from scheduler.worker import Worker
from tests.fakes.occasions import FakeOccasions
from tests.fakes.preferences import FakePreferences

WAITING = 100_000
TOGETHER = 1_000
SOON = timedelta(seconds=3)
BATCH = 5_000


class Listener:
    """Notes how late each reminder came."""

    def __init__(self) -> None:
        self.late_ms: list[float] = []
        self.done = asyncio.Event()

    async def deliver(self, notice: Notice) -> None:
        """Note it."""
        assert isinstance(notice, ReminderDue)
        lateness = SystemClock().now() - notice.due
        self.late_ms.append(lateness.total_seconds() * 1000)
        if len(self.late_ms) == TOGETHER:
            self.done.set()


def run() -> Iterator[dict[str, object]]:
    """One row on memory, one on lateness."""
    with tempfile.TemporaryDirectory() as folder:
        yield from asyncio.run(_measure(Path(folder) / "convene.db"))


async def _measure(file: Path) -> list[dict[str, object]]:
    url = f"sqlite+aiosqlite:///{file}"
    await _make_tables(url)
    database = Database(url)
    try:
        await _fill(database)
        return await _ring(database)
    finally:
        await database.dispose()


async def _ring(database: Database) -> list[dict[str, object]]:
    process, clock, listener = psutil.Process(), SystemClock(), Listener()
    queue = EmbeddedQueue(database)
    ringer = ReminderRinger(database, queue, clock, FakeOccasions(), FakePreferences(), listener)
    worker = Worker(database, clock, {arming.KIND: ringer})
    before = process.memory_info().rss
    started = perf_counter()
    await worker.start_up()
    start_ms = (perf_counter() - started) * 1000
    await _add(database, TOGETHER, clock.now() + SOON, timedelta(seconds=1) / TOGETHER, "soon")
    ticker = Ticker(worker, clock)
    ticker.start()
    async with asyncio.timeout(120):
        await listener.done.wait()
    memory = process.memory_info().rss - before
    await ticker.stop()
    cuts = quantiles(listener.late_ms, n=20)
    return [
        {
            "benchmark": "reminders_waiting",
            "reminders": WAITING,
            "start_up_ms": round(start_ms, 1),
            "memory_mb": round(memory / 2**20, 1),
            "process_mb": round(process.memory_info().rss / 2**20, 1),
        },
        {
            "benchmark": "reminders_due_in_one_second",
            "reminders": len(listener.late_ms),
            "p50_ms": round(cuts[9]),
            "p95_ms": round(cuts[18]),
            "max_ms": round(max(listener.late_ms)),
        },
    ]


async def _make_tables(url: str) -> None:
    engine = make_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    await engine.dispose()


async def _fill(database: Database) -> None:
    tomorrow = SystemClock().now() + timedelta(days=1)
    for first in range(0, WAITING, BATCH):
        await _add(database, BATCH, tomorrow, timedelta(seconds=1), f"w{first}")


async def _add(database: Database, count: int, at: Any, step: timedelta, prefix: str) -> None:
    reminders: list[dict[str, Any]] = []
    jobs: list[dict[str, Any]] = []
    for number in range(count):
        name, due = f"{prefix}-{number}", at + number * step
        reminders.append(_reminder(name, due))
        jobs.append(_job(name, due))
    async with database.session() as session:
        await _insert(session, ReminderRow, reminders)
        await _insert(session, JobRow, jobs)


async def _insert(session: Any, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    await session.execute(insert(table), list(rows))


def _reminder(name: str, due: Any) -> dict[str, Any]:
    return {
        "id": name,
        "owner": f"person-{hash(name) % 500}",
        "whose": "",
        "text": "send the report",
        "status": "waiting",
        "asked": True,
        "at": due,
        "zone": "Europe/Berlin",
        "due": due,
        "rings_at": due,
    }


def _job(name: str, due: Any) -> dict[str, Any]:
    key = f"reminder:{name}"
    payload = f'{{"reminder": "{name}"}}'
    return {"key": key, "kind": arming.KIND, "run_at": due, "due_at": due, "payload": payload}


if __name__ == "__main__":
    for row in run():
        print(row)
