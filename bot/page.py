"""Somebody's own page: their next days, what waits for their press, their calendars, how they are
served.

A page is cards; where it is drawn is the platform's affair (`bot.chat.platform.PersonalPages`).
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from bot.chat.cards import Button, ButtonStyle, Card, Field, Line, Strong
from bot.chat.platform import PersonalPages
from bot.confirmations import card_of
from bot.contexts import Contexts
from bot.event_form import NEW
from bot.settings_form import SETTINGS
from bot.speaking import Hearing, Speaking
from bot.tools.agenda import digest_of
from bot.tools.arguments import GetPreferences
from bot.tools.preferences import get_preferences
from bot.wording import say_count, say_day
from calendar_core.changes.change import PendingChange
from calendar_core.people import PersonId

MOST_WAITING = 8
"""So many open cards stand on a page; the rest is counted."""


class Waiting(Protocol):
    """What waits for a press."""

    async def open_of(self, owner: PersonId) -> Sequence[PendingChange]:
        """All that waits for somebody, newest first."""
        ...


class CalendarsCard(Protocol):
    """One's calendars, as a card."""

    async def card(self, hearing: Hearing) -> Card:
        """As they are now."""
        ...


class Pages:
    """Draws people's own pages."""

    def __init__(
        self,
        speaking: Speaking,
        contexts: Contexts,
        waiting: Waiting,
        calendars: CalendarsCard,
    ) -> None:
        self._calendars = calendars
        self._speaking = speaking
        self._contexts = contexts
        self._waiting = waiting

    async def show(self, hearing: Hearing) -> None:
        """Draw the page of who is heard anew, where their platform has one."""
        platform = self._speaking.platform(hearing.place.platform)
        if isinstance(platform, PersonalPages):
            await platform.show_page(hearing.sender, await self.cards(hearing))

    async def cards(self, hearing: Hearing) -> tuple[Card, ...]:
        """What stands on the page, top to bottom."""
        ctx = self._contexts.of(hearing)
        today = hearing.now.date()
        days = [(day, await digest_of(ctx, day)) for day in (today, today + timedelta(days=1))]
        agenda = Card(
            title=(Strong("Your next two days"),),
            body=tuple(
                line
                for day, told in days
                for line in _day(say_day(day, hearing.now, full=True), _lines(told.text))
            ),
            buttons=(Button(label="New event", value=NEW, style=ButtonStyle.PRIMARY),),
        )
        linked = await self._calendars.card(hearing)
        if ctx.allowed.refusal("get_preferences") is not None:
            return (agenda, *await self._open(hearing), linked)
        served = await get_preferences.run(ctx, GetPreferences())
        settings = Card(
            title=(Strong("How I serve you"),),
            fields=tuple(
                Field(name=name, value=(str(value),)) for name, value in served.facts.items()
            ),
            buttons=(Button(label="Settings", value=SETTINGS),),
        )
        return (agenda, *await self._open(hearing), linked, settings)

    async def _open(self, hearing: Hearing) -> tuple[Card, ...]:
        waiting = await self._waiting.open_of(hearing.me.id)
        if not waiting:
            return ()
        head = Card(title=(Strong(f"{say_count(len(waiting), 'change')} waiting for you"),))
        shown = [
            card_of(change, await self._speaking.reader(hearing.me, change))
            for change in waiting[:MOST_WAITING]
        ]
        left = len(waiting) - len(shown)
        more = (Card(body=((f"… and {left} more.",),)),) if left > 0 else ()
        return (head, *shown, *more)


def _day(heading: str, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """A day under its heading, which stands there already where something is on."""
    return ((Strong(heading),), *(line for line in lines if line != (heading,)))


def _lines(text: str) -> tuple[Line, ...]:
    """Lines without the spaces that set words under each other in a terminal."""
    return tuple((" ".join(line.split()),) for line in text.split("\n") if line.strip())
