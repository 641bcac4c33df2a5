"""Presses on notes and on rung reminders: do it, leave it, take it back, put it off."""

from datetime import timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.chat.cards import Card, CardKind
from bot.chat.messages import ButtonPress
from bot.groups import called
from bot.note_cards import CHANNEL
from bot.notes import Note, Notes, NoteStatus
from bot.replies import ALREADY_DONE, EXPIRED, HAS_RUNG, already
from bot.speaking import Hearing, Speaking
from bot.store import Conversations
from bot.transcript import Happened
from bot.wording import say_instant, say_length, say_line
from calendar_core.errors import AlreadyDecided, Expired
from calendar_core.people import PersonId
from scheduler.reminder import Reminder

SNOOZED_FOR = timedelta(minutes=5)
SNOOZED, DONE = "snoozed", "done"
"""What is remembered of a ring: that its message says so by now."""


class Ringing(Protocol):
    """The reminders, as their buttons use them."""

    async def snooze(self, ring: str, by: PersonId, length: timedelta) -> Reminder:
        """Ring the same again after a while. Raises NotFound, NotYours."""
        ...

    async def done(self, ring: str, by: PersonId) -> Reminder:
        """Its owner has dealt with it. Raises NotFound, NotYours."""
        ...


class Channels(Protocol):
    """The settings of channels, as notes about them are decided."""

    async def may_set(self, hearing: Hearing, note: Note) -> bool:
        """Whether who presses may still set that channel; else they are told who may."""
        ...

    async def tell(self, note: Note, undo: str) -> None:
        """Tell the channel what was set, and by whom."""
        ...


class NotePresses:
    """Answers presses on notes."""

    def __init__(
        self, notes: Notes, conversations: Conversations, speaking: Speaking, channels: Channels
    ) -> None:
        self._channels = channels
        self._notes = notes
        self._conversations = conversations
        self._speaking = speaking

    async def owner(self, note: str) -> PersonId:
        """Whose note it is. Raises NotFound."""
        return (await self._notes.get(note)).owner

    async def confirm(self, hearing: Hearing, press: ButtonPress, note: str) -> None:
        """The owner's yes."""
        await self.say_yes(hearing, note, press.reply)

    async def say_yes(self, hearing: Hearing, note: str, reply: str | None = None) -> None:
        """The owner's yes, pressed or typed: it is done now."""
        if not await self._may(hearing, note):
            return
        try:
            done, undo = await self._notes.confirm(note, hearing.me.id)
        except (AlreadyDecided, Expired):
            await self._too_late(hearing, note)
            return
        if done.action.kind != CHANNEL:
            await self._came_of(hearing, note, reply, undo)
            return
        await self._channels.tell(done, undo)
        await self._came_of(hearing, note, reply, None)

    async def _may(self, hearing: Hearing, note: str) -> bool:
        """Whether its owner may still do it: who manages a channel is asked again."""
        kept = await self._notes.get(note)
        if kept.action.kind != CHANNEL or kept.owner != hearing.me.id:
            return True
        return await self._channels.may_set(hearing, kept)

    async def decline(self, hearing: Hearing, press: ButtonPress, note: str) -> None:
        """The owner's no."""
        await self.say_no(hearing, note, press.reply)

    async def say_no(self, hearing: Hearing, note: str, reply: str | None = None) -> None:
        """The owner's no, pressed or typed."""
        try:
            await self._notes.decline(note, hearing.me.id)
        except (AlreadyDecided, Expired):
            await self._too_late(hearing, note)
            return
        await self._came_of(hearing, note, reply, None)

    async def take_back(self, hearing: Hearing, press: ButtonPress, note: str) -> None:
        """Undo of what was noted."""
        if not await self._may(hearing, note):
            return
        if await self._notes.has_rung(note, hearing.me.id):
            await self._settle(hearing, press, HAS_RUNG, CardKind.MESSAGE)
            return
        try:
            kept = await self._notes.take_back(note, hearing.me.id)
        except (AlreadyDecided, Expired):
            await self._too_late(hearing, note)
            return
        text = f"Taken back: {_undone_words(kept)}"
        await self._settle(hearing, press, text, CardKind.MESSAGE)
        await self._remember(hearing, "undone", text)

    async def _came_of(
        self, hearing: Hearing, note: str, reply: str | None, undo: str | None
    ) -> None:
        kept = await self._notes.get(note)
        await self._speaking.redraw_note(hearing, kept, undo=undo, reply=reply)
        text = kept.action.done if kept.status is NoteStatus.DONE else "Left as it was."
        await self._remember(hearing, kept.status.value, text)

    async def _remember(self, hearing: Hearing, what: str, text: str) -> None:
        happened = Happened(what=what, text=text, at=hearing.now)
        await self._conversations.append(hearing.key, hearing.me.id, [happened])

    async def _too_late(self, hearing: Hearing, note: str) -> None:
        kept = await self._notes.get(note)
        done = {
            NoteStatus.DONE: "done",
            NoteStatus.DECLINED: "declined",
            NoteStatus.UNDONE: "taken back",
        }.get(kept.status)
        zone, now = hearing.me.zone, hearing.now
        text = EXPIRED if done is None else already(done, kept.at, zone, now)
        await self._speaking.say(hearing.place, hearing.sender, text, private=True)

    async def _settle(
        self, hearing: Hearing, press: ButtonPress, text: str, kind: CardKind
    ) -> None:
        await settle_message(self._speaking, hearing, press, text, kind)


