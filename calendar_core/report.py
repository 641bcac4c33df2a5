"""What an absorb changed, told to whoever follows: reminders, notices."""

from dataclasses import dataclass, replace
from typing import Any, Protocol

from calendar_core.events import Answer, CalendarId, EventId, Guest, RecurrenceId, Status
from calendar_core.people import PersonId
from calendar_core.when import When

SYNCED, UNLINKED = "synced", "unlinked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """How an event stood, as far as people are told of it."""

    title: str
    when: When
    location: str = ""
    video_url: str = ""
    status: Status = Status.CONFIRMED
    rule: str = ""
    """RRULE, where all of a series is meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What exactly became of one event, one occurrence, or all of a series."""

    recurrence_id: RecurrenceId
    """Empty for single events, and where all of a series is meant."""
    before: Stood | None
    """None: it was not there."""
    after: Stood | None
    """None: it is no longer there."""
    answers: tuple[Guest, ...] = ()
    """Guests of the owner's own event who answer otherwise now."""
    by: str = ""
    """Name or address of its organizer, where that is another than the calendar's owner."""
    mine: Answer | None = None
    """What the owner answers now, or did before it went; None where nobody asks them."""
    is_cancelled: bool = False
    """Whether it is written down as cancelled; else it merely went, whoever took it away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """Who had a calendar changed that is not their own, as a channel's is."""

    person: PersonId
    place: str
    """Key of the place where they pressed: who may not read there is not told who it was."""


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
    changes: tuple[Changed, ...] = ()
    """What exactly changed, where somebody else may have done it; empty for one's own events, for
    the first reading of a calendar, and for calendars of which only times are kept."""
    press: Press | None = None
    """Who did it, where that is another than the organizer; None where it is not known, either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one absorb did to the mirror."""

    news: tuple[EventNews, ...] = ()
    unreadable: tuple[str, ...] = ()
    """UIDs whose text is not iCalendar; they were left out."""

    def by(self, press: Press | None) -> "Report":
        """The same, as what somebody's press did."""
        if press is None:
            return self
        return replace(self, news=tuple(replace(one, press=press) for one in self.news))


class EventFollower(Protocol):
    """Hears of every absorb, inside the same unit of work."""

    async def follow(self, report: Report, session: Any) -> None:
        """Bring what hangs on these events in step, using the absorb's own session (an
        AsyncSession)."""
        ...
