"""What an absorb changed, told to whoever follows: reminders, notices."""

from dataclasses import dataclass
from typing import Any, Protocol

from calendar_core.events import CalendarId, EventId
from calendar_core.people import PersonId

SYNCED, UNLINKED = "synced", "unlinked"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventNews:
    """One event that came, changed or went."""

    event_id: EventId
    calendar_id: CalendarId
    owner: PersonId
    what: str
    """added | changed | removed."""
    origin: str = SYNCED
    """made (by a change of its owner here) | invited (a guest's copy) | answered (by a guest) |
    imported | synced | unlinked (its calendar is no longer linked)."""
    times_changed: bool = True
    """Whether any occurrence moved, came or went."""
    title: str = ""
    """Its title, or the one that it had; for the owner's eyes."""
    by: str = ""
    """Name of its organizer, where it has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one absorb did to the mirror."""

    news: tuple[EventNews, ...] = ()
    unreadable: tuple[str, ...] = ()
    """UIDs whose text is not iCalendar; they were left out."""


class EventFollower(Protocol):
    """Hears of every absorb, inside the same unit of work."""

    async def follow(self, report: Report, session: Any) -> None:
        """Bring what hangs on these events in step, using the absorb's own session (an
        AsyncSession)."""
        ...
