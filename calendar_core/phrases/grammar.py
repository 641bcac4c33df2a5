"""The grammar: pieces of a phrase in any order that people put them, covered from left to right.

A phrase is a row of pieces (a day, a time, a part of the day, a length, a rule) with small words
between them. Each piece must fit what was said before; the search keeps the reading that covers
most and gives up after a fixed number of steps, so no text can keep it busy.
"""

from collections.abc import Iterator
from typing import NamedTuple

from calendar_core.phrases import lengths
from calendar_core.phrases.dates import days
from calendar_core.phrases.drafts import Draft, Half, add_clock, add_day, add_part, finished
from calendar_core.phrases.lexicon import MEALS, UNITS
from calendar_core.phrases.rules import rules, times_count
from calendar_core.phrases.terms import Dated, Feast, Near, Part, Season, Shift, Term, Unit, Weekday
from calendar_core.phrases.times import clocks, part, part_of_day, zone
from calendar_core.phrases.words import Words

_SMALL = frozenset(
    ", on at @ in of for the around about approximately roughly exactly during sometime anytime "
    "maybe say over ~ by starting beginning from".split()
)
_TIMELY = frozenset("at @ around about approximately roughly exactly ~ by from starting".split())
_ROUGHLY = frozenset("around about approximately roughly sometime ~ maybe".split())
_UNTIL = frozenset(("until", "till", "through", "thru", "til", "ending", "ends"))
_BOUNDS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("no", "later", "than"), "before"),
    (("not", "later", "than"), "before"),
    (("no", "earlier", "than"), "after"),
    (("not", "before"), "after"),
    (("earlier", "than"), "before"),
    (("later", "than"), "after"),
    (("sooner", "than"), "before"),
    (("prior", "to"), "before"),
    (("up", "to"), "until"),
    (("up", "until"), "until"),
    (("on", "or", "after"), "from"),
    (("on", "or", "before"), "by"),
    (("before",), "before"),
    (("by",), "by"),
    (("after",), "after"),
    (("past",), "after"),
    (("since",), "since"),
    (("until",), "until"),
    (("till",), "until"),
    (("through",), "until"),
    (("starting", "from"), "from"),
    (("starting", "on"), "from"),
    (("starting", "at"), "starting"),
    (("beginning", "at"), "starting"),
    (("beginning", "on"), "from"),
    (("starting",), "from"),
    (("starts",), "from"),
    (("beginning",), "from"),
    (("effective",), "from"),
    (("from",), "from"),
    (("between",), "between"),
    (("within",), "within"),
)
_BOUND_STARTS = frozenset(words[0] for words, _ in _BOUNDS)
_TAILS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("or", "later"), "since"),
    (("or", "after"), "since"),
    (("and", "later"), "since"),
    (("and", "after"), "since"),
    (("or", "earlier"), "until"),
    (("or", "before"), "until"),
    (("onwards",), "since"),
    (("onward",), "since"),
    (("on",), "since"),
    (("forward",), "since"),
)
_CLOCK_NOUNS = frozenset("quarter half end close eod cob eob".split())
_AFTER_TIME = frozenset(
    "to until till through and or on in at for with by instead please tonight from every each "
    "starting both because so then if but about around as this next i we you he she they it my "
    "our the a an is are was will can could do does did has have should would until since after "
    "before of".split()
)
_EXPANSIONS = 160
_PIECES = 9


class Reading(NamedTuple):
    """A draft that stands, and where its words begin and end."""

    draft: Draft
    start: int
    end: int


class _Search:
    """One search from one position: the best reading so far and the work that is left."""

    def __init__(self, r: Words, goal: int, work: int) -> None:
        self.r = r
        self.goal = goal
        self.work = work
        self.best: tuple[int, Draft] | None = None

    def grow(self, i: int, draft: Draft, pieces: int) -> bool:
        """Cover on from a position; True as soon as the goal is reached."""
        self.work -= 1
        if self.work < 0 or pieces > _PIECES:
            return False
        if pieces and (self.best is None or i > self.best[0]):
            done = finished(draft)
            if done is not None:
                self.best = (i, done)
                if i >= self.goal:
                    return True
        if i >= self.r.n:
            return False
        return any(
            self.grow(end, more, pieces + counts)
            for end, more, counts in _next(self.r, i, draft, pieces)
        )


