"""Series: a rule with its times, its first occurrence and its end, as an RRULE value (RFC 5545)."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from calendar_core.phrases.days import days_of
from calendar_core.phrases.drafts import Draft, Half
from calendar_core.phrases.first_days import first_day, next_day
from calendar_core.phrases.frame import Days, Frame, Refused, month_length, plus
from calendar_core.phrases.meaning import Grain, Kind, Meaning
from calendar_core.phrases.month_days import CODES
from calendar_core.phrases.parts import hours_of
from calendar_core.phrases.policy import later, meaning_of_half, meaning_of_length
from calendar_core.phrases.ranges import meaning_of_range
from calendar_core.phrases.spoken_days import day_words
from calendar_core.phrases.terms import (
    Clock,
    Dated,
    Many,
    Near,
    Part,
    Rule,
    Shift,
    Term,
    Weekday,
)
from calendar_core.when import WallTime, at_wall, classify_wall

_LATEST_CHANGE = 4
"""No zone changes its clocks later in the day than in this hour."""
_UNITS = {"HOURLY": "hour", "DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}


def meaning_of_rule(draft: Draft, rule: Rule, frame: Frame) -> Meaning:
    """Everything that a repeating phrase says."""
    if rule.asks:
        raise Refused(rule.asks)
    _check(rule)
    part = draft.left.part or (draft.right.part if draft.right else None) or rule.part
    named, (rule, start_day) = rule, _start(draft, rule, frame)
    if rule != named:
        draft = draft._replace(left=draft.left._replace(day=None))
    times = _times(draft, part, frame)
    if times and rule.freq in ("HOURLY", "MINUTELY"):
        raise Refused(
            "A series can't keep to hours of the day. "
            'Say how often alone, like "every 2 hours", or one hour, like "every day at 9".'
        )
    first = _first(rule, start_day, times[0] if times else None, frame)
    last = _last_day(draft, first, frame)
    if last is not None and last < (first.date() if isinstance(first, datetime) else first):
        raise Refused("That ends before it begins. Until when do you mean?")
    clock = times[0] if times else None
    text = _text(rule, clock, draft.times, last, frame)
    base = Meaning(
        kind=Kind.RULE,
        grain=Grain(_UNITS.get(rule.freq, "day")) if clock is None else Grain.MINUTE,
        start=first,
        rule=text,
        day_said=True,
        time_said=clock is not None,
        hours=hours_of(part, frame.policy) if part and clock is None else None,
        ampm_guessed=bool(times and times[2]),
        notes=_gaps(rule, clock, first, frame) if clock else (),
    )
    return _with_end(base, draft, times[1] if times else None, last, frame)


def _gaps(rule: Rule, at: time, first: datetime | date, frame: Frame) -> tuple[str, ...]:
    """What to say where the clocks jump over the hour of a series within a year."""
    if at.hour > _LATEST_CHANGE or not isinstance(first, datetime):
        return ()
    for days in range(366):
        day = plus(first.date(), days)
        wall = datetime.combine(day, at)
        if rule.days and CODES[day.weekday()] not in rule.days:
            continue
        if classify_wall(wall, frame.zone) is WallTime.SKIPPED:
            moved = at_wall(wall, frame.zone)
            said = f"{at:%H:%M} does not exist on {day_words(day, frame.today)}"
            return (f"{said}: that time it is at {moved:%H:%M}.",)
    return ()


def _check(rule: Rule) -> None:
    """Refuse days that never come, such as 31 April."""
    for month in rule.months:
        if all(day > month_length(2000, month) for day in rule.month_days) and rule.month_days:
            raise Refused("There is no such day in that month. Which one do you mean?")
    if any(not -31 <= day <= 31 or day == 0 for day in rule.month_days):
        raise Refused("There is no such day of the month. Which one do you mean?")


def _start(draft: Draft, rule: Rule, frame: Frame) -> tuple[Rule, date | None]:
    """Where a series begins, if that was said; a weekday may be the rule's own."""
    term = draft.left.day
    if term is None:
        return rule, None
    plain = isinstance(term, Weekday) and not draft.bound
    if plain and isinstance(term, Weekday) and rule.freq == "WEEKLY" and not rule.days:
        return rule._replace(days=(CODES[term.day],)), None
    yearly = rule.freq == "YEARLY" and not rule.months and not draft.bound
    if yearly and isinstance(term, Dated) and term.month and not (term.day or term.year):
        return rule._replace(months=(term.month,)), None
    if isinstance(term, Dated) and not draft.bound and draft.right is None and term.day:
        if rule.freq == "YEARLY" and term.month and not rule.months and term.year is None:
            return rule._replace(months=(term.month,), month_days=(term.day,)), None
        if rule.freq == "MONTHLY" and term.month is None and not rule.month_days and not rule.days:
            return rule._replace(month_days=(term.day,)), None
    found = _rolling(term, frame)
    first = found.instant.date() if found.instant else found.first
    return rule, first if draft.bound else max(first, frame.today)


def _rolling(term: Term, frame: Frame) -> Days:
    """The days of a term; of "the next two months" those that begin today."""
    found = days_of(term, frame)
    return found.others[0] if isinstance(term, Many) and found.others else found


