"""Places in a period: the 2nd Tuesday, the last working day, the first half of it."""

from datetime import date

from calendar_core.phrases.frame import Days, Refused, one_day, plus, plus_months
from calendar_core.phrases.meaning import Grain
from calendar_core.phrases.terms import Nth, Run


def nth_in(term: Nth, period: Days) -> Days:
    """The nth weekday, working day or unit of a period."""
    n, what = term.n, term.what
    step = n - 1 if n > 0 else n
    if what == "day":
        found = plus(period.first, step) if n > 0 else plus(period.until, step)
        return _checked_in(one_day(found), period)
    if what == "workday":
        return _checked_in(one_day(_workday_in(period, n)), period)
    if isinstance(what, int):
        return _checked_in(one_day(_weekday_in(period, what, n)), period)
    if what in ("week", "weekend"):
        pivot = _weekday_in(period, 3 if what == "week" else 5, n)
        start = plus(pivot, -3) if what == "week" else pivot
        length, grain = (7, Grain.WEEK) if what == "week" else (2, Grain.WEEKEND)
        return Days(start, plus(start, length), grain)
    if what == "half" and period.grain in (Grain.MONTH, Grain.WEEK):
        middle = plus(period.first, 15 if period.grain is Grain.MONTH else 3)
        return Days(period.first, middle) if n == 1 else Days(middle, period.until)
    months = {"month": 1, "quarter": 3, "year": 12}.get(str(what), 6)
    first = plus_months(period.first if n > 0 else period.until, step * months)
    return _checked_in(
        months_from(first, months, Grain.QUARTER if what == "half" else Grain(what)), period
    )


def run_in(term: Run, period: Days) -> Days:
    """The first or last so many units of a period, as one stretch."""
    if term.unit == "day":
        first = period.first if term.many > 0 else plus(period.until, term.many)
        return Days(first, plus(first, abs(term.many)))
    one = nth_in(Nth(1 if term.many > 0 else -1, term.unit), period)
    other = nth_in(Nth(term.many, term.unit), period)
    return Days(min(one.first, other.first), max(one.until, other.until), one.grain)


def _weekday_in(period: Days, weekday: int, n: int) -> date:
    if n > 0:
        return plus(period.first, (weekday - period.first.weekday()) % 7 + 7 * (n - 1))
    last = plus(period.until, -1)
    return plus(last, -((last.weekday() - weekday) % 7) + 7 * (n + 1))


def _workday_in(period: Days, n: int) -> date:
    """The nth day of a period that is worked, counted from its end where negative."""
    day, step = (period.first, 1) if n > 0 else (plus(period.until, -1), -1)
    left = abs(n) - (day.weekday() < 5)
    while left > 0:
        day = plus(day, step)
        left -= day.weekday() < 5
    return day


def _checked_in(found: Days, period: Days) -> Days:
    if not period.first <= found.first < period.until:
        raise Refused("There is no such day in that time. Which one do you mean?")
    return found


def months_from(first: date, count: int, grain: Grain, *others: Days) -> Days:
    """So many months from a day on."""
    return Days(first, plus_months(first, count), grain, others=others)
