"""What Discord tells us: words, commands, menus, presses, filled forms. Each is answered in time,
then handed to the conversation; nothing is decided here.

An interaction that may open a form is acknowledged only after a moment, for a form must be its
first answer; all others at once.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import Any

import discord

from adapters.discord.addresses import Addresses, Recent
from adapters.discord.commands import Choices, choices_of
from adapters.discord.forms import OWN, Draft, Drafts, modal_of, only_wrong, values_of
from adapters.discord.incoming import (
    entered,
    is_for_us,
    message_of,
    names_role,
    place_of_interaction,
    press_of,
    quoted_of,
    sender_of,
)
from adapters.discord.live import Answer, Live
from adapters.discord.platform import DiscordPlatform
from adapters.discord.work import Work
from bot.chat.cards import Card, message
from bot.chat.messages import (
    Command,
    FormAnswer,
    Place,
    Shortcut,
    ShortcutKind,
    Typing,
    Wanted,
)
from bot.chat.platform import ChatHandler, MenuHandler, PlatformError
from calendar_core.clock import Clock
from calendar_core.errors import CalendarError

log = logging.getLogger("convene.discord")

Asked = discord.Interaction[Any]
Sole = Callable[[str], Awaitable[bool]]

FORM_TIME = 1.5
"""Seconds in which a handler may open a form before the interaction is acknowledged."""
SETTLED = 1.0
"""Seconds for finding out which of several processes answers."""
QUICK = 2.3
"""Seconds for what Discord waits for: completion, a form's check."""
_WITH_FORM = ("new", "settings", "link")
"""Words that open a form when nothing else was said."""
_CHANNELS = "settings"
"""The one of them that may open another form by what is said: "settings channel"."""
_FORGOTTEN = "This form is no longer open. Press the button that opened it again."
_UNKNOWN = "I no longer know this button. Ask me again, and I draw it anew."
_TO_ROLE = (
    "Discord doesn't show me what is said to my role. Choose me instead, the one with a picture, "
    "when you type @."
)
_AN_APP = "{name} is an app and has no calendar. Choose a person."
_NOT_YOURS = "This form is somebody else's."


