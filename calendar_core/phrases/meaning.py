"""What words for a time mean: pure values. Reading them is `resolve` in this package."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What sort of time was said."""

    INSTANT = "instant"
    """A point in time: "tomorrow at 3"."""
    SPAN = "span"
    """Between two instants, one end may be open: "Friday 2-3:30", "after 5pm"."""
    DAY = "day"
    """One day: "next Tuesday"."""
    DAYS = "days"
    """Several days, one end may be open: "next week", "3 to 7 May", "from June on"."""
    LENGTH = "length"
    """How long: "45 minutes"."""
    RULE = "rule"
    """Something that repeats: "every other Friday at 9"."""


class Grain(StrEnum):
    """How finely it was said."""

    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEKEND = "weekend"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """One reading of the whole phrase.

    `start` and `end` are aware datetimes in the asked zone for INSTANT and SPAN, dates for DAY and
    DAYS.
    """

    kind: Kind
    grain: Grain
    start: datetime | date | None = None
    """First instant or day; None when open. For a RULE: its first occurrence (a datetime when a
    time was said, else a date)."""
    end: datetime | date | None = None
    """Exclusive; None for an INSTANT and when open. For a RULE with a span of hours: the end of the
    first occurrence."""
    length: timedelta | None = None
    """For a LENGTH, and where one was stated beside a time ("at 3 for 45 minutes"). Calendar units
    count as 7, 30 (month) and 365 (year) days here; `length_iso` keeps the words."""
    length_iso: str | None = None
    """ISO 8601 duration of a LENGTH as it was said, e.g. P1M, PT45M."""
    rule: str | None = None
    """RFC 5545 RRULE value without prefix and DTSTART; BYHOUR and BYMINUTE when a time was said."""
    time_said: bool = False
    """Whether a time of day was named (and not only a day)."""
    day_said: bool = False
    """Whether a day was named (and not only a time of day)."""
    vague: bool = False
    """Whether the time is a part of the day ("in the morning"), a guess or approximate."""
    ampm_guessed: bool = False
    """Whether morning or afternoon was chosen by policy ("at 4")."""
    hours: tuple[time, time] | None = None
    """The part of each day that was named for DAYS or a RULE: "next week in the afternoon"."""
    zone: str = ""
    """The zone that was named beside the time, an IANA name: the hours of a RULE are its hours."""
    notes: tuple[str, ...] = ()
    """What a person should be told, as sentences: an hour that comes twice."""
    alternatives: tuple["Meaning", ...] = ()
    """Other readings, where the words are truly ambiguous; best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUnderstood:
    """The phrase is refused as a whole."""

    why: str
    """One sentence for a person, with what to do next."""
    alternatives: tuple[Meaning, ...] = ()
    """What might have been meant, e.g. both days of "Sunday the 16th" when the 16th is a Monday."""
    to_the_letter: Meaning | None = None
    """What the words name to the letter, too far off to be meant without asking: the next month
    whose 15th is a Thursday, for "Thu 15th". Told by `convene when`, never acted on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Time words found in a sentence."""

    text: str
    """The words, as written."""
    at: tuple[int, int]
    """Where they stand: from, to (exclusive), in characters."""
    meaning: Meaning | NotUnderstood
    parts: tuple[tuple[int, int], ...] = ()
    """The single stretches, where the words stand apart ("Friday ... at 3"); else empty."""
    role: str = "when"
    """What the words do in the sentence: "when"; "from" (the old time in "move it from 3 to 4");
    "to" (the new one); "length" ("for 45 minutes", "a 2 hour meeting"); "shift" ("half an hour
    later", negative for earlier); "lead" ("10 minutes before"); "not" ("not Friday")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The one table of what vague words mean here. Wall times; ends exclusive."""

    week_start: int = 0
    """First day of a week, Monday = 0, Sunday = 6."""
    morning: tuple[time, time] = (time(8), time(12))
    afternoon: tuple[time, time] = (time(12), time(17))
    evening: tuple[time, time] = (time(17), time(21))
    night: tuple[time, time] = (time(20), time(0))
    tonight: tuple[time, time] = (time(18), time(0))
    """Said of today's night, which people let begin when work is over."""
    lunch: tuple[time, time] = (time(12), time(14))
    work_day: tuple[time, time] = (time(9), time(17))
    """The person's working hours: "end of day" is its end; hours without am or pm prefer it."""
    month_first: bool = True
    """Whether 3/4 is 4 March (True) or 3 April (False)."""
    hours: dict[str, tuple[time, time]] = field(default_factory=dict)
    """Further named stretches of a day."""
