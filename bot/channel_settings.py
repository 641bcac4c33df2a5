"""Settings of a channel, asked for in it and set by those who may manage it. The platform is asked
who may, afresh, when the form opens and when it is taken.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Protocol

from bot.channel_form import VERB, asks_for_settings, channel_form, settings_from, told
from bot.channels import Channels, ChannelSettings, channel_of
from bot.chat.cards import Button, Card, CardKind, Tone, message
from bot.chat.messages import ButtonPress, FormAnswer, Place
from bot.chat.platform import Right
from bot.contexts import Contexts
from bot.speaking import Hearing, Speaking
from bot.wording import say_line
from calendar_core.events import EventId
from calendar_core.mirror import Mirror
from calendar_core.people import PersonId
from calendar_core.when import TimeSpan

AHEAD = timedelta(days=366)
NOT_HERE = "A channel's settings are changed in that channel. Say it there, please."
NOT_CHANGED = "Nothing was changed."


class Ringing(Protocol):
    """The reminders of a channel's events."""

    async def relead(self, owner: PersonId, events: tuple[EventId, ...]) -> None:
        """Bring the usual leads before these events in step with their owner's wishes."""
        ...

    async def retime(self, owner: PersonId) -> None:
        """Bring all of an owner's in step with their zone."""
        ...


class Digesting(Protocol):
    """The digests."""

    async def retime(self, owner: PersonId) -> object:
        """Follow an owner's wishes."""
        ...


class ChannelSetting:
    """Answers wishes about a channel's settings, their button and their form."""

    def __init__(
        self,
        speaking: Speaking,
        contexts: Contexts,
        channels: Channels,
        mirror: Mirror,
        reminders: Ringing,
        digests: Digesting,
    ) -> None:
        self._speaking = speaking
        self._contexts = contexts
        self._channels = channels
        self._mirror = mirror
        self._reminders = reminders
        self._digests = digests

    async def answer(self, hearing: Hearing, text: str) -> bool:
        """Tell how the channel is served, with a button that opens the form; False for other
        words."""
        if not asks_for_settings(text):
            return False
        if hearing.place.is_private:
            await self._tell(hearing, NOT_HERE)
            return True
        settings = await self._of(hearing.place)
        words = f"{settings.name or 'This channel'}: {told(settings)}."
        button = Button(label="Channel settings", value=f"{VERB}:{settings.owner}")
        card = replace(message(words), buttons=(button,))
        await self._speaking.post(hearing.place, hearing.sender, card, private=True)
        return True

    async def open(self, hearing: Hearing, trigger: str | None) -> None:
        """Open the form of the channel that one is in."""
        if hearing.place.is_private:
            await self._tell(hearing, NOT_HERE)
            return
        await self._open(hearing, await self._of(hearing.place), trigger)

    async def press(self, hearing: Hearing, press: ButtonPress, owner: str) -> None:
        """The button that opens the form."""
        settings = await self._channels.of(PersonId(owner))
        if not hearing.place.is_private and channel_of(hearing.place) == owner:
            settings = await self._of(hearing.place)
        await self._open(hearing, settings, press.trigger)

    async def _open(self, hearing: Hearing, settings: ChannelSettings, trigger: str | None) -> None:
        if not await self._may(hearing, settings):
            return
        platform = self._speaking.platform(hearing.place.platform)
        await platform.open_form(
            channel_form(settings), place=hearing.place, sender=hearing.sender, trigger=trigger
        )

    async def fill(self, hearing: Hearing, answer: FormAnswer, owner: str) -> None:
        """Take the form: it is set, and the channel is told by whom."""
        stood = await self._channels.of(PersonId(owner))
        if not stood.name and channel_of(hearing.place) == owner:
            stood = replace(stood, name=hearing.place.name)
        if not await self._may(hearing, stood):
            return
        wanted, wrong = settings_from(stood, answer.fields, self._contexts.of(hearing))
        if wrong:
            await self._tell(hearing, " ".join([*wrong.values(), NOT_CHANGED]))
            return
        if wanted == stood:
            await self._tell(hearing, NOT_CHANGED)
            return
        await self._channels.keep(wanted, hearing.me.id, told(wanted))
        await self._follow(hearing, stood, wanted)
        name = say_line(hearing.me.name)
        words = f"✓ {name} changed how I serve {wanted.name or 'this channel'}: {told(wanted)}."
        card = Card(kind=CardKind.CARD, title=(words,), tone=Tone.DONE)
        await self._speaking.platform(wanted.place.platform).post(wanted.place, card)

    async def _follow(
        self, hearing: Hearing, stood: ChannelSettings, wanted: ChannelSettings
    ) -> None:
        """Bring what is timed in step; a calendar that is shared is made when first wanted."""
        owner = wanted.calendar_owner
        if not await self._mirror.calendars((owner,)):
            await self._mirror.add_calendar(owner, "Team" if wanted.shares else wanted.name)
        for one in dict.fromkeys((stood.calendar_owner, owner)):
            span = TimeSpan(start=hearing.now, end=hearing.now + AHEAD)
            agenda = await self._mirror.occurrences((one,), span, wanted.zone)
            events = tuple(dict.fromkeys(found.event_id for found in agenda.occurrences))
            await self._reminders.relead(one, events)
            await self._reminders.retime(one)
        await self._digests.retime(wanted.owner)

    async def _may(self, hearing: Hearing, settings: ChannelSettings) -> bool:
        """Whether who speaks may; else they are told who may."""
        there = settings.place
        platform = self._speaking.platform(there.platform)
        same = hearing.sender.platform == there.platform
        if same and await platform.may(hearing.sender, there, Right.MANAGE):
            return True
        await self._tell(hearing, not_allowed(there))
        return False

    async def _of(self, place: Place) -> ChannelSettings:
        settings = await self._channels.of(channel_of(place))
        return replace(settings, name=place.name or settings.name)

    async def _tell(self, hearing: Hearing, text: str) -> None:
        await self._speaking.say(hearing.place, hearing.sender, text, private=True)


def not_allowed(place: Place) -> str:
    """Who may, where somebody may not."""
    who = {
        "discord": 'those with the permission "Manage Channel"',
        "slack": "the channel's creator and the workspace's admins and owners",
    }.get(place.platform, "those who manage it")
    name = place.name or "this channel"
    return f"Only {who} may change how I serve {name}. Nothing was changed."
