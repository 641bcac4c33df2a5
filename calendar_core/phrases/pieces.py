"""Pieces: what can stand at a position of a phrase, and what it makes of the draft.

Whether a word is a time where it stands, `company` says.
"""

from collections.abc import Iterator

from calendar_core.phrases import lengths
from calendar_core.phrases.company import (
    TIMELY,
    fits_beside,
    is_clock_here,
    is_day_here,
    is_mealtime,
    is_part_here,
)
from calendar_core.phrases.dates import days
from calendar_core.phrases.drafts import Draft, Half, add_clock, add_day, add_part
from calendar_core.phrases.lexicon import MEALS, word_set
from calendar_core.phrases.meaning import Grain
from calendar_core.phrases.often import without
from calendar_core.phrases.rules import merged, rules, times_count
from calendar_core.phrases.terms import (
    Clock,
    Dated,
    Feast,
    InPeriod,
    Length,
    Near,
    Part,
    Shift,
    Term,
    Unit,
    Weekday,
)
from calendar_core.phrases.times import clocks, part, part_of_day
from calendar_core.phrases.words import Words
from calendar_core.phrases.zonewords import FAR_ZONES, iso_offset, zone

_ROUGHLY = word_set("around about approximately approx circa roughly sometime ~ maybe perhaps")
_CLOCK_NOUNS = word_set("quarter half end close eod cob eob")

Step = tuple[int, Draft]
"""Where a piece ends and the draft with it."""


def pieces_at(
    r: Words, i: int, at: int, draft: Draft, pieces: int
) -> Iterator[tuple[int, Draft, int]]:
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
        *_zone_steps(r, at, draft),
    ]
    steps.sort(key=lambda step: -step[0])
    for end, more in steps:
        yield end, more, 1


def _zone_steps(r: Words, at: int, draft: Draft) -> Iterator[Step]:
    """A zone that stands apart from its hour: "at 10 tomorrow, Berlin time"."""
    if draft.zone or (draft.left.clock is None and draft.here.clock is None):
        return
    named = r.once(zone, at)
    if named and (r.t[named[1] - 1] in ("time", "timezone", "zone") or r.t[at] in FAR_ZONES):
        yield named[1], draft._replace(zone=named[0])


def _rule_steps(r: Words, at: int, draft: Draft) -> Iterator[Step]:
    if draft.rule is None and draft.until is None:
        for rule, end in r.once(rules, at):
            yield end, draft._replace(rule=rule, times=rule.times or draft.times)
    if draft.rule is not None and draft.until is None and draft.left.clock is not None:
        for more, end in r.once(rules, at):
            both = merged(draft.rule, more)
            if both is not None:
                yield end, draft._replace(rule=both)
    if draft.rule is not None and draft.side == 0:
        for rule, end in without(r, draft.rule, at):
            yield end, draft._replace(rule=rule)
    if not draft.times and draft.rule is not None:
        counted = r.once(times_count, at)
        if counted:
            yield counted[1], draft._replace(times=counted[0])


def _day_steps(r: Words, at: int, draft: Draft, before: str) -> Iterator[Step]:
    for term, end in r.once(days, at):
        second = draft.side == 1 and draft.left.clock is None
        clockish = draft.left.day is not None and not second
        clockish = clockish or (draft.side == 1 and not second)
        clockish = clockish or (before == "at" and r.t[at + 1] == ".")
        hours = draft.rule is not None and not draft.bound and draft.side == 0
        if (clockish or hours) and isinstance(term, Dated) and term.loose:
            continue
        if draft.side == 1 and _is_stretch_of_days(r, at, term, draft):
            continue
        if isinstance(term, Shift) and term.base is not None and before == "for":
            term = term._replace(sign=0)
        if not r.whole and not is_day_here(r, at, end, term, draft):
            continue
        more = add_day(draft, term)
        if more is None:
            continue
        if isinstance(term, Near) and r.t[end - 1] in ("tonight", "tonite"):
            more = add_part(more, Part("tonight"))
            if more is None:
                continue
        yield end, more
    yield from _bare_day_steps(r, at, draft, before)


