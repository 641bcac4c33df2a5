"""Whatever happens in whatever order: each reminder is said once, or named once among the missed.

People set, move and take back; time passes with and without a process; processes die with a notice
just said and nothing written down. What must be said is counted beside it, by a model of a few
lines.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from calendar_core.database import Base, Database
from calendar_core.events import EventId, Target
from tests.fakes.occasions import an_occurrence
from tests.scheduler.rig import ANA, Rig

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
Step: TypeAlias = tuple[str, int, int]


class Killed(BaseException):
    """The process dies here."""


@dataclass
class Owed:
    """What must be said, reckoned apart from the code under test."""

    now: datetime
    waiting: dict[str, datetime] = field(default_factory=dict)
    """Moment of each waiting reminder, by id."""
    ends: dict[str, datetime] = field(default_factory=dict)
    """End of its event; none for one's own."""
    said: set[tuple[str, datetime]] = field(default_factory=set)
    late: set[tuple[str, datetime]] = field(default_factory=set)
    missed: list[str] = field(default_factory=list)

    def pass_time(self, by: timedelta, *, awake: bool) -> None:
        """Say what falls due; what an outage outlasted is missed."""
        self.now += by
        for name, due in list(self.waiting.items()):
            if due > self.now:
                continue
            del self.waiting[name]
            if not awake and self.ends.get(name, self.now + HOUR) <= self.now:
                self.missed.append(name)
                continue
            self.said.add((name, due))
            if not awake and due < self.now:
                self.late.add((name, due))


class World:
    """The real thing and the model, side by side."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.owed = Owed(now=rig.clock.now())
        self.own: list[str] = []
        self.events: list[tuple[str, str]] = []
        """Event and its reminder."""

    async def step(self, what: str, which: int, minutes: int) -> None:
        """Do one thing on both sides."""
        length = minutes * MINUTE
        match what:
            case "set":
                await self._set(length)
            case "plan":
                await self._plan(length)
            case "move" if self.events:
                await self._move(*self.events[which % len(self.events)], length)
            case "drop" if self.events:
                await self._drop(*self.events[which % len(self.events)])
            case "cancel" if self.own:
                await self._cancel(self.own[which % len(self.own)])
            case "run":
                self.owed.pass_time(length, awake=True)
                await self.rig.advance(length)
            case "sleep":
                self.owed.pass_time(length, awake=False)
                await self.rig.sleep(length)
            case "kill":
                self.rig.notifier.dies_after = [Killed()]

    async def _set(self, ahead: timedelta) -> None:
        at = self.owed.now + ahead
        kept = await self.rig.reminders.remind_at(ANA, "", "do it", at)
        self.own.append(kept.id)
        self.owed.waiting[kept.id] = at

    async def _plan(self, ahead: timedelta) -> None:
        event, start = f"e{len(self.events)}", self.owed.now + ahead
        await self.rig.add(an_occurrence(start, event=event, title=event), origin="synced")
        target = Target(event_id=EventId(event))
        (kept,) = await self.rig.reminders.remind_before(ANA, "", target, [10 * MINUTE])
        self.events.append((event, kept.id))
        self._arm(kept.id, start)

    async def _move(self, event: str, reminder: str, ahead: timedelta) -> None:
        if EventId(event) not in self.rig.occasions.held:
            return
        start = self.owed.now + ahead
        self.rig.occasions.put(an_occurrence(start, event=event, title=event))
        await self.rig.news(event)
        self._arm(reminder, start)

    def _arm(self, reminder: str, start: datetime) -> None:
        self.owed.waiting.pop(reminder, None)
        self.owed.ends[reminder] = start + HOUR
        due = start - 10 * MINUTE
        if due > self.owed.now and (reminder, due) not in self.owed.said:
            self.owed.waiting[reminder] = due

    async def _drop(self, event: str, reminder: str) -> None:
        self.rig.occasions.drop(event)
        await self.rig.news(event, "removed")
        self.owed.waiting.pop(reminder, None)

    async def _cancel(self, reminder: str) -> None:
        await self.rig.reminders.cancel(reminder, ANA)
        self.owed.waiting.pop(reminder, None)

    def check(self) -> None:
        """Both sides agree."""
        rung = self.rig.notifier.reminders
        assert {(one.reminder_id, one.due) for one in rung} == self.owed.said
        assert len(rung) == len(self.owed.said)
        late = {(one.reminder_id, one.due) for one in rung if one.late_by is not None}
        assert late == self.owed.late
        named = [title for line in self.rig.notifier.missed for title in line.titles]
        titles = {reminder: event for event, reminder in self.events}
        assert sorted(named) == sorted(titles[reminder] for reminder in self.owed.missed)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["set", "plan", "move", "drop", "cancel", "run", "run", "sleep", "sleep", "kill"]
        ),
        st.integers(0, 9),
        st.integers(0, 150),
    ),
    max_size=25,
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
@example(steps=[("plan", 0, 30), ("kill", 0, 0), ("run", 0, 25), ("sleep", 0, 150)])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_each_reminder_is_said_once(database_url: str, steps: list[Step]) -> None:
    asyncio.run(_play(database_url, steps))


async def _play(url: str, steps: list[Step]) -> None:
    database = Database(url)
    try:
        await _clear(database)
        world = World(Rig(database))
        for step in steps:
            await world.step(*step)
        await world.step("run", 0, 600)
        world.check()
    finally:
        await database.dispose()


async def _clear(database: Database) -> None:
    async with database.session() as session:
        for table in ("jobs", "reminders", "reminders_missed"):
            await session.execute(Base.metadata.tables[table].delete())