class Listeners:
    """Hands everything that comes in to the conversation."""

    def __init__(
        self,
        platform: DiscordPlatform,
        addresses: Addresses,
        drafts: Drafts,
        handler: ChatHandler,
        menus: MenuHandler,
        work: Work,
        clock: Clock,
    ) -> None:
        self._platform = platform
        self._addresses = addresses
        self._drafts = drafts
        self._handler = handler
        self._menus = menus
        self._work = work
        self._clock = clock
        self._seen: Recent[int, bool] = Recent()
        self.sole: Sole | None = None
        """Where several processes serve: whether an interaction is this one's to answer."""

    async def on_message(self, said: discord.Message) -> None:
        """Somebody wrote somewhere; heard if it is to the bot."""
        bot = said._state.self_id
        if bot is None or not is_for_us(said, bot) or not self._is_new(said.id):
            return
        await self._platform.complete_room(said)
        heard = message_of(said, bot)
        if not said.content and names_role(said, bot):
            doing = self._platform.post(heard.place, message(_TO_ROLE))
            await self._work.begin(heard.place, heard.sender, _quietly(doing))
            return
        if heard.place.is_private:
            self._addresses.learn_direct(heard.sender.user, heard.place.channel)
        await self._work.begin(heard.place, heard.sender, self._handler.on_message(heard))

    async def on_command(
        self, asked: Asked, name: str, text: str, others: tuple[discord.abc.User, ...] = ()
    ) -> None:
        """Somebody used a word of `/cal`."""
        may_form = name in _WITH_FORM and (not text or name == _CHANNELS)
        live = self._take(asked, Answer.THINKING)
        if live is None:
            return
        command = Command(
            id=str(asked.id),
            place=live.place,
            sender=sender_of(asked.user),
            name=name,
            text=text,
            at=asked.created_at,
            trigger=live.handle if may_form else None,
            mentioned=tuple(sender_of(one) for one in others if not one.bot),
        )
        patience = FORM_TIME if may_form else 0
        await self._answer(live, self._command(command, asked.guild_id), patience)

    async def _command(self, command: Command, guild: int | None) -> None:
        """The words of a command, as people read them."""
        if command.text:
            read, named = await self._platform.read(command.text, guild)
            mentioned = {one.user: one for one in (*command.mentioned, *named)}
            command = replace(command, text=read, mentioned=tuple(mentioned.values()))
        await self._handler.on_command(command)

    async def on_message_menu(self, asked: Asked, said: discord.Message) -> None:
        """Somebody wants an event made of a message."""
        live = self._take(asked, Answer.THINKING)
        if live is not None:
            await self._shortcut(
                live, ShortcutKind.EVENT_OF_MESSAGE, message=quoted_of(said), other=None
            )

    async def on_person_menu(self, asked: Asked, other: discord.abc.User) -> None:
        """Somebody looks for a time with a person."""
        live = self._take(asked, Answer.THINKING)
        if live is None:
            return
        if other.bot:
            told = message(_AN_APP.format(name=other.display_name))
            await self._answer(live, self._tell(live, told), FORM_TIME)
            return
        await self._shortcut(live, ShortcutKind.TIME_WITH, message=None, other=sender_of(other))

    async def _shortcut(self, live: Live, kind: ShortcutKind, **about: Any) -> None:
        asked = live.interaction
        shortcut = Shortcut(
            id=str(asked.id),
            kind=kind,
            place=live.place,
            sender=sender_of(asked.user),
            at=asked.created_at,
            trigger=live.handle,
            **about,
        )
        await self._answer(live, self._menus.on_shortcut(shortcut), FORM_TIME)

    async def on_pressed(self, asked: Asked, value: str) -> None:
        """Somebody pressed a button or chose from a list."""
        live = self._take(asked, Answer.SILENTLY)
        if live is None:
            return
        if value.startswith(OWN):
            await self._answer(live, self._on_draft(live, value), FORM_TIME)
            return
        message = asked.message
        by_reply = message is not None and (message.flags.ephemeral or not live.at_home)
        press = press_of(asked, value, by_reply=by_reply)
        await self._answer(live, self._handler.on_press(press), FORM_TIME)

    async def on_unknown(self, asked: Asked) -> None:
        """Somebody pressed what this version knows nothing of."""
        live = self._take(asked, Answer.SILENTLY)
        if live is not None:
            await self._answer(live, self._tell(live, message(_UNKNOWN)), 0)

    async def complete(self, asked: Asked, wanted: Wanted, text: str) -> Choices:
        """What an option may be; nothing where that cannot be told in time."""
        typing = Typing(
            wanted=wanted,
            text=text,
            place=place_of_interaction(asked),
            sender=sender_of(asked.user),
        )
        try:
            async with asyncio.timeout(QUICK):
                options = await self._menus.suggest(typing)
        except TimeoutError:
            log.info("no completion in time wanted=%s", wanted.value)
            return []
        return choices_of([(one.label, one.value) for one in options])

    async def on_submitted(self, asked: Asked) -> None:
        """Somebody filled in a form."""
        data: Any = asked.data or {}
        answer = Answer.SILENTLY if asked.message is not None else Answer.THINKING
        live = self._take(asked, answer)
        if live is None:
            return
        filled = entered(data)
        value = str(data.get("custom_id", ""))
        if value.startswith(OWN):
            await self._answer(live, self._on_page(live, value, filled), 0)
            return
        draft = self._drafts.of_form(live.user, value)
        filled = values_of(draft.form if draft else None, filled)
        if draft is not None:
            draft = self._drafts.fill(draft, filled)
        await self._answer(live, self._fill(live, value, filled, draft), 0)

    async def _on_page(self, live: Live, value: str, filled: dict[str, str]) -> None:
        """One of several pages was filled in."""
        draft, page = await self._own_draft(live, value)
        if draft is None:
            return
        draft = self._drafts.fill(draft, values_of(draft.form, filled))
        if int(page) + 1 < len(draft.pages):
            await self._tell(live, self._drafts.more(draft, int(page)))
        else:
            await self._fill(live, draft.form.value, draft.values, draft)

    async def _on_draft(self, live: Live, value: str) -> None:
        """A button of a draft: open one of its pages, or take it as it is."""
        draft, what = await self._own_draft(live, value)
        if draft is None:
            return
        if what == "save":
            await self._fill(live, draft.form.value, draft.values, draft)
        else:
            await live.open(modal_of(draft, min(int(what), len(draft.pages) - 1)))

    async def _own_draft(self, live: Live, value: str) -> tuple[Draft | None, str]:
        id, _, what = value.removeprefix(OWN).partition(":")
        draft = self._drafts.get(id)
        if draft is None or not (what == "save" or what.isdecimal()):
            await self._tell(live, message(_FORGOTTEN))
            return None, ""
        if draft.user != live.user:
            await self._tell(live, message(_NOT_YOURS))
            return None, ""
        return draft, what

    async def _fill(
        self, live: Live, value: str, filled: dict[str, str], draft: Draft | None
    ) -> None:
        asked = live.interaction
        answer = FormAnswer(
            id=str(asked.id),
            place=live.place,
            sender=sender_of(asked.user),
            value=value,
            at=asked.created_at,
            fields=filled,
        )
        errors = await self._menus.check_form(answer)
        if not errors:
            await self._handler.on_form(answer)
        elif draft is None:
            await self._tell(live, only_wrong(errors))
        else:
            await self._tell(live, self._drafts.wrong(draft, errors))

    async def _tell(self, live: Live, card: Card) -> None:
        sender = sender_of(live.interaction.user)
        try:
            await self._platform.post(
                live.place, card, seen_by=None if live.place.is_private else sender
            )
        except PlatformError as err:
            log.warning("untold interaction=%s error=%s", live.handle, err)

    def _take(self, asked: Asked, answer: Answer) -> Live | None:
        """An interaction that is new; None for one that was delivered before."""
        if not self._is_new(asked.id):
            return None
        place = place_of_interaction(asked)
        live = Live(asked, place, answer=answer, at_home=_is_home(asked, place), clock=self._clock)
        self._addresses.add(live)
        if place.is_private:
            self._addresses.learn_direct(live.user, place.channel)
        return live

    async def _answer(
        self, live: Live, doing: Coroutine[None, None, None], patience: float
    ) -> None:
        """Do it, and acknowledge it in time whatever it does."""
        if not await self._is_ours(live):
            doing.close()
            live.leave()
            return
        task = self._work.begin(live.place, sender_of(live.interaction.user), doing)
        try:
            await asyncio.wait({task}, timeout=patience)
            await live.acknowledge()
            await task
        finally:
            await live.close()

    async def _is_ours(self, live: Live) -> bool:
        """Whether no other process, to which Discord told it too, answers it."""
        if self.sole is None:
            return True
        try:
            async with asyncio.timeout(SETTLED):
                return await self.sole(live.handle)
        except (TimeoutError, CalendarError) as err:
            log.warning("not settled interaction=%s error=%s", live.handle, type(err).__name__)
            return True

    def _is_new(self, id: int) -> bool:
        """Whether it was not delivered before; nothing is new to a door that closes."""
        if self._work.is_stopping or self._seen.get(id):
            return False
        self._seen.put(id, True)
        return True


async def _quietly(doing: Coroutine[None, None, object]) -> None:
    try:
        await doing
    except PlatformError as err:
        log.info("untold error=%s", type(err).__name__)


def _is_home(asked: Asked, place: Place) -> bool:
    """Whether the bot is a member there."""
    if asked.guild_id is not None:
        return asked.client.get_guild(asked.guild_id) is not None
    return place.is_private
