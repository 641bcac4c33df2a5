"""From what was said to what it means: one reading of a draft, seen from now in a zone.

Times that are past today roll forward; the ends of a range share what only one of them said; what
is truly ambiguous keeps its other readings. Days are in `days`, hours in `clocktimes`, what
repeats in `series`, what has two ends in `ranges`.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from calendar_core.phrases import lengths
from calendar_core.phrases.clocktimes import Face, ask_if_skipped, faces, instant
from calendar_core.phrases.days import days_of
from calendar_core.phrases.drafts import Half
from calendar_core.phrases.frame import Days, Frame, Refused, plus
from calendar_core.phrases.meaning import Grain, Kind, Meaning
from calendar_core.phrases.parts import INSTANTS, hours_of, span_on
from calendar_core.phrases.terms import (
    Clock,
    Dated,
    Edge,
    Feast,
    Length,
    Many,
    Near,
    Part,
    Season,
    Shift,
    Term,
    Unit,
    Weekday,
)
from calendar_core.when import midnight

_MOST_ALTERNATIVES = 4


def meaning_of_half(half: Half, frame: Frame) -> Meaning:
    """What one end of a phrase means by itself."""
    if half.clock is None and half.part is not None and half.part.name in INSTANTS:
        at = INSTANTS[half.part.name]
        half = half._replace(clock=Clock(at.hour, half="24"), part=None)
        return replace(meaning_of_half(half, frame), vague=True)
    if half.clock is not None:
        try:
            return _timed(half, half.clock, frame)
        except Refused as refused:
            raise refused.about(half.clock) from None
    if half.part is not None:
        return _part(half, half.part, frame)
    if half.day is None:
        raise Refused('I see no time in that. Say it like "Tuesday 14:00".')
    return _of_days(half.day, days_of(half.day, frame), frame)


def _of_days(term: Term, found: Days, frame: Frame) -> Meaning:
    """A day, several days, or a moment that a term names."""
    others = tuple(_of_days(term, other, frame) for other in found.others)
    if found.instant is not None:
        return _moment(term, found, found.instant, frame)
    kind = Kind.DAY if found.until == plus(found.first, 1) else Kind.DAYS
    return Meaning(
        kind=kind,
        grain=found.grain,
        start=found.first,
        end=found.until,
        day_said=True,
        alternatives=others[:_MOST_ALTERNATIVES],
    )


def _moment(term: Term, found: Days, at: datetime, frame: Frame) -> Meaning:
    """A term that names an instant, or a stretch that begins or ends now."""
    if isinstance(term, Many):
        start, end = sorted((frame.now, at))
        return Meaning(kind=Kind.SPAN, grain=Grain.MINUTE, start=start, end=end, time_said=True)
    if isinstance(term, Edge) and term.edge == "so far":
        return Meaning(
            kind=Kind.SPAN,
            grain=Grain.MINUTE,
            start=midnight(at.date(), frame.zone),
            end=at,
            time_said=True,
            day_said=True,
        )
    if isinstance(term, Edge) and term.edge == "rest":
        end = midnight(plus(at.date(), 1), frame.zone)
        return Meaning(
            kind=Kind.SPAN, grain=Grain.MINUTE, start=at, end=end, time_said=True, day_said=True
        )
    said_day = isinstance(term, Shift) and bool(term.length.days or term.length.months)
    return Meaning(
        kind=Kind.INSTANT,
        grain=found.grain,
        start=at,
        time_said=True,
        day_said=said_day or isinstance(term, Edge),
    )


def _single_day(term: Term, frame: Frame) -> Days:
    """The one day that a time of day is on."""
    found = days_of(term, frame)
    if found.instant is not None:
        return Days(found.instant.date(), plus(found.instant.date(), 1))
    if plus(found.first, 1) != found.until:
        raise Refused("That is more than one day. Which day do you mean?")
    return found


def _day_at(term: Term, clock: Clock, frame: Frame) -> Days:
    """The one day that a time is on; "this time next month" is a month from today."""
    steps = {"week": Length(days=7), "month": Length(months=1), "year": Length(months=12)}
    if clock.half == "now" and isinstance(term, Unit) and term.unit in steps and term.n:
        size = steps[term.unit]
        far = size._replace(days=size.days * abs(term.n), months=size.months * abs(term.n))
        return days_of(Shift(far, 1 if term.n > 0 else -1), frame)
    return _single_day(term, frame)


def _timed(half: Half, clock: Clock, frame: Frame) -> Meaning:
    """A time of day, on its day or at its next occurrence."""
    options = faces(clock, half.part, frame)
    if clock.hour > 12 and clock.half in ("am",):
        raise Refused("There is no such time. Which hour do you mean?")
    if half.day is None:
        return _next_occurrence(clock, options.main, options.other, frame)
    main, other = options.main, options.other
    found = _today_if_ahead(_day_at(half.day, clock, frame), main, frame)
    tonight = isinstance(half.day, Near) and half.part is not None
    if tonight and main.days and frame.wall.hour < 4 and found.first == frame.today:
        main = Face(main.at)
    today = found.first == frame.today and main.days == 0
    if today and other and main.at <= frame.wall.time() < other.at:
        main, other = other, main
    first = instant(found.first, main, frame, clock.grain)
    if other is not None and not clock.half:
        ask_if_skipped(found.first, other, frame, clock.grain, first)
    others: list[Meaning] = list(first.alternatives)
    for day in found.others:
        others += _tried(day.first, main, frame, clock.grain)
    if other is not None:
        others += _tried(found.first, other, frame, clock.grain)
        for day in found.others:
            others += _tried(day.first, other, frame, clock.grain)
    return replace(
        first,
        ampm_guessed=other is not None and not clock.half,
        alternatives=tuple(others[:_MOST_ALTERNATIVES]),
    )


def _today_if_ahead(found: Days, main: Face, frame: Frame) -> Days:
    """ "Friday at 5" said on a Friday morning is today's; "Friday" alone is the coming one."""
    today = Days(frame.today, plus(frame.today, 1))
    if today not in found.others or main.at <= frame.wall.time():
        return found
    return today._replace(others=(found._replace(others=()),))


