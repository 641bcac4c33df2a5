"""The script door: plays a conversation from lines, for tests and demos.

What a line means is `script_lines`, what comes out is a `Screen`'s. A line is over when its turn
and all due work are; then the next one is read.
"""

from codecs import BOM_UTF8
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Protocol, assert_never

from adapters.console import incoming
from adapters.console.form_answers import Unacceptable, complete
from adapters.console.ports import Host
from adapters.console.pressing import press_button
from adapters.console.screen import OpenForm, Screen
from adapters.console.script_lines import (
    Action,
    Advance,
    BadScript,
    Dismiss,
    Fill,
    Press,
    Say,
    Step,
    read_step,
)
from bot.chat.messages import Sender
from calendar_core.clock import LAST_YEAR

DEFAULT_PERSON = "me"


class ScriptStopped(Exception):
    """A script can't go on at a line."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(f"Line {number} of the script: {why}.")
        self.number = number
        """Counts every line of the script, the first is 1."""


class Script:
    """Plays lines into a host, as one person at a time."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._person = DEFAULT_PERSON
        self._place = incoming.direct(DEFAULT_PERSON)

    async def begin(self) -> None:
        """Make the default person, show what waits, run overdue work."""
        await self._host.person(DEFAULT_PERSON)
        await self._host.start()
        await self._host.settle()

    async def play(self, step: Step) -> None:
        """Do what one line asks for, to its end. Raises BadScript."""
        if step.moves:
            await self._move(step)
        if step.action is not None:
            await self._act(step.action)
        await self._host.settle()

    async def _move(self, step: Step) -> None:
        if step.person is not None:
            await self._host.person(step.person)
            self._person = step.person
        self._place = (
            incoming.channel(step.channel) if step.channel else incoming.direct(self._person)
        )

    async def _act(self, action: Action) -> None:
        match action:
            case Say():
                await self._say(action.text)
            case Press():
                await self._press(action)
            case Fill():
                await self._fill(action)
            case Dismiss():
                self._open_form()
                self._host.platform.close_form(self._person)
            case Advance():
                await self._advance(action)
            case _:
                assert_never(action)

    async def _say(self, text: str) -> None:
        said = incoming.message(text, place=self._place, sender=self._sender, at=self._now)
        await self._host.handler.on_message(said)

    async def _press(self, press: Press) -> None:
        found = await self._host.platform.store.pressable(
            press.label, card=press.card, showing=press.optional
        )
        if found is None:
            if press.optional:
                return
            where = f"card {press.card}" if press.card else "card"
            raise BadScript(f'no {where} ever had a button "{press.label}"')
        await press_button(self._host, found, self._sender)

    async def _fill(self, fill: Fill) -> None:
        opened = self._open_form()
        try:
            fields = complete(opened.form, fill.fields)
        except Unacceptable as error:
            raise BadScript(str(error)) from None
        self._host.platform.close_form(self._person)
        await self._host.handler.on_form(incoming.answer(opened, fields, at=self._now))

    async def _advance(self, advance: Advance) -> None:
        """Stand at each due instant in order, then at the end."""
        end = self._end_of(advance)
        while (due := await self._host.next_due(self._now)) is not None and due < end:
            await self._host.advance_to(due)
        await self._host.advance_to(end)

    def _end_of(self, advance: Advance) -> datetime:
        try:
            end = self._now + advance.length
        except OverflowError:
            end = None
        if end is None or end.year >= LAST_YEAR:
            raise BadScript("that is further than a calendar reaches")
        return end

    def _open_form(self) -> OpenForm:
        opened = self._host.platform.form_of(self._person)
        if opened is None:
            raise BadScript(f"no form is open for {self._person}")
        return opened

    @property
    def _sender(self) -> Sender:
        return incoming.person(self._person)

    @property
    def _now(self) -> datetime:
        return self._host.clock.now()


class ScriptScreen(Screen, Protocol):
    """A screen that is told about lines."""

    def begin_step(self, number: int) -> None:
        """The line of this number is played."""
        ...

    def end_step(self) -> None:
        """The line is over."""
        ...


async def play(host: Host, lines: AsyncIterator[bytes], screen: ScriptScreen) -> None:
    """Play a whole script.

    Raises ScriptStopped at the first line that can't be played; what came before stands.
    Raises BrokenPipeError when nobody reads any more.
    """
    script = Script(host)
    await script.begin()
    screen.end_step()
    number = 0
    async for line in lines:
        number += 1
        screen.begin_step(number)
        try:
            step = _step(line.removeprefix(BOM_UTF8) if number == 1 else line)
            if step is not None:
                await script.play(step)
        except BadScript as error:
            raise ScriptStopped(number, str(error)) from None
        screen.end_step()
        if host.platform.is_closed:
            raise BrokenPipeError


def _step(line: bytes) -> Step | None:
    """What a line asks for; None for a blank one. Raises BadScript."""
    try:
        text = line.decode("utf-8").strip()
    except UnicodeDecodeError:
        raise BadScript("it is not UTF-8 text") from None
    return read_step(text) if text else None
