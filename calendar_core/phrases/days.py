"""Which days a term is: the house's policy for words like "next", "end of", "the 16th".

A date without a year is the next such date; a weekday is the coming one; "next Friday" is the
Friday of next week. Where words allow another reading, it stands in `others`.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from calendar_core.phrases.frame import (
    Days,
    Frame,
    Refused,
    month_length,
    one_day,
    plus,
    plus_months,
)
from calendar_core.phrases.holidays import date_of
from calendar_core.phrases.meaning import Grain, Kind, Meaning
from calendar_core.phrases.places import months_from, nth_in, run_in
from calendar_core.phrases.spans import edge_of, unit_days
from calendar_core.phrases.spoken_days import day_words, full_weekday
from calendar_core.phrases.stretches import YEARS, decade, many, moved, quarter, season
from calendar_core.phrases.terms import (
    Both,
    Dated,
    Decade,
    Edge,
    Feast,
    InPeriod,
    Length,
    Many,
    Near,
    Nth,
    Quarter,
    Run,
    Season,
    Shift,
    Term,
    Unit,
    Weekday,
    WeekdaysOn,
    WeekOf,
)
from calendar_core.when import at_wall

_FAR_MONTHS = 60
"""How far a weekday is looked for on a day of the month: even a 31st is on each within that."""


def days_of(term: Term, frame: Frame) -> Days:
    """The days of a term; raises `Refused` where there are none."""
    try:
        return _READERS[type(term)](term, frame)
    except Refused as refused:
        raise refused.about(term) from None


def _near(term: Near, frame: Frame) -> Days:
    return one_day(plus(frame.today, term.days))


def _dated(term: Dated, frame: Frame) -> Days:
    if term.month is None:
        return _year_or_day(term, frame)
    if term.day is None:
        return _month(term, frame)
    term = _ordered(term, frame)
    first = _date_in_years(term, frame)
    other = _swapped(term, frame)
    return one_day(first, *other)


def _ordered(term: Dated, frame: Frame) -> Dated:
    """Day and month in the order that the policy says, or the only one that there is."""
    if not term.swap or term.day is None or term.month is None:
        return term
    if term.month > 12 or (not frame.policy.month_first and term.day <= 12):
        return term._replace(day=term.month, month=term.day)
    if term.day > month_length(2000, term.month) and term.month <= 31:
        return term._replace(day=term.month, month=term.day)
    return term


def _swapped(term: Dated, frame: Frame) -> tuple[date, ...]:
    """The date with day and month the other way round, where that is one too."""
    if not term.swap or term.day is None or term.day > 12 or term.weekday is not None:
        return ()
    other = term._replace(day=term.month, month=term.day, swap=False)
    if term.month is None or term.month > month_length(2000, term.day):
        return ()
    return (_date_in_years(other, frame),)


def _date_in_years(term: Dated, frame: Frame) -> date:
    """A day and month in the year that was said, or in the next that has it."""
    day, month = term.day or 1, term.month or 1
    if term.year is not None or term.which in YEARS:
        year = term.year or frame.today.year + YEARS[term.which]
        if day > month_length(year, month):
            raise Refused(f"There is no {day}th of that month in {year}. Which day do you mean?")
        return _agreeing(date(year, month, day), term.weekday, frame)
    back = term.which in ("last", "past")
    for k in range(9):
        year = frame.base.year + (-k if back else k)
        if day > month_length(year, month):
            continue
        found = date(year, month, day)
        if found < frame.today if back else found >= frame.base:
            return _or_last_one(found, term.weekday, frame)
    raise Refused("There is no such day. Which one do you mean?")


def _or_last_one(day: date, weekday: int | None, frame: Frame) -> date:
    """The coming date, or the last one where only that is on the weekday that was said."""
    if weekday is None or day.weekday() == weekday:
        return day
    if day.year > frame.today.year:
        before = plus_months(day, -12)
        if before.weekday() == weekday and before.day == day.day:
            return before
    return _agreeing(day, weekday, frame)


def _agreeing(
    day: date, weekday: int | None, frame: Frame, to_the_letter: Dated | None = None
) -> date:
    """The day, if it is on the weekday that was said; otherwise both are offered."""
    if weekday is None or day.weekday() == weekday:
        return day
    beside = plus(day, (weekday - day.weekday() + 3) % 7 - 3)
    both = sorted((day, beside))
    said = " or ".join(day_words(d, frame.today) for d in both)
    meanings = tuple(
        Meaning(kind=Kind.DAY, grain=Grain.DAY, start=d, end=plus(d, 1), day_said=True)
        for d in both
    )
    name = full_weekday(day)
    raise Refused(
        f"The {counted(day.day)} is a {name}. Do you mean {said}?",
        meanings,
        instead=tuple(Dated(day=d.day, month=d.month, year=d.year) for d in both),
        to_the_letter=to_the_letter,
    )


def counted(n: int) -> str:
    """A number as a counting word: 1st, 22nd."""
    ending = "th" if 10 < n % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def _year_or_day(term: Dated, frame: Frame) -> Days:
    if term.day is not None and term.year is not None:
        raise Refused("Which month do you mean?")
    if term.day is None:
        year = term.year or frame.today.year
        return Days(date(year, 1, 1), date(year + 1, 1, 1), Grain.YEAR)
    start = date(frame.base.year, frame.base.month, 1)
    back = term.which == "last"
    for k in range(3):
        month = plus_months(start, -k if back else k)
        if term.day <= month_length(month.year, month.month):
            found = month.replace(day=term.day)
            if back and found < frame.today:
                return one_day(found)
            if not back and found >= frame.base:
                return one_day(_or_this_month(found, term, frame))
    raise Refused("There is no such day of the month.")


def _or_this_month(day: date, term: Dated, frame: Frame) -> date:
    """The coming day, or the one just past in this month where only that is on the weekday."""
    weekday = term.weekday
    if weekday is not None and day.weekday() != weekday:
        before = plus_months(day, -1)
        same = (before.year, before.month) == (frame.today.year, frame.today.month)
        if same and before.weekday() == weekday and before.day == day.day:
            return before
    return _agreeing(day, weekday, frame, _next_on(day, weekday) if term.listed else None)


def _next_on(day: date, weekday: int | None) -> Dated | None:
    """The next month whose day of that number is on the weekday."""
    for months in range(1, _FAR_MONTHS):
        later = plus_months(day, months)
        if later.day == day.day and later.weekday() == weekday:
            return Dated(day=later.day, month=later.month, year=later.year)
    return None


def _month(term: Dated, frame: Frame) -> Days:
    month, base = term.month or 1, frame.base
    if term.year is not None or term.which in YEARS:
        year = term.year or frame.today.year + YEARS[term.which]
        return months_from(date(year, month, 1), 1, Grain.MONTH)
    if term.which in ("last", "past"):
        year = base.year - (month >= base.month)
        return months_from(date(year, month, 1), 1, Grain.MONTH)
    if term.which == "this":
        return months_from(date(base.year, month, 1), 1, Grain.MONTH)
    ahead = month > base.month or (month == base.month and term.which != "next")
    first = date(base.year if ahead else base.year + 1, month, 1)
    after = months_from(plus_months(first, 12), 1, Grain.MONTH)
    if term.which == "after next":
        return after
    return months_from(first, 1, Grain.MONTH, *((after,) if term.which == "next" and ahead else ()))


def _in_period(term: InPeriod, frame: Frame) -> Days:
    month = days_of(term.of, frame).first
    if term.day > month_length(month.year, month.month):
        raise Refused(f"That month has no {counted(term.day)}. Which day do you mean?")
    found = month.replace(day=term.day)
    this = isinstance(term.of, Unit) and term.of.n == 0
    if this and found < frame.today:
        return one_day(found, plus_months(found, 12))
    return one_day(found)


def _weekday(term: Weekday, frame: Frame) -> Days:
    base = frame.base
    ahead = (term.day - base.weekday()) % 7
    if term.week is not None:
        week = days_of(term.week, frame)
        return one_day(_in_week(week.instant.date() if week.instant else week.first, term, frame))
    monday = unit_days("week", 0, frame).first
    of_next = plus(monday, 7 + (term.day - frame.policy.week_start) % 7)
    nearest = plus(base, ahead or 7)
    if term.which == "next":
        return one_day(of_next, nearest)
    if term.which in ("last", "past"):
        return one_day(plus(base, -((base.weekday() - term.day) % 7 or 7)))
    if term.which == "after next":
        return one_day(plus(nearest, 7))
    if term.which.startswith("in a "):
        return one_day(plus(nearest, 14 if term.which.endswith("fortnight") else 7))
    if term.which == "this":
        return one_day(plus(base, ahead))
    if base != frame.today:
        return one_day(plus(base, ahead))
    return one_day(nearest) if ahead else one_day(nearest, base)


def _in_week(day: date, term: Weekday, frame: Frame) -> date:
    """The weekday in the week that a day is in."""
    start = plus(day, -((day.weekday() - frame.policy.week_start) % 7))
    return plus(start, (term.day - frame.policy.week_start) % 7)


def _both(term: Both, frame: Frame) -> Days:
    found = days_of(term.day, frame)
    if found.instant is None and plus(found.first, 1) == found.until:
        _agreeing(found.first, term.weekday, frame)
        return one_day(found.first)
    return one_day(plus(found.first, (term.weekday - found.first.weekday()) % 7))


def _weekdays_on(term: WeekdaysOn, frame: Frame) -> Days:
    start = days_of(term.base, frame).first if term.base else frame.today
    if term.n < 0:
        return one_day(plus(start, 7 * (term.n + 1) - ((start.weekday() - term.day) % 7 or 7)))
    if not term.closest:
        ahead = (term.day - start.weekday()) % 7 or 7
        return one_day(plus(start, ahead + 7 * (term.n - 1)))
    near = [plus(start, k) for k in range(-7 * term.n, 7 * term.n + 1)]
    found = sorted((abs((d - start).days), d) for d in near if d.weekday() == term.day)
    return one_day(found[min(term.n, len(found)) - 1][1])


def _unit(term: Unit, frame: Frame) -> Days:
    return unit_days(term.unit, term.n, frame)


def _nth(term: Nth, frame: Frame) -> Days:
    period = days_of(term.of, frame) if term.of is not None else _coming_month(term, frame)
    return nth_in(term, period)


def _coming_month(term: Nth, frame: Frame) -> Days:
    this = unit_days("month", 0, frame)
    return this if nth_in(term, this).until > frame.today else unit_days("month", 1, frame)


def _run(term: Run, frame: Frame) -> Days:
    return run_in(term, days_of(term.of, frame))


def _edge(term: Edge, frame: Frame) -> Days:
    return edge_of(term.edge, days_of(term.of, frame), frame)


def _week_of(term: WeekOf, frame: Frame) -> Days:
    day = days_of(term.of, frame).first
    start = plus(day, -((day.weekday() - frame.policy.week_start) % 7))
    if term.unit == "weekend":
        return _weekend_by(day)
    return Days(start, plus(start, 7), Grain.WEEK)


def _weekend_by(day: date) -> Days:
    """The weekend that a day is in or next to; a Monday or Friday makes it longer."""
    before = day.weekday() in (0, 1, 6)
    saturday = plus(day, -((day.weekday() + 2) % 7) if before else 5 - day.weekday())
    first = day if day.weekday() == 4 else saturday
    until = plus(day, 1) if day.weekday() == 0 else plus(saturday, 2)
    return Days(first, until, Grain.WEEKEND)


def _feast(term: Feast, frame: Frame) -> Days:
    if term.year is not None:
        return one_day(date_of(term.name, term.year))
    if term.which in YEARS:
        return one_day(date_of(term.name, frame.today.year + YEARS[term.which]))
    year = frame.base.year
    if term.which in ("last", "past"):
        this = date_of(term.name, year)
        return one_day(this if this < frame.today else date_of(term.name, year - 1))
    this = date_of(term.name, year)
    return one_day(this if this >= frame.base else date_of(term.name, year + 1))


def _shift(term: Shift, frame: Frame) -> Days:
    size, sign = term.length, term.sign
    if term.sign == 0 and term.base is not None:
        first = days_of(term.base, frame).first
        until = _shifted(first, size, 1)
        if until <= first:
            raise Refused("That is no time at all. How long is it?")
        return Days(first, until, Grain.DAY)
    if term.base is None and (size.is_hours or size == Length()):
        wall = datetime.combine(_shifted(frame.today, size, sign), frame.wall.time())
        grain = Grain.SECOND if size == Length() else Grain.MINUTE
        start = frame.now if size == Length() or _same_day(size) else at_wall(wall, frame.zone)
        at = moved(_at(frame, start), size.seconds * sign)
        return Days(at.date(), at.date(), grain, instant=at)
    base = days_of(term.base, frame) if term.base is not None else one_day(frame.today)
    single = base.until == plus(base.first, 1)
    if term.base is not None and not single and _is_step_of(size, base.grain):
        first, until = _shifted(base.first, size, sign), _shifted(base.until, size, sign)
        return Days(first, until, base.grain)
    anchor = base.first if sign < 0 or single else plus(base.until, -1)
    return one_day(_shifted(anchor, size, sign))


def _is_step_of(size: Length, grain: Grain) -> bool:
    """Whether a length counts in the units of a period: "the month after December"."""
    if size.is_hours or size.business_days:
        return False
    if grain is Grain.WEEK:
        return not size.months and size.unit == "week"
    months = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}.get(grain, 0)
    return bool(months) and not size.days and size.months % months == 0


def _same_day(size: Length) -> bool:
    return not (size.months or size.days or size.business_days)


def _at(frame: Frame, now: datetime) -> Frame:
    return Frame(now=now, zone=frame.zone, policy=frame.policy, base=frame.base)


def _shifted(day: date, size: Length, sign: int) -> date:
    """A day moved by months, days and worked days."""
    found = plus(plus_months(day, sign * size.months), sign * size.days)
    left = size.business_days
    while left:
        found = plus(found, sign)
        left -= found.weekday() < 5
    return found


_READERS: dict[type, Callable[[Any, Frame], Days]] = {
    Near: _near,
    Dated: _dated,
    InPeriod: _in_period,
    Weekday: _weekday,
    Both: _both,
    WeekdaysOn: _weekdays_on,
    Unit: _unit,
    Many: many,
    Nth: _nth,
    Run: _run,
    Edge: _edge,
    WeekOf: _week_of,
    Feast: _feast,
    Season: season,
    Quarter: quarter,
    Decade: decade,
    Shift: _shift,
}