def read_whole(r: Words) -> Draft | None:
    """The draft that covers all words, or None."""
    start, goal = 0, r.n
    while goal and r.t[goal - 1] in (".", "!", "?", ",") and goal > 1:
        goal -= 1
    search = _Search(r, goal, _EXPANSIONS * 3)
    search.grow(start, Draft(), 0)
    if search.best is None or search.best[0] < goal:
        return None
    return search.best[1]


def read_from(r: Words, i: int) -> Reading | None:
    """The longest reading that begins right at a position."""
    search = _Search(r, r.n, _EXPANSIONS)
    search.grow(i, Draft(), 0)
    if search.best is None:
        return None
    return Reading(search.best[1], i, search.best[0])


_Step = tuple[int, Draft, int]


def _next(r: Words, i: int, draft: Draft, pieces: int) -> Iterator[_Step]:
    """The ways on from a position: small words, bounds and joints first, then pieces."""
    yield from _pieces(r, i, i, draft, pieces)
    if pieces:
        yield from _joints(r, i, draft)
        yield from _tails(r, i, draft)
    yield from _bounds(r, i, draft, pieces)
    at = i
    while r.t[at] in _SMALL and at < i + 4:
        at += 1
        yield from _pieces(r, i, at, draft, pieces)
        if r.t[at] in _BOUND_STARTS:
            yield from _bounds(r, at, draft, pieces)


def _joints(r: Words, i: int, draft: Draft) -> Iterator[_Step]:
    """Words that open the other end: "to", "-", "until", "and" behind "between"."""
    word, end = r.t[i], i + 1
    if word == ",":
        word, end = r.t[i + 1], i + 2
    if word == "but" and r.t[end] in ("before", "no"):
        word, end = "to", end + (3 if r.t[end] == "no" else 1)
    if draft.side == 0 and not (draft.left.is_empty and draft.rule is None):
        opens = word in ("to", "-", "~") or word in _UNTIL
        if opens or (word == "and" and draft.bound in ("between", "from")):
            stop = end + 1 if r.t[end] in ("the", "at", "on") and r.t[end + 1] != "of" else end
            if draft.bound not in ("before", "by", "until", "since", "within"):
                yield stop, draft._replace(side=1, right=Half()), 0
    if draft.until is None and draft.rule is not None and draft.side < 2:
        if word in _UNTIL or word == "to" or (word == "up" and r.t[end] in ("to", "until")):
            stop = end + 1 if word == "up" else end
            yield stop, draft._replace(side=2, until=Half()), 0


def _tails(r: Words, i: int, draft: Draft) -> Iterator[_Step]:
    """Words behind a time that open it: "3pm or later", "from Monday on"."""
    for words, bound in _TAILS:
        if not r.phrase(i, *words):
            continue
        if words == ("on",) and draft.bound != "from":
            continue
        if draft.bound in ("", "from") and draft.side == 0:
            yield i + len(words), draft._replace(bound=bound), 1
    if r.phrase(i, "at", "the", "latest") and draft.side == 0:
        yield i + 3, draft._replace(bound="by"), 1
    if r.phrase(i, "at", "the", "earliest") and draft.side == 0:
        yield i + 3, draft._replace(bound="since"), 1


def _bounds(r: Words, i: int, draft: Draft, pieces: int) -> Iterator[_Step]:
    """Words before a time that open or limit it."""
    if r.t[i] not in _BOUND_STARTS or draft.side == 2:
        return
    for words, bound in _BOUNDS:
        if not r.phrase(i, *words):
            continue
        if draft.bound and not (bound == "from" and draft.bound == "from"):
            return
        if draft.side == 1 or (draft.left.clock and bound != "from" and draft.rule is None):
            return
        if words in (("past",), ("through",), ("beginning",)) and pieces and not draft.rule:
            return
        end = i + len(words)
        if bound == "within":
            end = end + 1 if r.t[end] == "the" else end
            end = end + 1 if r.t[end] in ("next", "upcoming", "coming", "following") else end
        yield end, draft._replace(bound=bound), 0
        return


def _pieces(r: Words, i: int, at: int, draft: Draft, pieces: int) -> Iterator[_Step]:
    """The pieces at a position, longest first, that fit the draft."""
    before = r.t[at - 1] if at else ""
    if at > i and before == ".":
        return
    about = draft.about or any(r.t[k] in _ROUGHLY for k in range(i, at))
    if about != draft.about:
        draft = draft._replace(about=about)
    steps = [
        *_rule_steps(r, at, draft),
        *_day_steps(r, at, draft, before),
        *_clock_steps(r, at, draft, before, pieces),
        *_part_steps(r, at, draft, before),
        *_length_steps(r, at, draft, before, pieces),
    ]
    steps.sort(key=lambda step: -step[0])
    for end, more in steps:
        yield end, more, 1


