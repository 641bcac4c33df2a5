"""Drafts: what a phrase has said so far, piece by piece, and whether its pieces fit together."""

from typing import NamedTuple

from calendar_core.phrases.terms import (
    Both,
    Clock,
    Dated,
    Edge,
    Feast,
    InPeriod,
    Length,
    Near,
    Nth,
    Part,
    Rule,
    Season,
    Shift,
    Term,
    Unit,
    Weekday,
    WeekOf,
)


class Half(NamedTuple):
    """One end of a phrase: a day, a time of day, a part of the day."""

    day: Term | None = None
    clock: Clock | None = None
    part: Part | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said yet."""
        return self.day is None and self.clock is None and self.part is None


class Draft(NamedTuple):
    """What was said so far. `side` says which end the next piece belongs to."""

    left: Half = Half()
    right: Half | None = None
    until: Half | None = None
    """Where a series ends."""
    side: int = 0
    """0 left, 1 right, 2 until."""
    through: bool = False
    """Whether the month that a series ends with belongs to it: "through June", not "until June"."""
    bound: str = ""
    """"before", "by", "until", "after", "since", "from", "between", "within", "less" and "more"
    than a length, "later" and "sooner" by one, or empty."""
    rule: Rule | None = None
    times: int = 0
    """How often a series comes at all; 0 where not said."""
    length: Length | None = None
    zone: str = ""
    about: bool = False
    """Whether it was said to be approximate."""
    also: "tuple[Draft, ...]" = ()
    """The further times of a list, each complete."""
    joint: str = ""
    """"and" or "or" between them."""
    lone: bool = False
    """Whether a bare number was taken for a time on trust in its company."""

    @property
    def here(self) -> Half:
        """The end that the next piece belongs to."""
        return (self.left, self.right or Half(), self.until or Half())[self.side]

    def with_here(self, half: Half) -> "Draft":
        """The draft with that end replaced."""
        if self.side == 0:
            return self._replace(left=half)
        return self._replace(right=half) if self.side == 1 else self._replace(until=half)


def put_in(draft: Draft, said: Term | Clock, instead: Term | Clock) -> Draft:
    """The draft with another day or time of day wherever this one was said."""

    def put(half: Half) -> Half:
        if isinstance(instead, Clock):
            return half._replace(clock=instead) if _same(half.clock, said) else half
        return half._replace(day=instead) if _same(half.day, said) else half

    return draft._replace(
        left=put(draft.left),
        right=put(draft.right) if draft.right else None,
        until=put(draft.until) if draft.until else None,
    )


def _same(one: Term | Clock | None, other: Term | Clock) -> bool:
    return type(one) is type(other) and one == other


def add_day(draft: Draft, term: Term) -> Draft | None:
    """The draft with a day, joined with the day that it has; None where they can't be."""
    half = draft.here
    if half.clock and _is_moment(term):
        return None
    if half.day is None:
        return draft.with_here(half._replace(day=term))
    joined = join(half.day, term)
    return draft.with_here(half._replace(day=joined)) if joined else None


def _is_moment(term: Term) -> bool:
    """Whether a term has a time of day of its own."""
    if isinstance(term, Shift):
        return term.length.is_hours or term.length == Length()
    return False


def add_clock(draft: Draft, clock: Clock) -> Draft | None:
    """The draft with a time of day; None where it has one."""
    half = draft.here
    if half.clock is not None or (half.day is not None and _is_moment(half.day)):
        return None
    return draft.with_here(half._replace(clock=clock))


def add_part(draft: Draft, part: Part) -> Draft | None:
    """The draft with a part of the day; None where it has one."""
    half = draft.here
    if half.part is not None and half.part != part:
        if _finer(half.part, part):
            part = half.part
        elif not _finer(part, half.part):
            return None
    if half.day is not None and _is_moment(half.day):
        return None
    return draft.with_here(half._replace(part=part))


def _finer(one: Part, other: Part) -> bool:
    """Whether the first part already says more: "first thing" in the "morning"."""
    return (one.name == "first thing" and other.name == "morning") or (
        one.name in ("dinner", "after dinner", "after work", "tonight")
        and other.name in ("tonight", "night", "evening")
    )


_SINGLE = (Dated, Near, Feast, InPeriod, Nth, Shift)


def join(one: Term, other: Term) -> Term | None:
    """Two day terms said of one time: "Tuesday" and "next week", "Friday" and "the 3rd"."""
    if one == other:
        return one
    return _join_ordered(one, other) or _join_ordered(other, one)


def _join_ordered(one: Term, other: Term) -> Term | None:
    if isinstance(one, Weekday):
        return _join_weekday(one, other)
    if isinstance(one, Unit) and isinstance(other, Unit) and one.unit == other.unit:
        return other if one.n == 0 else None
    if isinstance(one, Nth) and one.of is None and isinstance(other, Unit | Dated):
        return one._replace(of=other) if not (isinstance(other, Dated) and other.day) else None
    if isinstance(one, Dated):
        return _join_dated(one, other)
    if isinstance(one, Feast | Season) and one.year is None and isinstance(other, Dated):
        only_year = other.day is None and other.month is None
        return one._replace(year=other.year) if only_year else None
    return None


