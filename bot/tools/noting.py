"""What is noted at once: the speaker's own reminders and preferences, or asked about first.

Law 1: what speaks to others, changes a zone, or comes in a turn that read strangers' text is a
card. Doing what
was noted is behind `Noting`; `bot.notes` implements it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from calendar_core.people import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAction:
    """Something to note, fully resolved; small texts and ids only, so that it can wait for a
    press."""

    kind: str
    """preferences | zone | calendar | channel | group | remind | remind_before |
    cancel_reminders."""
    body: Mapping[str, Any]
    done: str
    """The line that says it is done: "I'll remind you today at 16:05."."""
    question: str
    """The title of the card, should it be asked about."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """The facts on that card."""
    must_ask: bool = False
    """Whether it speaks to others or changes a zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedNote:
    """A note that waits for a press."""

    id: str
    action: NoteAction


class Noting(Protocol):
    """Does and keeps notes."""

    async def perform(self, person: PersonId, action: NoteAction) -> str:
        """Do it now; returns the `verb:id` that takes it back. Raises CalendarError."""
        ...

    async def ask(self, person: PersonId, place: str, action: NoteAction) -> AskedNote:
        """Keep it for the person's press; nothing is done."""
        ...