def _rule_steps(r: Words, at: int, draft: Draft) -> Iterator[tuple[int, Draft]]:
    if draft.rule is None and draft.until is None:
        for rule, end in r.once(rules, at):
            yield end, draft._replace(rule=rule)
    if not draft.times and draft.rule is not None:
        counted = r.once(times_count, at)
        if counted:
            yield counted[1], draft._replace(times=counted[0])


def _day_steps(r: Words, at: int, draft: Draft, before: str) -> Iterator[tuple[int, Draft]]:
    for term, end in r.once(days, at):
        if isinstance(term, Dated) and term.loose and draft.left.day is not None:
            continue
        if isinstance(term, Shift) and term.base is not None and before == "for":
            term = term._replace(sign=0)
        if not r.whole and not _plausible(r, at, end, term, draft):
            continue
        more = add_day(draft, term)
        if more is None:
            continue
        if isinstance(term, Near) and r.t[end - 1] in ("tonight", "tonite"):
            more = add_part(more, Part("night"))
            if more is None:
                continue
        yield end, more
    yield from _bare_day_steps(r, at, draft, before)


def _plausible(r: Words, at: int, end: int, term: Term, draft: Draft) -> bool:
    """Whether words in a sentence that could be something else are a day there."""
    before = r.t[at - 1] if at else ""
    if before in ("$", "#", "+") and r.glued[at]:
        return False
    company = before in _DAY_COMPANY or draft.left.day is not None or draft.rule is not None
    if isinstance(term, Dated):
        return _plausible_date(r, at, end, term, company, before)
    if isinstance(term, Weekday) and r.t[at] in _SHORT_DAYS:
        return company or _may_follow(r, end)
    if isinstance(term, Feast | Season) and not term.which:
        return company or term.year is not None or _may_follow(r, end)
    if isinstance(term, Unit) and term.n == 0 and r.t[at] in ("the", "my", "our"):
        return before != "of"
    return True


_SHORT_DAYS = frozenset("mon tue tu wed th thu fri fr sat sun".split())


def _plausible_date(r: Words, at: int, end: int, term: Dated, company: bool, before: str) -> bool:
    """Whether part of a date is one: bare years, months that are words, bare days, digits."""
    if term.day is None and term.month is None:
        return before in ("in", "since", "until", "from", "before", "after", "during", "by")
    if term.day is None and r.t[at] in ("may", "march", "mar", "jan", "april", "june", "august"):
        return company or term.year is not None
    if term.loose:
        return company
    if term.day is not None and term.month is None and term.weekday is None:
        if before == "on" or r.t[at - 1 : at + 1] == ["on", "the"]:
            return r.t[end] not in _PLACES
        return (company or r.t[at] == "the") and _may_follow(r, end)
    return True


_PLACES = frozenset("floor street avenue st ave level deck road row place try day".split())


_DAY_COMPANY = frozenset(
    "on the for of until from by before after since between to through till is in this next "
    "last during over around about every each".split()
)


def _bare_day_steps(r: Words, at: int, draft: Draft, before: str) -> Iterator[tuple[int, Draft]]:
    """Plain numbers that are days by the other end: "13 to 15 July", "July 13 to 15"."""
    value = r.v[at]
    if not 1 <= value <= 31 or len(r.t[at]) > 2 or r.t[at + 1] in (":", "am", "pm", "%", "."):
        return
    if draft.side == 0 and draft.left.is_empty and r.t[at + 1] in ("to", "-", "and", "until", "or"):
        if _day_follows(r, at + 2):
            yield at + 1, draft._replace(left=Half(day=Dated(day=value, loose=True)))
    left = draft.left.day
    dated = isinstance(left, Dated) and left.day is not None and draft.left.clock is None
    if draft.side == 1 and dated and draft.here.is_empty and not r.glued[at + 1]:
        yield at + 1, draft.with_here(Half(day=Dated(day=value, loose=True)))
    if r.whole and draft.left.is_empty and draft.side == 0 and r.t[at + 1] == "," and at == 0:
        yield at + 1, draft._replace(left=Half(day=Dated(day=value)))


def _day_follows(r: Words, at: int) -> bool:
    return any(isinstance(term, Dated) and term.day is not None for term, _ in r.once(days, at))


