"""Dates in digits: 2026-03-11, 3/11, 11.3.2026, 20260311."""

from calendar_core.phrases.lexicon import MONTHS
from calendar_core.phrases.terms import Dated, Term
from calendar_core.phrases.words import Words

_MARKS = frozenset("/-.")


def numeral_dates(r: Words, i: int) -> list[tuple[Term, int]]:
    """The dates in digits that may start at a position, longest first."""
    first, mark = r.v[i], r.t[i + 1]
    if len(r.t[i]) == 8:
        return _compact(r, i)
    if mark not in _MARKS or not r.glued[i + 1] or not r.glued[i + 2]:
        return []
    if r.t[i + 2] in MONTHS:
        return _named_month(r, i)
    second = r.v[i + 2]
    if len(r.t[i]) < 3 and len(r.t[i + 2]) == 4 and mark == "/":
        monthly = 1 <= first <= 12 and 1900 <= second <= 2199 and _ends(r, i + 3)
        return [(Dated(month=first, year=second), i + 3)] if monthly else []
    if second < 0 or len(r.t[i + 2]) > 2:
        return []
    third = r.v[i + 4] if r.t[i + 3] == mark and r.glued[i + 3] and r.glued[i + 4] else -1
    if len(r.t[i]) == 4:
        return _year_first(r, i, first, second, third)
    if len(r.t[i]) > 2:
        return []
    return _year_last(r, i, first, second, third)


def _ends(r: Words, end: int) -> bool:
    """Whether the digits stop here: no further group hangs on."""
    if r.t[end] in ("am", "pm", "oclock"):
        return False
    if not r.glued[end]:
        return True
    if r.t[end] == "-" and r.t[end + 2] == "/" and r.v[end + 1] >= 0:
        return True
    if r.t[end] == "." and r.glued[end + 1] and r.v[end + 1] >= 0:
        return False
    if r.t[end] in ("/", "-", ":", "%", "°"):
        return r.t[end] == "-" and not r.glued[end + 1]
    return not (r.t[end].isalnum() and r.t[end] not in ("st", "nd", "rd", "th", "t"))


def _valid(day: int, month: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= (
        29 if month == 2 else 30 if month in (4, 6, 9, 11) else 31
    )


def _year_first(r: Words, i: int, year: int, month: int, day: int) -> list[tuple[Term, int]]:
    """2026-03-11 and 2026-03."""
    if not 1000 <= year <= 2999:
        return []
    if day >= 0:
        valid = _valid(day, month) and len(r.t[i + 4]) <= 2 and _ends(r, i + 5)
        if not valid:
            return []
        end = i + 6 if r.t[i + 5] == "t" and r.glued[i + 5] else i + 5
        return [(Dated(day=day, month=month, year=year), end)]
    if r.t[i + 1] == "." or not 1 <= month <= 12 or not _ends(r, i + 3):
        return []
    return [(Dated(month=month, year=year), i + 3)]


def _year_last(r: Words, i: int, first: int, second: int, third: int) -> list[tuple[Term, int]]:
    """3/11/2026, 3/11/26 and 3/11: which is the month, the policy says."""
    if not (_valid(second, first) or _valid(first, second)):
        return []
    if third >= 0:
        digits = len(r.t[i + 4])
        if digits not in (2, 4) or not _ends(r, i + 5):
            return []
        year = third if digits == 4 else 2000 + third
        return [(Dated(day=second, month=first, year=year, swap=True), i + 5)]
    if r.t[i + 3] == "." and r.glued[i + 3] and not r.glued[i + 4] and r.t[i + 1] == ".":
        return [(Dated(day=first, month=second), i + 4)] if _valid(first, second) else []
    if not _ends(r, i + 3):
        return []
    return [(Dated(day=second, month=first, swap=True, loose=r.t[i + 1] != "/"), i + 3)]


def _named_month(r: Words, i: int) -> list[tuple[Term, int]]:
    """11-Mar-2026 and 2026-Mar-11."""
    month, mark, end = MONTHS[r.t[i + 2]], r.t[i + 1], i + 3
    last = r.v[i + 4] if r.t[end] == mark and r.glued[i + 4] else -1
    if len(r.t[i]) == 4 and _valid(last, month):
        return [(Dated(day=last, month=month, year=r.v[i]), i + 5)]
    if not _valid(r.v[i], month):
        return []
    found: list[tuple[Term, int]] = [(Dated(day=r.v[i], month=month), end)]
    if last >= 0 and len(r.t[i + 4]) in (2, 4):
        year = last if last > 99 else 2000 + last
        found.insert(0, (Dated(day=r.v[i], month=month, year=year), i + 5))
    return found


def _compact(r: Words, i: int) -> list[tuple[Term, int]]:
    """20260311."""
    year, rest = divmod(r.v[i], 10000)
    month, day = divmod(rest, 100)
    if not (1900 <= year <= 2199 and _valid(day, month)):
        return []
    end = i + 2 if r.t[i + 1] == "t" and r.glued[i + 1] else i + 1
    return [(Dated(day=day, month=month, year=year), end)]
