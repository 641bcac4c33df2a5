"""Whatever happens in whatever order, the mirror ends as the provider is.

Changes there, changes here through the desk, faults, lost listings, dead cursors, and a process
that dies at any step; afterwards the rest is done, and: the mirror holds what the provider holds,
nothing that was pressed is lost or doubled, and reminders stand where their events stand.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection, select
from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core.changes.change import (
    Amend,
    ChangeId,
    ChangeStatus,
    Create,
    Edit,
    Proposal,
    Remove,
)
from calendar_core.database import Database
from calendar_core.errors import CalendarError, TryLater
from calendar_core.events import Event, Target, event_id
from calendar_core.ics.reading import read
from calendar_core.opening import DATABASE_FILE
from calendar_core.patch import Patch
from calendar_core.report import Report
from calendar_core.sync.plan import LOOK_AGAIN
from calendar_core.sync.versions import MirroredVersions
from calendar_core.when import TimeSpan
from scheduler.embedded import EmbeddedQueue
from scheduler.following import ReminderFollower
from scheduler.reminders import Reminders
from scheduler.tables import JobRow, ReminderRow
from tests.calendar_core.house import ME, MONDAY, PLACE, an_event, at
from tests.calendar_core.sync.linked import LinkedHouse, a_linked_house
from tests.calendar_core.words import words_kept, words_there
from tests.fakes.calendars import LISTING, PAGE, WRITING, WROTE
from tests.fakes.preferences import FakePreferences

NEXT_WEEK = at("09:00", MONDAY + timedelta(days=7))
EXAMPLES, STEPS = 15, 20
USUAL = 600
"""Seconds of the usual lead, ten minutes."""
NAMES = st.integers(0, 30).map(lambda number: f"r{number}@test")
HOURS = st.integers(0, 90)
FUSES = st.one_of(st.none(), st.integers(0, 40))
"""After how many steps the process dies; None: it lives."""


class Died(BaseException):
    """The process is gone."""


Found = TypeVar("Found")


class Fuse:
    """Burns down a step at a time."""

    def __init__(self) -> None:
        self.left: int | None = None

    def burn(self) -> None:
        """One step; the last one kills."""
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Died


class MortalDatabase(Database):
    """A database whose process may die before, within and after each unit of work."""

    def __init__(self, url: str, fuse: Fuse) -> None:
        super().__init__(url)
        self._fuse = fuse

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        self._fuse.burn()
        async with super().session() as session:
            yield session
            self._fuse.burn()
        self._fuse.burn()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        self._fuse.burn()
        async with super().reading() as session:
            yield session

    async def read(self, work: Callable[[Connection], Found]) -> Found:
        self._fuse.burn()
        return await super().read(work)

    async def write(self, work: Callable[[Connection], Found]) -> Found:
        def dying(connection: Connection) -> Found:
            found = work(connection)
            self._fuse.burn()
            return found

        self._fuse.burn()
        found = await super().write(dying)
        self._fuse.burn()
        return found


class Following:
    """The reminders' follower, joined late: it looks into the mirror."""

    real: ReminderFollower

    async def follow(self, report: Report, session: Any) -> None:
        await self.real.follow(report, session)


def timed(uid: str, title: str, hour: int) -> Event:
    """An event next week."""
    start = NEXT_WEEK + timedelta(hours=hour)
    return an_event(title, TimeSpan(start=start, end=start + timedelta(minutes=30)), uid=uid)