class RingPresses:
    """Answers presses on reminders that rang."""

    def __init__(self, ringing: Ringing, conversations: Conversations, speaking: Speaking) -> None:
        self._ringing = ringing
        self._conversations = conversations
        self._speaking = speaking

    async def snooze(self, hearing: Hearing, press: ButtonPress, ring: str) -> None:
        """Ring again in a while; not what is done."""
        if await self._was(DONE, ring):
            await self._tell(hearing, ALREADY_DONE)
            return
        again = await self._was(SNOOZED, ring)
        reminder = await self._ringing.snooze(ring, hearing.me.id, SNOOZED_FOR)
        at = reminder.rings_at or reminder.due or hearing.now + SNOOZED_FOR
        when = say_instant(at, hearing.me.zone, hearing.now)
        text = f"Snoozed for {say_length(SNOOZED_FOR)}: again {when}."
        await self._settle(hearing, press, SNOOZED, ring, text)
        if again:
            await self._tell(hearing, f"Already snoozed: it rings again {when}.")

    async def done(self, hearing: Hearing, press: ButtonPress, ring: str) -> None:
        """It is dealt with."""
        reminder = await self._ringing.done(ring, hearing.me.id)
        if await self._was(DONE, ring):
            await self._tell(hearing, ALREADY_DONE)
            return
        what = say_line(reminder.title or reminder.text).rstrip(".")
        await self._settle(hearing, press, DONE, ring, f"✓ Done: {what}." if what else "✓ Done.")

    async def _was(self, what: str, ring: str) -> bool:
        return bool(await self._conversations.where(f"{what}:{ring}"))

    async def _settle(
        self, hearing: Hearing, press: ButtonPress, what: str, ring: str, text: str
    ) -> None:
        await settle_message(self._speaking, hearing, press, text, CardKind.REMINDER)
        if press.message is not None:
            await self._conversations.posted(f"{what}:{ring}", press.message)

    async def _tell(self, hearing: Hearing, text: str) -> None:
        await self._speaking.say(hearing.place, hearing.sender, text, private=True)


async def settle_message(
    speaking: Speaking, hearing: Hearing, press: ButtonPress, text: str, kind: CardKind
) -> None:
    """Edit the pressed message into one line; where it is not known, say the line."""
    if press.message is None:
        await speaking.say(hearing.place, hearing.sender, text, private=True)
        return
    card = Card(kind=kind, body=((text,),))
    await speaking.rewrite(press.message, card, reply=press.reply)


def _undone_words(note: Note) -> str:
    if "channel" in note.undo:
        return f"{note.undo['channel']['name'] or 'this channel'} is served as before."
    if "group" in note.undo:
        return f"{called(note.undo['group']['name'])} is as it was."
    if "reminders" in note.undo:
        return "nobody is reminded." if note.action.body.get("place") else "I won't remind you."
    if "cancelled" in note.undo:
        return "the reminder waits again."
    if "zone" in note.undo:
        return f"your zone is {ZoneInfo(note.undo['zone']).key} again."
    if "calendar" in note.undo:
        return "the calendar is as it was."
    return "your preferences are as they were."
