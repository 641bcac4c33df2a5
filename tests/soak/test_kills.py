"""A real process is killed at random instants, again and again; no reminder is lost, none is said
twice.

A hundred kills in the default run; `CONVENE_SOAK` says how many (`make soak`: 1,000).
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import IO, Any

import pytest

from calendar_core.clock import SystemClock
from calendar_core.database import Base, make_engine
from calendar_core.events import EventId, Target
from scheduler.embedded import EmbeddedQueue
from scheduler.reminders import Reminders
from tests.conftest import Postgres
from tests.fakes.preferences import FakePreferences
from tests.soak.driver import LEAD, OWNER, Ledger, database_of, occasions_of

KILLS = int(os.environ.get("CONVENE_SOAK", "100"))
LIVES_FOR = 0.3
"""Seconds, at most."""
AT_THE_EDGE = 0.01
"""Seconds around a beginning or end in which nobody can say whether a process ran."""
ROOT = Path(__file__).parents[2]


@dataclass
class Story:
    """What came to pass: when lives began and ended, and what must have been said."""

    lives: dict[int, tuple[float, float]] = field(default_factory=dict)
    """Beginning and end, by process."""
    expected: set[str] = field(default_factory=set)

    def was_running(self, at: float) -> int | None:
        """Which process ran at an instant."""
        return next((p for p, (begin, end) in self.lives.items() if begin <= at < end), None)

    def is_at_an_edge(self, at: float) -> bool:
        """Whether a process just began or ended."""
        edges = (edge for life in self.lives.values() for edge in life)
        return any(abs(edge - at) < AT_THE_EDGE for edge in edges)


@pytest.fixture(params=["sqlite", "postgresql"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Where the lives keep what they have."""
    if request.param == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        (tmp_path / "database.url").write_text(postgres.url(postgres.create()))
    return tmp_path


def test_kills_lose_nothing_and_double_nothing(folder: Path) -> None:
    chance, story = Random(2026), Story()
    asyncio.run(_plan(folder, story, seconds=KILLS * (LIVES_FOR + 0.1) / 2 + 1))
    with _nursery(folder) as nursery:
        for _ in range(KILLS):
            _live_and_be_killed(nursery, chance, story)
            time.sleep(chance.uniform(0, 0.1))
        _finish(nursery, story)
    said = Ledger(folder).said()

    assert story.expected <= set(said), "nothing is lost"
    reminders = [key.rpartition(":")[0] for key in said]
    assert len(reminders) == len(set(reminders)), "nothing is said under a second key"
    assert _wrongly_marked(said, story) == {}


async def _plan(folder: Path, story: Story, *, seconds: float) -> None:
    """Reminders all over the time that the lives take: one's own, and before events."""
    now, count = SystemClock().now(), int(seconds * 20)
    events = {f"e{n}": (now + LEAD).timestamp() + n * seconds / 40 for n in range(1, 41)}
    (folder / "events.json").write_text(json.dumps(events))
    database = database_of(folder)
    engine = make_engine(database.url)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    await engine.dispose()
    reminders = Reminders(
        database, EmbeddedQueue(database), SystemClock(), occasions_of(folder), FakePreferences()
    )
    for number in range(count):
        at = now + timedelta(seconds=seconds * number / count)
        kept = await reminders.remind_at(OWNER, "", str(number), at)
        story.expected.add(kept.delivery_key)
    for event in events:
        target = Target(event_id=EventId(event))
        (before,) = await reminders.remind_before(OWNER, "", target, [LEAD])
        if before.due is not None:
            story.expected.add(before.delivery_key)
    await database.dispose()


@contextmanager
def _nursery(folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.soak.driver", str(folder)]
    nursery = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    try:
        yield nursery
    finally:
        nursery.stdin.close()  # type: ignore[union-attr]
        nursery.wait(10)
        nursery.stdout.close()  # type: ignore[union-attr]


def _live_and_be_killed(nursery: subprocess.Popen[str], chance: Random, story: Story) -> None:
    begun = _tell(nursery, "live")
    pid = begun["pid"]
    time.sleep(chance.uniform(0, LIVES_FOR))
    os.kill(pid, signal.SIGKILL)
    killed = time.time()
    story.lives[pid] = (begun["begins"], killed)
    _until_ended(nursery, story)


def _finish(nursery: subprocess.Popen[str], story: Story) -> None:
    begun = _tell(nursery, "finish")
    story.lives[begun["pid"]] = (begun["begins"], float("inf"))
    _until_ended(nursery, story)


def _tell(nursery: subprocess.Popen[str], word: str) -> dict[str, Any]:
    assert nursery.stdin is not None
    nursery.stdin.write(word + "\n")
    nursery.stdin.flush()
    return _read(nursery)


def _until_ended(nursery: subprocess.Popen[str], story: Story) -> None:
    while "ended" not in (line := _read(nursery)):
        if "kept" in line:
            story.expected.add(line["kept"])


def _read(nursery: subprocess.Popen[str]) -> dict[str, Any]:
    stream: IO[str] | None = nursery.stdout
    assert stream is not None
    line: dict[str, Any] = json.loads(stream.readline())
    return line


def _wrongly_marked(said: dict[str, dict[str, Any]], story: Story) -> dict[str, Any]:
    """What came late without a word, or on time and called late.

    A process that dies with a reminder in its hands leaves it to the next, which may call it late
    or not.
    """
    wrong = {}
    for key, told in said.items():
        due = _due(key)
        if story.is_at_an_edge(due):
            continue
        ran = story.was_running(due)
        if (ran is None and not told["late"]) or (ran == told["pid"] and told["late"]):
            wrong[key] = told | {"due": due, "ran": ran}
    return wrong


def _due(key: str) -> float:
    text = key.rpartition(":")[2]
    return datetime.strptime(text, "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=UTC).timestamp()