def _times(
    draft: Draft, part: Part | None, frame: Frame
) -> tuple[time, timedelta | None, bool] | None:
    """The time of day, how long if both ends were said, and whether am or pm was guessed."""
    clock = draft.left.clock
    if clock is None:
        return None
    day = Near(1)
    quiet = replace(frame, now=frame.now, base=frame.today)
    half = Half(day=day, clock=clock, part=part)
    if draft.right is not None and draft.right.clock is not None:
        pair = draft._replace(left=half, right=draft.right._replace(day=None), rule=None)
        found = _plain_span(pair, quiet)
        if isinstance(found.start, datetime) and isinstance(found.end, datetime):
            return found.start.time(), found.end - found.start, found.ampm_guessed
    found = _plain_time(half, clock, frame)
    if not isinstance(found.start, datetime):
        raise Refused("At what time?")
    return found.start.replace(tzinfo=None).time(), None, found.ampm_guessed


def _plain_span(pair: Draft, frame: Frame) -> Meaning:
    """Two hours of some day on which the clocks do not change."""
    try:
        return meaning_of_range(pair, frame)
    except Refused:
        return meaning_of_range(pair._replace(left=pair.left._replace(day=Near(2))), frame)


def _plain_time(half: Half, clock: Clock, frame: Frame) -> Meaning:
    """The time on some day on which the clocks do not change."""
    for days in (1, 2):
        try:
            return meaning_of_half(half._replace(day=Near(days), clock=clock), frame)
        except Refused:
            continue
    raise Refused("There is no such time. Which hour do you mean?")


def _first(rule: Rule, start: date | None, at: time | None, frame: Frame) -> datetime | date:
    """The first occurrence: on or after the start, or after now."""
    day = first_day(rule, start or frame.today)
    if at is None:
        return day
    begins = at_wall(datetime.combine(day, at), frame.zone)
    if start is None and begins <= frame.now:
        begins = at_wall(datetime.combine(next_day(rule, day), at), frame.zone)
    return begins


def _last_day(draft: Draft, first: datetime | date, frame: Frame) -> date | None:
    """The last day that was said: "until Easter", "for 6 weeks", "to 25 March"."""
    begin = first.date() if isinstance(first, datetime) else first
    said: Half | None = draft.until
    if said is None and draft.right is not None and draft.right.clock is None:
        said = draft.right
    if said is None and draft.bound in ("until", "by", "before") and draft.left.day is not None:
        said = draft.left
    if said is None and not draft.bound and draft.left.day is not None:
        period = _rolling(draft.left.day, frame)
        several = period.until > plus(period.first, 1)
        if period.instant is None and several:
            return plus(period.until, -1)
    if said is not None and said.day is not None:
        base = max(begin, frame.today)
        found = days_of(said.day, replace(frame, base=base))
        return _inclusive(found, begin, through=draft.through)
    if draft.length is not None and not _is_own_length(draft):
        days = days_of(Shift(draft.length, 0, Near((begin - frame.today).days)), frame)
        return plus(days.until, -1)
    return None


def _inclusive(found: Days, begin: date, *, through: bool) -> date:
    """The last day; a month or week counts itself only behind "through" and in "May to June"."""
    whole = through or found.grain is Grain.DAY
    last = plus(found.until, -1) if whole else plus(found.first, -1)
    if found.instant is not None:
        last = found.instant.date()
    if last < begin:
        raise Refused("That ends before it begins. Until when do you mean?")
    return last


def _is_own_length(draft: Draft) -> bool:
    """Whether a length is that of each occurrence, and not of the series: hours; one whole day."""
    size = draft.length
    if size is None:
        return False
    if size.is_hours and not (size.days or size.months):
        return True
    by_days = draft.rule is None or draft.rule.freq not in ("HOURLY", "MINUTELY")
    whole_day = size.days == 1 and not (size.seconds or size.months or size.business_days)
    return whole_day and by_days and draft.left.clock is None


def _text(rule: Rule, at: time | None, count: int, last: date | None, frame: Frame | None) -> str:
    """The RRULE value."""
    parts = [f"FREQ={rule.freq}"]
    if rule.interval > 1:
        parts.append(f"INTERVAL={rule.interval}")
    lists = (
        ("BYMONTH", rule.months),
        ("BYMONTHDAY", rule.month_days),
        ("BYDAY", rule.days),
    )
    parts += [f"{name}={','.join(map(str, values))}" for name, values in lists if values]
    if rule.setpos:
        parts.append(f"BYSETPOS={rule.setpos}")
    if at is not None:
        parts += [f"BYHOUR={at.hour}", f"BYMINUTE={at.minute}"]
    if count:
        parts.append(f"COUNT={count}")
    elif last is not None:
        parts.append(f"UNTIL={_until(last, at, frame)}")
    return ";".join(parts)


def _until(last: date, at: time | None, frame: Frame | None) -> str:
    """A date, or with a time the last instant in UTC (RFC 5545 §3.3.10)."""
    if at is None or frame is None:
        return last.strftime("%Y%m%d")
    end = at_wall(datetime.combine(last, at), frame.zone)
    return end.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _with_end(
    base: Meaning, draft: Draft, span: timedelta | None, last: date | None, frame: Frame
) -> Meaning:
    """The end of the first occurrence, where hours or a length were said."""
    del last
    if span is not None and isinstance(base.start, datetime):
        return replace(base, end=base.start + span, length=span)
    if draft.length is None or not _is_own_length(draft):
        return base
    told = meaning_of_length(draft.length)
    end = later(base.start, draft.length, frame.zone) if isinstance(base.start, datetime) else None
    return replace(base, end=end, length=told.length, length_iso=told.length_iso)
