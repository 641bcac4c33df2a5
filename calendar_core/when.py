"""Times as calendars mean them: spans of instants, spans of days, and wall time turned into
instants.

Instants are aware datetimes; ends are exclusive; a day is a `date`. Reading people's words for
times is
`phrases`; repeating is `recurrence`. The rule for hours that do not exist or come twice is RFC
5545 §3.3.5.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from typing import TypeAlias
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSpan:
    """A stretch between two instants; never empty the wrong way round."""

    start: datetime
    """First instant, aware."""
    end: datetime
    """First instant after it, aware; equal to `start` for an event without length."""

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a TimeSpan needs aware instants")
        if self.end.astimezone(UTC) < self.start.astimezone(UTC):
            raise ValueError("a TimeSpan ends before it starts")

    @property
    def length(self) -> timedelta:
        """Elapsed time, over DST changes too."""
        return self.end.astimezone(UTC) - self.start.astimezone(UTC)

    def overlaps(self, other: "TimeSpan") -> bool:
        """Whether the two share an instant; touching ends do not count."""
        mine, theirs = self._utc(), other._utc()
        return mine[0] < theirs[1] and theirs[0] < mine[1]

    def contains(self, at: datetime) -> bool:
        """Whether an instant lies inside; the end does not."""
        start, end = self._utc()
        return start <= at.astimezone(UTC) < end

    def _utc(self) -> tuple[datetime, datetime]:
        """Both ends in UTC: two times of one zone compare by their wall times, which an hour that
        comes twice
        makes wrong."""
        return self.start.astimezone(UTC), self.end.astimezone(UTC)

    def within(self, zone: ZoneInfo) -> "TimeSpan":
        """The same instants, told in another zone."""
        return TimeSpan(start=self.start.astimezone(zone), end=self.end.astimezone(zone))


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySpan:
    """Whole days, bound to no zone: an all-day event."""

    first: date
    """The first day."""
    until: date
    """The day after the last one."""

    def __post_init__(self) -> None:
        if self.until <= self.first:
            raise ValueError("a DaySpan needs at least one day")

    @property
    def last(self) -> date:
        """The last day, as people say it."""
        return self.until - timedelta(days=1)

    @property
    def days(self) -> int:
        """How many days."""
        return (self.until - self.first).days

    def within(self, zone: ZoneInfo) -> TimeSpan:
        """From midnight to midnight as a zone has them."""
        return TimeSpan(start=midnight(self.first, zone), end=midnight(self.until, zone))


When: TypeAlias = TimeSpan | DaySpan
"""When an event is: at instants, or on days."""


class WallTime(Enum):
    """What a zone makes of a time on the wall."""

    PLAIN = "plain"
    SKIPPED = "skipped"
    """The clocks jump over it: there is no such time on that day."""
    REPEATED = "repeated"
    """The clocks go back: it comes twice."""


def classify_wall(wall: datetime, zone: ZoneInfo) -> WallTime:
    """Say whether a naive wall time exists once, twice or not at all in a zone."""
    first, second = wall.replace(tzinfo=zone, fold=0), wall.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return WallTime.PLAIN
    back = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
    return WallTime.REPEATED if back == wall else WallTime.SKIPPED


def at_wall(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a naive wall time: of a repeated one the first, of a skipped one as before
    the jump."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC).astimezone(zone)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day in a zone (not always 00:00: some zones change their clocks at
    midnight)."""
    return at_wall(datetime.combine(day, time()), zone)
