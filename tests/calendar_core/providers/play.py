"""Whatever happens in whatever order, the mirror ends as the vendor is.

Rounds and writes of ours among those of another program, with faults at any call, cursors that die,
changes that are broken off and those that are taken back. Each vendor says how things happen there;
which and when is hypothesis's choice.
"""

import asyncio
import os
import random
import shutil
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any, ClassVar, Protocol
from uuid import UUID

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from calendar_core.changes.change import ChangeId
from calendar_core.database import Database
from calendar_core.errors import CalendarError
from calendar_core.opening import DATABASE_FILE
from tests.calendar_core.house import ME
from tests.calendar_core.providers.together import LinkedCalendar

EXAMPLES, STEPS = int(os.environ.get("CONVENE_SOAK", "0")) // 4 or 3, 30
CHANCE = st.randoms(use_true_random=False)


class Vendor(Protocol):
    """How things happen at one vendor."""

    @property
    def linked(self) -> LinkedCalendar[Any]:
        """The house whose owner linked the calendar."""
        ...

    def theirs(self, chance: random.Random) -> None:
        """Another program makes, changes or removes something."""
        ...

    def fail(self, chance: random.Random) -> None:
        """A call that comes will go wrong, once."""
        ...

    def forget(self) -> None:
        """The vendor knows no cursor any more."""
        ...

    def heal(self) -> None:
        """Nothing goes wrong any more."""
        ...

    async def make(self, chance: random.Random) -> ChangeId | None:
        """Something new of ours; None where it was refused."""
        ...

    async def change(self, chance: random.Random) -> ChangeId | None:
        """Something that is mirrored is changed or removed here."""
        ...

    async def check(self) -> None:
        """In the end: the mirror is as the vendor is, and nothing is doubled."""
        ...


Opens = Callable[[], AbstractAsyncContextManager[Vendor]]


class Playing(RuleBasedStateMachine):
    """One person, one calendar at a vendor, and everything that can happen to it."""

    opens: ClassVar[Opens]

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.done: list[ChangeId] = []

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run something to its end, or until it is refused."""
        with suppress(CalendarError):
            return self.loop.run_until_complete(work)

    @initialize()
    def begin(self) -> None:
        self.opened = type(self).opens()
        self.vendor = self.loop.run_until_complete(self.opened.__aenter__())
        self.run(self.vendor.linked.sync())

    @rule(chance=CHANCE)
    def another_program_changes_something(self, chance: random.Random) -> None:
        self.vendor.theirs(chance)

    @rule(chance=CHANCE)
    def something_will_go_wrong(self, chance: random.Random) -> None:
        self.vendor.fail(chance)

    @rule()
    def sync(self) -> None:
        self.run(self.vendor.linked.sync())

    @rule(chance=CHANCE)
    def cursors_die(self, chance: random.Random) -> None:
        if chance.random() < 0.3:
            self.vendor.forget()

    @rule(chance=CHANCE)
    def make_here(self, chance: random.Random) -> None:
        self._keep(self.run(self.vendor.make(chance)))

    @rule(chance=CHANCE)
    def change_here(self, chance: random.Random) -> None:
        self._keep(self.run(self.vendor.change(chance)))

    @rule(chance=CHANCE)
    def undo(self, chance: random.Random) -> None:
        if self.done:
            change = self.done.pop(chance.randrange(len(self.done)))
            self.run(self.vendor.linked.house.desk.undo(change, ME))

    @rule()
    def finish_what_was_broken_off(self) -> None:
        self.run(self._finish())

    def _keep(self, change: ChangeId | None) -> None:
        if change is not None:
            self.done.append(change)

    async def _finish(self) -> None:
        desk = self.vendor.linked.house.desk
        for change in await desk.waiting_to_finish():
            await desk.finish(change.id)

    def teardown(self) -> None:
        try:
            if hasattr(self, "vendor"):
                self.loop.run_until_complete(self._end())
        finally:
            self.loop.run_until_complete(self.loop.shutdown_default_executor())
            self.loop.close()

    async def _end(self) -> None:
        try:
            self.vendor.heal()
            await self.vendor.linked.settle()
            await self.vendor.check()
            assert await self.vendor.linked.house.desk.waiting_to_finish() == ()
            assert not (await self.vendor.linked.sync()).is_news
        finally:
            await self.opened.__aexit__(None, None, None)


def play(opens: Opens) -> None:
    """Play at a vendor; raises AssertionError with the steps that led there."""
    machine = type("Machine", (Playing,), {"opens": staticmethod(opens)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            # Making a failure smaller takes hours where every step asks a server.
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
        ),
    )


_numbers = count(1)


@asynccontextmanager
async def a_database(template: Path, folder: Path) -> AsyncIterator[tuple[Database, Path]]:
    """An empty database, and the folder that it is in."""
    own = folder / f"play{next(_numbers)}"
    own.mkdir()
    shutil.copy(template, own / DATABASE_FILE)
    opened = Database(f"sqlite+aiosqlite:///{own / DATABASE_FILE}")
    try:
        yield opened, own
    finally:
        await opened.dispose()


def an_id(chance: random.Random) -> str:
    """A new one."""
    return UUID(int=chance.getrandbits(128)).hex
