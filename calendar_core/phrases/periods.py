"""Parts of periods and weeks by a day in them: "end of March", "the week of 4 May", "EOM"."""

from collections.abc import Callable

from calendar_core.phrases.lengths import length
from calendar_core.phrases.lexicon import UNITS
from calendar_core.phrases.terms import (
    Dated,
    Decade,
    Edge,
    Feast,
    Many,
    Near,
    Nth,
    Quarter,
    Season,
    Shift,
    Term,
    Unit,
    Weekday,
    WeekOf,
)
from calendar_core.phrases.words import Words

Found = tuple[Term, int]
Reader = Callable[[Words, int], tuple[Found, ...]]

_EDGES = {
    "early": "early",
    "late": "late",
    "latter": "late",
    "mid": "mid",
    "midweek": "mid",
    "middle": "mid",
    "start": "start",
    "beginning": "start",
    "begin": "start",
    "end": "end",
    "rest": "rest",
    "remainder": "rest",
    "remaining": "rest",
    "later": "rest",
    "earlier": "early",
}
_BEFORE_TIMES = frozenset(("by", "before", "until", "till", "after", "since", "at", "around"))
_NOUNS = frozenset(("start", "beginning", "begin", "end", "rest", "remainder"))
_SHORT = {
    "eom": Edge("end", Unit("month", 0)),
    "eoy": Edge("end", Unit("year", 0)),
    "eow": Edge("end", Unit("week", 0)),
    "eoq": Edge("end", Unit("quarter", 0)),
    "bom": Edge("start", Unit("month", 0)),
    "boy": Edge("start", Unit("year", 0)),
    "bow": Edge("start", Unit("week", 0)),
}


def edges(r: Words, i: int, days: Reader) -> list[Found]:
    """Parts of a period that may start at a position."""
    word = r.t[i]
    if word in _SHORT and (r.t[i - 1] == "the" or word != "boy" or r.whole) and word != "bow":
        return [(_SHORT[word], i + 1)]
    if word in ("month", "quarter", "year") and r.t[i + 1] == "end" and _said_as_time(r, i):
        return [(Edge("end", Unit(word, 0)), i + 2)]
    edge = _EDGES.get(word)
    if edge is None:
        return []
    at = i + 1
    if word in _NOUNS and r.t[at] not in ("of", "the", "my"):
        return []
    if word in ("mid", "midweek") and (word == "midweek" or r.t[at] == "week"):
        return [(Edge("mid", Unit("week", 0)), i + (1 if word == "midweek" else 2))]
    if r.t[at] == "part" and r.t[at + 1] == "of":
        at += 1
    elif word == "latter":
        return []
    while r.t[at] in ("-", "of", "in", "the", "around", "about") and at < i + 5:
        at += 1
    if r.t[at] in UNITS and r.t[at] != "second" and r.t[at - 1] in ("the", "of", "rest"):
        return _edge_of_unit(edge, UNITS[r.t[at]], at + 1)
    found: list[Found] = []
    if edge == "mid" and r.t[at] in ("month", "quarter", "year"):
        return _edge_of_unit(edge, UNITS[r.t[at]], at + 1)
    if word in ("earlier", "early") and r.t[at] == "today":
        return [(Edge("so far", Near(0)), at + 1)]
    for term, end in r.once(days, at) if r.t[at] not in ("tonight", "tonite") else ():
        if _has_edges(term, edge):
            found.append((Edge(edge, term), end))
    return found


def _said_as_time(r: Words, i: int) -> bool:
    """Whether words that also stand in names follow one that times follow."""
    return r.whole or (i > 0 and r.t[i - 1] in _BEFORE_TIMES)


def _edge_of_unit(edge: str, unit: str, end: int) -> list[Found]:
    if unit in ("week", "month", "quarter", "year", "weekend") or (
        unit == "day" and edge == "rest"
    ):
        return [(Edge(edge, Unit(unit, 0)), end)]
    return []


def _has_edges(term: Term, edge: str) -> bool:
    """Whether a part of this term can be meant; of days only their end."""
    if isinstance(term, Unit):
        return term.unit != "day" or edge in ("end", "rest")
    if isinstance(term, Dated) and term.day is None:
        return True
    if isinstance(term, Season | Quarter | Decade):
        return True
    if isinstance(term, Nth):
        return term.what in ("quarter", "half", "week", "month")
    return edge in ("end", "rest") and not isinstance(term, Edge | Many | Shift | WeekOf)


def week_of(r: Words, i: int, days: Reader) -> list[Found]:
    """Weeks by a day: "the week of 4 May", "w/c 4 May", "a week starting tomorrow"."""
    word = r.t[i]
    if word == "w" and r.t[i + 1] == "/" and r.t[i + 2] in ("c", "b", "s"):
        return _weeks(r, i + 3, days, running=False)
    if word in ("week", "weekend", "month"):
        at = i + 1
        if r.t[at] in ("of", "commencing", "containing", "beginning", "with", "ending"):
            at = at + 1 if r.t[at + 1] == "on" else at
            return [
                (term._replace(unit=word), end)
                for term, end in _weeks(r, at + 1, days, running=False)
                if isinstance(term, WeekOf)
            ]
        if r.t[at] in ("starting", "from") and r.t[i - 1] == "the":
            return _weeks(r, at + 1, days, running=False)
    found = r.once(length, i)
    if found and r.t[found[1]] in ("starting", "beginning") and not found[0].is_hours:
        at = found[1] + (2 if r.t[found[1] + 1] in ("on", "from") else 1)
        return [(Shift(found[0], 0, term), end) for term, end in r.once(days, at)]
    return []


def _weeks(r: Words, at: int, days: Reader, *, running: bool) -> list[Found]:
    return [
        (WeekOf(term, running=running), end)
        for term, end in r.once(days, at)
        if isinstance(term, Dated | Near | Feast | Weekday)
        and (not isinstance(term, Dated) or term.day)
    ]
