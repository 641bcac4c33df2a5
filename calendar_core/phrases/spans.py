"""Weeks, months and their like counted from today, and the early and late parts of them."""

from datetime import date, datetime

from calendar_core.phrases.frame import Days, Frame, Refused, plus, plus_months
from calendar_core.phrases.meaning import Grain


def unit_days(unit: str, n: int, frame: Frame) -> Days:
    """The unit that is `n` away from the running one."""
    today = frame.today
    if unit == "day":
        return Days(plus(today, n), plus(today, n + 1))
    if unit == "week":
        start = plus(today, -((today.weekday() - frame.policy.week_start) % 7) + 7 * n)
        return Days(start, plus(start, 7), Grain.WEEK)
    if unit == "weekend":
        return _weekend(n, frame)
    months = {"month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200}.get(unit)
    if months is None:
        raise Refused("Which time do you mean?")
    into = (today.year * 12 + today.month - 1) % months
    first = plus_months(today.replace(day=1), months * n - into)
    grain = Grain.YEAR if months > 12 else Grain(unit)
    return Days(first, plus_months(first, months), grain)


def _weekend(n: int, frame: Frame) -> Days:
    """Saturday and Sunday; on a weekend "this" one is running, "next" is that of next week."""
    today = frame.today
    saturday = plus(today, 5 - today.weekday())
    start = plus(saturday, 7 * n)
    others: tuple[Days, ...] = ()
    if n == 1 and today.weekday() < 5:
        others = (Days(saturday, plus(saturday, 2), Grain.WEEKEND),)
    return Days(start, plus(start, 2), Grain.WEEKEND, others=others)


def edge_of(edge: str, whole: Days, frame: Frame) -> Days:
    """A part of a period."""
    if edge == "so far":
        return Days(whole.first, whole.until, Grain.DAY, instant=frame.now)
    if edge == "to date":
        return Days(whole.first, plus(frame.today, 1))
    if edge == "work":
        monday = plus(whole.first, -whole.first.weekday() % 7)
        return Days(monday, plus(monday, 5))
    if edge == "rest":
        return _rest(whole, frame)
    if whole.grain is Grain.DAY:
        return _end_of_day(whole, frame)
    first, until = whole.first, whole.until
    cut = _cuts(whole)
    if edge in ("early", "start"):
        return Days(first, cut[0])
    if edge == "mid":
        return Days(plus(first, 2) if whole.grain is Grain.WEEK else cut[0], cut[1])
    return Days(cut[1], until)


def _cuts(whole: Days) -> tuple[date, date]:
    """Where the middle of a period begins and ends."""
    first, until = whole.first, whole.until
    if whole.grain is Grain.WEEK:
        return plus(first, 3), plus(first, 4)
    if whole.grain is Grain.MONTH:
        return plus(first, 10), plus(first, 20)
    if whole.grain is Grain.YEAR and until.year - first.year > 1:
        third = (until.year - first.year) * 12 // 10 * 3
        return plus_months(first, third), plus_months(until, -third)
    if whole.grain is Grain.YEAR:
        return plus_months(first, 3), plus_months(until, -4)
    if whole.grain is Grain.QUARTER:
        return plus_months(first, 1), plus_months(first, 2)
    return plus(first, 1), plus(until, -1)


def _rest(whole: Days, frame: Frame) -> Days:
    """What is left of a period: from today, or of today from now."""
    if whole.until == plus(whole.first, 1):
        if whole.first == frame.today:
            return Days(whole.first, whole.until, Grain.DAY, instant=frame.now)
        return whole
    return Days(max(whole.first, frame.today), whole.until, Grain.DAY)


def _end_of_day(whole: Days, frame: Frame) -> Days:
    """The last second of a day, as deadlines mean it."""
    last = plus(whole.until, -1)
    end = datetime(last.year, last.month, last.day, 23, 59, 59, tzinfo=frame.zone)
    return Days(last, last, Grain.MINUTE, instant=end)
