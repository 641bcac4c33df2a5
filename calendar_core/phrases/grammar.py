"""The grammar: pieces of a phrase in any order that people put them, covered from left to right.

A phrase is a row of pieces (a day, a time, a part of the day, a length, a rule) with small words
between them. Each piece must fit what was said before; the search keeps the reading that covers
most and gives up after a fixed number of steps, so no text can keep it busy.
"""

from collections.abc import Iterator
from typing import NamedTuple

from calendar_core.phrases.drafts import Draft, Half, finished
from calendar_core.phrases.lengths import length
from calendar_core.phrases.lexicon import word_set
from calendar_core.phrases.pieces import pieces_at
from calendar_core.phrases.words import Words

_SMALL = word_set(
    ", on at @ in of for the around about approximately approx circa roughly exactly precisely "
    "during sometime anytime maybe perhaps say over throughout ~ by starting beginning from"
)
_REPEATS = frozenset(("repeat", "repeats", "repeating", "recurs", "recurring"))
_ENDS = frozenset(("ending", "ends", "end", "finishing", "finishes", "finish"))
_UNTIL = frozenset(("until", "till", "through", "thru", "til", "ending", "ends"))
_BOUNDS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("no", "later", "than"), "by"),
    (("not", "later", "than"), "by"),
    (("no", "earlier", "than"), "from"),
    (("not", "earlier", "than"), "from"),
    (("not", "before"), "from"),
    (("not", "after"), "by"),
    (("not", "until"), "from"),
    (("no", "sooner", "than"), "from"),
    (("not", "sooner", "than"), "from"),
    (("as", "from"), "from"),
    (("no", "more", "than"), "less"),
    (("no", "less", "than"), "more"),
    (("less", "than"), "less"),
    (("more", "than"), "more"),
    (("at", "least"), "more"),
    (("at", "most"), "less"),
    (("as", "of"), "from"),
    (("earlier", "than"), "before"),
    (("later", "than"), "after"),
    (("sooner", "than"), "before"),
    (("prior", "to"), "before"),
    (("up", "to", "and", "including"), "until"),
    (("up", "to"), "until"),
    (("through", "to"), "until"),
    (("up", "until"), "until"),
    (("on", "or", "after"), "from"),
    (("at", "or", "after"), "from"),
    (("at", "or", "before"), "until"),
    (("just", "after"), "after"),
    (("shortly", "after"), "after"),
    (("right", "after"), "after"),
    (("just", "before"), "before"),
    (("shortly", "before"), "before"),
    (("right", "before"), "before"),
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
_BOUND_STARTS: dict[str, list[tuple[tuple[str, ...], str]]] = {}
for _words, _bound in _BOUNDS:
    _BOUND_STARTS.setdefault(_words[0], []).append((_words, _bound))
_TAILS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("or", "later"), "from"),
    (("or", "after"), "from"),
    (("and", "later"), "from"),
    (("and", "after"), "from"),
    (("or", "earlier"), "until"),
    (("or", "before"), "until"),
    (("onwards",), "from"),
    (("onward",), "from"),
    (("on",), "from"),
    (("forward",), "from"),
)
_TAIL_STARTS = frozenset(words[0] for words, _ in _TAILS)
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

    def grow(self, i: int, draft: Draft, pieces: int, said: bool = False) -> bool:
        """Cover on from a position; True as soon as the goal is reached.

        `said` tells that a piece ends here; small words alone end nothing.
        """
        self.work -= 1
        self.r.step()
        if self.work < 0 or pieces > _PIECES:
            return False
        if said and (self.best is None or i > self.best[0]):
            done = finished(draft)
            if done is not None:
                self.best = (i, done)
                if i >= self.goal:
                    return True
        if i >= self.r.n:
            return False
        return any(
            self.grow(end, more, pieces + counts, counts > 0)
            for end, more, counts in _next(self.r, i, draft, pieces)
        )