def _is_stretch_of_days(r: Words, at: int, term: Term, draft: Draft) -> bool:
    """Whether a plain number before "to" is a day as well: "8 to 10 November"."""
    clock = draft.left.clock
    if not draft.here.is_empty or clock is None or draft.left.day is not None:
        return False
    return clock.weak and r.v[at] >= 0 and isinstance(term, Dated)


def _bare_day_steps(r: Words, at: int, draft: Draft, before: str) -> Iterator[Step]:
    """Plain numbers that are days by the other end: "13 to 15 July", "July 13 to 15"."""
    value = r.v[at]
    if not 1 <= value <= 31 or len(r.t[at]) > 2 or r.t[at + 1] in (":", "am", "pm", "%", "."):
        return
    opens = draft.side == 0 and draft.left.is_empty
    if opens and r.t[at + 1] in ("to", "-", "and", "until", "or") and _day_follows(r, at + 2):
        yield at + 1, draft._replace(left=Half(day=Dated(day=value, loose=True)))
    left = draft.left.day
    first = _day_of_whole_month(r, at, draft)
    if first is not None:
        yield at + 1, draft._replace(left=Half(day=first))
    dated = isinstance(left, InPeriod) or (isinstance(left, Dated) and left.day is not None)
    dated = dated and draft.left.clock is None
    ends = not r.glued[at + 1] or (r.t[at + 1] == "," and not r.glued[at + 2])
    if draft.side == 1 and dated and draft.here.is_empty and ends:
        yield at + 1, draft.with_here(Half(day=Dated(day=value, loose=True)))
    if r.whole and draft.left.is_empty and draft.side == 0 and r.t[at + 1] == "," and at == 0:
        yield at + 1, draft._replace(left=Half(day=Dated(day=value)))


def _day_of_whole_month(r: Words, at: int, draft: Draft) -> Term | None:
    """The first of two days of a month that was said before: "next month from 4 to 23"."""
    month, last = draft.left.day, r.v[at + 2]
    if draft.side or draft.left.clock or r.t[at + 1] not in _JOINS_DAYS or not 1 <= last <= 31:
        return None
    if len(r.t[at + 2]) > 2 or r.t[at + 3] in (":", ".", "am", "pm", "h", "p", "a"):
        return None
    if isinstance(month, Unit) and month.unit == "month":
        return InPeriod(r.v[at], month)
    if isinstance(month, Dated) and month.month and month.day is None:
        return month._replace(day=r.v[at])
    return None


_JOINS_DAYS = frozenset(("to", "-", "and", "until", "through"))


def _day_follows(r: Words, at: int) -> bool:
    return any(
        isinstance(term, InPeriod) or (isinstance(term, Dated) and term.day is not None)
        for term, _ in r.once(days, at)
    )


def _clock_steps(r: Words, at: int, draft: Draft, before: str, pieces: int) -> Iterator[Step]:
    if r.t[at] in ("the", "a") and r.t[at + 1] not in _CLOCK_NOUNS:
        return
    if r.phrase(at, "this", "time") and (draft.left.day or r.once(days, _past_on(r, at + 2))):
        now = add_clock(draft, Clock(0, half="now", grain=Grain.MINUTE))
        if now is not None:
            yield at + 2, now
    for clock, end in r.once(clocks, at):
        more = add_clock(draft, clock)
        if more is None:
            continue
        if before == "in" or _is_length(r, at, end, clock, draft):
            continue
        if clock.weak and not is_clock_here(r, at, end, draft, before, pieces):
            continue
        if not r.whole and clock.weak and not fits_beside(r, at, end, clock, draft):
            continue
        timely = before in TIMELY or (r.editing and before in ("to", "it"))
        lone = clock.weak and draft.side == 0 and not r.whole and not timely
        if draft.bound in ("before", "after", "until", "by", "since", "starting", "between"):
            lone = lone and draft.bound == "between" and r.t[end] != "and"
        yield end, more._replace(lone=more.lone or lone)
        moment = before == "t" or (r.whole and clock.grain is Grain.SECOND)
        named = r.once(zone, end) or (iso_offset(r, end) if moment else None)
        if named:
            yield named[1], more._replace(zone=named[0])


def _past_on(r: Words, i: int) -> int:
    return i + 1 if r.t[i] in ("on", ",") else i


