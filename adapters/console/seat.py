"""Who sits at the terminal, where, and what a typed line makes happen.

A line is read against the screen as it is when the line is finished; doing it comes later, in
order, and may wait for the house to be ready.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from adapters.console import incoming
from adapters.console.buttons import Pressable
from adapters.console.keys import Keys
from adapters.console.ports import Host
from adapters.console.pressing import press_button
from adapters.console.screen import OpenForm
from adapters.console.typed import (
    HELP,
    As,
    Help,
    In,
    Nothing,
    PressLabel,
    Quit,
    Said,
    Wrong,
    read_typed,
)

Work: TypeAlias = Callable[[Host], Awaitable[str | None]]
"""Something to do with the house; says what the terminal itself has to remark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a line comes to."""

    remark: str = ""
    """What the terminal itself answers at once."""
    work: Work | None = None
    leaves: bool = False


class Seat:
    """The person who writes, and the place they write in."""

    def __init__(self, keys: Keys, name: str) -> None:
        self._keys = keys
        self.name = name
        self.place = incoming.direct(name)

    def sit(self, name: str) -> None:
        """Be somebody, in their direct messages."""
        self.name = name
        self.place = incoming.direct(name)

    def take(self, line: str) -> Taken:
        """Read a finished line."""
        match read_typed(line):
            case Nothing():
                return Taken()
            case Help():
                return Taken(remark=HELP)
            case Quit():
                return Taken(leaves=True)
            case Wrong(why):
                return Taken(remark=why)
            case As(name):
                self.sit(name)
                return Taken(remark=f"You are {name} now.", work=_person(name))
            case In(channel):
                return self._go(channel)
            case PressLabel(label, card):
                return Taken(work=self._press_label(label, card))
            case Said(text):
                return Taken(work=self._said(text))
            case typed:
                assert_never(typed)

    def fill(self, form: OpenForm, fields: dict[str, str]) -> Work:
        """Answer a form."""

        async def work(host: Host) -> None:
            host.platform.close_form(form.sender.user)
            await host.handler.on_form(incoming.answer(form, fields, at=host.clock.now()))

        return work

    def _go(self, channel: str | None) -> Taken:
        self.place = incoming.channel(channel) if channel else incoming.direct(self.name)
        return Taken(remark=f"You write in {channel} now." if channel else "Direct messages again.")

    def _said(self, text: str) -> Work:
        button = self._keys.meaning(text, person=self.name, place=self.place)
        return self._press(button) if button else self._say(text)

    def _say(self, text: str) -> Work:
        name, place = self.name, self.place

        async def work(host: Host) -> None:
            await host.handler.on_message(
                incoming.message(
                    text, place=place, sender=incoming.person(name), at=host.clock.now()
                )
            )

        return work

    def _press(self, button: Pressable) -> Work:
        sender = incoming.person(self.name)

        async def work(host: Host) -> None:
            await press_button(host, button, sender)

        return work

    def _press_label(self, label: str, card: str | None) -> Work:
        sender = incoming.person(self.name)

        async def work(host: Host) -> str | None:
            button = await host.platform.store.pressable(label, card=card)
            if button is None:
                which = f"Card {card} never had" if card else "No card ever had"
                return f'{which} a button "{label}".'
            await press_button(host, button, sender)
            return None

        return work


def _person(name: str) -> Work:
    async def work(host: Host) -> None:
        await host.person(name)

    return work