def read_whole(r: Words) -> Draft | None:
    """The draft that covers all words, or None."""
    goal = r.n
    repeats = r.t[0] in _REPEATS and r.n > 1
    start = 1 if repeats else 0
    while goal and r.t[goal - 1] in (".", "!", "?", ",") and goal > 1:
        goal -= 1
    search = _Search(r, goal, _EXPANSIONS * 3)
    search.grow(start, Draft(), 0)
    if search.best is None or search.best[0] < goal:
        return None
    return None if repeats and search.best[1].rule is None else search.best[1]


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
    yield from pieces_at(r, i, i, draft, pieces)
    if pieces:
        yield from _joints(r, i, draft)
        yield from _tails(r, i, draft)
    yield from _bounds(r, i, draft, pieces)
    at = i
    while r.t[at] in _SMALL and at < i + 4:
        at += 1
        yield from pieces_at(r, i, at, draft, pieces)
        if r.t[at] in _BOUND_STARTS:
            yield from _bounds(r, at, draft, pieces)


def _joints(r: Words, i: int, draft: Draft) -> Iterator[_Step]:
    """Words that open the other end: "to", "-", "until", "and" behind "between"."""
    word, end = r.t[i], i + 1
    if word == ",":
        word, end = r.t[i + 1], i + 2
    if word == "and" and r.t[end] in _ENDS and r.t[end + 1] in ("at", "on", "by"):
        word, end = "ending", end + 1
    if word == "but" and r.t[end] in ("before", "no"):
        word, end = "to", end + (3 if r.t[end] == "no" else 1)
    through = word not in ("until", "till", "til", "up")
    if draft.side == 0 and not (draft.left.is_empty and draft.rule is None):
        opens = word in ("to", "-", "~") or word in _UNTIL
        if opens or (word == "and" and draft.bound in ("between", "from")):
            stop = end + 1 if r.t[end] in ("the", "at", "on") and r.t[end + 1] != "of" else end
            if draft.bound not in ("before", "by", "until", "since", "within"):
                yield stop, draft._replace(side=1, right=Half(), through=through), 0
    ends = word in _UNTIL or word == "to" or (word == "up" and r.t[end] in ("to", "until"))
    if ends and draft.until is None and draft.rule is not None and draft.side < 2:
        stop = end + 1 if word == "up" else end
        yield stop, draft._replace(side=2, until=Half(), through=through), 0


def _tails(r: Words, i: int, draft: Draft) -> Iterator[_Step]:
    """Words behind a time that open it: "3pm or later", "from Monday on"."""
    for words, bound in _TAILS if r.t[i] in _TAIL_STARTS else ():
        if not r.phrase(i, *words):
            continue
        if words == ("on",) and draft.bound != "from":
            continue
        if draft.bound in ("", "from") and draft.side == 0:
            yield i + len(words), draft._replace(bound=bound), 1
    if r.phrase(i, "at", "the", "latest") and draft.side == 0:
        yield i + 3, draft._replace(bound="by"), 1
    if r.phrase(i, "at", "the", "earliest") and draft.side == 0:
        yield i + 3, draft._replace(bound="from"), 1


def _bounds(r: Words, i: int, draft: Draft, pieces: int) -> Iterator[_Step]:
    """Words before a time that open or limit it."""
    if r.t[i] not in _BOUND_STARTS or draft.side == 2:
        return
    for words, bound in _BOUND_STARTS[r.t[i]]:
        if not r.phrase(i, *words):
            continue
        if draft.bound and not (bound == "from" and draft.bound == "from"):
            return
        if draft.side == 1 and draft.rule is not None and bound == "from":
            yield i + len(words), draft._replace(side=0, bound=bound), 0
            return
        if draft.side == 1 or (draft.left.clock and bound != "from" and draft.rule is None):
            return
        if words in (("past",), ("through",), ("beginning",)) and pieces and not draft.rule:
            return
        end = i + len(words)
        if draft.length is not None and draft.left.is_empty and bound in ("after", "before"):
            bound = "later" if bound == "after" else "sooner"
        if bound == "until" and _is_countdown(r, i, draft):
            bound = "sooner"
        if words == ("up", "to") and draft.left.is_empty and r.once(length, end):
            bound = "less"
        if bound == "less" and i and r.t[i - 1] == "in":
            bound = "within"
        if bound == "within":
            end = end + 1 if r.t[end] == "the" else end
            end = end + 1 if r.t[end] in ("next", "upcoming", "coming", "following") else end
        yield end, draft._replace(bound=bound), 0
        return


def _is_countdown(r: Words, i: int, draft: Draft) -> bool:
    """Whether "until" counts minutes down to an hour: "3 minutes until five thirty"."""
    size = draft.length
    counts = size is not None and size.unit == "minute" and draft.left.is_empty
    return counts and draft.rule is None and "for" not in r.t[max(i - 3, 0) : i]
