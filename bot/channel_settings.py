"""Settings of a channel, asked for in it and set by those who may manage it. The platform is asked
who may, afresh, when the form opens and when it is taken.
"""

from dataclasses import replace
from typing import Protocol

from bot.channel_form import VERB, asks_for_settings, channel_form, settings_from
from bot.channels import Channels, ChannelSettings, channel_of
from bot.chat.cards import Button, Card, CardKind, Tone, message
from bot.chat.messages import ButtonPress, FormAnswer, Place
from bot.chat.platform import Right
from bot.contexts import Contexts
from bot.notes import Note
from bot.speaking import Hearing, Speaking
from bot.tools.channel_preferences import NOT_HERE
from bot.tools.channel_wishes import action_of, differences, not_allowed, told
from bot.tools.noting import NoteAction
from bot.wording import say_line
from calendar_core.people import PersonId

NOT_CHANGED = "Nothing was changed."


class Noting(Protocol):
    """Does what was wished, so that it can be taken back."""

    async def perform(self, person: PersonId, action: NoteAction) -> str:
        """Do it now; returns the `verb:id` that takes it back."""
        ...


class ChannelSetting:
    """Answers wishes about a channel's settings, their button and their form."""

    def __init__(
        self, speaking: Speaking, contexts: Contexts, channels: Channels, notes: Noting
    ) -> None:
        self._speaking = speaking
        self._contexts = contexts
        self._channels = channels
        self._notes = notes

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
        shown = settings if settings.is_set else replace(settings, zone=hearing.me.zone)
        await platform.open_form(
            channel_form(shown), place=hearing.place, sender=hearing.sender, trigger=trigger
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
        if not differences(stood, wanted):
            await self._tell(hearing, NOT_CHANGED)
            return
        action = action_of(stood, wanted, say_line(hearing.me.name))
        undo = await self._notes.perform(hearing.me.id, action)
        await self._announce(wanted.place, action, undo)

    async def may_set(self, hearing: Hearing, note: Note) -> bool:
        """Whether who presses a card about a channel may still set it; else they are told who
        may."""
        return await self._may(
            hearing, await self._channels.of(PersonId(note.action.body["owner"]))
        )

    async def tell(self, note: Note, undo: str) -> None:
        """Tell the channel what was set, and by whom."""
        settings = await self._channels.of(PersonId(note.action.body["owner"]))
        await self._announce(settings.place, note.action, undo)

    async def _announce(self, place: Place, action: NoteAction, undo: str) -> None:
        card = Card(
            kind=CardKind.CARD,
            title=(f"✓ {action.done}",),
            buttons=(Button(label="Undo", value=undo),),
            tone=Tone.DONE,
        )
        await self._speaking.platform(place.platform).post(place, card)

    async def _may(self, hearing: Hearing, settings: ChannelSettings) -> bool:
        """Whether who speaks may; else they are told who may."""
        refusal = self._contexts.of(hearing).allowed.refusal("set_channel_preferences")
        if refusal is not None:
            await self._tell(hearing, refusal)
            return False
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
