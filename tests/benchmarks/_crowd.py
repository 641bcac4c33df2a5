"""1,000 accounts that are due within one minute, on a server that takes its time."""

import asyncio
import json
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import process_time

import psutil

from calendar_core.accounts import Accounts, FoundCalendar, Linked
from calendar_core.clock import SystemClock
from calendar_core.mirror import Mirror
from calendar_core.opening import open_database
from calendar_core.people import PersonId
from calendar_core.providers.caldav.client import Doors
from calendar_core.providers.caldav.reader import CalDavReader
from calendar_core.providers.caldav.versions import MirroredVersions
from calendar_core.providers.caldav.wire import Outside
from calendar_core.sync.engine import SyncEngine
from calendar_core.sync.plan import Came
from calendar_core.sync.state import SyncStates
from calendar_core.vault import Vault
from scheduler.embedded import EmbeddedQueue
from scheduler.jobs import Job
from scheduler.notices import Notice
from scheduler.syncing import KIND, SIDE_BY_SIDE, Syncing
from scheduler.ticker import Ticker
from scheduler.worker import Worker

ACCOUNTS = 1_000
TAKES = 0.3
"""Seconds an answer."""
CURSOR = "token:http://server.example/0"
LONGEST = 180.0
"""Seconds that all may take."""


class _Unsaid:
    """Nobody is told anything."""

    async def deliver(self, notice: Notice) -> None:
        """Nothing."""


class _Timed:
    """Notes how late each account is read."""

    def __init__(self, syncing: Syncing, clock: SystemClock) -> None:
        self._syncing, self._clock = syncing, clock
        self.late: list[float] = []
        self.done = asyncio.Event()

    async def run(self, job: Job, *, late: bool) -> None:
        """Read it, once."""
        self.late.append((self._clock.now() - job.run_at).total_seconds())
        await self._syncing.run(job, late=late)
        if len(self.late) >= ACCOUNTS:
            self.done.set()


async def crowd() -> list[dict[str, object]]:
    """How late they are read, over how many connections, with how much memory."""
    with tempfile.TemporaryDirectory() as folder, _slow_server() as url:
        database, clock = await open_database(Path(folder)), SystemClock()
        mirror = Mirror(database, clock)
        accounts = Accounts(database, clock, Vault(Path(folder)), mirror)
        states, queue = SyncStates(database, clock), EmbeddedQueue(database)
        for number in range(ACCOUNTS):
            account = await accounts.link(PersonId(f"p{number}"), _linked(url, number))
            (calendar,) = await accounts.calendars(account.id)
            # Read before: what is due is a look at what changed since.
            await states.finish(await states.begin(calendar.id), Came(), CURSOR)
        doors = Doors(Outside(private=True, silence=30.0, longest=60.0))
        reader = CalDavReader(doors, accounts, MirroredVersions(database))
        engine = SyncEngine(mirror, states, clock)
        syncing = Syncing(accounts, states, engine, {"caldav": reader}, queue, clock, _Unsaid())
        timed = _Timed(syncing, clock)
        worker = Worker(database, clock, {KIND: timed}, side_by_side=SIDE_BY_SIDE)
        memory, worked = psutil.Process().memory_info().rss, process_time()
        ticker = Ticker(worker, clock)
        await syncing.begin()
        queue.tell(ticker.wake)
        ticker.start()
        try:
            async with asyncio.timeout(LONGEST):
                await timed.done.wait()
        except TimeoutError:
            pass
        figures = json.loads(await asyncio.to_thread(_read, f"{url}figures"))
        grown = psutil.Process().memory_info().rss - memory
        cpu = process_time() - worked
        await ticker.stop()
        await worker.stop()
        doors.close()
        await database.dispose()
    late = sorted(timed.late)
    return [
        {
            "bench": "sync",
            "name": f"{ACCOUNTS} accounts due in a minute, {TAKES} s an answer",
            "read": len(late),
            "late_s_median": round(median(late), 2),
            "late_s_p99": round(late[int(len(late) * 0.99) - 1], 2),
            "late_s_most": round(late[-1], 2),
            "cpu_ms_each": round(cpu * 1000 / max(len(late), 1), 2),
            "connections_most": figures["connections"],
            "asked_at_once": figures["at_once"],
            "memory_mb": round(grown / 2**20, 1),
        }
    ]


def _linked(url: str, number: int) -> Linked:
    there = f"{url}p{number}/"
    return Linked(
        provider="caldav",
        address=f"p{number}",
        url=there,
        credentials={"user": f"p{number}", "password": "not a secret"},
        calendars=(FoundCalendar(remote=f"{there}work/", name="Work"),),
    )


def _read(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:
        said: bytes = answer.read()
        return said


@contextmanager
def _slow_server() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.benchmarks._slow_server", str(TAKES)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}/"
    finally:
        process.kill()
        process.wait(timeout=10)
        if process.stdout is not None:
            process.stdout.close()
