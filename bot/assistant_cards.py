"""Cards of what other assistants propose, brought to the person once each.

The process that an assistant talks to may not be the one that speaks in chats: the card is due work
in the queue, and whoever serves brings it, under a key of its own.
"""

import logging
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Protocol

from bot.assistant_tokens import Assistant
from bot.chat.cards import Card
from bot.chat.platform import PlaceGone, PlatformBusy
from bot.confirmations import card_of
from bot.note_cards import note_card
from bot.notes import Note, NoteStatus
from bot.people import Person
from bot.reaching import Reaching, Unreached
from bot.speaking import Speaking
from bot.store import People
from bot.tools.noting import AskedNote
from calendar_core.changes.change import ChangeId, PendingChange
from calendar_core.clock import Clock
from calendar_core.errors import AlreadyDecided, Expired, NotFound, TryLater
from calendar_core.people import PersonId
from scheduler.jobs import Job
from scheduler.queue import JobQueue

log = logging.getLogger("convene.assistants")

KIND = "assistant_card"
AGAIN = timedelta(minutes=30)
"""How often somebody is tried whom no direct message reaches."""
SOON = timedelta(seconds=30)
"""How often, where their platform is not there: another process may be the one that speaks there,
and shall find the card due when it starts."""


Reach = Callable[[Sequence[str]], str]
"""When and where a card is shown, in a sentence for the assistant, by the platforms of somebody's
accounts, the one used last first."""


def served_here(platforms: Collection[str]) -> Reach:
    """By this process, on the platforms that it speaks on; they may come later."""

    def told(known: Sequence[str]) -> str:
        here = next((one for one in known if one in platforms), None)
        if here is None:
            return _later(known)
        return f"A card asks the person {_where([here])} now."

    return told


def served_beside(is_running: Callable[[], bool]) -> Reach:
    """By another process on the same data, where one runs: it glances every second."""

    def told(known: Sequence[str]) -> str:
        if not is_running():
            return _later(known)
        return f"A card asks the person {_where(known)} within seconds."

    return told


def _later(known: Sequence[str]) -> str:
    there = "chat" if known[:1] == ["console"] else "serve"
    return (
        f"No card is shown yet: it waits until convene {there} runs, then it asks the person "
        f"{_where(known)}."
    )


def _where(known: Sequence[str]) -> str:
    if not known:
        return "in their chat"
    return "in the terminal" if known[0] == "console" else f"on {known[0].capitalize()}"


class Desk(Protocol):
    """The desk, as far as looking and declining goes."""

    async def get(self, change_id: ChangeId) -> PendingChange: ...
    async def superseded_by(self, newer: PendingChange) -> tuple[PendingChange, ...]: ...
    async def open_in(self, place: str, owner: PersonId) -> tuple[PendingChange, ...]: ...
    async def decline(self, change_id: ChangeId, by: PersonId) -> PendingChange: ...


class Asked(Protocol):
    """The notes, as far as looking and leaving them goes."""

    async def get(self, note: str) -> Note: ...
    async def waiting_in(self, place: str, owner: PersonId) -> tuple[Note, ...]: ...
    async def decline(self, note: str, by: PersonId) -> Note: ...


class AssistantCards:
    """Keeps the cards that are to be shown, and brings them. Handles its own jobs."""

    def __init__(self, queue: JobQueue, clock: Clock, desk: Desk, people: People) -> None:
        self._queue = queue
        self._clock = clock
        self._desk = desk
        self._people = people
        self._mouth: tuple[Speaking, Reaching, Asked] | None = None

    def join(self, speaking: Speaking, reaching: Reaching, notes: Asked) -> None:
        """From now on there is a way to people here."""
        self._mouth = (speaking, reaching, notes)

    async def show(
        self, owner: PersonId, change: PendingChange | None, note: AskedNote | None
    ) -> str:
        """Have the card of one of the two shown soon, here or by whoever serves; its id."""
        kind, subject = ("change", change.id) if change is not None else ("note", "")
        if note is not None and change is None:
            subject = note.id
        payload = {kind: subject, "owner": owner}
        key = f"{KIND}:{subject}"
        await self._queue.enqueue(
            Job(kind=KIND, key=key, run_at=self._clock.now(), payload=payload)
        )
        return subject

    async def withdraw(self, assistant: Assistant, notes: Asked) -> int:
        """Leave undone all that waits of an assistant that its person has disconnected; how much
        that was. Its cards are edited where somebody speaks here."""
        person, count = await self._people.person(assistant.person), 0
        for change in await self._desk.open_in(assistant.place, person.id):
            with suppress(AlreadyDecided, Expired):
                declined = await self._desk.decline(change.id, person.id)
                count += 1
                if self._mouth is not None:
                    await self._mouth[0].redraw_change(person, declined)
        for note in await notes.waiting_in(assistant.place, person.id):
            with suppress(AlreadyDecided, Expired, PlaceGone):
                left = await notes.decline(note.id, person.id)
                count += 1
                if self._mouth is not None:
                    speaking = self._mouth[0]
                    for ref in await speaking.conversations.where(note.id):
                        await speaking.rewrite(ref, note_card(left), reply=None)
        return count

    async def run(self, job: Job, *, late: bool) -> None:
        """Bring one card, if it still waits. Told again after a crash, it stands once: by its
        key."""
        if self._mouth is None:
            raise TryLater("Nothing speaks to people here.")
        owner = PersonId(job.payload["owner"])
        try:
            person = await self._people.person(owner)
            card = await self._card(person, job)
            if card is not None:
                await self._bring(person, card, job)
        except PlatformBusy as err:
            after = timedelta(seconds=err.seconds) if err.seconds else SOON
            raise TryLater(str(err), after) from err
        except Unreached as err:
            raise TryLater("They can't be reached.", AGAIN) from err
        except NotFound:
            log.info("card left job=%s", job.key)

    async def _card(self, person: Person, job: Job) -> Card | None:
        """The card as it stands now; None where there is nothing to decide any more."""
        assert self._mouth is not None
        speaking, _, notes = self._mouth
        if "note" in job.payload:
            note = await notes.get(job.payload["note"])
            return note_card(note) if note.status is NoteStatus.ASKED else None
        change = await self._desk.get(ChangeId(job.payload["change"]))
        for older in await self._desk.superseded_by(change):
            # Never turned into the new one in place: it would change under the reader's finger.
            await speaking.redraw_change(person, older)
        if not change.is_open or change.expires_at <= self._clock.now():
            return None
        return card_of(change, await speaking.reader(person, change))

    async def _bring(self, person: Person, card: Card, job: Job) -> None:
        assert self._mouth is not None
        speaking, reaching, _ = self._mouth
        subject = job.payload.get("change") or job.payload["note"]
        ref = await reaching.tell(person, card, job.key)
        await speaking.conversations.posted(subject, ref)
        await speaking.interrupted(ref.place, person.id)
