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
    first = unit_days(unit, 1 if ahead else -count, frame).first
    until = unit_days(unit, count + 1 if ahead else 0, frame).first
    grain = Grain(unit) if unit != "decade" else Grain.YEAR
    others = _rolling(unit, count, ahead, frame)
    if term.distant:
        others += (unit_days(unit, count, frame),)
    return Days(first, until, grain, others=others)


def _rolling(unit: str, count: int, ahead: bool, frame: Frame) -> tuple[Days, ...]:
    if unit in ("day", "weekend", "decade"):
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
    month, day = SEASONS.get(term.name) or _running_season(frame)
    if term.year is not None:
        return _season_from(date(term.year, month, day))
    if term.which in YEARS:
        return _season_from(date(frame.today.year + YEARS[term.which], month, day))
    year = frame.today.year - 1
    while plus_months(date(year, month, day), 3) <= frame.today:
        year += 1
    running = date(year, month, day) <= frame.today
    if term.which in ("last", "past"):
        year -= 1
    elif term.which == "next" and running:
        year += 1
    return _season_from(date(year, month, day))


def _running_season(frame: Frame) -> tuple[int, int]:
    """Where the running season begins; the next and the last one are told by its distance."""
    today = (frame.today.month, frame.today.day)
    return max((start for start in SEASONS.values() if start <= today), default=(12, 21))


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
    return Days(date(term.year, 1, 1), date(term.year + 10, 1, 1), Grain.YEAR)
