"""A sitting at the interactive terminal, keys in, screen out."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from adapters.console.incoming import person
from adapters.console.ports import CannotStart, Host
from adapters.console.screen import Screen
from adapters.console.store import Store
from adapters.console.terminal import Opening, Terminal
from bot.chat.messages import FormAnswer, IncomingMessage
from calendar_core.clock import StandingClock
from tests.adapters.console.host import FORM, FakeHost, broken, direct, opened

CTRL_C = "\x03"
CTRL_D = "\x04"
KILL_LINE = "\x15"
PATIENCE = 5


class Sitting:
    """Somebody who types, and what they see."""

    def __init__(
        self,
        keyboard: PipeInput,
        out: io.StringIO,
        folder: Path,
        store: Store,
        clock: StandingClock,
    ) -> None:
        self._keyboard = keyboard
        self._out = out
        self._folder = folder
        self._store = store
        self._clock = clock
        self.host: FakeHost | None = None
        self.may_load = asyncio.Event()
        self.may_load.set()
        self._loop = asyncio.get_running_loop()
        self._task: asyncio.Task[None] | None = None

    def begin(self, *, who: str | None = "ana", why_broken: str = "") -> None:
        def open_house(screen: Screen) -> AbstractAsyncContextManager[Host]:
            if why_broken:
                return broken(why_broken)
            self.host = FakeHost(self._store, screen, self._clock, person=who)
            return opened(self.host)

        opening = Opening(
            load=lambda: self._load(open_house),
            history=self._folder / "history",
            is_fresh=who is None,
            name_guess="root",
            zone_guess=lambda: "Europe/Berlin",
        )
        self._terminal = Terminal(opening, self._out)
        self._task = asyncio.create_task(self._terminal.run())

    def _load(self, open_house: Callable[[Screen], Any]) -> Callable[[Screen], Any]:
        asyncio.run_coroutine_threadsafe(self.may_load.wait(), self._loop).result(PATIENCE)
        return open_house

    def type(self, keys: str) -> None:
        self._keyboard.send_text(keys)

    @property
    def screen(self) -> str:
        return self._out.getvalue()

    async def sees(self, text: str) -> None:
        await self._until(lambda: text in self.screen, f"{text!r} in {self.screen!r}")

    async def hears(self, count: int) -> list[object]:
        await self._until(lambda: self._heard() >= count, f"{count} things heard")
        assert self.host is not None
        return self.host.handler.heard

    async def has_typed(self, text: str) -> None:
        buffer = self._terminal._editor._talking.default_buffer
        await self._until(lambda: buffer.text == text, f"{text!r} on the line")

    def _heard(self) -> int:
        return len(self.host.handler.heard) if self.host else 0

    async def _until(self, is_so: Callable[[], bool], what: str) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                while not is_so():  # noqa: ASYNC110 (the screen has no event to wait for)
                    await asyncio.sleep(0.002)
        except TimeoutError:
            raise AssertionError(f"waited in vain for {what}") from None

    async def ends(self) -> None:
        assert self._task is not None
        async with asyncio.timeout(PATIENCE):
            await self._task


@pytest.fixture
async def sitting(
    tmp_path: Path, store: Store, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Sitting]:
    out = io.StringIO()
    monkeypatch.setenv("NO_COLOR", "1")
    with (
        create_pipe_input() as keyboard,
        create_app_session(input=keyboard, output=DummyOutput()),
    ):
        sitting = Sitting(keyboard, out, tmp_path, store, clock)
        yield sitting
        if sitting._task is not None and not sitting._task.done():
            sitting._task.cancel()
            await asyncio.gather(sitting._task, return_exceptions=True)


async def test_a_line_is_answered_and_ctrl_d_leaves(sitting: Sitting) -> None:
    sitting.begin()
    sitting.type("hello\r")
    await sitting.sees("You said: hello")
    sitting.type(CTRL_D)
    await sitting.ends()


async def test_what_is_typed_before_the_house_stands_waits_for_it(sitting: Sitting) -> None:
    sitting.may_load.clear()
    sitting.begin()
    sitting.type("/help\r")
    await sitting.sees("Pressing a button")
    sitting.type("one\rtwo\r")
    sitting.may_load.set()
    heard = await sitting.hears(2)
    assert [m.text for m in heard if isinstance(m, IncomingMessage)] == ["one", "two"]
    assert [m.sender.user for m in heard if isinstance(m, IncomingMessage)] == ["ana", "ana"]


async def test_one_may_leave_before_the_house_stands(sitting: Sitting) -> None:
    sitting.begin()
    sitting.type("/quit\r")
    await sitting.ends()


async def test_a_number_presses_the_button(sitting: Sitting) -> None:
    sitting.begin()
    sitting.type("ask Lunch\r")
    await sitting.sees("[1] Confirm   [2] Edit   [3] Not now")
    sitting.type("1\r")
    await sitting.sees("✓ confirm:1 by ana")


async def test_a_form_is_asked_field_by_field(sitting: Sitting) -> None:
    sitting.begin()
    sitting.type("ask Lunch\r")
    await sitting.sees("[2] Edit")
    sitting.type("2\r")
    await sitting.sees("Edit the lunch")
    sitting.type(" with Bo\r")
    await sitting.sees("2  Every week")
    sitting.type(f"{KILL_LINE}2\r")
    await sitting.sees("Filled: title=Lunch with Bo, repeat=weekly")


async def test_a_form_may_be_given_up(sitting: Sitting) -> None:
    sitting.begin()
    sitting.type("ask Lunch\r")
    await sitting.sees("[2] Edit")
    sitting.type("2\r")
    await sitting.sees("Edit the lunch")
    sitting.type(CTRL_C)
    await sitting.sees("Nothing was changed.")
    sitting.type("hello\r")
    await sitting.sees("You said: hello")
    assert not any(isinstance(h, FormAnswer) for h in await sitting.hears(2))


async def test_a_form_that_comes_while_typing_gives_the_line_back(sitting: Sitting) -> None:
    sitting.begin()
    sitting.type("hello\r")
    await sitting.sees("You said: hello")
    sitting.type("half a line")
    await sitting.has_typed("half a line")
    assert sitting.host is not None
    await sitting.host.platform.open_form(
        FORM, place=direct("ana"), sender=person("ana"), trigger=None
    )
    await sitting.sees("Edit the lunch")
    sitting.type(CTRL_C)
    await sitting.sees("Nothing was changed.")
    sitting.type(", and the rest\r")
    await sitting.sees("You said: half a line, and the rest")


async def test_a_reminder_arrives_while_a_line_is_typed(sitting: Sitting) -> None:
    sitting.begin()
    sitting.type("hello\r")
    await sitting.sees("You said: hello")
    sitting.type("hel")
    assert sitting.host is not None
    await sitting.host.reminders.deliver(direct("ana"), "⏰ Standup in 10 minutes.")
    assert "⏰ Standup in 10 minutes." in sitting.screen
    sitting.type("lo again\r")
    await sitting.sees("You said: hello again")


async def test_an_answer_grows_and_stands_once(sitting: Sitting) -> None:
    sitting.begin()
    sitting.type("slow on Wednesday at nine\r")
    await sitting.sees("on Wednesday at nine\n\n")
    assert sitting.screen.count("on Wednesday") == 1


async def test_other_people_and_places_are_played(sitting: Sitting) -> None:
    sitting.begin()
    sitting.type("/as bo\r/in #team\rprivate hi\r/in\rhello\r")
    await sitting.sees("You said: hello")
    assert "only you see this\nhi\n" in sitting.screen
    heard = await sitting.hears(2)
    assert [(m.sender.user, m.place.channel) for m in heard if isinstance(m, IncomingMessage)] == [
        ("bo", "#team"),
        ("bo", "@bo"),
    ]
    assert sitting.host is not None
    assert sitting.host.people == ["bo"]


async def test_ctrl_c_empties_the_line_and_then_leaves(sitting: Sitting) -> None:
    sitting.begin()
    sitting.type(f"nonsense{CTRL_C}hello\r")
    await sitting.sees("You said: hello")
    sitting.type(CTRL_C)
    await sitting.ends()


async def test_the_first_start_asks_and_then_talks(sitting: Sitting) -> None:
    sitting.begin(who=None)
    sitting.type("Ana\r\r\r3\r")
    await sitting.sees("Welcome, Ana.")
    sitting.type("hello\r")
    await sitting.sees("You said: hello")
    assert sitting.host is not None
    answers = sitting.host.welcome.settled[0]
    assert (answers.name, answers.zone, answers.hours) == ("Ana", "Europe/Berlin", "9-17")


async def test_a_file_that_cannot_be_read_is_said_and_the_talk_goes_on(
    sitting: Sitting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.ics").touch()
    sitting.begin(who=None)
    sitting.type("Ana\r\r\r2\rbad.ics\r")
    await sitting.sees("is no calendar.")
    sitting.type("hello\r")
    await sitting.sees("You said: hello")


async def test_leaving_the_first_questions_makes_nobody(sitting: Sitting) -> None:
    sitting.begin(who=None)
    await sitting.sees("I'm Convene")
    sitting.type(CTRL_D)
    await sitting.ends()


async def test_a_house_that_cannot_open_says_why(sitting: Sitting) -> None:
    sitting.begin(why_broken="The database file is damaged.")
    with pytest.raises(CannotStart, match="damaged"):
        await sitting.ends()


async def test_the_history_is_for_its_owner_alone(sitting: Sitting, tmp_path: Path) -> None:
    sitting.begin()
    sitting.type("hello\r")
    await sitting.sees("You said: hello")
    sitting.type(CTRL_D)
    await sitting.ends()
    history = tmp_path / "history"
    assert "+hello" in history.read_text(encoding="utf-8")
    assert history.stat().st_mode & 0o077 == 0
