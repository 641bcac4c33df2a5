"""A terminal whose cursor can't be moved: a prompt, the first questions, lines one by one."""

import io
from collections.abc import AsyncIterator

import pytest

from adapters.console.keys import Keys
from adapters.console.plain_screen import PlainScreen
from adapters.console.plain_terminal import PlainTerminal
from adapters.console.render import Paper
from adapters.console.seat import Seat
from adapters.console.store import Store
from calendar_core.clock import StandingClock
from tests.adapters.console.host import FakeHost


async def _each(lines: tuple[str, ...]) -> AsyncIterator[bytes]:
    for line in lines:
        yield f"{line}\n".encode()


class Sitting:
    def __init__(self, store: Store, clock: StandingClock, person: str | None) -> None:
        self._out = io.StringIO()
        self._keys = Keys()
        self._seat = Seat(self._keys, "")
        self._screen = PlainScreen(self._out, Paper(), seat=self._seat, keys=self._keys)
        self.host = FakeHost(store, self._screen, clock, person=person)

    async def __call__(self, *lines: str) -> str:
        terminal = PlainTerminal(self.host, _each(lines), screen=self._screen, seat=self._seat)
        await terminal.run(name_guess="root", zone_guess=lambda: "Europe/Berlin")
        return self._out.getvalue()


@pytest.fixture
def at_home(store: Store, clock: StandingClock) -> Sitting:
    return Sitting(store, clock, "Ana")


@pytest.fixture
def newcomer(store: Store, clock: StandingClock) -> Sitting:
    return Sitting(store, clock, None)


async def test_a_prompt_says_who_writes_where(at_home: Sitting) -> None:
    said = await at_home("hello", "/in #team", "/quit", "unread")
    assert said == "Ana> You said: hello\n\nAna> You write in #team now.\n\nAna #team> "


async def test_a_new_person_is_asked(newcomer: Sitting) -> None:
    said = await newcomer("Ana", "", "", "3", "hello")
    assert [one.name for one in newcomer.host.welcome.settled] == ["Ana"]
    assert "Your time zone [Europe/Berlin]: " in said
    assert said.endswith("Ana> You said: hello\n\nAna> ")


async def test_who_leaves_during_the_questions_is_not_made(newcomer: Sitting) -> None:
    await newcomer("Ana")
    assert newcomer.host.welcome.settled == []


async def test_buttons_have_keys_and_forms_are_said(at_home: Sitting) -> None:
    said = await at_home("ask Lunch", "1", "ask Lunch", "2")
    assert "✓ confirm:1 by Ana" in said
    assert "Forms can't be filled in here" in said
