"""Lengths: "45 minutes", "an hour and a half", "1h30", "two weeks"."""

from datetime import timedelta
from fractions import Fraction

from calendar_core.phrases.lexicon import GLUED_UNITS, UNITS
from calendar_core.phrases.numbers import amount, cardinal
from calendar_core.phrases.terms import Length
from calendar_core.phrases.words import Words

_SECONDS = {"second": 1, "minute": 60, "hour": 3600}
_DAYS = {"day": 1, "night": 1, "weekend": 2, "week": 7, "fortnight": 14}
_MONTHS = {"month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200}
_ORDER = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")
_SIZE = {unit: rank for rank, unit in enumerate(_ORDER)} | {
    "night": 3,
    "weekend": 3,
    "fortnight": 4,
    "decade": 8,
    "century": 9,
}
_MOST = 10**6


def unit_at(r: Words, i: int, *, after_digits: bool) -> tuple[str, int] | None:
    """A unit of time; single letters only right behind digits."""
    word = r.t[i]
    if word in UNITS:
        return UNITS[word], i + 1
    if not after_digits:
        return None
    if r.glued[i] and word in ("'", "’", "′"):
        return "minute", i + 1
    if r.glued[i] and word in ('"', "″"):
        return "second", i + 1
    if word == "h" and r.whole and i >= r.n - 1:
        return "hour", i + 1
    if r.glued[i] and word in GLUED_UNITS:
        return GLUED_UNITS[word], i + 1
    if word == "-" and r.glued[i] and r.glued[i + 1] and r.t[i + 1] in UNITS:
        return UNITS[r.t[i + 1]], i + 2
    return None


def of_unit(count: Fraction, unit: str) -> Length:
    """So many of a unit as a length."""
    if unit in _SECONDS:
        return Length(seconds=int(count * _SECONDS[unit]), unit=unit)
    if unit in _DAYS:
        days = count * _DAYS[unit]
        return Length(days=int(days), seconds=int((days % 1) * 86400), unit=unit)
    months = count * _MONTHS[unit]
    return Length(months=int(months), days=int((months % 1) * 30), unit=unit)


def together(first: Length, more: Length) -> Length:
    """Two lengths one after the other."""
    return Length(
        months=first.months + more.months,
        days=first.days + more.days,
        seconds=first.seconds + more.seconds,
        business_days=first.business_days + more.business_days,
        unit=first.unit,
    )


def _business(r: Words, i: int, count: Fraction) -> tuple[Length, int] | None:
    """Days that are worked: "3 business days"."""
    days = r.t[i] in ("business", "working", "work") and r.t[i + 1] in ("day", "days")
    if days and count.denominator == 1 and count < 5000:
        return Length(business_days=int(count)), i + 2
    if r.t[i] in ("weekdays", "workdays") and count.denominator == 1 and count < 5000:
        return Length(business_days=int(count)), i + 1
    return None


def single(r: Words, i: int) -> tuple[Length, int] | None:
    """One amount and its unit, with a half behind it: "2 hours", "an hour and a half"."""
    if r.t[i] in ("full", "whole", "entire") and r.t[i + 1] in UNITS:
        return of_unit(Fraction(1), UNITS[r.t[i + 1]]), i + 2
    if r.t[i] == "all" and r.t[i + 1] in ("day", "night"):
        return Length(days=1), i + 2
    if r.t[i] in ("half", "quarter") and r.t[i + 1] == "day":
        return of_unit(Fraction(1, 2 if r.t[i] == "half" else 4) * 8, "hour"), i + 2
    number = amount(r, i)
    if number is None or number[0] > _MOST or _is_military(r, i):
        return None
    count, end = number
    if r.t[end] in ("more", "full", "whole", "good", "extra") or r.phrase(end, "-"):
        end += 1 if r.t[end] != "-" else 0
    worked = _business(r, end, count)
    if worked is not None:
        return worked
    unit = unit_at(r, end, after_digits=r.v[end - 1] >= 0)
    if unit is None and r.t[end - 1] == "quarters" and (whole := cardinal(r, i)):
        return of_unit(Fraction(whole[0]), "quarter"), end
    if unit is None:
        return None
    name, end = unit
    return _and_a_half(r, of_unit(count, name), name, end)


def _is_military(r: Words, i: int) -> bool:
    """Whether four digits with an h are a time of day: "1100h"."""
    return r.v[i] >= 0 and len(r.t[i]) == 4 and r.t[i + 1] == "h" and r.glued[i + 1]


def _and_a_half(r: Words, length: Length, unit: str, end: int) -> tuple[Length, int]:
    """The fraction that may follow a unit: "an hour and a half", "two hours and a quarter"."""
    if r.t[end] not in ("and", "&"):
        return length, end
    at = end + 1
    if r.t[at] == "a":
        at += 1
    halves = {"half": Fraction(1, 2), "quarter": Fraction(1, 4)}
    if r.t[at] in halves and r.t[at + 1] not in ("hour", "past", "to", "an", "a"):
        return together(length, of_unit(halves[r.t[at]], unit)), at + 1
    return length, end


def length(r: Words, i: int) -> tuple[Length, int] | None:
    """The longest length at a position: amounts of falling units one after the other."""
    if r.t[i] in ("day", "week", "month", "year") and r.t[i + 1] in ("from", "after", "before"):
        return of_unit(Fraction(1), r.t[i]), i + 1
    faced = _face(r, i)
    if faced is not None:
        return faced
    if r.t[i] == "hour" and r.phrase(i + 1, "and", "a", "half"):
        return Length(seconds=5400, unit="hour"), i + 4
    found = r.once(single, i)
    if found is None:
        return None
    total, end = found
    last = total.unit
    while True:
        at = end
        if r.t[at] in ("and", ","):
            at += 1
        more = r.once(single, at)
        if more is None or _SIZE[more[0].unit] >= _SIZE[last]:
            break
        total, end, last = together(total, more[0]), more[1], more[0].unit
    return _trailing_minutes(r, total, end, last)


def _face(r: Words, i: int) -> tuple[Length, int] | None:
    """Hours and minutes as on a clock, called hours: "2:30 hours"."""
    hours, minutes = r.v[i], r.v[i + 2]
    if r.t[i + 1] != ":" or UNITS.get(r.t[i + 3]) != "hour" or not 0 <= minutes < 60:
        return None
    return (Length(seconds=hours * 3600 + minutes * 60, unit="hour"), i + 4) if hours >= 0 else None


def _trailing_minutes(r: Words, total: Length, end: int, last: str) -> tuple[Length, int]:
    """Minutes without their unit: "1 hour thirty", "1h30"."""
    if last != "hour":
        return total, end
    number = cardinal(r, end)
    if number is None or not 0 < number[0] < 60:
        return total, end
    minutes, stop = number
    last_word = r.whole and stop >= r.n
    if r.v[end] >= 0 and not ((r.glued[end] or last_word) and len(r.t[end]) == 2):
        return total, end
    if r.t[stop] in UNITS or r.t[stop] in ("am", "pm", "oclock", ":"):
        return total, end
    stop = stop + 1 if r.t[stop] == "m" and r.glued[stop] else stop
    return together(total, Length(seconds=minutes * 60)), stop


def bare_unit(r: Words, i: int) -> tuple[Length, int] | None:
    """A unit alone, meaning one of it: "hour", "for the month"."""
    if r.t[i] == "the":
        i += 1
    unit = UNITS.get(r.t[i])
    if unit in (None, "weekend") or r.t[i] in ("second", "min", "sec") or r.t[i].endswith("s"):
        return None
    return of_unit(Fraction(1), unit or "day"), i + 1


def iso(length: Length) -> str:
    """The length as an ISO 8601 duration, in the units that were said."""
    if length.seconds == 0 and length.months == 0 and not length.business_days:
        if length.days and length.days % 7 == 0 and length.unit in ("week", "fortnight"):
            return f"P{length.days // 7}W"
        return f"P{length.days}D"
    years, months = divmod(length.months, 12) if length.unit == "year" else (0, length.months)
    if length.unit == "decade":
        years, months = divmod(length.months, 12)
    days = length.days + length.business_days
    hours, rest = divmod(length.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    day_part = "".join(f"{n}{u}" for n, u in ((years, "Y"), (months, "M"), (days, "D")) if n)
    time_part = "".join(f"{n}{u}" for n, u in ((hours, "H"), (minutes, "M"), (seconds, "S")) if n)
    text = "P" + day_part + ("T" + time_part if time_part else "")
    return text if text != "P" else "PT0S"


def iso_of(delta: timedelta) -> str:
    """A timedelta as an ISO 8601 duration."""
    sign = "-" if delta < timedelta() else ""
    delta = abs(delta)
    return sign + iso(Length(days=delta.days, seconds=delta.seconds))
