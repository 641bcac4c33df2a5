"""A plain yes, no, scope or undo typed right under a card counts as the press (law 1).

The engine reads it, never a model. Under more than one open card it brings them up again, and also
when something was said since: what a model asked meanwhile is not what the card asks.
"""

from collections.abc import Sequence

from bot.assistant_tokens import PLACES
from bot.change_presses import ChangePresses
from bot.chat.messages import IncomingMessage
from bot.decisions import Decisions
from bot.desk_words import Decision, plain_decision
from bot.note_presses import NotePresses
from bot.notes import Note, Notes
from bot.replies import FROM_ASSISTANT, NOTHING_OPEN, SEVERAL_OPEN, STILL_SEVERAL_OPEN
from bot.speaking import Hearing, Speaking
from bot.store import Conversations
from bot.transcript import AssistantSaid, Happened, Interrupted, Part, UserSaid
from calendar_core.changes.change import ChangeId, ChangeStatus, PendingChange


class PlainWords:
    """Takes plain words as presses."""

    def __init__(
        self,
        desk: Decisions,
        notes: Notes,
        changes: ChangePresses,
        note_presses: NotePresses,
        conversations: Conversations,
        speaking: Speaking,
    ) -> None:
        self._desk = desk
        self._notes = notes
        self._changes = changes
        self._note_presses = note_presses
        self._conversations = conversations
        self._speaking = speaking

    async def decide(self, hearing: Hearing, decision: Decision, message: IncomingMessage) -> bool:
        """Whether the words decided something; if not, they are for the model."""
        conversation = await self._conversations.load(hearing.key, hearing.me.id)
        last = conversation.parts[-1] if conversation.parts else None
        if isinstance(last, AssistantSaid) and _is_question(last):
            return False
        changes = await self._desk.open_in(hearing.place.key, hearing.me.id)
        notes = await self._notes.waiting_in(hearing.place.key, hearing.me.id)
        if decision is Decision.UNDO:
            return await self._undo(hearing, last, message)
        if not changes and not notes:
            if isinstance(last, Interrupted) and await self._of_assistant(hearing, message):
                return True
            return await self._nothing_open(hearing, decision, last, message)
        if decision.scope is not None and not any(_asks(change) for change in changes):
            return False
        await self._heard(hearing, message)
        if len(changes) + len(notes) > 1:
            await self._bring_up(hearing, changes, notes, again=_was_brought_up(last))
        elif isinstance(last, Interrupted) or (
            isinstance(last, AssistantSaid) and decision is not Decision.NO
        ):
            await self._show_again(hearing, changes, notes)
        elif notes:
            await self._decide_note(hearing, decision, notes[0])
        else:
            await self._decide_change(hearing, decision, changes[0])
        return True

    async def _heard(self, hearing: Hearing, message: IncomingMessage) -> None:
        said = UserSaid(text=message.text, speaker=hearing.me.name, at=hearing.now)
        await self._conversations.append(hearing.key, hearing.me.id, [said])

    async def _undo(self, hearing: Hearing, last: Part | None, message: IncomingMessage) -> bool:
        """Undo typed right under an outcome takes that back."""
        if not isinstance(last, Happened) or last.what != "applied":
            return False
        change = last.facts.get("change")
        if not isinstance(change, str):
            return False
        await self._heard(hearing, message)
        await self._changes.say_undo(hearing, ChangeId(change))
        return True

    async def _nothing_open(
        self, hearing: Hearing, decision: Decision, last: Part | None, message: IncomingMessage
    ) -> bool:
        """A bare yes or no under an outcome; "cancel that" is about the outcome: for the model."""
        bare = message.text.casefold().startswith(("y", "n", "ok", "sure"))
        if not isinstance(last, Happened) or not bare:
            return False
        if decision not in (Decision.YES, Decision.NO) or "mind" in message.text:
            return False
        await self._heard(hearing, message)
        await self._speaking.say(hearing.place, hearing.sender, NOTHING_OPEN, private=True)
        return True

    async def _of_assistant(self, hearing: Hearing, message: IncomingMessage) -> bool:
        """Under the card of another assistant only a press counts: show it anew."""
        waiting = await self._desk.open_of(hearing.me.id) if hearing.place.is_private else ()
        theirs = [one for one in waiting if one.place.startswith(PLACES)]
        if not theirs:
            return False
        await self._heard(hearing, message)
        await self._speaking.say(hearing.place, hearing.sender, FROM_ASSISTANT, private=True)
        await self._show_again(hearing, theirs, ())
        return True

    async def _bring_up(
        self,
        hearing: Hearing,
        changes: Sequence[PendingChange],
        notes: Sequence[Note],
        *,
        again: bool,
    ) -> None:
        """Show all that is open, once: right under them a line is enough."""
        words = STILL_SEVERAL_OPEN if again else SEVERAL_OPEN
        text = words.format(count=len(changes) + len(notes))
        await self._speaking.say(hearing.place, hearing.sender, text, private=True)
        if not again:
            await self._show_again(hearing, changes, notes)

    async def _show_again(
        self, hearing: Hearing, changes: Sequence[PendingChange], notes: Sequence[Note]
    ) -> None:
        for change in reversed(changes):
            await self._speaking.show_change(hearing, change)
        for note in notes:
            await self._speaking.show_note(hearing, note)

    async def _decide_note(self, hearing: Hearing, decision: Decision, note: Note) -> None:
        if decision is Decision.YES:
            await self._note_presses.say_yes(hearing, note.id)
        else:
            await self._note_presses.say_no(hearing, note.id)

    async def _decide_change(
        self, hearing: Hearing, decision: Decision, change: PendingChange
    ) -> None:
        if decision is Decision.NO:
            await self._changes.say_no(hearing, change.id)
        elif decision.scope is not None:
            await self._changes.say_scope(hearing, change.id, decision.scope)
        elif _asks(change):
            await self._speaking.show_change(hearing, change)
        else:
            await self._changes.say_yes(hearing, change.id)


def _is_question(said: AssistantSaid) -> bool:
    """Whether a plain yes or no may be the answer to it."""
    return said.asks_for is not None or said.text.rstrip().endswith("?")


def _was_brought_up(last: Part | None) -> bool:
    """Whether the cards stand right above: a plain word was all that came since."""
    return isinstance(last, UserSaid) and plain_decision(last.text) is not None


def _asks(change: PendingChange) -> bool:
    return change.status is ChangeStatus.ASKED