def _clock_steps(
    r: Words, at: int, draft: Draft, before: str, pieces: int
) -> Iterator[tuple[int, Draft]]:
    if r.t[at] in ("the", "a") and r.t[at + 1] not in _CLOCK_NOUNS:
        return
    for clock, end in r.once(clocks, at):
        more = add_clock(draft, clock)
        if more is None:
            continue
        if clock.weak and not _clock_company(r, at, end, draft, before, pieces):
            continue
        timely = before in _TIMELY or (r.editing and before in ("to", "it"))
        lone = clock.weak and draft.side == 0 and not r.whole and not timely
        if draft.bound in ("before", "after", "until", "by", "since", "starting", "between"):
            lone = lone and draft.bound == "between" and r.t[end] != "and"
        yield end, more._replace(lone=more.lone or lone)
        named = r.once(zone, end)
        if named:
            yield named[1], more._replace(zone=named[0])


def _clock_company(r: Words, at: int, end: int, draft: Draft, before: str, pieces: int) -> bool:
    """Whether a bare number may be a time here."""
    behind = r.t[end]
    if behind in ("%", "/", "percent", "people", "st", "nd", "rd", "th", "times", "dollars", "x"):
        return False
    if before in ("$", "#", "+", "=", "£", "€", "/", "no") or (behind == "." and r.v[end + 1] >= 0):
        return False
    if behind == "." and r.glued[end + 1] and r.v[end + 1] >= 0:
        return False
    if r.glued[end] and (behind.isalpha() or behind in ("_", "'")):
        return False
    if behind in UNITS and (before != "at" or behind != "second"):
        return False
    if r.whole:
        return True
    if before == "on":
        return False
    return (before in ("at", "@") and len(r.t[end - 1]) < 3) or _may_follow(r, end)


def _may_follow(r: Words, end: int) -> bool:
    """Whether a bare number in a sentence is followed by what may follow a time."""
    word = r.t[end]
    if not word or not word[0].isalnum() or word in _AFTER_TIME:
        return True
    return bool(r.once(days, end) or r.once(part, end) or r.once(zone, end) or r.once(rules, end))


def _part_steps(r: Words, at: int, draft: Draft, before: str) -> Iterator[tuple[int, Draft]]:
    near = r.once(part_of_day, at)
    if near is not None:
        named, away, end = near
        dated = add_day(draft, Near(away))
        both = add_part(dated, named) if dated else None
        if both is not None:
            yield end, both
        return
    found = r.once(part, at)
    if found is None:
        return
    named, end = found
    if named.name in MEALS and not _is_mealtime(r, at, end, draft, before):
        return
    if r.t[at] in ("am", "pm") and draft.left.day is None:
        return
    if draft.left.day is None and not r.whole and not _is_part_here(r, at, end, before):
        return
    more = add_part(draft, named)
    if more is not None:
        yield end, more


def _is_part_here(r: Words, at: int, end: int, before: str) -> bool:
    """Whether a part of the day in a sentence is one, and not a greeting or a name."""
    if r.t[at] == "eve" or before == "good":
        return False
    company = before in (
        "in",
        "the",
        "this",
        "during",
        "every",
        "each",
        "by",
        "at",
        "late",
        "before",
    )
    return company or end > at + 1 or bool(r.once(days, end)) or r.t[end] in ("of", "on")


def _is_mealtime(r: Words, at: int, end: int, draft: Draft, before: str) -> bool:
    """Whether a meal names a time here, and not the event itself."""
    if r.whole or r.t[at].endswith("time"):
        return True
    return before in ("at", "after", "before", "during", "around", "over", "by")


def _length_steps(
    r: Words, at: int, draft: Draft, before: str, pieces: int
) -> Iterator[tuple[int, Draft]]:
    if draft.length is not None:
        return
    found = r.once(lengths.length, at)
    if found is None and (before == "for" if at else r.whole):
        found = lengths.bare_unit(r, at)
    if found is None and draft.rule is not None and r.t[at] == "up" and r.t[at + 1] == "to":
        found = r.once(lengths.length, at + 2)
    if found is None:
        return
    size, end = found
    if not r.whole and r.t[end - 1] == "second" and size.seconds != 1:
        return
    if draft.side and draft.here.is_empty:
        return
    end = end + 1 if r.t[end] in ("long", "each") else end
    if draft.bound == "after" and draft.left.is_empty and draft.rule is None:
        yield end, draft._replace(left=Half(day=Shift(size, 1)), bound="since")
        return
    yield end, draft._replace(length=size)
    if (
        r.t[end] in ("from", "after")
        and r.t[end + 1] in ("now", "today")
        and draft.bound == "within"
    ):
        yield end + 2, draft._replace(length=size)
