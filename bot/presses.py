"""What a press does: one verb, one method. Every press is answered, also on old cards and by strangers (law 10).

The desk checks who presses; here the answer is put into words and the cards are redrawn.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.chat.cards import Card, CardKind
from bot.chat.messages import ButtonPress, FormAnswer, IncomingMessage
from bot.confirmations import card_of
from bot.contexts import Contexts
from bot.decisions import Decisions
from bot.desk_words import Decision
from bot.editing import edit_form, proposal_from_form
from bot.notes import Note, Notes, NoteStatus
from bot.outcomes import facts_of, outcome_words
from bot.replies import BUTTON_UNKNOWN, CARD_GONE, EXPIRED, NOT_YOURS, SEVERAL_OPEN, SUPERSEDED, already
from bot.speaking import Hearing, Speaking
from bot.store import Conversations, People
from bot.tools.tool import ToolRefused
from bot.transcript import Happened, UserSaid
from bot.wording import say_instant, say_length
from calendar_core.changes.change import ChangeId, ChangeStatus, PendingChange, Proposal
from calendar_core.errors import AlreadyDecided, Expired, NotFound, NotYours
from calendar_core.events import Scope
from calendar_core.people import PersonId
from scheduler.reminder import Reminder

log = logging.getLogger("convene.presses")
SNOOZES = {"snooze": timedelta(minutes=5), "snooze15": timedelta(minutes=15)}


class Ringing(Protocol):
    """The reminders, as their buttons use them."""

    async def snooze(self, ring: str, by: PersonId, length: timedelta) -> Reminder: ...
    async def done(self, ring: str, by: PersonId) -> Reminder: ...


class Presses:
    """Answers presses and forms."""

    def __init__(
        self,
        desk: Decisions,
        notes: Notes,
        ringing: Ringing,
        people: People,
        conversations: Conversations,
        speaking: Speaking,
        contexts: Contexts,
    ) -> None:
        self._desk = desk
        self._contexts = contexts
        self._notes = notes
        self._ringing = ringing
        self._people = people
        self._conversations = conversations
        self._speaking = speaking
        self._verbs: dict[str, Callable[[Hearing, ButtonPress, str], Awaitable[None]]] = {
            "confirm": self._confirm,
            "decline": self._decline,
            "edit": self._edit,
            "undo": self._undo,
            "again": self._again,
            "leave": self._leave,
            "note": self._note,
            "unask": self._unask,
            "unnote": self._unnote,
            "done": self._done,
            **dict.fromkeys(("this", "following", "all"), self._choose),
            **dict.fromkeys(SNOOZES, self._snooze),
        }

    async def press(self, hearing: Hearing, press: ButtonPress) -> None:
        """Do what the button says."""
        verb, _, subject = press.value.partition(":")
        handler = self._verbs.get(verb)
        if handler is None or not subject:
            await self._tell(hearing, BUTTON_UNKNOWN)
            return
        try:
            await handler(hearing, press, subject)
        except NotYours:
            owner = await self._owner_name(subject, verb)
            await self._tell(hearing, NOT_YOURS.format(owner=owner))
        except NotFound as err:
            await self._tell(hearing, str(err) or CARD_GONE)

    async def _tell(self, hearing: Hearing, text: str) -> None:
        await self._speaking.say(hearing.place, hearing.sender, text, private=True)

    async def _owner_name(self, subject: str, verb: str) -> str:
        try:
            if verb in ("note", "unask", "unnote"):
                owner = (await self._notes.get(subject)).owner
            else:
                owner = (await self._desk.get(ChangeId(subject))).owner
            return (await self._people.person(owner)).name
        except NotFound:
            return "somebody else"

    async def _confirm(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        await self.confirm(hearing, ChangeId(subject), reply=press.reply)

    async def confirm(self, hearing: Hearing, change: ChangeId, *, reply: str | None = None) -> None:
        """The owner's yes: win the one conditional UPDATE, write, and say what came of it."""
        try:
            outcome = await self._desk.confirm(change, hearing.me.id)
        except (AlreadyDecided, Expired):
            await self._too_late(hearing, change, reply)
            return
        await self._came_of(hearing, outcome, reply)

    async def _came_of(self, hearing: Hearing, change: PendingChange, reply: str | None) -> None:
        await self._speaking.redraw_change(hearing.me, change, reply=reply)
        await self._remember(hearing, change)

    async def _remember(self, hearing: Hearing, change: PendingChange) -> None:
        words, _ = outcome_words(change, hearing.me.zone, hearing.now)
        happened = Happened(
            what=change.status.value,
            text=words,
            at=hearing.now,
            facts=facts_of(change, hearing.me.zone, hearing.now),
        )
        key = hearing.key
        await self._conversations.append(key, hearing.me.id, [happened])

    async def _too_late(self, hearing: Hearing, subject: ChangeId, reply: str | None) -> None:
        """A press on a card that is decided, expired or replaced: say how it stands, and redraw it."""
        change = await self._desk.get(subject)
        zone, now = hearing.me.zone, hearing.now
        match change.status:
            case ChangeStatus.APPLIED | ChangeStatus.CONFIRMED:
                text = f"✓ {already('done', change.applied_at or change.decided_at, zone, now)}"
            case ChangeStatus.UNDONE:
                text = already("taken back", change.decided_at, zone, now)
            case ChangeStatus.DECLINED:
                text = already("declined", change.decided_at, zone, now)
            case ChangeStatus.SUPERSEDED:
                text = SUPERSEDED
            case ChangeStatus.STALE | ChangeStatus.FAILED:
                text = outcome_words(change, zone, now)[0]
            case _:
                text = EXPIRED
        await self._speaking.redraw_change(hearing.me, change, reply=reply)
        await self._tell(hearing, text)

    async def _decline(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        await self.decline(hearing, ChangeId(subject), reply=press.reply)

    async def decline(self, hearing: Hearing, change: ChangeId, *, reply: str | None = None) -> None:
        """The owner's no."""
        try:
            declined = await self._desk.decline(change, hearing.me.id)
        except (AlreadyDecided, Expired):
            await self._too_late(hearing, change, reply)
            return
        await self._came_of(hearing, declined, reply)

    async def _choose(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        scope = Scope(press.value.partition(":")[0])
        await self.choose(hearing, ChangeId(subject), scope, reply=press.reply)

    async def choose(
        self, hearing: Hearing, change: ChangeId, scope: Scope, *, reply: str | None = None
    ) -> None:
        """The owner's choice of scope: it makes the proposal, superseding the question (law 6)."""
        try:
            proposed = await self._desk.choose(change, scope, hearing.me.id)
        except (AlreadyDecided, Expired):
            await self._too_late(hearing, change, reply)
            return
        await self._speaking.redraw_change(
            hearing.me, await self._desk.get(change), reply=reply
        )
        await self._speaking.show_change(hearing, proposed)

    async def _undo(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        change = ChangeId(subject)
        try:
            undone = await self._desk.undo(change, hearing.me.id)
        except AlreadyDecided:
            await self._too_late(hearing, change, press.reply)
            return
        except Expired as err:
            await self._tell(hearing, str(err) or "Undo works for 24 hours; that is over.")
            return
        first = await self._desk.get(change)
        if undone.status is ChangeStatus.APPLIED:
            await self._came_of(hearing, first, press.reply)
            return
        words, _ = outcome_words(undone, hearing.me.zone, hearing.now)
        await self._tell(hearing, words)

    async def _again(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        """The same wish on the event as it stands now."""
        stale = await self._desk.get(ChangeId(subject))
        if stale.owner != hearing.me.id:
            raise NotYours("This is somebody else's to decide.")
        fresh = await self._desk.propose(
            Proposal(
                owner=stale.owner,
                place=stale.place,
                edits=stale.edits,
                remarks=stale.remarks,
                public=stale.public,
                also=stale.also,
            )
        )
        await self._strip(hearing, press, stale)
        await self._speaking.show_change(hearing, fresh)

    async def _leave(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        stale = await self._desk.get(ChangeId(subject))
        if stale.owner != hearing.me.id:
            raise NotYours("This is somebody else's to decide.")
        await self._strip(hearing, press, stale)

    async def _strip(self, hearing: Hearing, press: ButtonPress, change: PendingChange) -> None:
        """Take the buttons off a card that is settled."""
        card = card_of(change, await self._speaking.reader(hearing.me, change))
        if press.message is not None:
            bare = replace(card, buttons=())
            await self._speaking.forget_buttons(press.message, bare, reply=press.reply)

    async def _edit(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        change = await self._desk.get(ChangeId(subject))
        if change.owner != hearing.me.id:
            raise NotYours("This is somebody else's to decide.")
        if change.status is not ChangeStatus.PROPOSED:
            await self._too_late(hearing, change.id, press.reply)
            return
        form = edit_form(change, self._contexts.of(hearing))
        platform = self._speaking.platform(hearing.place.platform)
        await platform.open_form(
            form, place=hearing.place, sender=hearing.sender, trigger=press.trigger
        )

    async def fill(self, hearing: Hearing, answer: FormAnswer) -> None:
        """A filled form makes a new proposal that supersedes the first (law 2)."""
        verb, _, subject = answer.value.partition(":")
        if verb != "edit":
            await self._tell(hearing, BUTTON_UNKNOWN)
            return
        change = await self._desk.get(ChangeId(subject))
        if change.owner != hearing.me.id:
            await self._tell(
                hearing, NOT_YOURS.format(owner=await self._owner_name(subject, "edit"))
            )
            return
        if change.status is not ChangeStatus.PROPOSED:
            await self._too_late(hearing, change.id, None)
            return
        try:
            proposal = await proposal_from_form(
                change, answer.fields, self._contexts.of(hearing)
            )
        except ToolRefused as refused:
            await self._tell(hearing, f"{refused} The card above still stands.")
            return
        fresh = await self._desk.propose(proposal)
        await self._speaking.redraw_change(hearing.me, await self._desk.get(change.id))
        await self._speaking.show_change(hearing, fresh)

    async def _note(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        await self.confirm_note(hearing, subject, reply=press.reply)

    async def confirm_note(self, hearing: Hearing, note: str, *, reply: str | None = None) -> None:
        """The owner's yes to a note."""
        try:
            _, undo = await self._notes.confirm(note, hearing.me.id)
        except (AlreadyDecided, Expired):
            await self._note_too_late(hearing, note, reply)
            return
        await self._note_came_of(hearing, note, reply, undo)

    async def _note_came_of(
        self, hearing: Hearing, note: str, reply: str | None, undo: str | None = None
    ) -> None:
        kept = await self._notes.get(note)
        await self._speaking.redraw_note(kept, undo=undo, reply=reply)
        text = kept.action.done if kept.status is NoteStatus.DONE else "Left as it was."
        happened = Happened(what=kept.status.value, text=text, at=hearing.now)
        await self._conversations.append(hearing.key, hearing.me.id, [happened])

    async def _note_too_late(self, hearing: Hearing, note: str, reply: str | None) -> None:
        kept = await self._notes.get(note)
        done = {
            NoteStatus.DONE: "done",
            NoteStatus.DECLINED: "declined",
            NoteStatus.UNDONE: "taken back",
        }.get(kept.status)
        if done is None:
            await self._tell(hearing, EXPIRED)
            return
        await self._tell(hearing, already(done, kept.at, hearing.me.zone, hearing.now))

    async def _unask(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        await self.decline_note(hearing, subject, reply=press.reply)

    async def decline_note(self, hearing: Hearing, note: str, *, reply: str | None = None) -> None:
        """The owner's no to a note."""
        try:
            await self._notes.decline(note, hearing.me.id)
        except (AlreadyDecided, Expired):
            await self._note_too_late(hearing, note, reply)
            return
        await self._note_came_of(hearing, note, reply)

    async def _unnote(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        try:
            note = await self._notes.take_back(subject, hearing.me.id)
        except (AlreadyDecided, Expired):
            await self._note_too_late(hearing, subject, press.reply)
            return
        text = f"Taken back: {_undone_words(note)}"
        card = Card(kind=CardKind.MESSAGE, body=((text,),))
        if press.message is not None:
            await self._speaking.forget_buttons(press.message, card, reply=press.reply)
        happened = Happened(what="undone", text=text, at=hearing.now)
        await self._conversations.append(hearing.key, hearing.me.id, [happened])

    async def _snooze(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        length = SNOOZES[press.value.partition(":")[0]]
        reminder = await self._ringing.snooze(subject, hearing.me.id, length)
        at = reminder.rings_at or reminder.due or hearing.now + length
        when = say_instant(at, hearing.me.zone, hearing.now)
        await self._rung(hearing, press, f"Snoozed for {say_length(length)}: again {when}.")

    async def _done(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        await self._ringing.done(subject, hearing.me.id)
        await self._rung(hearing, press, "✓ Done.")

    async def _rung(self, hearing: Hearing, press: ButtonPress, text: str) -> None:
        card = Card(kind=CardKind.REMINDER, body=((text,),))
        if press.message is not None:
            await self._speaking.forget_buttons(press.message, card, reply=press.reply)
        else:
            await self._tell(hearing, text)

    async def decide_in_words(
        self, hearing: Hearing, decision: Decision, message: IncomingMessage
    ) -> bool:
        """A plain yes, no or scope typed under the one open card; False when no card waits for it.

        Under more than one open card it brings them up again.
        """
        changes = await self._desk.open_in(hearing.place.key, hearing.me.id)
        notes = await self._notes.waiting_in(hearing.place.key, hearing.me.id)
        if not changes and not notes:
            return False
        if await self._was_asked(hearing):
            return False
        said = UserSaid(text=message.text, speaker=hearing.me.name, at=hearing.now)
        await self._conversations.append(hearing.key, hearing.me.id, [said])
        if len(changes) + len(notes) > 1:
            await self._bring_up(hearing, changes, notes)
            return True
        if notes:
            return await self._decide_note(hearing, decision, notes[0])
        return await self._decide_change(hearing, decision, changes[0])

    async def _was_asked(self, hearing: Hearing) -> bool:
        """Whether the bot's last words were a question of its own, which the plain word then answers."""
        conversation = await self._conversations.load(hearing.key, hearing.me.id)
        last = conversation.parts[-1] if conversation.parts else None
        return getattr(last, "asks_for", None) is not None

    async def _bring_up(
        self, hearing: Hearing, changes: Sequence[PendingChange], notes: Sequence[Note]
    ) -> None:
        await self._tell(hearing, SEVERAL_OPEN.format(count=len(changes) + len(notes)))
        for change in changes:
            await self._speaking.show_change(hearing, change)
        for note in notes:
            await self._speaking.show_note(hearing, note)

    async def _decide_note(self, hearing: Hearing, decision: Decision, note: Note) -> bool:
        if decision is Decision.YES:
            await self.confirm_note(hearing, note.id)
        elif decision is Decision.NO:
            await self.decline_note(hearing, note.id)
        else:
            return False
        return True

    async def _decide_change(
        self, hearing: Hearing, decision: Decision, change: PendingChange
    ) -> bool:
        if decision is Decision.NO:
            await self.decline(hearing, change.id)
        elif change.status is ChangeStatus.ASKED:
            if decision.scope is None:
                await self._speaking.show_change(hearing, change)
            else:
                await self.choose(hearing, change.id, decision.scope)
        elif decision is Decision.YES:
            await self.confirm(hearing, change.id)
        else:
            return False
        return True


def _undone_words(note: Note) -> str:
    if "reminders" in note.undo:
        return "I won't remind you."
    if "cancelled" in note.undo:
        return "the reminder waits again."
    if "zone" in note.undo:
        return f"your zone is {ZoneInfo(note.undo['zone']).key} again."
    return "your preferences are as they were."
