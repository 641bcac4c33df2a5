"""What has two ends or an open one: "2-3:30", "Monday to Wednesday", "after 5", "by Friday"."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from calendar_core.phrases.days import days_of
from calendar_core.phrases.drafts import Draft, Half
from calendar_core.phrases.frame import Frame, Refused, plus, plus_months
from calendar_core.phrases.hourspans import two_hours
from calendar_core.phrases.meaning import Grain, Kind, Meaning
from calendar_core.phrases.policy import later, looking_back, meaning_of_half, start_of_day
from calendar_core.phrases.terms import Dated, Edge, InPeriod, Length, Shift, Term, Weekday
from calendar_core.when import at_wall, midnight


def meaning_of_range(draft: Draft, frame: Frame) -> Meaning:
    """A stretch with both ends said."""
    left, right = draft.left, draft.right or Half()
    if left.clock is not None and right.clock is not None and right.day is None:
        return two_hours(left, right.clock, right.part or left.part, frame)
    if left.clock is None and right.clock is None and left.part is None and right.part is None:
        if _has_moment(left) or _has_moment(right):
            return _between(left, right, frame)
        return _days(left, right, frame)
    return _between(left, right, frame)


def _has_moment(half: Half) -> bool:
    return isinstance(half.day, Shift) and (half.day.length.is_hours or half.day.length == Length())


def _is_now(half: Half) -> bool:
    return isinstance(half.day, Shift) and half.day.length == Length()


def _between(left: Half, right: Half, frame: Frame) -> Meaning:
    """Two moments, each with its own day: "from Thursday 3pm until Sunday 3pm"."""
    first = meaning_of_half(left, frame)
    start = _first_instant(first, frame)
    later = replace(frame, base=start.date())
    if right.day is None and left.day is not None:
        right = right._replace(day=left.day)
    if _has_moment(right) and not _has_moment(left) and not _is_now(right):
        later = replace(later, now=start)
    last = meaning_of_half(right, later)
    end = _last_instant(last, frame)
    if end <= start:
        end = _day_later(end, start, frame)
    return Meaning(
        kind=Kind.SPAN,
        grain=first.grain if first.grain == last.grain else Grain.MINUTE,
        start=start,
        end=end,
        time_said=True,
        day_said=first.day_said,
        notes=(*first.notes, *last.notes),
        ampm_guessed=first.ampm_guessed or last.ampm_guessed,
    )


def _day_later(end: datetime, start: datetime, frame: Frame) -> datetime:
    wall = end.replace(tzinfo=None) + timedelta(days=1)
    moved = wall.replace(tzinfo=frame.zone)
    if moved <= start:
        raise Refused("That ends before it begins. When does it end?")
    return moved


def _first_instant(meaning: Meaning, frame: Frame) -> datetime:
    if isinstance(meaning.start, datetime):
        return meaning.start
    if meaning.start is None:
        raise Refused("When does that begin?")
    return start_of_day(meaning.start, frame)


def _last_instant(meaning: Meaning, frame: Frame) -> datetime:
    if meaning.kind is Kind.INSTANT and isinstance(meaning.start, datetime):
        return meaning.start
    if isinstance(meaning.end, datetime):
        return meaning.end
    if meaning.end is None:
        raise Refused("When does that end?")
    return midnight(meaning.end, frame.zone)


def _days(left: Half, right: Half, frame: Frame) -> Meaning:
    """From one day or period to another, both included."""
    if left.day is None or right.day is None:
        raise Refused("From when to when? Say both days.")
    one, other = _shared(left.day, right.day)
    first = days_of(one, frame)
    if _is_month(one) and _is_month(other):
        first = days_of(one, replace(frame, base=_running_since(one, other, frame)))
    past = isinstance(other, Weekday) and other.which in ("last", "past")
    floor = frame.base if past else max(first.first, _floor(other, first.first))
    last = days_of(other, replace(frame, base=floor))
    until = last.until if first.grain == last.grain or last.grain is Grain.DAY else last.first
    if until <= first.first and isinstance(other, Dated) and other.year is None:
        until = plus_months(until, 12)
    if until <= first.first:
        raise Refused("That ends before it begins. From when to when?")
    grain = first.grain if first.grain == last.grain else Grain.DAY
    found = Meaning(kind=Kind.DAYS, grain=grain, start=first.first, end=until, day_said=True)
    if grain is Grain.DAY or last.first <= first.first:
        return found
    return replace(found, alternatives=(replace(found, end=last.first),))


def _is_month(term: Term) -> bool:
    return isinstance(term, Dated) and term.day is None and term.year is None and not term.which


def _running_since(one: Term, other: Term, frame: Frame) -> date:
    """From where months are looked for: a stretch that is running now began in the past."""
    back = plus_months(frame.today, -11)
    start = days_of(one, replace(frame, base=back.replace(day=1))).first
    end = days_of(other, replace(frame, base=start)).until
    return start if start <= frame.today < end else frame.base


def _floor(term: Term, first: date) -> date:
    """From where the second end is looked for: a month may be the running one."""
    month_only = isinstance(term, Dated) and term.day is None
    return first.replace(day=1) if month_only else first


def _shared(one: Term, other: Term) -> tuple[Term, Term]:
    """Both ends with the month, year or week that only one of them names."""
    if isinstance(one, Dated) and isinstance(other, Dated):
        if one.month is None and other.month is not None and one.day:
            one = one._replace(month=other.month, year=other.year, loose=False)
        if other.month is None and one.month is not None and other.day:
            other = other._replace(month=one.month, year=other.year or one.year, loose=False)
        if one.year is None and other.year is not None and one.month and other.month:
            year = other.year - (one.month > other.month)
            one = one._replace(year=year)
        if one.year is None and not one.which and other.which:
            one = one._replace(which=other.which)
    if isinstance(one, Dated) and isinstance(other, InPeriod) and one.day and not one.month:
        one = InPeriod(one.day, other.of)
    if isinstance(one, InPeriod) and isinstance(other, Dated) and other.day and not other.month:
        other = InPeriod(other.day, one.of)
    if isinstance(one, Weekday) and isinstance(other, Weekday):
        one = one._replace(week=one.week or other.week)
    return one, other


def meaning_of_bound(draft: Draft, frame: Frame) -> Meaning:
    """A time with one end open: before, by, until, after, since, from."""
    half, bound = draft.left, draft.bound
    if bound == "within" and half.day is not None:
        return _within_term(half.day, frame)
    if bound in ("less", "more") and isinstance(half.day, Shift):
        return _compared(half.day, bound, frame)
    if bound == "since" and half.day is not None and half.clock is None:
        half = half._replace(day=looking_back(half.day))
    base = meaning_of_half(half, frame)
    if bound == "starting" and isinstance(base.start, datetime):
        return base
    if bound == "since" and half.day is None and isinstance(base.start, datetime):
        base = _before_now(base, frame)
    one = _bounded(base, half, bound, frame)
    others = tuple(_bounded(other, half, bound, frame) for other in base.alternatives)
    if bound == "by":
        others = (replace(base, alternatives=()), *others)
    return replace(one, alternatives=tuple(replace(o, alternatives=()) for o in others[:4]))


def _compared(term: Shift, bound: str, frame: Frame) -> Meaning:
    """Nearer or farther than a length: "less than 3 days after Easter", "more than a week ago"."""
    base = days_of(term.base, frame) if term.base is not None else None
    start = base.first if base else frame.today
    away = days_of(term, frame)
    if away.instant is not None:
        ends = sorted((frame.now, away.instant))
        near = Meaning(
            kind=Kind.SPAN, grain=Grain.MINUTE, start=ends[0], end=ends[1], time_said=True
        )
    else:
        first, last = sorted((start, away.first))
        near = Meaning(kind=Kind.DAYS, grain=Grain.DAY, start=first, end=last, day_said=True)
    if bound == "less":
        return near
    if term.sign < 0:
        return replace(near, start=None, end=near.start)
    return replace(near, start=near.end, end=None)


def _before_now(base: Meaning, frame: Frame) -> Meaning:
    """The last time that the clock showed it, for "since 3pm"."""
    start = base.start
    if not isinstance(start, datetime) or start <= frame.now:
        return base
    wall = start.replace(tzinfo=None) - timedelta(days=1)
    return replace(base, start=at_wall(wall, frame.zone), alternatives=())


def _bounded(base: Meaning, half: Half, bound: str, frame: Frame) -> Meaning:
    """One reading with its open end."""
    timed = isinstance(base.start, datetime)
    kind = Kind.SPAN if timed else Kind.DAYS
    if bound in ("since", "from", "starting"):
        return replace(base, kind=kind, end=None)
    if bound == "after":
        if base.hours is not None:
            return base
        start = base.start if base.kind is Kind.INSTANT else base.end
        return replace(base, kind=kind, start=start, end=_end_of_said_day(base, half, frame))
    end = base.start if timed or bound == "before" else base.end
    if bound == "before" and isinstance(half.day, Edge):
        end = base.end
    if bound in ("until", "by") and base.kind is Kind.SPAN:
        end = base.start if bound == "until" and not half.part else base.end
    start = None if bound == "until" else _start_of_said_day(base, half, frame)
    return replace(base, kind=kind, start=start, end=end)


def _start_of_said_day(base: Meaning, half: Half, frame: Frame) -> datetime | None:
    """ "Friday before 4" begins with that Friday; "before 4" has no beginning."""
    plain = half.day is not None and not isinstance(half.day, Shift | Edge)
    if plain and isinstance(base.start, datetime):
        return midnight(base.start.date(), frame.zone)
    return None


def _end_of_said_day(base: Meaning, half: Half, frame: Frame) -> datetime | None:
    plain = half.day is not None and not isinstance(half.day, Shift | Edge)
    if plain and isinstance(base.start, datetime) and base.kind is Kind.INSTANT:
        return midnight(plus(base.start.date(), 1), frame.zone)
    return None


def shifted(draft: Draft, frame: Frame) -> Meaning:
    """A moment so long after or before another: "2 hours after 3pm"."""
    base = meaning_of_half(draft.left, frame)
    size, sign = draft.length or Length(), 1 if draft.bound == "later" else -1
    if base.kind is not Kind.INSTANT or not isinstance(base.start, datetime):
        raise Refused('From which moment do you count? Say it like "2 hours after 15:00".')
    moved = later(base.start, size, frame.zone, sign)
    return replace(base, start=moved, alternatives=())


def _within_term(term: Term, frame: Frame) -> Meaning:
    """Until a day so far away, or some time in a period: "within 2 weeks from today"."""
    found = days_of(term, frame)
    if isinstance(term, Shift) and found.instant is None:
        return Meaning(
            kind=Kind.DAYS, grain=Grain.DAY, start=frame.today, end=found.first, day_said=True
        )
    return meaning_of_half(Half(day=term), frame)


def meaning_within(size: Length, frame: Frame) -> Meaning:
    """From now on for a length: "within 2 weeks"."""
    if size.is_hours:
        end = days_of(Shift(size, 1), frame).instant
        return Meaning(kind=Kind.SPAN, grain=Grain.MINUTE, start=frame.now, end=end, time_said=True)
    until = days_of(Shift(size, 1), frame).first
    return Meaning(kind=Kind.DAYS, grain=Grain.DAY, start=frame.today, end=until, day_said=True)
