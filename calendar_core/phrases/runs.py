"""The first or last so many of a period: "first two weeks of May", "last 3 days of the month"."""

from collections.abc import Callable

from calendar_core.phrases.lexicon import UNITS
from calendar_core.phrases.terms import Dated, Decade, Quarter, Run, Season, Term, Unit
from calendar_core.phrases.units import counted
from calendar_core.phrases.words import Words

Found = tuple[Term, int]
Reader = Callable[[Words, int], tuple[Found, ...]]

_ENDS = {"first": 1, "last": -1, "final": -1}
_UNITS = frozenset(("day", "week", "weekend", "month", "quarter", "year"))


def runs(r: Words, i: int, days: Reader) -> list[Found]:
    """The stretches of several units that may start at a position; the period must be named."""
    sign = _ENDS.get(r.t[i])
    count = counted(r, i + 1) if sign else None
    if sign is None or count is None or not 1 < count[0] < 400:
        return []
    unit, at = UNITS.get(r.t[count[1]], ""), count[1] + 1
    if unit not in _UNITS or r.t[at] not in ("of", "in"):
        return []
    return [
        (Run(sign * count[0], unit, term), end)
        for term, end in r.once(days, at + 1)
        if isinstance(term, Decade | Quarter | Season | Unit)
        or (isinstance(term, Dated) and term.day is None)
    ]
