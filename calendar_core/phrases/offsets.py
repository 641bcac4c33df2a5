"""Times so far from others: "in 3 days", "2 weeks ago", "a week from Tuesday"."""

from collections.abc import Callable

from calendar_core.phrases.lengths import length
from calendar_core.phrases.lexicon import WEEKDAYS
from calendar_core.phrases.terms import (
    Dated,
    Feast,
    Length,
    Many,
    Near,
    Shift,
    Term,
    Unit,
    Weekday,
    WeekdaysOn,
    WeekOf,
)
from calendar_core.phrases.words import Words

Found = tuple[Term, int]
Reader = Callable[[Words, int], tuple[Found, ...]]

_LATER = frozenset(("later", "hence", "out", "ahead"))
_EARLIER = frozenset(("ago", "earlier", "back", "prior"))
_NOW = frozenset(("now", "today"))
_NOW_WORDS = {
    "now": (("now",),),
    "right": (("right", "now"), ("right", "away")),
    "just": (("just", "now"),),
    "straight": (("straight", "away"),),
    "as": (("as", "soon", "as", "possible"),),
    "at": (("at", "the", "moment"), ("at", "this", "time")),
    "asap": (("asap",),),
    "immediately": (("immediately",),),
    "atm": (("atm",),),
}
"""Words for this moment, by the first of them."""


def offsets(r: Words, i: int, days: Reader) -> list[Found]:
    """The shifted times that may start at a position."""
    for words in _NOW_WORDS.get(r.t[i], ()):
        if r.phrase(i, *words):
            return [(Shift(Length(), 1), i + len(words))]
    if r.t[i] == "in":
        return _in(r, i + 1)
    if r.t[i] in ("week", "month", "year", "weekend"):
        nearby = _neighbour(r, i) or _week_beside(r, i, days)
        if nearby:
            return nearby
    found = r.once(length, i)
    return _from(r, *found, days) if found else []


def _in(r: Words, i: int) -> list[Found]:
    """ "In 3 days", "in about an hour's time"."""
    while r.t[i] in ("about", "around", "another", "approximately", "just", "like"):
        i += 1
    found = r.once(length, i)
    if found is None:
        return []
    size, end = found
    for tail in (("from", "now"), ("from", "today"), ("time",), ("'", "time"), ("or", "so")):
        if r.phrase(end, *tail):
            return [(Shift(size, 1), end + len(tail))]
    return [(Shift(size, 1), end)]


def _neighbour(r: Words, i: int) -> list[Found]:
    """ "The week after next", "the month before last"."""
    if r.phrase(i + 1, "after", "next"):
        return [(Unit(r.t[i], 2), i + (4 if r.t[i + 3] == r.t[i] else 3))]
    if r.phrase(i + 1, "after", "this"):
        return [(Unit(r.t[i], 1), i + 3)]
    if r.phrase(i + 1, "before", "last"):
        return [(Unit(r.t[i], -2), i + 3)]
    return []


def _week_beside(r: Words, i: int, days: Reader) -> list[Found]:
    """ "The week after Easter", "the weekend before 4 May": whole ones, not seven days."""
    if r.t[i] not in ("week", "weekend") or r.t[i + 1] not in ("after", "before", "following"):
        return []
    sign = -1 if r.t[i + 1] == "before" else 1
    found: list[Found] = []
    for term, end in r.once(days, i + 2):
        if not isinstance(term, Feast) and not (isinstance(term, Dated) and term.day):
            continue
        week = Shift(Length(days=7), sign, term)
        saturday = WeekdaysOn(sign, 5, term)
        found.append((WeekOf(saturday if r.t[i] == "weekend" else week, r.t[i]), end))
    return found


def _from(r: Words, size: Length, end: int, days: Reader) -> list[Found]:
    """A length and where it counts from: "3 days from now", "2 weeks after Easter"."""
    word = r.t[end]
    if word in _LATER:
        return [(Shift(size, 1), end + 1)]
    if word in _EARLIER:
        to_day = r.t[end + 1] == "today" and not size.is_hours
        return [(Shift(size, -1), end + (2 if to_day else 1))]
    if word == "from" and r.t[end + 1] in _NOW:
        return [(Shift(size, 1), end + 2)]
    if word == "from" and r.phrase(end + 1, "right", "now"):
        return [(Shift(size, 1), end + 3)]
    if word == "after" and r.t[end + 1] == "now":
        return [(Shift(size, 1), end + 2)]
    if word == "before" and r.t[end + 1] == "now":
        return [(Shift(size, -1), end + 2)]
    named = word in WEEKDAYS or (word == "this" and r.t[end + 1] in WEEKDAYS)
    named = named or word in ("today", "tomorrow")
    if (word == "on" or named) and size.unit in ("week", "fortnight") and not size.is_hours:
        return [
            (Shift(size, 1, term), stop)
            for term, stop in r.once(days, end if named else end + 1)
            if isinstance(term, Weekday | Near)
        ]
    if word not in ("from", "after", "before", "prior", "following") or size.is_hours:
        return []
    start = end + 2 if word == "prior" and r.t[end + 1] == "to" else end + 1
    sign = -1 if word in ("before", "prior") else 1
    return [
        (Shift(size, sign, term), stop)
        for term, stop in r.once(days, start)
        if not isinstance(term, Many)
    ]