def _join_weekday(one: Weekday, other: Term) -> Term | None:
    """A weekday with the week that it is in, or with the date that it falls on."""
    week = isinstance(other, Unit) and other.unit in ("week", "weekend")
    if one.week is None and (week or isinstance(other, WeekOf | Edge) or _whole_weeks(other)):
        return one._replace(week=other, which="")
    if isinstance(other, Dated):
        if other.day is None or other.loose or other.weekday not in (None, one.day):
            return None
        return other._replace(weekday=one.day)
    if isinstance(other, _SINGLE) and not _is_moment(other):
        return Both(other, one.day)
    if isinstance(other, Weekday) and other.day == one.day:
        return one if one.which else other
    return None


def _whole_weeks(term: Term) -> bool:
    if not isinstance(term, Shift) or term.length.unit not in ("week", "fortnight"):
        return False
    return term.length.days % 7 == 0 and term.length.seconds == 0 and term.base is None


def _join_dated(one: Dated, other: Term) -> Term | None:
    """A date with its month or year."""
    if isinstance(other, Unit):
        if other.unit == "month" and one.day and one.month is None:
            return InPeriod(one.day, other)
        dated = one.month or one.loose
        if other.unit == "year" and dated and one.year is None and -2 < other.n < 2:
            return one._replace(which=("last", "this", "next")[other.n + 1] + " year")
        return None
    if not isinstance(other, Dated):
        return None
    if one.day and not one.month and other.month and not other.day:
        return other._replace(day=one.day, weekday=one.weekday)
    if one.month and one.year is None and other.year and not other.month:
        return one._replace(year=other.year)
    if one.day and not one.month and not one.year and other.year and not other.month:
        return one._replace(year=other.year)
    same = one.day == other.day and other.month is None and other.weekday is None
    return one if same and one.day else None


def finished(draft: Draft) -> Draft | None:
    """The draft with its two ends completed from each other; None where something is missing."""
    if draft.until is not None and draft.until.is_empty:
        return None
    if draft.right is None:
        return draft if _stands(draft) else None
    if draft.right.is_empty or (draft.left.is_empty and draft.rule is None):
        return None
    if draft.bound not in ("", "from", "between", "after"):
        return None
    return _completed(draft)


def _stands(draft: Draft) -> bool:
    """Whether a draft with one end says something."""
    if draft.bound == "between":
        return False
    if draft.lone and draft.left.day is None and draft.left.part is None and draft.rule is None:
        return False
    if draft.times and draft.rule is None:
        return False
    if draft.until is not None and draft.rule is None:
        return False
    if draft.bound in ("later", "sooner"):
        return draft.left.clock is not None
    if draft.bound in ("less", "more"):
        return _is_moved(draft.left) if draft.length is None else draft.left.is_empty
    if draft.bound and draft.left.is_empty:
        return draft.bound == "within" and draft.length is not None
    loose = isinstance(draft.left.day, Dated) and draft.left.day.loose and draft.bound == "x"
    said = draft.rule or draft.length or not draft.left.is_empty
    return bool(said) and not loose


def _is_moved(half: Half) -> bool:
    """Whether it is a length from somewhere: "3 days after tomorrow"."""
    return isinstance(half.day, Shift) and half.clock is None and half.part is None


def _completed(draft: Draft) -> Draft | None:
    """The draft whose ends share what only one of them said."""
    left, right = draft.left, draft.right or Half()
    if draft.rule is not None and right.day and right.clock and left.clock is None:
        left, right = left._replace(clock=right.clock), right._replace(clock=None)
    timed = any((left.clock, right.clock, left.part, right.part))
    if draft.rule is None and timed:
        until_day = right.day is not None and left.clock is not None
        if left.clock is None and not _timed(left):
            return None
        if right.clock is None and not _timed(right) and not until_day:
            return None
        if right.day is not None and left.day is None and (right.clock or right.part):
            left, right = left._replace(day=right.day), right._replace(day=None)
        elif right.day is not None and left.day is not None:
            joined = join(left.day, right.day) if left.day != right.day else None
            if joined is not None and not isinstance(right.day, Weekday | Dated | Near):
                left, right = left._replace(day=joined), right._replace(day=None)
    elif (
        draft.rule is None
        and (left.day is None) != (right.day is None)
        and not (left.part or right.part)
    ):
        return None
    if draft.lone and _all_weak(draft):
        return None
    if left.part is None and right.part is not None and left.clock is not None:
        left = left._replace(part=right.part)
    return draft._replace(left=left, right=right)


def _timed(half: Half) -> bool:
    return half.part is not None or (half.day is not None and _is_moment(half.day))


def _all_weak(draft: Draft) -> bool:
    """Whether nothing but bare numbers makes it a time."""
    right = draft.right or Half()
    clocks = [half.clock for half in (draft.left, right) if half.clock]
    if draft.left.day or right.day or draft.left.part or right.part or draft.rule:
        return False
    return all(clock.weak for clock in clocks)
