"""The frame: from where a phrase is looked at. Today, the zone, the house's policy."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from calendar_core.phrases.meaning import Grain, Meaning, NotUnderstood, Policy
from calendar_core.phrases.terms import Clock, Term

FIRST_DAY, LAST_DAY = date(1000, 1, 2), date(2999, 12, 31)


class Refused(Exception):
    """The words are read, but mean nothing that there is.

    `instead` holds what could stand in the place of the day or hour that was `said`, so that the
    whole phrase can be read with it; `to_the_letter` what the words name when taken at their word.
    """

    def __init__(
        self,
        why: str,
        alternatives: tuple[Meaning, ...] = (),
        *,
        instead: tuple[Term | Clock, ...] = (),
        to_the_letter: Term | None = None,
    ) -> None:
        super().__init__(why)
        self.refusal = NotUnderstood(why=why, alternatives=alternatives)
        self.instead = instead
        self.to_the_letter = to_the_letter
        self.said: Term | Clock | None = None

    def about(self, said: Term | Clock) -> "Refused":
        """The same, with the day or hour that it is about; the first one told stays."""
        if self.said is None:
            self.said = said
        return self


class Days(NamedTuple):
    """What a term is: whole days, or (`instant`) a wall time."""

    first: date
    until: date
    grain: Grain = Grain.DAY
    instant: datetime | None = None
    others: tuple["Days", ...] = ()
    """Other readings, best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Where a phrase is looked at from."""

    now: datetime
    """Aware, in `zone`."""
    zone: ZoneInfo
    policy: Policy
    base: date
    """The day from which words without a year or week are looked for: today, or a range's start."""
    context: str = ""
    """"am" or "pm" where the rest of a sentence says it: breakfast, dinner."""

    @property
    def today(self) -> date:
        """The running day in the zone."""
        return self.now.date()

    @property
    def wall(self) -> datetime:
        """Now as the clock on the wall shows it, naive."""
        return self.now.replace(tzinfo=None)


def one_day(day: date, *others: date) -> Days:
    """A single day, and other days that the words could mean."""
    return Days(day, plus(day, 1), others=tuple(Days(d, plus(d, 1)) for d in others if d != day))


def plus(day: date, days: int) -> date:
    """A day so many days later; refused where calendars end."""
    try:
        moved = day + timedelta(days=days)
    except OverflowError:
        raise Refused("That is too far away for a calendar.") from None
    if not FIRST_DAY <= moved <= LAST_DAY:
        raise Refused("That is too far away for a calendar.")
    return moved


def plus_months(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not FIRST_DAY.year < year < LAST_DAY.year:
        raise Refused("That is too far away for a calendar.")
    return date(year, month + 1, min(day.day, month_length(year, month + 1)))


def month_length(year: int, month: int) -> int:
    """How many days a month has."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31
