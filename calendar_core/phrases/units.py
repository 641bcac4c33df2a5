"""Units of the calendar by their distance: "next month", "last 3 weeks", "the next few days"."""

from calendar_core.phrases.lexicon import UNITS
from calendar_core.phrases.numbers import cardinal
from calendar_core.phrases.terms import Many, Term, Unit
from calendar_core.phrases.words import Words

Found = tuple[Term, int]
STEPS = {"this": 0, "next": 1, "last": -1, "coming": 1, "past": -1}
"""How far "this", "next" and their like are from the running unit."""


def one_unit(r: Words, which: str, unit: str, end: int) -> list[Found]:
    """One unit: "this week", "next month"; "the week after next" is an offset."""
    if unit == "fortnight":
        return [(Many("week", 2, -1 if which in ("last", "past") else 1), end)]
    if unit in ("minute", "hour"):
        back = which in ("last", "past")
        return [] if which == "this" else [(Many(unit, 1, -1 if back else 1), end)]
    if unit == "night":
        return []
    if unit == "weekend" and which == "coming":
        return [(Unit(unit, 0), end)]
    return [(Unit(unit, STEPS[which]), end)]


def counted(r: Words, at: int) -> tuple[int, int] | None:
    """How many, and where that ends: "3", "twenty", "few", "couple of"."""
    if r.t[at] == "couple":
        return 2, at + (2 if r.t[at + 1] == "of" else 1)
    if r.t[at] in ("few", "several"):
        return 3, at + 1
    return cardinal(r, at)


def several(r: Words, which: str, at: int) -> list[Found]:
    """Several units: "next 3 weeks", "the last couple of months", "past two hours"."""
    if which == "this":
        return []
    if r.t[at] == "half" and which != "this":
        end = at + 2 if r.t[at + 1] in ("a", "an") else at + 1
        if UNITS.get(r.t[end]) == "hour":
            return [(Many("minute", 30, -1 if which in ("last", "past") else 1), end + 1)]
    number = counted(r, at)
    if number is None:
        return []
    count, end = number
    unit = UNITS.get(r.t[end])
    if unit is None or not 0 < count < 5000:
        return []
    back = which in ("last", "past")
    return [(Many(unit, count, -1 if back else 1, distant=which == "coming"), end + 1)]
