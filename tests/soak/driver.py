"""A process that rings reminders, made to be killed.

`python -m tests.soak.driver FOLDER` loads everything once and then forks a fresh process for each
line on its standard input, so that a life begins in milliseconds. A life runs the real queue,
worker, ticker and reminders on the folder's database until it is killed, or, when the line is
"finish", until nothing waits. Each prints JSON lines: its beginning, and every reminder that it
keeps for itself. What was said stands in the folder's ledger.
"""

import asyncio
import json
import os
import sqlite3
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from apscheduler.schedulers import asyncio as apscheduler_for_the_ticker

from calendar_core.clock import SystemClock
from calendar_core.database import Database
from calendar_core.people import PersonId
from scheduler import arming, missed
from scheduler.embedded import EmbeddedQueue
from scheduler.jobs import JobHandler
from scheduler.missed import MissedTeller
from scheduler.notices import Notice, ReminderDue
from scheduler.reminders import Reminders
from scheduler.ringing import ReminderRinger
from scheduler.ticker import Ticker
from scheduler.worker import Worker
from tests.fakes.occasions import FakeOccasions, an_occurrence
from tests.fakes.preferences import FakePreferences

LOADED = apscheduler_for_the_ticker
OWNER = PersonId("ana")
LEAD = timedelta(seconds=1)


class Ledger:
    """What was said, once a key: the platform that people read. Every try is noted too."""

    def __init__(self, folder: Path) -> None:
        self._file = sqlite3.connect(folder / "ledger.db", isolation_level=None, timeout=10)
        self._file.execute("PRAGMA journal_mode = WAL")
        self._file.execute("CREATE TABLE IF NOT EXISTS said (key TEXT PRIMARY KEY, notice TEXT)")
        self._file.execute("CREATE TABLE IF NOT EXISTS tried (key TEXT, pid INTEGER)")

    async def deliver(self, notice: Notice) -> None:
        """Say it, unless it was said."""
        self._file.execute("INSERT INTO tried VALUES (?, ?)", (notice.key, os.getpid()))
        late = isinstance(notice, ReminderDue) and notice.late_by is not None
        told = json.dumps({"late": late, "at": time.time(), "pid": os.getpid()})
        self._file.execute("INSERT OR IGNORE INTO said VALUES (?, ?)", (notice.key, told))

    def said(self) -> dict[str, dict[str, Any]]:
        """All that was said, by key."""
        return {key: json.loads(told) for key, told in self._file.execute("SELECT * FROM said")}

    def tries(self) -> int:
        """How often something was to be said."""
        count: int = self._file.execute("SELECT count(*) FROM tried").fetchone()[0]
        return count


def occasions_of(folder: Path) -> FakeOccasions:
    """The events of a plan, the same in every life."""
    occasions = FakeOccasions()
    plan: Mapping[str, float] = json.loads((folder / "events.json").read_text())
    for event, start in plan.items():
        occasions.put(an_occurrence(datetime.fromtimestamp(start, UTC), event=event, owner=OWNER))
    return occasions


def database_of(folder: Path) -> Database:
    """The folder's database: its own file, or the one that `database.url` names."""
    named = folder / "database.url"
    if named.exists():
        return Database(named.read_text())
    return Database(f"sqlite+aiosqlite:///{folder}/convene.db")


async def live(folder: Path, *, finish: bool) -> None:
    """One life."""
    database, clock, occasions = database_of(folder), SystemClock(), occasions_of(folder)
    preferences, queue, ledger = FakePreferences(), EmbeddedQueue(database), Ledger(folder)
    ringer = ReminderRinger(database, queue, clock, occasions, preferences, ledger)
    handlers: dict[str, JobHandler] = {
        arming.KIND: ringer,
        missed.KIND: MissedTeller(database, ledger),
    }
    worker = Worker(database, clock, handlers)
    say({"begins": worker.awake_since.timestamp(), "pid": os.getpid()})
    await worker.start_up()
    ticker = Ticker(worker, clock)
    queue.tell(ticker.wake)
    ticker.start()
    reminders = Reminders(database, queue, clock, occasions, preferences)
    if finish:
        while (due := await worker.next_due()) is not None:
            await asyncio.sleep(max(0.0, (due - clock.now()).total_seconds()))
            await worker.run_due()
        await ticker.stop()
        await database.dispose()
        say({"ends": True})
        return
    while True:
        kept = await reminders.remind_at(OWNER, "", "mine", clock.now() + LEAD / 20)
        say({"kept": kept.delivery_key})
        await asyncio.sleep(0.03)


def say(line: Mapping[str, Any]) -> None:
    """One JSON line."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Fork a life for each line that comes in; wait for its end before the next."""
    folder = Path(sys.argv[1])
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            asyncio.run(live(folder, finish=line.strip() == "finish"))
            os._exit(0)
        os.waitpid(child, 0)
        say({"ended": child})


if __name__ == "__main__":
    main()
