"""Years and their quarters: "2027", "Q3 2027", "first quarter of 2027", "the nineties"."""

from calendar_core.phrases.lexicon import UNITS, WHICH
from calendar_core.phrases.numbers import ordinal, year_number
from calendar_core.phrases.terms import Dated, Decade, Edge, Nth, Quarter, Term, Unit
from calendar_core.phrases.units import STEPS
from calendar_core.phrases.words import Words

Found = tuple[Term, int]

_DECADES = {"sixties": 1960, "seventies": 1970, "eighties": 1980, "nineties": 1990}


def quarter(r: Words, n: int, end: int) -> list[Found]:
    """A quarter by number: "first quarter of 2027"."""
    if not 1 <= n <= 4 or UNITS.get(r.t[end], r.t[end]) not in ("quarter", "half"):
        return []
    halves = r.t[end] == "half"
    at = end + 2 if r.t[end + 1] in ("of", "in") else end + 1
    at = at + 1 if r.t[at] == "the" else at
    year = year_number(r, at)
    term = Quarter(n, halves=halves)
    if year:
        return [(term._replace(year=year[0]), year[1])]
    return [] if halves else [(term, end + 1)]


def years(r: Words, i: int) -> list[Found]:
    """Years, and quarters as people in companies write them: "2027", "Q3 2027"."""
    if r.t[i] in ("q", "h") and r.glued[i + 1] and 1 <= r.v[i + 1] <= (4 if r.t[i] == "q" else 2):
        term, end = Quarter(r.v[i + 1], halves=r.t[i] == "h"), i + 2
        at = end + 1 if r.t[end] in ("of", ",", "/") else end
        year = year_number(r, at)
        if r.t[at] in WHICH and r.t[at + 1] == "year":
            what = "half" if term.halves else "quarter"
            return [(Nth(term.n, what, Unit("year", STEPS[WHICH[r.t[at]]])), at + 2)]
        found: list[Found] = [(term, end)] if r.t[i] == "q" else []
        if year:
            found.append((term._replace(year=year[0]), year[1]))
        return found
    if r.t[i] == "year" and year_number(r, i + 1):
        return years(r, i + 1)
    if r.t[i] in _DECADES:
        return [(Decade(_DECADES[r.t[i]]), i + 1)]
    if r.t[i] in ("week", "month", "quarter", "year") and r.phrase(i + 1, "to", "date"):
        return [(Edge("to date", Unit(r.t[i], 0)), i + 3)]
    year = year_number(r, i)
    if year is None:
        return []
    found = [(Dated(year=year[0]), year[1])]
    nth = ordinal(r, year[1])
    if nth and 1 <= nth[0] <= 4 and UNITS.get(r.t[nth[1]]) == "quarter":
        found.append((Quarter(nth[0], year[0]), nth[1] + 1))
    if r.t[year[1]] == "q" and r.glued[year[1] + 1] and 1 <= r.v[year[1] + 1] <= 4:
        found.append((Quarter(r.v[year[1] + 1], year[0]), year[1] + 2))
    if r.t[year[1]] == "s" and r.glued[year[1]] and year[0] % 10 == 0:
        found = [(Decade(year[0]), year[1] + 1)]
    return found