def _tried(day: date, face: Face, frame: Frame, grain: Grain) -> list[Meaning]:
    """The instant as an alternative, if that hour exists."""
    try:
        return [replace(instant(day, face, frame, grain), alternatives=(), notes=())]
    except Refused:
        return []


def _next_occurrence(clock: Clock, main: Face, other: Face | None, frame: Frame) -> Meaning:
    """A time alone: the next time that the clock shows it."""
    first = _upcoming(main, clock.grain, frame)
    others = list(first.alternatives)
    if other is not None and not clock.half:
        ask_if_skipped(_day_of_next(other, frame), Face(other.at), frame, clock.grain, first)
    if other is not None and not clock.late:
        with suppress(Refused):
            others.append(replace(_upcoming(other, clock.grain, frame), alternatives=()))
    return replace(
        first,
        day_said=False,
        ampm_guessed=other is not None and not clock.half,
        alternatives=tuple(others),
    )


def _upcoming(face: Face, grain: Grain, frame: Frame) -> Meaning:
    day = _day_of_next(face, frame)
    return replace(instant(day, Face(face.at), frame, grain), day_said=False)


def _day_of_next(face: Face, frame: Frame) -> date:
    """Today, or tomorrow where that hour is past."""
    return frame.today if face.at > frame.wall.time() else plus(frame.today, 1)


def _part(half: Half, part: Part, frame: Frame) -> Meaning:
    """A part of the day on a day; of several days it is kept as their hours."""
    if half.day is None:
        days = [_day_of_part(part, frame)]
    else:
        found = days_of(half.day, frame)
        if found.instant is None and plus(found.first, 1) != found.until:
            return replace(
                _of_days(half.day, found, frame), hours=hours_of(part, frame.policy), vague=True
            )
        found = _single_day(half.day, frame)
        days = [found.first, *(other.first for other in found.others)]
    readings = [_span_of_part(day, part, frame) for day in days]
    return replace(readings[0], day_said=half.day is not None, alternatives=tuple(readings[1:]))


