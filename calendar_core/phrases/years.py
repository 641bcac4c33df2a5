"""Years and their quarters: "2027", "Q3 2027", "first quarter of 2027", "the nineties"."""

from calendar_core.phrases.lexicon import UNITS, WHICH
from calendar_core.phrases.numbers import ordinal, year_number
from calendar_core.phrases.terms import Dated, Decade, Edge, Nth, Quarter, Term, Unit
from calendar_core.phrases.units import STEPS
from calendar_core.phrases.words import Words

Found = tuple[Term, int]

_DECADES = {
    "twenties": 20,
    "thirties": 30,
    "forties": 40,
    "fifties": 50,
    "sixties": 60,
    "seventies": 70,
    "eighties": 80,
    "nineties": 90,
}
_CENTURIES = {"eighteen": 1800, "nineteen": 1900, "twenty": 2000}
_WEEK_SIGNS = frozenset(("w", "cw", "kw"))
_BEFORE_WEEKS = frozenset(("in", "for", "during", "by", "until", "from", "since", "of"))
_TO_DATE = {"ytd": "year", "qtd": "quarter", "mtd": "month", "wtd": "week"}


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
    if r.t[i] == "year":
        at = i + 2 if r.t[i + 1] == "of" else i + 1
        if year_number(r, at):
            return years(r, at)
    if r.t[i] in _TO_DATE:
        return [(Edge("to date", Unit(_TO_DATE[r.t[i]], 0)), i + 1)]
    if r.t[i] in ("week", "month", "quarter", "year") and r.phrase(i + 1, "to", "date"):
        return [(Edge("to date", Unit(r.t[i], 0)), i + 3)]
    if r.v[i] >= 0 and len(r.t[i]) > 1:
        return _iso_week(r, i) or _decades(r, i) or _from_year(r, i)
    if r.t[i] in _WEEK_SIGNS:
        return _iso_week(r, i) if r.whole or r.t[i - 1] in _BEFORE_WEEKS else []
    return _decades(r, i) or _from_year(r, i)


def _decades(r: Words, i: int) -> list[Found]:
    """Ten years or a hundred: "the nineties", "nineteen seventies", "the 21st century"."""
    if r.t[i] in _DECADES and _DECADES[r.t[i]] >= 60:
        return [(Decade(1900 + _DECADES[r.t[i]]), i + 1)]
    if r.t[i] in _CENTURIES and r.t[i + 1] in _DECADES:
        return [(Decade(_CENTURIES[r.t[i]] + _DECADES[r.t[i + 1]]), i + 2)]
    if "century" not in (r.t[i + 1], r.t[i + 2], r.t[i + 3]):
        return []
    nth = ordinal(r, i)
    timely = r.whole or "in" in r.t[max(i - 2, 0) : i]
    if timely and nth and 11 <= nth[0] <= 25 and r.t[nth[1]] == "century":
        return [(Decade((nth[0] - 1) * 100, 100), nth[1] + 1)]
    return []


def _iso_week(r: Words, i: int) -> list[Found]:
    """A week by its number in ISO 8601's short form: "2026-W05", "W32"."""
    year = r.v[i] if len(r.t[i]) == 4 and 1900 <= r.v[i] <= 2199 else 0
    at = i + 1 if year else i
    at = at + 1 if year and r.t[at] == "-" and r.glued[at] else at
    glued = r.glued[at + 1] and (not year or r.glued[at])
    if r.t[at] not in _WEEK_SIGNS or not glued or not 1 <= r.v[at + 1] <= 53:
        return []
    if r.glued[at + 2] and r.t[at + 2].isalnum():
        return []
    of = Dated(year=year) if year else Unit("year", 0)
    return [(Nth(r.v[at + 1], "week", of), at + 2)]


def _from_year(r: Words, i: int) -> list[Found]:
    """Terms that begin with a year: "2027", "2027 Q3", "2027-Q3", "1990s"."""
    short = r.v[i] >= 0 and len(r.t[i]) == 2 and r.t[i + 1] == "q" and r.glued[i + 1]
    year = (2000 + r.v[i], i + 1) if short else year_number(r, i)
    if year is None or _is_cut(r, year[1]):
        return []
    found: list[Found] = [] if short else [(Dated(year=year[0]), year[1])]
    nth = ordinal(r, year[1])
    if nth and 1 <= nth[0] <= 4 and UNITS.get(r.t[nth[1]]) == "quarter":
        found.append((Quarter(nth[0], year[0]), nth[1] + 1))
    at = year[1] + 1 if r.t[year[1]] == "-" and r.glued[year[1]] else year[1]
    most = {"q": 4, "h": 2}.get(r.t[at], 0)
    if r.glued[at + 1] and 1 <= r.v[at + 1] <= most:
        return [*found, (Quarter(r.v[at + 1], year[0], halves=most == 2), at + 2)]
    if r.t[year[1]] == "s" and r.glued[year[1]] and year[0] % 10 == 0:
        found = [(Decade(year[0]), year[1] + 1)]
    return found


def _is_cut(r: Words, end: int) -> bool:
    """Whether the digits go on like a date that isn't one: "2027-13-01"."""
    dashes = r.t[end] == r.t[end + 2] == "-" and r.glued[end] and r.glued[end + 2]
    return dashes and r.v[end + 1] >= 0 and r.v[end + 3] >= 0 and r.glued[end + 3]
