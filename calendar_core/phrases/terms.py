"""Terms: what single time words say, before anybody asked what day it is.

The grammar makes terms of words; `days` and `policy` make dates and instants of terms.
"""

from datetime import timedelta
from typing import NamedTuple, TypeAlias

from calendar_core.phrases.meaning import Grain


class Length(NamedTuple):
    """How long: calendar units apart from hours, since a month is no number of hours."""

    months: int = 0
    days: int = 0
    seconds: int = 0
    business_days: int = 0
    unit: str = "day"
    """The unit of the coarsest kind that was said."""

    @property
    def is_hours(self) -> bool:
        """Whether it moves the time of day."""
        return self.seconds != 0

    def delta(self) -> timedelta:
        """The length with months as 30 and years as 365 days."""
        years, months = divmod(self.months, 12)
        days = years * 365 + months * 30 + self.days + self.business_days
        return timedelta(days=days, seconds=self.seconds)


class Clock(NamedTuple):
    """A time of day as said."""

    hour: int
    minute: int = 0
    second: int = 0
    half: str = ""
    """"am" or "pm" where said, "24" where the hour leaves no doubt, "work" for the end of the
    working day, "now" for the hour that it is, else empty."""
    grain: Grain = Grain.HOUR
    weak: bool = False
    """Whether it is a time only by its company: a bare number."""
    late: bool = False
    """Midnight as the end of its day."""


class Part(NamedTuple):
    """A part of the day: "early morning"."""

    name: str
    edge: str = ""
    """"early", "mid", "late", "rest" (from now on) or empty."""


class Near(NamedTuple):
    """So many days from today."""

    days: int


class Shift(NamedTuple):
    """A length away from now or from another term."""

    length: Length
    sign: int
    base: "Term | None" = None


class Weekday(NamedTuple):
    """A day of the week, perhaps of a certain week."""

    day: int
    which: str = ""
    """"this", "next", "last", "coming", "past", "after next" or empty."""
    week: "Term | None" = None


class Dated(NamedTuple):
    """Some of weekday, day of the month, month and year."""

    day: int | None = None
    month: int | None = None
    year: int | None = None
    weekday: int | None = None
    which: str = ""
    """For a month: "this", "next", "last"."""
    loose: bool = False
    """Whether the day is a bare number."""
    swap: bool = False
    """Whether day and month could stand the other way round (3/4)."""
    listed: bool = False
    """Whether the weekday stands right before the day, as in a list of dates: "Thu 15th"; not
    "Thursday the 15th", which is the coming one."""


class InPeriod(NamedTuple):
    """A day of the month in a month that is named by a term: "the 3rd of next month"."""

    day: int
    of: "Term"


class Unit(NamedTuple):
    """A whole unit of the calendar, `n` of them from the running one: this week, next month."""

    unit: str
    n: int


class Many(NamedTuple):
    """Several units before or after now: "next 3 weeks", "last two months"."""

    unit: str
    many: int
    sign: int
    distant: bool = False
    """Whether the last of them alone could be meant ("upcoming 2 weeks")."""


class Nth(NamedTuple):
    """The nth weekday or unit of a period; negative counts from its end."""

    n: int
    what: str | int
    of: "Term | None" = None


class Run(NamedTuple):
    """The first so many units of a period; negative counts from its end."""

    many: int
    unit: str
    of: "Term"


class Edge(NamedTuple):
    """A part of a period: "early", "mid", "late", "start", "end", "rest"."""

    edge: str
    of: "Term"


class WeekOf(NamedTuple):
    """The week that a day is in, or (`running`) the days from it on."""

    of: "Term"
    unit: str = "week"
    running: bool = False


class Feast(NamedTuple):
    """A holiday by name."""

    name: str
    year: int | None = None
    which: str = ""


class Season(NamedTuple):
    """A season, perhaps of a year."""

    name: str
    year: int | None = None
    which: str = ""


class Quarter(NamedTuple):
    """A quarter of a year, or (`halves`) a half."""

    n: int
    year: "int | None" = None
    halves: bool = False


class Decade(NamedTuple):
    """Ten years from one on, "the nineties", or more of them: a century."""

    year: int
    long: int = 10


class WeekdaysOn(NamedTuple):
    """The nth such weekday from a day: "2 Sundays from now", "the closest Monday to 5 May"."""

    n: int
    day: int
    base: "Term | None" = None
    closest: bool = False


class Both(NamedTuple):
    """A day and the weekday that it is said to be: "tomorrow, Friday"."""

    day: "Term"
    weekday: int


Term: TypeAlias = (
    Near
    | Both
    | Shift
    | Weekday
    | Dated
    | InPeriod
    | Unit
    | Many
    | Nth
    | Run
    | Edge
    | WeekOf
    | Feast
    | Season
    | Quarter
    | Decade
    | WeekdaysOn
)


class Rule(NamedTuple):
    """Something that repeats, without its times and its end."""

    freq: str
    interval: int = 1
    days: tuple[str, ...] = ()
    """BYDAY values: "MO", "2TU", "-1FR"."""
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    setpos: int = 0
    part: Part | None = None
    """"every morning": the part of the day it named itself."""
    times: int = 0
    """How often at all, where the words for the days say it: "the next 4 Mondays"."""
    asks: str = ""
    """What is open where the words say how often but not when: "twice a week"."""
