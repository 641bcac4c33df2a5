"""Asking before everything of a person is erased, and the last line after it. Doing it is
`erasing`, the words are `erase_words`."""

import logging
from collections.abc import Mapping

from bot.accounts import Accounts
from bot.chat.cards import Card, Tone, message
from bot.chat.messages import ButtonPress
from bot.chat.platform import ChatPlatform, PlaceGone, PlatformBusy
from bot.erase_words import (
    ERASING,
    KEPT,
    LIVES,
    Belongings,
    erase_card,
    farewell,
    outcome_card,
    read_subject,
    subject_of,
    wishes_erasure,
)
from bot.erasing import Erasing
from bot.erasure import Erasure, Gone
from bot.people import Person
from bot.replies import EXPIRED
from bot.speaking import Hearing, Speaking
from calendar_core.accounts import Accounts as LinkedAccounts
from calendar_core.errors import NotYours, TryLater
from calendar_core.mirror import Mirror
from scheduler.reminders import Reminders

log = logging.getLogger("convene.erasing")


class Looking:
    """Counts what somebody has here."""

    def __init__(
        self, accounts: Accounts, linked: LinkedAccounts, mirror: Mirror, reminders: Reminders
    ) -> None:
        self._accounts = accounts
        self._linked = linked
        self._mirror = mirror
        self._reminders = reminders

    async def at(self, person: Person) -> Belongings:
        """What goes when they are erased."""
        calendars = await self._mirror.calendars((person.id,))
        own = [one.id for one in calendars if not one.account_id]
        return Belongings(
            accounts=await self._accounts.of(person.id),
            linked=await self._linked.of(person.id),
            calendars=calendars,
            events=await self._mirror.count(own),
            reminders=len(await self._reminders.listed(person.id)),
        )


class EraseAsking:
    """Answers the wish, and the presses on its card."""

    def __init__(self, speaking: Speaking, looking: Looking, erasing: Erasing) -> None:
        self._speaking = speaking
        self._looking = looking
        self._erasing = erasing

    async def answer(self, hearing: Hearing, text: str) -> bool:
        """Ask, with all that goes; False for other words."""
        if not wishes_erasure(text):
            return False
        subject = subject_of(hearing.me.id, hearing.now)
        card = erase_card(await self._looking.at(hearing.me), subject)
        await self._speaking.post(hearing.place, hearing.sender, card, private=True)
        return True

    async def erase(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        """The press that erases: from now on they are a stranger, and the rest is done by a job
        that says so at its end."""
        person, since = read_subject(subject)
        if person != hearing.me.id:
            raise NotYours("This is somebody else's to decide.")
        if hearing.now - since > LIVES:
            await self._settle(hearing, press, outcome_card(EXPIRED))
            return
        await self._settle(hearing, press, outcome_card(ERASING, Tone.DONE))
        await self._erasing.begin(person, farewell=(hearing.place, hearing.sender))

    async def keep(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        """The press that says no."""
        person, _ = read_subject(subject)
        if person != hearing.me.id:
            raise NotYours("This is somebody else's to decide.")
        await self._settle(hearing, press, outcome_card(KEPT))

    async def _settle(self, hearing: Hearing, press: ButtonPress, card: Card) -> None:
        if press.message is None:
            await self._speaking.post(hearing.place, hearing.sender, card, private=True)
            return
        await self._speaking.rewrite(press.message, card, reply=press.reply)


class Farewells:
    """Says the last line where the wish was said."""

    def __init__(self, platforms: Mapping[str, ChatPlatform]) -> None:
        self._platforms = platforms

    async def say(self, erasure: Erasure, gone: Gone) -> None:
        """Say it once. Raises TryLater while the platform is away."""
        if erasure.farewell is None:
            return
        place, sender = erasure.farewell
        platform = self._platforms.get(place.platform)
        if platform is None:
            return
        card = message(farewell(gone.unrevoked))
        seen_by = None if place.is_private else sender
        try:
            await platform.post(place, card, seen_by=seen_by, key=f"erased:{erasure.id}")
        except PlaceGone:
            log.info("not told erasure=%s", erasure.id)
        except PlatformBusy as err:
            raise TryLater("The platform is away.") from err
