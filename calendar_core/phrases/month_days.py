"""Days that a rule names: weekdays in a row, and days of a month by their place in it."""

from calendar_core.phrases.lexicon import PLURAL_WEEKDAYS, WEEKDAYS
from calendar_core.phrases.numbers import cardinal, ordinal
from calendar_core.phrases.terms import Rule
from calendar_core.phrases.words import Words

Found = tuple[Rule, int]

_MOST_LISTED = 12
CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WORKDAYS = CODES[:5]
"""Weekdays as RFC 5545 writes them, from Monday."""


def weekday_list(r: Words, i: int) -> tuple[tuple[int, ...], int, bool] | None:
    """Weekdays in a row: "mon, wed and fri", "monday through friday"; whether one was plural."""
    found: list[int] = []
    plural, at = False, i
    while len(found) < _MOST_LISTED:
        word = r.t[at]
        day = WEEKDAYS.get(word, PLURAL_WEEKDAYS.get(word))
        if day is None:
            break
        plural = plural or word not in WEEKDAYS
        found.append(day)
        end = at + 1
        if (
            r.t[end] in ("through", "-", "to", "until")
            and r.t[end + 1] in WEEKDAYS | PLURAL_WEEKDAYS
        ):
            last = WEEKDAYS.get(r.t[end + 1], PLURAL_WEEKDAYS.get(r.t[end + 1], 0))
            found += [(day + k) % 7 for k in range(1, (last - day) % 7 + 1)]
            end += 2
        at = end
        while r.t[at] in (",", "and", "&", "/", "+", "or") and at < end + 2:
            at += 1
        if at == end and r.t[at] not in WEEKDAYS and r.t[at] not in PLURAL_WEEKDAYS:
            break
    if not found:
        return None
    return tuple(sorted(set(found))), end, plural


def codes(days: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(CODES[day] for day in days)


def _ordinals(r: Words, i: int) -> tuple[list[int], int] | None:
    """Counting words in a row: "2nd and last", "first, third", "2nd to the last"."""
    found: list[int] = []
    at = i
    end = i
    while len(found) < _MOST_LISTED:
        while r.t[at] == "the":
            at += 1
        number = (-1, at + 1) if r.t[at] == "last" else ordinal(r, at)
        if number is None:
            break
        n, end = number
        if n > 0 and r.t[end] == "last" and r.t[end + 1] != "day":
            n, end = -n, end + 1
        elif n > 0 and r.phrase(end, "to", "the", "last"):
            n, end = -n, end + 3
        elif n > 0 and r.phrase(end, "to", "last"):
            n, end = -n, end + 2
        found.append(n)
        at = end
        while r.t[at] in (",", "and", "&") and at < end + 2:
            at += 1
        if at == end:
            break
    return (found, end) if found and all(-31 <= n <= 31 for n in found) else None


def month_days(r: Words, i: int) -> list[Found]:
    """Days of a month: "the 4th", "the 2nd and last friday", "day 20 and 30", "the last day"."""
    if r.t[i] == "day" or r.t[i] == "days":
        return plain_days(r, i + 1)
    listed = _ordinals(r, i)
    if listed is None:
        return []
    numbers, end = listed
    weekdays = weekday_list(r, end)
    if weekdays and all(-5 <= n <= 5 for n in numbers):
        days = tuple(f"{n}{CODES[day]}" for n in numbers for day in weekdays[0])
        return [(Rule("MONTHLY", days=days), weekdays[1])]
    stop = workday_at(r, end)
    if stop:
        return [(Rule("MONTHLY", days=WORKDAYS, setpos=numbers[0]), stop)]
    rule = Rule("MONTHLY", month_days=tuple(numbers))
    return [(rule, end + 1 if r.t[end] in ("day", "days") else end)]


def workday_at(r: Words, i: int) -> int:
    """Where a word for a day that is worked ends; 0 where there is none."""
    if r.t[i] in ("weekday", "workday"):
        return i + 1
    return i + 2 if r.t[i] in ("business", "working", "work") and r.t[i + 1] == "day" else 0


def plain_days(r: Words, i: int) -> list[Found]:
    """Days as plain numbers: "day 20 and 30"."""
    found: list[int] = []
    at = end = i
    while len(found) < _MOST_LISTED:
        number = ordinal(r, at) or cardinal(r, at)
        if number is None or not 1 <= number[0] <= 31:
            break
        found.append(number[0])
        at = end = number[1]
        while r.t[at] in (",", "and", "&") and at < end + 2:
            at += 1
        if at == end:
            break
    return [(Rule("MONTHLY", month_days=tuple(found)), end)] if found else []