def _is_length(r: Words, at: int, end: int, clock: Clock, draft: Draft) -> bool:
    """Whether hours with an h are rather how long than when: "3h", "1h30"."""
    before = r.t[at - 1] if at else ""
    if before in TIMELY or before in ("-", "to") or draft.left.day is not None:
        return False
    if r.t[at + 1] != "h" or not r.glued[at + 1] or len(r.t[at]) == 4:
        return False
    short = clock.hour <= 4 and clock.minute % 15 == 0 and r.t[end] == ""
    return short or (clock.hour <= 12 and end == at + 2)


def _part_steps(r: Words, at: int, draft: Draft, before: str) -> Iterator[Step]:
    near = r.once(part_of_day, at)
    if near is not None:
        named, away, end = near
        dated = add_day(draft, Near(away))
        both = add_part(dated, named) if dated else None
        if both is not None:
            yield end, both
        return
    if r.t[at] in ("early", "late"):
        yield from _edged_day_steps(r, at, draft)
    found = r.once(part, at)
    if found is None:
        return
    named, end = found
    if named.name in MEALS and not is_mealtime(r, at, end, draft, before):
        return
    if r.t[at] in ("am", "pm") and draft.left.day is None:
        return
    yield from _part_beside_day(r, end, named, draft)
    if draft.left.day is None and not r.whole and not is_part_here(r, at, end, before, draft):
        return
    more = add_part(draft, named)
    if more is not None:
        yield end, more


def _part_beside_day(r: Words, end: int, named: Part, draft: Draft) -> Iterator[Step]:
    """ "The night before Christmas", "the morning after the 4th": a part of the day beside it."""
    if draft.left.day is not None or r.t[end] not in ("before", "after"):
        return
    sign = -1 if r.t[end] == "before" else 1
    for term, stop in r.once(days, end + 1):
        if isinstance(term, Feast) or (isinstance(term, Dated) and term.day and not term.loose):
            dated = add_day(draft, Shift(Length(days=1), sign, term))
            both = add_part(dated, named) if dated else None
            if both is not None:
                yield stop, both


def _edged_day_steps(r: Words, at: int, draft: Draft) -> Iterator[Step]:
    """ "Early tomorrow morning", "late Friday afternoon": the edge belongs to the part."""
    for term, end in r.once(days, _past_on(r, at + 1)):
        dated = add_day(draft, term) if isinstance(term, Near | Weekday) else None
        alone = Part("morning", "early") if r.t[at] == "early" else Part("late in the day")
        day = add_part(dated, alone) if dated else None
        if day is not None and r.once(part, end) is None:
            yield end, day
        found = r.once(part, end)
        dated = add_day(draft, term) if found and not found[0].edge else None
        both = add_part(dated, found[0]._replace(edge=r.t[at])) if dated and found else None
        if both is not None and found is not None:
            yield found[1], both


def _length_steps(r: Words, at: int, draft: Draft, before: str, pieces: int) -> Iterator[Step]:
    if draft.length is not None:
        return
    found = r.once(lengths.length, at)
    if found is None and (before == "for" or draft.bound == "within" or (r.whole and at <= 1)):
        found = lengths.bare_unit(r, at)
        if found is not None and before != "for" and not draft.bound and found[1] < r.n:
            return
    if found is None and draft.rule is not None and r.t[at] == "up" and r.t[at + 1] == "to":
        found = r.once(lengths.length, at + 2)
    if found is None:
        return
    size, end = found
    if not r.whole and r.t[end - 1] == "second" and size.seconds != 1:
        return
    if draft.bound == "within" and r.t[end] == "of":
        return
    if draft.side and draft.here.is_empty:
        return
    end = end + 1 if r.t[end] in ("long", "each") else end
    if r.phrase(end, "or", "so"):
        draft, end = draft._replace(about=True), end + 2
    if before == "after" and draft.left.is_empty and draft.rule is None:
        yield end, draft._replace(left=Half(day=Shift(size, 1)), bound="since")
        return
    yield end, draft._replace(length=size)
    if (
        r.t[end] in ("from", "after")
        and r.t[end + 1] in ("now", "today")
        and draft.bound == "within"
    ):
        yield end + 2, draft._replace(length=size)
