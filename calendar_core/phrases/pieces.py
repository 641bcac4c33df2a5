"""Pieces: what can stand at a position of a phrase, and whether a sentence can mean it as a time.

In a phrase of its own every word is about time. In a sentence numbers count things, "May" asks,
"the second" is a place, and people are called April: there a piece needs company.
"""

from collections.abc import Iterator

from calendar_core.phrases import lengths
from calendar_core.phrases.dates import days
from calendar_core.phrases.drafts import Draft, Half, add_clock, add_day, add_part
from calendar_core.phrases.lexicon import MEALS, UNITS, word_set
from calendar_core.phrases.meaning import Grain
from calendar_core.phrases.often import without
from calendar_core.phrases.rules import rules, times_count
from calendar_core.phrases.terms import (
    Clock,
    Dated,
    Feast,
    Near,
    Part,
    Season,
    Shift,
    Term,
    Unit,
    Weekday,
)
from calendar_core.phrases.times import clocks, iso_offset, part, part_of_day, zone
from calendar_core.phrases.words import Words

_TIMELY = word_set("at @ around about approximately roughly exactly ~ by from starting")
_ROUGHLY = word_set("around about approximately roughly sometime ~ maybe")
_CLOCK_NOUNS = word_set("quarter half end close eod cob eob")
_AFTER_TIME = word_set(
    "to until till through and or on in at for with by instead please tonight from every each "
    "starting both because so then if but about around as this next i we you he she they it "
    "my our the a an is are was will can could do does did has have should would until since "
    "after before of"
)

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
    ]
    steps.sort(key=lambda step: -step[0])
    for end, more in steps:
        yield end, more, 1


def _rule_steps(r: Words, at: int, draft: Draft) -> Iterator[Step]:
    if draft.rule is None and draft.until is None:
        for rule, end in r.once(rules, at):
            yield end, draft._replace(rule=rule, times=rule.times or draft.times)
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
        if isinstance(term, Shift) and term.base is not None and before == "for":
            term = term._replace(sign=0)
        if not r.whole and not _plausible(r, at, end, term, draft):
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


def _plausible(r: Words, at: int, end: int, term: Term, draft: Draft) -> bool:
    """Whether words in a sentence that could be something else are a day there."""
    before = r.t[at - 1] if at else ""
    if before in ("$", "#", "+") and r.glued[at]:
        return False
    company = before in _DAY_COMPANY or draft.left.day is not None or draft.rule is not None
    if isinstance(term, Dated):
        return _plausible_date(r, at, end, term, company, before)
    if isinstance(term, Weekday) and r.t[at] in _SHORT_DAYS:
        return company or may_follow(r, end)
    if isinstance(term, Feast | Season) and not term.which:
        return before in _SEASONAL or term.year is not None or may_follow(r, end)
    if isinstance(term, Unit) and term.n == 0 and r.t[at] in ("the", "my", "our"):
        return before != "of" and term.unit != "day"
    return True


_SEASONAL = word_set("in on at during by until before after since from between over around")
_SHORT_DAYS = word_set("mon tue tu wed th thu fri fr sat sun")


def _plausible_date(r: Words, at: int, end: int, term: Dated, company: bool, before: str) -> bool:
    """Whether part of a date is one: bare years, months that are words, bare days, digits."""
    if term.day is None and term.month is None:
        return before in ("in", "since", "until", "from", "before", "after", "during", "by")
    if term.day is None and r.t[at] in ("may", "march", "mar", "jan", "april", "june", "august"):
        return company or term.year is not None
    if term.loose:
        return company
    if term.day is not None and term.month is None and term.weekday is None:
        counted = r.v[at] >= 0 or r.t[at] == "the" or before == "the"
        if counted and (before == "on" or r.t[at - 1 : at + 1] == ["on", "the"]):
            return r.t[end] not in _PLACES
        return (company or r.t[at] == "the") and may_follow(r, end)
    return True


_PLACES = word_set("floor street avenue st ave level deck road row place try day")


_DAY_COMPANY = word_set(
    "on the for of until from by before after since between to through till is in this next "
    "last during over around about every each"
)


