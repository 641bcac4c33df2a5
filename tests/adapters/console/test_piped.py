"""Lines from a pipe."""

import io
from collections.abc import AsyncIterator

import pytest

from adapters.console import piped
from adapters.console.firststart import default_answers
from adapters.console.keys import Keys
from adapters.console.plain_screen import PlainScreen
from adapters.console.render import Paper
from adapters.console.seat import Seat
from adapters.console.store import Store
from calendar_core.clock import StandingClock
from tests.adapters.console.host import FakeHost


async def _each(lines: list[str]) -> AsyncIterator[bytes]:
    for line in lines:
        yield f"{line}\n".encode()


class Pipe:
    def __init__(self, store: Store, clock: StandingClock) -> None:
        self._out = io.StringIO()
        self._keys = Keys()
        self._seat = Seat(self._keys, "")
        self._screen = PlainScreen(self._out, Paper(), seat=self._seat, keys=self._keys)
        self.host = FakeHost(store, self._screen, clock, person=None)

    async def __call__(self, *lines: str) -> str:
        await piped.converse(
            self.host,
            _each(list(lines)),
            screen=self._screen,
            seat=self._seat,
            defaults=default_answers(name="root", zone="Europe/Berlin"),
        )
        return self._out.getvalue()


@pytest.fixture
def pipe(store: Store, clock: StandingClock) -> Pipe:
    return Pipe(store, clock)


async def test_lines_are_answered_and_nobody_is_asked(pipe: Pipe) -> None:
    assert await pipe("hello", "") == "You said: hello\n\n"
    assert [answers.name for answers in pipe.host.welcome.settled] == ["root"]


async def test_numbers_press_here_too(pipe: Pipe) -> None:
    assert "✓ confirm:1 by root" in await pipe("ask Lunch", "1")


async def test_a_form_is_not_asked_for(pipe: Pipe) -> None:
    said = await pipe("ask Lunch", "2", "hello")
    assert "Forms can't be filled in here" in said
    assert said.endswith("You said: hello\n\n")


async def test_quit_ends_it(pipe: Pipe) -> None:
    assert await pipe("/quit", "hello") == ""


async def test_a_button_that_never_was_is_said(pipe: Pipe) -> None:
    assert await pipe("/press Nothing") == 'No card ever had a button "Nothing".\n\n'