def _day_of_part(part: Part, frame: Frame) -> date:
    """Today, or tomorrow where that part of today is over."""
    _, end = span_on(frame.today, part, frame)
    return frame.today if end > frame.now else plus(frame.today, 1)


def _span_of_part(day: date, part: Part, frame: Frame) -> Meaning:
    start, end = span_on(day, part, frame)
    if part.edge == "rest" and start < frame.now < end:
        start = frame.now
    return Meaning(
        kind=Kind.SPAN,
        grain=Grain.HOUR,
        start=start,
        end=end,
        time_said=True,
        day_said=True,
        vague=True,
    )


def meaning_of_length(size: Length, sign: int = 1) -> Meaning:
    """A length as a meaning; negative for one that moves earlier."""
    order = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")
    unit = {"night": "day", "weekend": "day", "fortnight": "week", "decade": "year"}.get(
        size.unit, size.unit
    )
    text = lengths.iso(size)
    return Meaning(
        kind=Kind.LENGTH,
        grain=Grain(unit if unit in order else "day"),
        length=sign * size.delta(),
        length_iso="-" + text if sign < 0 else text,
    )


def with_length(meaning: Meaning, size: Length, frame: Frame) -> Meaning:
    """A start and how long from there: "at 3 for 45 minutes", "18 December for 10 days"."""
    reach = _reach(size, frame)
    others = tuple(replace(reach(one), alternatives=()) for one in meaning.alternatives)
    return replace(reach(meaning), alternatives=others)


def _reach(size: Length, frame: Frame) -> Callable[[Meaning], Meaning]:
    """How a meaning gets its end from a length."""

    def longer(one: Meaning) -> Meaning:
        told = meaning_of_length(size)
        if (one.vague and one.kind is Kind.SPAN) or (one.kind is Kind.DAYS and size.is_hours):
            return replace(one, length=told.length, length_iso=told.length_iso)
        if isinstance(one.start, datetime):
            end = later(one.start, size, frame.zone)
            return replace(
                one, kind=Kind.SPAN, end=end, length=told.length, length_iso=told.length_iso
            )
        if one.kind is Kind.DAYS:
            raise Refused("That is more than one day. From which day on?")
        if one.start is None or size.is_hours:
            return replace(one, length=told.length, length_iso=told.length_iso)
        days = days_of(Shift(size, 0, Near((one.start - frame.today).days)), frame)
        kind = Kind.DAY if days.until == plus(days.first, 1) else Kind.DAYS
        return replace(
            one, kind=kind, end=days.until, length=told.length, length_iso=told.length_iso
        )

    return longer


def later(start: datetime, size: Length, zone: ZoneInfo, sign: int = 1) -> datetime:
    """An instant so much later; whole days keep the time on the wall."""
    try:
        whole = timedelta(seconds=size.seconds)
        wall = start + sign * (size.delta() - whole)
        moved = datetime.fromtimestamp(wall.timestamp() + sign * size.seconds, zone)
    except (OverflowError, ValueError, OSError):
        raise Refused("That is too far away for a calendar.") from None
    plus(moved.date(), 0)
    return moved


def looking_back(term: Term) -> Term:
    """The term as "since" means it: the last one, not the next."""
    if isinstance(term, Weekday) and not term.which and term.week is None:
        return term._replace(which="last")
    if isinstance(term, Dated) and term.year is None and not term.which:
        return term._replace(which="last")
    if isinstance(term, Feast) and term.year is None and not term.which:
        return term._replace(which="last")
    if isinstance(term, Season) and term.year is None and not term.which:
        return term._replace(which="since")
    if isinstance(term, Edge):
        return term._replace(of=looking_back(term.of))
    return term


def start_of_day(day: date, frame: Frame) -> datetime:
    """The first instant of a day."""
    return midnight(day, frame.zone)
