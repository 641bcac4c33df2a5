"""What is looked for and what is found: people, a wish, slots.

Pure values. Finding is `availability`; why a time is refused is `refusals`; what counts as busy is
`busy`.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from calendar_core.busy import BusySpan
from calendar_core.events import Calendar
from calendar_core.people import PersonId, WorkingHours
from calendar_core.when import DaySpan, TimeSpan, When

HALF_HOUR = timedelta(minutes=30)
QUARTER = timedelta(minutes=15)
LONGEST_SEARCH = timedelta(days=400)
"""A window is searched this far; `Slots.searched` says what was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """Somebody who is to come, and when they can't."""

    person: PersonId
    name: str
    zone: ZoneInfo
    hours: WorkingHours = field(default_factory=WorkingHours)
    """In the wall time of `zone`."""
    busy: tuple[BusySpan, ...] = ()
    required: bool = True
    """An optional person's conflicts cost a slot its rank, not its place."""
    unread: tuple[Calendar, ...] = ()
    """Calendars that count and could not be read (`busy.unread`)."""
    buffer: timedelta = timedelta()
    """Quiet time wanted before and after every meeting of theirs."""


class Prefer(StrEnum):
    """What makes one slot better than an earlier one."""

    EARLIEST = "earliest"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    SPREAD = "spread"
    """One on each day first."""


PARTS_OF_DAY = {
    Prefer.MORNING: (time(8), time(12)),
    Prefer.AFTERNOON: (time(12), time(17)),
    Prefer.EVENING: (time(17), time(21)),
}
DAYTIME = (time(8), time(21))
"""From morning to evening: where hours were not asked to be kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What kind of time is looked for. Days and times of day are those of the asker's zone."""

    length: timedelta
    window: TimeSpan
    """The slot lies whole inside."""
    days: tuple[DaySpan, ...] | None = None
    """Only on these days; None for all."""
    part_of_day: tuple[time, time] | None = None
    """The slot lies whole in it; an end at or before the start is on the next day."""
    avoid: tuple[When, ...] = ()
    """Not then: spans or whole days."""
    step: timedelta | None = None
    """Starts are this far apart on the wall clock, from midnight on; None for 30 minutes, or 15
    when the length is under 30."""
    count: int | None = 3
    """How many to offer, none overlapping another; None for all that hold, overlapping ones too."""
    prefer: Prefer = Prefer.EARLIEST
    respect_hours: bool = True
    """Within the working hours of everybody required."""
    not_before: datetime | None = None
    """Now, so that nothing past is offered."""

    def __post_init__(self) -> None:
        if self.length <= timedelta() or self.grid <= timedelta():
            raise ValueError("a meeting needs a length, and its grid a step")

    @property
    def grid(self) -> timedelta:
        """The step between two starts."""
        if self.step is not None:
            return self.step
        return HALF_HOUR if self.length >= HALF_HOUR else QUARTER

    def whenever(self) -> "Wish":
        """The same without what is to be avoided and without a now."""
        return replace(self, avoid=(), not_before=None)

    def at_any_hour(self, part: tuple[time, time]) -> "Wish":
        """The same outside working hours too, in a part of the day."""
        return replace(self, respect_hours=False, part_of_day=part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A time at which everybody required can meet."""

    span: TimeSpan
    """In the asker's zone."""
    missing: tuple[PersonId, ...] = ()
    """Optional people who can't."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """Somebody whose calendars are not all known: what is offered may not be free for them."""

    person: PersonId
    name: str
    calendars: tuple[Calendar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots:
    """The answer to a wish."""

    offered: tuple[Slot, ...]
    """Best first."""
    searched: TimeSpan | None
    """What was looked through: the window from now on, at most LONGEST_SEARCH; None when it is all
    past."""
    incomplete: tuple[Unread, ...] = ()
    """Unknown is not free: who could not be read wholly. Empty when the answer is sure."""
