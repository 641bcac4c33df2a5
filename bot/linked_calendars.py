"""Looking after linked calendars: one's calendars and how they are, what each is for, unlinking.

Linking them is `linking`.
"""

from collections.abc import Sequence
from typing import Protocol

from bot.chat.cards import Card
from bot.chat.messages import ButtonPress, FormAnswer
from bot.linked_cards import (
    calendar_form,
    calendars_card,
    settings_of,
    unlink_card,
    unlinked_card,
)
from bot.linked_health import Link, Links
from bot.linker import Linker
from bot.linking_words import LookWish, UnlinkWish, kind_called, meant, read_wish
from bot.showing import noted_card
from bot.speaking import Hearing, Speaking
from bot.tools.calendars import calendar_note
from bot.tools.noting import NoteAction
from bot.tools.tool import ToolResult, Undo
from calendar_core.errors import NotFound
from calendar_core.events import Calendar
from calendar_core.people import PersonId


class CalendarsOf(Protocol):
    """Calendars, to look at."""

    async def calendars(self, owners: Sequence[PersonId]) -> Sequence[Calendar]:
        """Those of these owners, in their order."""
        ...


class Performs(Protocol):
    """Notes something at once."""

    async def perform(self, person: PersonId, action: NoteAction) -> str:
        """Do it; the `verb:id` that takes it back."""
        ...


class LinkedCalendars:
    """Answers questions about one's calendars, and the buttons of their card."""

    def __init__(
        self,
        speaking: Speaking,
        linker: Linker,
        links: Links,
        calendars: CalendarsOf,
        notes: Performs,
    ) -> None:
        self._speaking = speaking
        self._linker = linker
        self._links = links
        self._calendars = calendars
        self._notes = notes

    async def answer(self, hearing: Hearing, text: str) -> bool:
        """Answer words about linked calendars; False for all others."""
        wish = read_wish(text)
        if isinstance(wish, LookWish):
            await self._show(hearing, await self.card(hearing))
            return True
        if not isinstance(wish, UnlinkWish):
            return False
        links = await self._links.of(hearing.me.id)
        found = meant(tuple(one.account for one in links), wish.what)
        if not found and (kind_called(wish.what) is None and "@" not in wish.what):
            return False
        if not found:
            await self._say(hearing, "No such calendar account of yours is linked.")
        elif len(found) == 1:
            [link] = [one for one in links if one.account == found[0]]
            await self._show(hearing, unlink_card(link))
        else:
            await self._show(hearing, await self.card(hearing))
        return True

    async def card(self, hearing: Hearing) -> Card:
        """One's calendars, as they are now."""
        calendars = await self._calendars.calendars((hearing.me.id,))
        links = await self._links.of(hearing.me.id)
        return calendars_card(calendars, links, hearing.now)

    async def show(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        """The button that shows one's calendars; in place of a card that asked."""
        await self._show(hearing, await self.card(hearing))

    async def ask(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        """The button that asks what a calendar is for."""
        calendar = await self._own(hearing, subject)
        platform = self._speaking.platform(hearing.place.platform)
        await platform.open_form(
            calendar_form(calendar),
            place=hearing.place,
            sender=hearing.sender,
            trigger=press.trigger,
        )

    async def fill(self, hearing: Hearing, answer: FormAnswer, subject: str) -> None:
        """What a calendar is for was said: noted at once, with Undo."""
        calendar = await self._own(hearing, subject)
        settings = settings_of(calendar, answer.fields)
        if not settings:
            await self._say(hearing, "Nothing was changed.")
            return
        action = calendar_note(calendar, settings)
        undo = await self._notes.perform(hearing.me.id, action)
        result = ToolResult(text=action.done, undo=Undo(value=undo))
        await self._show(hearing, noted_card(result))

    async def unlink(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        """The button that asks before unlinking."""
        await self._linker.own(subject, hearing.me.id)
        await self._show(hearing, unlink_card(await self._link(hearing, subject)))

    async def erase(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        """The button that unlinks."""
        await self._speaking.status(hearing, "Unlinking")
        done = await self._linker.unlink(subject, hearing.me.id)
        card = unlinked_card(done.account, is_revoked=done.is_revoked)
        if press.message is None or press.on_page:
            await self._show(hearing, card)
        else:
            await self._speaking.rewrite(press.message, card, reply=press.reply)

    async def _link(self, hearing: Hearing, account_id: str) -> Link:
        for one in await self._links.of(hearing.me.id):
            if one.account.id == account_id:
                return one
        raise NotFound("That account is no longer linked.")

    async def _own(self, hearing: Hearing, calendar_id: str) -> Calendar:
        for one in await self._calendars.calendars((hearing.me.id,)):
            if one.id == calendar_id:
                return one
        raise NotFound("That calendar is no longer there, or it is somebody else's.")

    async def _show(self, hearing: Hearing, card: Card) -> None:
        await self._speaking.post(hearing.place, hearing.sender, card, private=True)

    async def _say(self, hearing: Hearing, text: str) -> None:
        await self._speaking.say(hearing.place, hearing.sender, text, private=True)
