"""What people are told without having asked, as values. Making cards of them is `bot.notices`."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol, TypeAlias

from calendar_core.changes.change import ChangeId
from calendar_core.events import EventId, Guest, Occurrence
from calendar_core.people import PersonId
from calendar_core.report import Changed, Press

MOVES_MERGED = timedelta(minutes=15)
"""Several changes of one event in a row are one message; later ones are told aloud."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderDue:
    """A reminder's moment has come."""

    key: str
    """Delivery key: the same for every try at this one delivery."""
    reminder_id: str
    owner: PersonId
    place: str
    """Key of the place to speak in; empty: the owner's direct messages."""
    text: str
    """What to be reminded of; for an event its title is in `occurrence`."""
    occurrence: Occurrence | None
    """The event, as it stands now; None for a reminder without event."""
    due: datetime
    late_by: timedelta | None = None
    """Set when it fell due while nothing was running."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindersMissed:
    """Reminders of events that have ended meanwhile, named together in one line."""

    key: str
    owner: PersonId
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestDue:
    """A day's agenda, at the person's own hour."""

    key: str
    owner: PersonId
    place: str
    day: date
    late_by: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSettled:
    """A change that nobody waited for came to an end: expired, or written after a restart."""

    key: str
    owner: PersonId
    change_id: ChangeId


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """A local guest got an invitation, or it was moved or taken back."""

    key: str
    owner: PersonId
    """Who is told."""
    event: EventId
    """Their copy."""
    what: str
    """invited | moved | cancelled."""
    occurrence: Occurrence | None
    title: str
    by: str = ""
    """The organizer's name."""
    press: Press | None = None
    """Who did it instead, where that is known."""
    changes: tuple[Changed, ...] = ()
    """What exactly changed, of what was moved or cancelled."""
    overlaps: tuple[str, ...] = ()
    """Titles of what else stands at its new time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """Guests answered an invitation: how it stands now."""

    key: str
    owner: PersonId
    """The organizer, who is told."""
    event: EventId
    occurrence: Occurrence
    guests: tuple[Guest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterProposed:
    """A guest answered an invitation with another time."""

    key: str
    owner: PersonId
    """The organizer, who is told."""
    event: EventId
    occurrence: Occurrence
    """The event, or the occurrence that it is about, as it stands."""
    guest: Guest
    """With their answer, the time that they propose, and a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """One change that the reading of a linked calendar brought."""

    event: EventId
    change: Changed
    occurrence: Occurrence | None = None
    """Of an invitation that waits for an answer, and of an answer that proposes another time: the
    event as it stands, or the next of its series."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarsChanged:
    """What others changed in somebody's linked calendars, together."""

    key: str
    owner: PersonId
    brought: tuple[Brought, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountUnwell:
    """A linked account's password or token is no longer accepted: it must be linked again."""

    key: str
    owner: PersonId
    provider: str
    address: str
    account: str
    """Its id."""
    why: str
    """In a sentence."""


Notice: TypeAlias = (
    ReminderDue
    | RemindersMissed
    | DigestDue
    | ChangeSettled
    | Invited
    | Answered
    | CounterProposed
    | CalendarsChanged
    | AccountUnwell
)


class Notifier(Protocol):
    """Brings notices to people; implemented by `bot.notices`."""

    async def deliver(self, notice: Notice) -> None:
        """Say it once: a notice with the same key is not said again.

        Raises TryLater when the platform is away or limits us.
        """
        ...