def _bare_day_steps(r: Words, at: int, draft: Draft, before: str) -> Iterator[Step]:
    """Plain numbers that are days by the other end: "13 to 15 July", "July 13 to 15"."""
    value = r.v[at]
    if not 1 <= value <= 31 or len(r.t[at]) > 2 or r.t[at + 1] in (":", "am", "pm", "%", "."):
        return
    opens = draft.side == 0 and draft.left.is_empty
    if opens and r.t[at + 1] in ("to", "-", "and", "until", "or") and _day_follows(r, at + 2):
        yield at + 1, draft._replace(left=Half(day=Dated(day=value, loose=True)))
    left = draft.left.day
    dated = isinstance(left, Dated) and left.day is not None and draft.left.clock is None
    if draft.side == 1 and dated and draft.here.is_empty and not r.glued[at + 1]:
        yield at + 1, draft.with_here(Half(day=Dated(day=value, loose=True)))
    if r.whole and draft.left.is_empty and draft.side == 0 and r.t[at + 1] == "," and at == 0:
        yield at + 1, draft._replace(left=Half(day=Dated(day=value)))


def _day_follows(r: Words, at: int) -> bool:
    return any(isinstance(term, Dated) and term.day is not None for term, _ in r.once(days, at))


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
        if clock.weak and not _clock_company(r, at, end, draft, before, pieces):
            continue
        if not r.whole and clock.weak and not _fits_beside(r, at, end, clock, draft):
            continue
        timely = before in _TIMELY or (r.editing and before in ("to", "it"))
        lone = clock.weak and draft.side == 0 and not r.whole and not timely
        if draft.bound in ("before", "after", "until", "by", "since", "starting", "between"):
            lone = lone and draft.bound == "between" and r.t[end] != "and"
        yield end, more._replace(lone=more.lone or lone)
        named = r.once(zone, end) or (iso_offset(r, end) if before == "t" else None)
        if named:
            yield named[1], more._replace(zone=named[0])


def _past_on(r: Words, i: int) -> int:
    return i + 1 if r.t[i] in ("on", ",") else i


def _is_length(r: Words, at: int, end: int, clock: Clock, draft: Draft) -> bool:
    """Whether hours with an h are rather how long than when: "3h", "1h30"."""
    before = r.t[at - 1] if at else ""
    if before in _TIMELY or before in ("-", "to") or draft.left.day is not None:
        return False
    if r.t[at + 1] != "h" or not r.glued[at + 1] or len(r.t[at]) == 4:
        return False
    short = clock.hour <= 4 and clock.minute % 15 == 0 and r.t[end] == ""
    return short or (clock.hour <= 12 and end == at + 2)


def _fits_beside(r: Words, at: int, end: int, clock: Clock, draft: Draft) -> bool:
    """Whether a bare number behind a dash is an hour, and not a score or a telephone's."""
    left = draft.left.clock
    if draft.side == 1 and left is not None and left.weak and r.t[at - 1] == "-":
        if len(r.t[at]) > 2:
            return left.minute % 5 == 0 and clock.minute % 5 == 0
        return clock.hour > left.hour or (left.hour >= 8 and clock.hour <= 7)
    if draft.side == 0 and draft.left.is_empty and not draft.bound and at == draft_start(r, at):
        if r.once(days, end) or r.once(part, end) is not None:
            return True
        if r.once(part_of_day, end) is not None:
            return True
        return r.t[end] in ("-", "to", "until", "and", "through")
    return True


def draft_start(r: Words, at: int) -> int:
    """The position itself where no timely word stands before it, else the one before."""
    timely = at > 0 and (r.t[at - 1] in _TIMELY or (r.editing and r.t[at - 1] in ("to", "it")))
    return at - 1 if timely else at


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
    if before == ",":
        return draft.left.clock is not None
    if r.whole:
        return before != "the"
    if before == "on" or (behind == "-" and _is_telephone(r, end)):
        return False
    small = len(r.t[end - 1]) < 3 and r.v[end - 1] <= 12
    return (before in ("at", "@") and small) or may_follow(r, end)


def _is_telephone(r: Words, end: int) -> bool:
    """Whether digits around a dash are no round times: 555-1234."""
    joined = r.glued[end] and r.glued[end + 1] and len(r.t[end + 1]) > 2
    return joined and bool(r.v[end + 1] % 5 or r.v[end - 1] % 5)


def may_follow(r: Words, end: int) -> bool:
    """Whether a bare number in a sentence is followed by what may follow a time."""
    word = r.t[end]
    if not word or not word[0].isalnum() or word in _AFTER_TIME:
        return True
    return bool(r.once(days, end) or r.once(part, end) or r.once(zone, end) or r.once(rules, end))


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
    if named.name in MEALS and not _is_mealtime(r, at, end, draft, before):
        return
    if r.t[at] in ("am", "pm") and draft.left.day is None:
        return
    if draft.left.day is None and not r.whole and not _is_part_here(r, at, end, before):
        return
    more = add_part(draft, named)
    if more is not None:
        yield end, more


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
