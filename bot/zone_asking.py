"""Whoever comes from a platform that tells no zone is told once which one is taken, and how to tell
theirs: else their first hours would be somebody else's."""

import logging
from dataclasses import replace

from bot.chat.cards import message
from bot.chat.messages import Sender
from bot.chat.platform import PlatformError
from bot.people import Person
from bot.speaking import Hearing, Speaking
from bot.store import People
from bot.wording import say_clock

log = logging.getLogger("convene.zone_asking")


class ZoneAsking:
    """Asks once, after the first answer."""

    def __init__(self, speaking: Speaking, people: People) -> None:
        self._speaking = speaking
        self._people = people
        self._refused: set[tuple[str, str, str]] = set()

    async def ask(self, hearing: Hearing, *, unseen: bool = False) -> None:
        """Ask who was just answered, unless their zone is known or they were asked before: to them
        alone, and directly where others read what they said; `unseen` words (a command) are
        answered where they were said."""
        sender = hearing.sender
        if not _is_guessed(hearing.me) or sender.zone is not None:
            return
        # as they are now: what they just said may have been their zone, or that they want to go
        me = await self._people.of(sender)
        if me is None or not _is_guessed(me):
            return
        here = unseen or hearing.place.is_private
        if not here and _account(sender) in self._refused:
            return
        try:
            platform = self._speaking.platform(sender.platform)
            place = hearing.place if here else await platform.reach(sender)
            card = message(_question(me, hearing))
            await self._speaking.post(place, sender, card, private=True)
            if hearing.place.is_private:
                # "ok" after it is not a word about the card above it
                await self._speaking.interrupted(place, me.id)
        except PlatformError as err:
            self._refused.add(_account(sender))
            log.info("zone not asked person=%s error=%s", me.id, type(err).__name__)
            return
        wishes = replace(me.preferences, was_told_zone=True)
        await self._people.save(replace(me, preferences=wishes))


def _question(me: Person, hearing: Hearing) -> str:
    clock = say_clock(hearing.now.astimezone(me.zone), clock_24h=me.preferences.clock_24h)
    return (
        f"I don't know your time zone yet, so I take {me.zone.key}, where it is {clock} now. "
        'If that is not yours, tell me, for example "I\'m in New York".'
    )


def _is_guessed(person: Person) -> bool:
    wishes = person.preferences
    return not wishes.was_asked and not wishes.was_told_zone


def _account(sender: Sender) -> tuple[str, str, str]:
    return sender.platform, sender.workspace, sender.user
