"""Two hours of one day as a span: "2-3:30", "10pm to 2am".

The halves of the day that fit each other are taken; an hour that is jumped over is asked about.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from calendar_core.phrases.clocktimes import Face, ask_if_skipped, faces, gap_before, instant
from calendar_core.phrases.days import days_of
from calendar_core.phrases.drafts import Half
from calendar_core.phrases.frame import Frame, Refused, plus
from calendar_core.phrases.meaning import Grain, Kind, Meaning
from calendar_core.phrases.policy import meaning_of_half
from calendar_core.phrases.terms import Clock, Part, Term
from calendar_core.when import WallTime, classify_wall

_DAY_MINUTES = 24 * 60


def two_hours(left: Half, until: Clock, part: Part | None, frame: Frame) -> Meaning:
    """Two times of one day: the halves of the day that fit each other.

    `part` is what was said of the second; where only one of them has one, it is that of both.
    """
    clock = left.clock or Clock(0)
    pairs = _fitting(clock, until, (left.part or part, part or left.part), frame)
    if left.day is None:
        places = [(_next_day(pair[0], frame), _from_first_day(*pair)) for pair in pairs]
    else:
        found = days_of(left.day, frame)
        if found.instant is not None or plus(found.first, 1) != found.until:
            if found.instant is None and found.grain in (Grain.WEEK, Grain.WEEKEND, Grain.DAY):
                return _hours_of_days(left.day, pairs[0], frame)
            raise Refused("That is more than one day. Which day do you mean?")
        days = [found.first, *(other.first for other in found.others)]
        places = [(day, pair) for pair in pairs for day in days]
    readings = _readings(places, frame, clock, until)
    first = readings[0]
    return replace(
        first,
        day_said=left.day is not None,
        ampm_guessed=len(pairs) > 1,
        alternatives=tuple(replace(one, alternatives=()) for one in readings[1:5]),
    )


def _readings(
    places: list[tuple[date, tuple[Face, Face]]], frame: Frame, clock: Clock, until: Clock
) -> list[Meaning]:
    """The spans that two hours can be, most likely first; a question where one is jumped over."""
    day, pair = places[0]
    try:
        found = [_span(day, *pair, frame, clock, until)]
        for other_day, other in places[1:]:
            if not clock.half and other[0].at.hour == clock.hour:
                ask_if_skipped(other_day, other[0], frame, clock.grain, found[0])
                ask_if_skipped(other_day, other[1], frame, clock.grain, found[0])
    except Refused as refused:
        near = min(places, key=lambda place: (place[0], place[1][0].minutes))
        spans = _beside_gap(*near, frame, clock, until)
        raise Refused(refused.refusal.why, spans) from None
    for other_day, other in places[1:]:
        with suppress(Refused):
            found.append(_span(other_day, *other, frame, clock, until))
    return found


def _beside_gap(
    day: date, pair: tuple[Face, Face], frame: Frame, clock: Clock, until: Clock
) -> tuple[Meaning, ...]:
    """The spans that exist where an hour is jumped over: after noon, and moved by the jump."""
    found: list[Meaning] = []
    start, end = pair
    if start.minutes < end.minutes < _DAY_MINUTES // 2:
        later = Face(_moved(start.at, 720)), Face(_moved(end.at, 720))
        found.append(_span(day, *later, frame, clock, until))
    first, last = _past_gap(day, start, frame), _past_gap(day, end, frame)
    if first.minutes >= last.minutes:
        last = Face(_moved(last.at, first.minutes - start.minutes), last.days)
    with suppress(Refused):
        found.append(_span(day, first, last, frame, clock, until))
    return tuple(replace(one, notes=()) for one in found)


def _past_gap(day: date, face: Face, frame: Frame) -> Face:
    """The hour itself, or where the clocks jump to from it."""
    wall = datetime.combine(plus(day, face.days), face.at)
    if classify_wall(wall, frame.zone) is not WallTime.SKIPPED:
        return face
    return Face(_moved(face.at, gap_before(wall, frame.zone) // timedelta(minutes=1)), face.days)


def _moved(at: time, minutes: int) -> time:
    return (datetime.combine(date(2000, 1, 1), at) + timedelta(minutes=minutes)).time()


def _hours_of_days(term: Term, pair: tuple[Face, Face], frame: Frame) -> Meaning:
    """The same hours of several days: "next week between 2 and 4"."""
    found = meaning_of_half(Half(day=term), frame)
    return replace(found, hours=(pair[0].at, pair[1].at), time_said=True)


def _fitting(
    clock: Clock, until: Clock, parts: tuple[Part | None, Part | None], frame: Frame
) -> list[tuple[Face, Face]]:
    """The pairs of hours that two said times can be, most likely first."""
    pairs = _pairs(clock, until, parts, frame)
    if parts[0] is not None and parts[0] == parts[1] and _length(pairs[0]) > _DAY_MINUTES // 2:
        pairs = min(pairs, _pairs(clock, until, (None, parts[1]), frame), key=_first_length)
    return pairs


def _length(pair: tuple[Face, Face]) -> int:
    return pair[1].minutes - pair[0].minutes


def _first_length(pairs: list[tuple[Face, Face]]) -> int:
    return _length(pairs[0])


def _pairs(
    clock: Clock, until: Clock, parts: tuple[Part | None, Part | None], frame: Frame
) -> list[tuple[Face, Face]]:
    starts = faces(clock._replace(late=False), parts[0], frame)
    ends = faces(until, parts[1], frame)
    if starts.other is None:
        return [(starts.main, _nearest_after(starts.main, _both(ends)))]
    if ends.other is None or until.half:
        pairs = [(start, _after(start, ends.main)) for start in _both(starts)]
        pairs.sort(key=lambda pair: pair[1].minutes - pair[0].minutes)
        return pairs[:1]
    pairs = [(start, _nearest_after(start, _both(ends))) for start in _both(starts)]
    overnight = pairs[0][1].minutes > _DAY_MINUTES >= pairs[1][1].minutes
    return pairs[::-1] if overnight else pairs


def _both(options: "tuple[Face, Face | None]") -> list[Face]:
    main, other = options
    return [main] if other is None else [main, other]


def _after(start: Face, end: Face) -> Face:
    """The end moved past midnight where it would come before the start."""
    return end if end.minutes > start.minutes else Face(end.at, end.days + 1)


def _nearest_after(start: Face, ends: list[Face]) -> Face:
    moved = [_after(start, end) for end in ends]
    moved += [_after(start, Face(end.at)) for end in ends]
    return min(moved, key=lambda end: end.minutes - start.minutes)


def _span(day: date, start: Face, end: Face, frame: Frame, clock: Clock, until: Clock) -> Meaning:
    """Two hours on a day as a span."""
    grain = Grain.HOUR if clock.grain == until.grain == Grain.HOUR else Grain.MINUTE
    first = instant(day, start, frame, grain)
    last = instant(day, end, frame, grain)
    return replace(
        first, kind=Kind.SPAN, end=last.start, notes=(*first.notes, *last.notes), alternatives=()
    )


def _from_first_day(start: Face, end: Face) -> tuple[Face, Face]:
    """Two hours counted from the day of the first."""
    return Face(start.at), Face(end.at, end.days - start.days)


def _next_day(start: Face, frame: Frame) -> date:
    """For hours without a day: today, or tomorrow where the first is past."""
    return frame.today if start.at >= frame.wall.time() else plus(frame.today, 1)
