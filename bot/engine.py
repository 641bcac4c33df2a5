"""What happens on a message, a button press, a command, a form, a menu: the conversation's front
door.

Implements `ChatHandler` and `MenuHandler`. A turn is `turn`; presses are `presses`; menus are
`menus`; cards are `confirmations`.
Messages of one
conversation are taken in order; conversations run side by side.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Protocol
from uuid import uuid4

from bot.channel_settings import ChannelSetting
from bot.chat.forms import Option
from bot.chat.messages import (
    ButtonPress,
    Command,
    FormAnswer,
    IncomingMessage,
    LinksShared,
    Opened,
    Place,
    Sender,
    Shortcut,
    Typing,
)
from bot.chat.platform import PlatformBusy, PlatformError
from bot.commanding import Commands
from bot.desk_words import plain_decision
from bot.erase_words import GONE, erases
from bot.locks import Locks
from bot.menus import Menus
from bot.notes import Notes
from bot.page import Pages
from bot.plain_words import PlainWords
from bot.presses import Presses
from bot.previews import Previews
from bot.reaching import Reaching
from bot.replies import for_bug
from bot.speaking import Hearing, Known, Speaking
from bot.talking import Talking
from bot.unanswered import Unanswered
from bot.zone_asking import ZoneAsking
from calendar_core.errors import CalendarError

log = logging.getLogger("convene.engine")

SIDE_BY_SIDE = 100
"""Messages that are worked on at a time; in a flood the others wait here, where no database or
platform waits with them and gives up."""


class Tally(Protocol):
    """Counts what happens, for whoever looks after the house; it never sees contents."""

    def heard(self, kind: str) -> None:
        """Something came in for the first time: a "message", a "press" …"""
        ...

    def failed(self, kind: str) -> None:
        """Answering it ended in an incident."""
        ...


class Aside(Protocol):
    """Answers some words by itself, before any model hears them."""

    async def answer(self, hearing: Hearing, text: str) -> bool:
        """Answer; False for words that are about something else."""
        ...


class Engine:
    """Answers whatever comes in, once, in order, and never with a bug's text."""

    def __init__(
        self,
        speaking: Speaking,
        talking: Talking,
        presses: Presses,
        plain_words: PlainWords,
        notes: Notes,
        menus: Menus,
        pages: Pages,
        previews: Previews,
        reaching: Reaching,
        channels: ChannelSetting,
        zones: ZoneAsking,
        asides: Sequence[Aside] = (),
        tally: Tally | None = None,
        unanswered: Unanswered | None = None,
    ) -> None:
        self._tally = tally
        self._unanswered = unanswered
        self._reaching = reaching
        self._zones = zones
        self._asides = (*asides, channels)
        self._menus = menus
        self._pages = pages
        self._previews = previews
        self._commands = Commands(menus, self._talk, channels.open)
        self._notes = notes
        self._speaking = speaking
        self._talking = talking
        self._presses = presses
        self._plain_words = plain_words
        self._locks = Locks()
        self._room = asyncio.Semaphore(SIDE_BY_SIDE)

    async def begin(self) -> None:
        """At start-up: do what was confirmed right before a crash, and tell those who were being
        answered then."""
        await self._notes.finish_left()
        if self._unanswered is not None:
            await self._unanswered.begin()

    async def stop(self) -> None:
        """When nothing comes in any more."""
        if self._unanswered is not None:
            await self._unanswered.stop()

    async def on_message(self, message: IncomingMessage) -> None:
        """Somebody wrote: a plain yes or no under a card decides it, all else is a turn."""
        await self._guarded("message", message, partial(self._answer, message), in_order=True)

    async def _answer(self, message: IncomingMessage, known: Known) -> None:
        if not message.is_addressed and not await self._speaking.is_talking(
            message.place, known.me
        ):
            return
        async with self._heard(message.place, message.sender, known) as hearing:
            await self._talk(hearing, message)
        await self._zones.ask(hearing, unseen=message.is_unseen)

    async def _talk(self, hearing: Hearing, message: IncomingMessage) -> None:
        for other in message.mentioned:
            await self._speaking.meet(message.place, other, message.sender)
        trunk, at = message.place.trunk_key, message.branched_at
        if trunk is not None and at is not None:
            await self._speaking.conversations.branch(hearing.key, trunk, hearing.me.id, at)
        decision = plain_decision(message.text)
        if decision is not None and await self._plain_words.decide(hearing, decision, message):
            return
        for aside in self._asides:
            if await aside.answer(hearing, message.text):
                return
        await self._talking.answer(hearing, message)

    @asynccontextmanager
    async def _heard(self, place: Place, sender: Sender, known: Known) -> AsyncIterator[Hearing]:
        """Who speaks: from now on they are where they speak, and once they were answered they hear
        what they could not be told before."""
        hearing = await self._speaking.hear(place, sender, known)
        await self._reaching.here(hearing)
        yield hearing
        await self._reaching.catch_up(hearing)

    async def on_press(self, press: ButtonPress) -> None:
        """Somebody pressed a button."""
        await self._guarded("press", press, partial(self._press, press), in_order=False)

    async def _press(self, press: ButtonPress, known: Known) -> None:
        if erases(press.value) and known.me is None:
            # Whoever is gone does not begin anew by pressing twice.
            await self._speaking.say(press.place, press.sender, GONE, private=True)
            return
        async with self._heard(press.place, press.sender, known) as hearing:
            await self._presses.press(hearing, press)
        if press.on_page and await self._speaking.knows(press.sender):
            await self._pages.show(await self._speaking.hear(press.place, press.sender))

    async def on_command(self, command: Command) -> None:
        """Somebody used a slash command: its words are a message, or open a form."""
        await self._guarded("command", command, partial(self._command, command), in_order=True)

    async def _command(self, command: Command, known: Known) -> None:
        async with self._heard(command.place, command.sender, known) as hearing:
            await self._commands.command(hearing, command)
        await self._zones.ask(hearing, unseen=True)

    async def on_form(self, answer: FormAnswer) -> None:
        """Somebody filled in a form."""
        await self._guarded("form", answer, partial(self._fill, answer), in_order=False)

    async def _fill(self, answer: FormAnswer, known: Known) -> None:
        async with self._heard(answer.place, answer.sender, known) as hearing:
            await self._presses.fill(hearing, answer)

    async def on_shortcut(self, shortcut: Shortcut) -> None:
        """Somebody chose an entry of a menu."""
        await self._guarded("shortcut", shortcut, partial(self._choose, shortcut), in_order=False)

    async def _choose(self, shortcut: Shortcut, known: Known) -> None:
        hearing = await self._speaking.hear(shortcut.place, shortcut.sender, known)
        await self._menus.shortcut(hearing, shortcut)

    async def on_open(self, opened: Opened) -> None:
        """Somebody opened their own page or the conversation with the bot."""
        await self._guarded("opened", opened, partial(self._open, opened), in_order=False)

    async def _open(self, opened: Opened, known: Known) -> None:
        hearing = await self._speaking.hear(opened.place, opened.sender, known)
        await self._menus.opened(hearing, opened)

    async def on_links(self, shared: LinksShared) -> None:
        """Somebody shared links to calendars."""
        await self._guarded(
            "links", shared, lambda known: self._previews.shared(shared), in_order=False
        )

    async def check_form(self, answer: FormAnswer) -> Mapping[str, str]:
        """What of a filled form can't be taken; nothing is done."""
        try:
            hearing = await self._speaking.hear(answer.place, answer.sender)
            return await self._menus.wrong_in(hearing, answer)
        except CalendarError as err:
            log.warning("form not checked form=%s error=%s", answer.value, type(err).__name__)
            return {}

    async def suggest(self, typing: Typing) -> Sequence[Option]:
        """What an option of a command may be, best first."""
        try:
            hearing = await self._speaking.hear(typing.place, typing.sender)
            return await self._menus.suggestions(hearing, typing)
        except CalendarError as err:
            log.warning("nothing suggested error=%s", type(err).__name__)
            return ()

    async def _guarded(
        self,
        kind: str,
        incoming: "_Incoming",
        work: Callable[[Known], Awaitable[None]],
        *,
        in_order: bool,
    ) -> None:
        """Run once, and say what went wrong; where not even that can be said, later."""
        waits = self._unanswered if _is_waited_for(kind, incoming) else None
        platform = incoming.place.platform
        try:
            is_new = await self._once(kind, incoming, work, in_order=in_order, waits=waits)
        except PlatformBusy as err:
            if waits is None:
                raise
            log.warning("untold incoming=%s error=%s", incoming.id, err)
            await waits.later(platform, incoming.id, err.seconds)
        except asyncio.CancelledError:
            if waits is not None:
                waits.answered(platform, incoming.id)  # the door says that it stops
            raise
        else:
            if waits is not None and is_new:
                waits.answered(platform, incoming.id)

    async def _once(
        self,
        kind: str,
        incoming: "_Incoming",
        work: Callable[[Known], Awaitable[None]],
        *,
        in_order: bool,
        waits: Unanswered | None,
    ) -> bool:
        """Whether it came for the first time. One of the two places that catch everything."""
        place, sender = incoming.place, incoming.sender
        noting = waits.noting(place, sender, incoming.id) if waits is not None else None
        try:
            async with AsyncExitStack() as stack:
                if in_order:
                    await stack.enter_async_context(self._locks.of(_lane(place, sender)))
                    await stack.enter_async_context(self._room)
                known = await self._speaking.take_on(place, sender, incoming.id, noting)
                if known is None:
                    return False
                if self._tally is not None:
                    self._tally.heard(kind)
                await work(known)
        except (CalendarError, PlatformError) as err:
            log.warning("refused incoming=%s error=%s", incoming.id, type(err).__name__)
            if waits is not None and isinstance(err, PlatformBusy) and err.seconds:
                raise  # it says when it may be told anything
            await self._speaking.say_error(place, sender, err)
        except Exception:
            incident = uuid4().hex[:8]
            log.exception("failed incident=%s incoming=%s", incident, incoming.id)
            if self._tally is not None:
                self._tally.failed(kind)
            await self._speaking.say(place, sender, for_bug(incident), private=True)
        finally:
            await self._speaking.rest(place, sender)
        return True


_Incoming = IncomingMessage | ButtonPress | Command | FormAnswer | Shortcut | Opened | LinksShared


_WAITED_FOR = ("message", "command", "form", "shortcut")


def _is_waited_for(kind: str, incoming: _Incoming) -> bool:
    """Whether somebody surely waits for words: what was said to others may have been none of
    ours."""
    return kind in _WAITED_FOR and getattr(incoming, "is_addressed", True)


def _lane(place: Place, sender: Sender) -> str:
    return place.key if place.is_private else f"{place.key}#{sender.user}"


__all__ = ["Engine", "Hearing"]
