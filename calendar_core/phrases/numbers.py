"""Numbers as people write and say them: "3", "twenty-one", "21st", "one and a half"."""

from fractions import Fraction

from calendar_core.phrases.lexicon import CARDINALS, ORDINALS, TENS
from calendar_core.phrases.words import Words

_SUFFIXES = frozenset(("st", "nd", "rd", "th"))
_VAGUE = {"few": 3, "couple": 2, "several": 3}


def cardinal(r: Words, i: int) -> tuple[int, int] | None:
    """A whole number at a position, and where it ends."""
    value = r.v[i]
    if value >= 0:
        return value, i + 1
    word = r.t[i]
    if word in TENS:
        return _below_hundred(r, i)
    if word in CARDINALS:
        value, end = CARDINALS[word], i + 1
    elif word == "a" and r.t[i + 1] in ("hundred", "dozen"):
        value, end = 1, i + 1
    else:
        return None
    if r.t[end] == "hundred":
        more = _below_hundred(r, end + 2) if r.t[end + 1] == "and" else None
        if more and more[0] > 0:
            return value * 100 + more[0], more[1]
        return value * 100, end + 1
    if r.t[end] == "dozen":
        return value * 12, end + 1
    return value, end


def _below_hundred(r: Words, i: int) -> tuple[int, int] | None:
    """A number in words that needs no hundred: "seven", "twenty-one"."""
    word = r.t[i]
    if word in CARDINALS:
        return CARDINALS[word], i + 1
    if word not in TENS:
        return None
    if 0 < CARDINALS.get(r.t[i + 1], 0) < 10:
        return TENS[word] + CARDINALS[r.t[i + 1]], i + 2
    return TENS[word], i + 1


def ordinal(r: Words, i: int) -> tuple[int, int] | None:
    """A counting word ("21st", "twenty-first") and where it ends."""
    value = r.v[i]
    if value >= 0:
        if r.t[i + 1] in _SUFFIXES and (r.glued[i + 1] or r.t[i + 1] != "second"):
            return value, i + 2
        return None
    word = r.t[i]
    if word in ORDINALS:
        return ORDINALS[word], i + 1
    if word in TENS and ORDINALS.get(r.t[i + 1], 10) < 10:
        return TENS[word] + ORDINALS[r.t[i + 1]], i + 2
    return None


def year_number(r: Words, i: int) -> tuple[int, int] | None:
    """A year with its century: "2026", "twenty twenty six", "two thousand and eight"."""
    value = r.v[i]
    if value >= 0:
        return (value, i + 1) if len(r.t[i]) == 4 and 1900 <= value <= 2199 else None
    if r.t[i] == "two" and r.t[i + 1] == "thousand":
        end = i + 3 if r.t[i + 2] == "and" else i + 2
        more = cardinal(r, end)
        if more and more[0] < 100 and r.v[end] < 0:
            return 2000 + more[0], more[1]
        return 2000, i + 2
    if r.t[i] not in ("nineteen", "twenty"):
        return None
    century = 1900 if r.t[i] == "nineteen" else 2000
    more = cardinal(r, i + 1)
    if more and 10 <= more[0] < 100 and r.v[i + 1] < 0:
        return century + more[0], more[1]
    return None


def _fraction(r: Words, i: int) -> tuple[Fraction, int] | None:
    """A part of one: "half", "a quarter", "three quarters", "1/2"."""
    if r.t[i] in ("a", "an", "one") and r.t[i + 1] in ("half", "quarter"):
        i += 1
    if r.t[i] == "half":
        return Fraction(1, 2), i + 1
    if r.t[i] == "quarter":
        return Fraction(1, 4), i + 1
    if r.t[i] == "½":
        return Fraction(1, 2), i + 1
    number = cardinal(r, i)
    if number is None:
        return None
    value, end = number
    if r.t[end] in ("quarter", "quarters") and value in (1, 2, 3):
        return Fraction(value, 4), end + 1
    if r.v[i] > 0 and r.t[end] == "/" and r.v[end + 1] in (2, 3, 4) and r.glued[end + 1]:
        return Fraction(value, r.v[end + 1]), end + 2
    return None


def amount(r: Words, i: int) -> tuple[Fraction, int] | None:
    """How many of a unit, fractions included: "2.5", "an", "a couple of", "one and a half"."""
    if r.t[i] in ("a", "the") and r.t[i + 1] in _VAGUE:
        i += 1
    if r.t[i] in _VAGUE:
        end = i + 2 if r.t[i + 1] == "of" else i + 1
        return Fraction(_VAGUE[r.t[i]]), end
    part = _fraction(r, i)
    if part is not None:
        value, end = part
        if r.t[end] == "of":
            end += 1
        if r.t[end] in ("a", "an"):
            end += 1
        return value, end
    if r.t[i] in ("a", "an"):
        number = cardinal(r, i) or (cardinal(r, i + 1) if r.v[i + 1] >= 0 else None)
        return (Fraction(number[0]), number[1]) if number else (Fraction(1), i + 1)
    number = cardinal(r, i)
    return _with_fraction(r, *number, digits=r.v[i] >= 0) if number else None


def _with_fraction(r: Words, whole: int, end: int, *, digits: bool) -> tuple[Fraction, int]:
    """A whole number and what may follow: ".5", " 1/2", " and a half"."""
    dot = r.t[end] in (".", ",") and r.glued[end] and r.glued[end + 1]
    if digits and dot and r.v[end + 1] >= 0:
        decimals = r.t[end + 1]
        return whole + Fraction(r.v[end + 1], 10 ** len(decimals)), end + 2
    if r.t[end] == "½":
        return whole + Fraction(1, 2), end + 1
    start = end + 1 if r.t[end] == "and" else end
    part = _fraction(r, start) if start > end or r.v[end] > 0 else None
    if part is None and start > end and not digits:
        more = cardinal(r, start)
        if more and whole >= 20 and whole % 10 == 0 and more[0] < 10:
            return Fraction(whole + more[0]), more[1]
    if part is None:
        return Fraction(whole), end
    value, end = part
    if r.t[end] == "of" and not r.t[end + 1].startswith("the"):
        end += 1
    return whole + value, end
