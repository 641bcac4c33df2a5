"""Dates of a month: "march 3rd 2027", "march the ninth", and the year behind a date."""

from calendar_core.phrases.lexicon import MONTHS, UNITS, WHICH
from calendar_core.phrases.numbers import cardinal, ordinal, year_number
from calendar_core.phrases.terms import Dated, Term
from calendar_core.phrases.words import Words

Found = tuple[Term, int]
_CLOCK_SIGNS = frozenset((":", "am", "pm", "oclock", "h", "%"))
_NOT_DAYS = frozenset(UNITS) | {"business", "working", "people", "percent", "times", "x"}


def month_dates(r: Words, i: int) -> list[Found]:
    """Terms that begin with a month: "march 3rd 2027", "march the ninth", "march 2027"."""
    month, end = MONTHS[r.t[i]], i + 1
    if r.t[end] == "." and r.glued[end] and r.t[end + 1] and len(r.t[i]) < 6:
        end += 1
    found: list[Found] = [(Dated(month=month), end)]
    at = end
    while r.t[at] in ("the", "-", ",", "of") and at < end + 2:
        at += 1
    day = ordinal(r, at) or _bare_day(r, at)
    if day and 1 <= day[0] <= 31:
        found += and_year(r, Dated(day=day[0], month=month), day[1])
    year = year_number(r, at)
    if year:
        found.append((Dated(month=month, year=year[0]), year[1]))
    elif r.t[at] in ("'", "’") and r.v[at + 1] >= 0 and len(r.t[at + 1]) == 2:
        found.append((Dated(month=month, year=2000 + r.v[at + 1]), at + 2))
    elif r.t[at] in WHICH and r.t[at + 1] == "year":
        found.append((Dated(month=month, which=WHICH[r.t[at]] + " year"), at + 2))
    if r.phrase(end, "after", "next"):
        found.append((Dated(month=month, which="after next"), end + 2))
    return found


def _bare_day(r: Words, at: int) -> tuple[int, int] | None:
    """A day of the month as a plain number."""
    if r.v[at] >= 0 and len(r.t[at]) > 2:
        return None
    number = cardinal(r, at)
    if number is None or not 1 <= number[0] <= 31 or not is_bare(r, number[1]):
        return None
    return number


def and_year(r: Words, term: Dated, end: int) -> list[Found]:
    """A date, alone and with the year behind it."""
    dash = r.t[end] == "-" and r.glued[end] and r.glued[end + 1]
    at = end + 1 if r.t[end] in (",", "in", "of") or dash else end
    year = year_number(r, at)
    found: list[Found] = [(term, end)]
    if year and r.t[year[1]] not in (":", "am", "pm"):
        found.append((term._replace(year=year[0]), year[1]))
    elif r.t[at] in ("'", "’") and r.v[at + 1] >= 0 and len(r.t[at + 1]) == 2:
        found.append((term._replace(year=2000 + r.v[at + 1]), at + 2))
    elif r.whole and at == end and r.v[at] > 12 and len(r.t[at]) == 2 and is_bare(r, at + 1):
        found.append((term._replace(year=2000 + r.v[at]), at + 1))
    elif r.t[at] in WHICH and r.t[at + 1] == "year":
        found.append((term._replace(which=WHICH[r.t[at]] + " year"), at + 2))
    return found


def is_bare(r: Words, end: int) -> bool:
    """Whether the number before `end` is not part of a time, a length or a larger number."""
    if r.t[end] in _CLOCK_SIGNS or r.t[end] in _NOT_DAYS:
        return False
    if not r.glued[end]:
        return True
    if r.t[end] == "-" and len(r.t[end + 1]) <= 2:
        return r.t[end + 2] != "-"
    return not (r.t[end].isalpha() or (r.t[end] in "./-:" and r.v[end + 1] >= 0))
