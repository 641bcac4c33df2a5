"""What a tool may look at and note down: narrow views of the rooms below, joined in `bot.app`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.people import Person, Preferences
from calendar_core.mirror import Mirror
from calendar_core.people import PersonId


class Directory(Protocol):
    """Who is known here."""

    async def person(self, person: PersonId) -> Person:
        """A person by id. Raises NotFound."""
        ...

    async def named(self, name: str, *, near: PersonId) -> Sequence[Person]:
        """People whom a name or mail address may mean, best first; those near the asker only."""
        ...

    async def everyone(self, *, near: PersonId) -> Sequence[Person]:
        """All people that the asker may know of, the asker included."""
        ...

    async def set_preferences(self, person: PersonId, preferences: Preferences) -> str:
        """Keep new preferences; returns the `verb:id` that takes them back."""
        ...


class Notebook(Protocol):
    """The speaker's own reminders."""

    async def remind_at(
        self, owner: PersonId, place: str, text: str, at: datetime, rule: str, zone: ZoneInfo
    ) -> Any:
        """Keep a reminder at an instant, repeating when a rule is given."""
        ...

    async def remind_before(
        self, owner: PersonId, place: str, event: Any, leads: Sequence[timedelta]
    ) -> Any:
        """Keep reminders before an event."""
        ...

    async def listed(self, owner: PersonId) -> Sequence[Any]:
        """What waits, soonest first."""
        ...

    async def cancel(self, reminder_id: str, by: PersonId) -> Any:
        """Take one back."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything that tools can look at."""

    mirror: Mirror
    people: Directory
    notebook: Notebook