class Syncing(RuleBasedStateMachine):
    """One person, one linked calendar, and everything that can happen to it."""

    fresh_database: Callable[[], str]
    house: LinkedHouse

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.fuse = Fuse()
        self.numbers = count(1)
        self.pressed: set[ChangeId] = set()
        self.made: set[str] = set()
        """UIDs of events that were made here."""

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    def live(self, work: Coroutine[Any, Any, Any], fuse: int | None) -> Any:
        """Run something until it is done, fails, or the process dies."""
        self.fuse.left = fuse
        try:
            return self.run(work)
        except (Died, CalendarError):
            return None
        finally:
            self.fuse.left = None

    @initialize()
    def begin(self) -> None:
        self.run(self._begin())

    async def _begin(self) -> None:
        self.database = MortalDatabase(type(self).fresh_database(), self.fuse)
        following = Following()
        self.house = house = await a_linked_house(self.database, [following])
        house.provider.page_size, house.provider.resumes = 4, True
        queue, wishes = EmbeddedQueue(self.database), FakePreferences()
        following.real = ReminderFollower(queue, house.clock, house.mirror, wishes)
        self.reminders = Reminders(self.database, queue, house.clock, house.mirror, wishes)
        for place in (LISTING, PAGE, WRITING, WROTE):
            house.provider.hooks[place] = self._step
        house.remote(*(timed(f"r{one}@test", f"First {one}", one) for one in range(8)))
        await house.sync()

    async def _step(self) -> None:
        self.fuse.burn()

    @rule(names=st.lists(NAMES, min_size=1, max_size=12, unique=True), hour=HOURS)
    def change_there(self, names: list[str], hour: int) -> None:
        self.house.remote(*(timed(one, f"There {next(self.numbers)}", hour) for one in names))

    @rule(data=st.data())
    def remove_there(self, data: st.DataObject) -> None:
        names = sorted(self.house.provider.of(self.house.calendar.id))
        for name in data.draw(st.lists(st.sampled_from(names or ["none"]), unique=True)):
            self.house.remove(name)

    @rule(fuse=FUSES)
    def sync(self, fuse: int | None) -> None:
        self.live(self.house.sync(), fuse)

    @rule(passed=st.integers(0, 3))
    def fail_at_a_page(self, passed: int) -> None:
        lost = TryLater("The server does not answer.")
        self.house.provider.fail(PAGE, *[None] * passed, lost)
        self.live(self.house.sync(), None)
        self.house.provider.faults.clear()

    @rule(is_late=st.booleans())
    def let_the_cursor_die(self, is_late: bool) -> None:
        """All is read anew, before there is a cursor or with it."""
        self.house.provider.let_cursors_die()
        self.house.provider.mirrored = MirroredVersions(self.database) if is_late else None

    @rule(fuse=FUSES)
    def answer_as_if_all_were_lost(self, fuse: int | None) -> None:
        self.live(self.house.sync(), None)
        if len(self.run(self.house.mirrored())) < 2 or not self.run(self.house.is_in_step()):
            # That one event went is believed, and what was never seen can't be missed.
            return
        self.house.provider.has_lost_all = True
        self.live(self.house.sync(), fuse)
        self.house.provider.has_lost_all = False

    @rule(hour=HOURS, fuse=FUSES)
    def make_here(self, hour: int, fuse: int | None) -> None:
        name = f"l{next(self.numbers)}@test"
        made = Create(calendar_id=self.house.calendar.id, event=timed(name, f"Here {name}", hour))
        if self.live(self._press(made), fuse):
            self.made.add(name)

    @rule(data=st.data(), hour=HOURS, fuse=FUSES)
    def move_here(self, data: st.DataObject, hour: int, fuse: int | None) -> None:
        name = self._some(data)
        when = timed(name, "", hour).when
        self.live(self._press(Amend(target=self._target(name), patch=Patch(when=when))), fuse)

    @rule(data=st.data(), fuse=FUSES)
    def remove_here(self, data: st.DataObject, fuse: int | None) -> None:
        self.live(self._press(Remove(target=self._target(self._some(data)))), fuse)

    @rule(data=st.data(), hour=HOURS, place=st.sampled_from((PAGE, LISTING)))
    def move_here_while_it_is_read(self, data: st.DataObject, hour: int, place: str) -> None:
        """One page is on its way while somebody presses; what it says is out of date."""
        name = self._some(data)
        patch = Patch(when=timed(name, "", hour).when)

        async def press() -> None:
            self.house.provider.hooks[place] = self._step
            try:
                await self._press(Amend(target=self._target(name), patch=patch))
            except CalendarError:
                return

        self.house.provider.hooks[place] = press
        self.live(self.house.sync(), None)
        self.house.provider.hooks[place] = self._step

    @rule(data=st.data(), hour=HOURS)
    def sync_while_it_is_written(self, data: st.DataObject, hour: int) -> None:
        """Between a write and its read-back it changes there again, and a round sees that."""
        name = self._some(data)
        patch = Patch(when=timed(name, "", hour).when)

        async def overtake() -> None:
            self.house.provider.hooks[WROTE] = self._step
            self.house.remote(timed(name, f"There {next(self.numbers)}", hour + 1))
            await self.house.sync()

        self.house.provider.hooks[WROTE] = overtake
        self.live(self._press(Amend(target=self._target(name), patch=patch)), None)
        self.house.provider.hooks[WROTE] = self._step

    @rule(data=st.data(), minutes=st.sampled_from((5, 30)))
    def remind(self, data: st.DataObject, minutes: int) -> None:
        target, lead = self._target(self._some(data)), timedelta(minutes=minutes)
        self.live(self.reminders.remind_before(ME, "", target, [lead]), None)

    @precondition(lambda self: self.pressed)
    @rule(fuse=FUSES)
    def finish_what_a_crash_left(self, fuse: int | None) -> None:
        self.live(self._finish(), fuse)

    @rule()
    def wait(self) -> None:
        """Servers that lose everything find it again sooner."""
        self.live(self.house.sync(), None)
        self.house.clock.advance(LOOK_AGAIN)

    def _some(self, data: st.DataObject) -> str:
        names = sorted(self.run(self.house.mirrored()))
        return str(data.draw(st.sampled_from(names or ["none"])))

    def _target(self, name: str) -> Target:
        return Target(event_id=event_id(self.house.calendar.id, name))

    async def _press(self, edit: Edit) -> bool:
        """Propose, confirm and apply; whether it was applied."""
        change = await self.house.desk.propose(Proposal(owner=ME, place=PLACE, edits=(edit,)))
        self.pressed.add(change.id)
        return (await self.house.desk.settle(change.id, ME)).status is ChangeStatus.APPLIED

    async def _finish(self) -> None:
        for change in await self.house.desk.waiting_to_finish():
            await self.house.desk.finish(change.id)

    def teardown(self) -> None:
        try:
            if hasattr(self, "reminders"):
                self.run(self._settle())
        finally:
            if hasattr(self, "database"):
                self.run(self.database.dispose())
            self.loop.close()

    async def _settle(self) -> None:
        await self._finish()
        for _ in range(3):
            await self.house.sync()
            self.house.clock.advance(LOOK_AGAIN)
        assert await self.house.mirrored() == self.house.provider.of(self.house.calendar.id)
        assert await words_kept(self.database) == await words_there(self.database)
        assert not await self.house.desk.waiting_to_finish()
        came = await self.house.sync()
        assert (came.is_news, came.read, came.doubted) == (False, 0, 0)
        await self._check_reminders()

    async def _check_reminders(self) -> None:
        starts = {
            event_id(self.house.calendar.id, uid): read(one)[0].when
            for uid, one in (await self.house.mirrored()).items()
        }
        async with self.database.reading() as session:
            rows = (await session.scalars(select(ReminderRow))).all()
            jobs = {row.key: row.run_at for row in await session.scalars(select(JobRow))}
        keys = [(row.event_id, row.lead) for row in rows]
        assert len(keys) == len(set(keys)), "a reminder is doubled"
        expected = {}
        for row in rows:
            assert row.lead is not None
            when = starts.get(row.event_id or "")  # type: ignore[call-overload]
            due = when.start - timedelta(seconds=row.lead) if when is not None else None
            assert row.due == due
            if due is not None:
                expected[f"reminder:{row.id}"] = due
        assert jobs == expected
        mine = {event_id(self.house.calendar.id, name) for name in self.made} & starts.keys()
        assert mine <= {event for event, lead in keys if lead == USUAL}


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Gives empty databases, one after the other."""
    numbers = count(1)
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")

        def copied() -> str:
            folder = tmp_path / str(next(numbers))
            folder.mkdir()
            shutil.copy(template, folder / DATABASE_FILE)
            return f"sqlite+aiosqlite:///{folder / DATABASE_FILE}"

        yield copied
        return
    shared = request.getfixturevalue("emptied")

    def emptied() -> str:
        shared.empty()
        return str(shared.url)

    yield emptied
    shared.empty()


def test_the_mirror_ends_as_the_provider_is(fresh_database: Callable[[], str]) -> None:
    machine = type("Machine", (Syncing,), {"fresh_database": staticmethod(fresh_database)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            # Making a failure smaller takes hours where every step is a transaction.
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
        ),
    )
