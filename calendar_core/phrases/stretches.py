"""Stretches: several units before or after now, seasons, quarters and decades."""

from datetime import date, datetime

from calendar_core.phrases.frame import Days, Frame, Refused, plus, plus_months
from calendar_core.phrases.lexicon import SEASONS
from calendar_core.phrases.meaning import Grain
from calendar_core.phrases.spans import unit_days
from calendar_core.phrases.terms import Decade, Many, Quarter, Season

YEARS = {"last year": -1, "this year": 0, "next year": 1, "past year": -1, "coming year": 1}
"""How far a year is from the running one."""


def many(term: Many, frame: Frame) -> Days:
    """Several units: the whole ones before or after the running one; the rolling ones as well."""
    if term.unit in ("second", "minute", "hour"):
        seconds = {"second": 1, "minute": 60, "hour": 3600}[term.unit] * term.many * term.sign
        return Days(frame.today, frame.today, Grain.MINUTE, instant=moved(frame, seconds))
    unit = "day" if term.unit == "night" else term.unit
    unit, count = ("week", term.many * 2) if unit == "fortnight" else (unit, term.many)
    ahead = term.sign > 0
    if unit == "weekend":
        return _weekends(count, ahead=ahead, frame=frame)
    first = unit_days(unit, 1 if ahead else -count, frame).first
    until = unit_days(unit, count + 1 if ahead else 0, frame).first
    grain = Grain(unit) if unit not in ("decade", "century") else Grain.YEAR
    others = _rolling(unit, count, ahead, frame)
    if term.distant:
        others += (unit_days(unit, count, frame),)
    return Days(first, until, grain, others=others)


def _weekends(count: int, *, ahead: bool, frame: Frame) -> Days:
    """From the first to the last of so many weekends; the running one is neither next nor last."""
    coming = 0 if frame.today.weekday() < 5 else 1
    first = unit_days("weekend", coming if ahead else -count, frame)
    last = unit_days("weekend", coming + count - 1 if ahead else -1, frame)
    return Days(first.first, last.until, Grain.WEEKEND)


def _rolling(unit: str, count: int, ahead: bool, frame: Frame) -> tuple[Days, ...]:
    if unit in ("day", "weekend", "decade", "century"):
        return ()
    months = {"month": 1, "quarter": 3, "year": 12}.get(unit, 0) * count
    days = 7 * count if unit == "week" else 0
    end = plus(plus_months(frame.today, months if ahead else -months), days if ahead else -days)
    first, until = sorted((frame.today, end))
    return (Days(first, until, Grain.DAY),)


def moved(frame: Frame, seconds: int) -> datetime:
    """Now moved by elapsed seconds."""
    try:
        from_now = frame.now.astimezone(frame.zone).timestamp() + seconds
        moved = datetime.fromtimestamp(from_now, frame.zone)
    except (OverflowError, ValueError, OSError):
        raise Refused("That is too far away for a calendar.") from None
    plus(moved.date(), 0)
    return moved


def season(term: Season, frame: Frame) -> Days:
    if term.name not in SEASONS:
        return _season_from(_season_beside(_AWAY.get(term.which, 0), frame))
    month, day = SEASONS[term.name]
    if term.year is not None:
        return _season_from(date(term.year, month, day))
    if term.which in YEARS:
        return _season_from(date(frame.today.year + YEARS[term.which], month, day))
    year = frame.today.year - 1
    while plus_months(date(year, month, day), 3) <= frame.today:
        year += 1
    running = date(year, month, day) <= frame.today
    if term.which in ("last", "past") or (term.which == "since" and not running):
        year -= 1
    elif term.which == "next" and running:
        year += 1
    return _season_from(date(year, month, day))


_AWAY = {"last": -1, "past": -1, "next": 1, "coming": 1}


def _season_beside(away: int, frame: Frame) -> date:
    """When the running season began, or one so many before or after it."""
    years = range(frame.today.year - 2, frame.today.year + 2)
    starts = sorted({date(year, month, day) for year in years for month, day in SEASONS.values()})
    running = sum(start <= frame.today for start in starts) - 1
    return starts[running + away]


def _season_from(first: date) -> Days:
    return Days(first, plus_months(first, 3), Grain.QUARTER)


def quarter(term: Quarter, frame: Frame) -> Days:
    months = 6 if term.halves else 3
    year = term.year or frame.today.year
    first = date(year, months * (term.n - 1) + 1, 1)
    if term.year is None and plus_months(first, months) <= frame.today:
        first = plus_months(first, 12)
    return Days(first, plus_months(first, months), Grain.QUARTER)


def decade(term: Decade, frame: Frame) -> Days:
    return Days(date(term.year, 1, 1), date(term.year + term.long, 1, 1), Grain.YEAR)
