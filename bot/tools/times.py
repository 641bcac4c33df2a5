"""From a person's words for times to spans and lengths, inside a tool. The grammar is
`calendar_core.phrases`."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from bot.tools.tool import ToolContext, ToolMisused, ToolRefused
from bot.wording import say_day
from calendar_core.phrases import Kind, Meaning, NotUnderstood, resolve
from calendar_core.rules import keep_hour, parts_of, rule_of
from calendar_core.when import DaySpan, TimeSpan, When, at_wall, midnight

FAR = timedelta(days=366)
"""How far "from now on" looks."""


def read_time(ctx: ToolContext, words: str) -> Meaning:
    """What the words mean, or an error that says what to ask or correct."""
    found = resolve(words, now=ctx.now, zone=ctx.zone, policy=ctx.policy)
    if isinstance(found, Meaning):
        return found
    if found.alternatives:
        raise ToolRefused(found.why)
    raise ToolMisused(_unread(words, found))


def _unread(words: str, found: NotUnderstood) -> str:
    return found.why or f'I could not read "{words[:80]}" as a time. Say it as "Friday 14:00".'


def read_length(ctx: ToolContext, words: str) -> timedelta:
    """A plain length: "45 minutes", "an hour and a half"."""
    found = read_time(ctx, words)
    if found.length is None or found.kind is not Kind.LENGTH:
        raise ToolMisused(f'"{words[:80]}" is not a length. Say it as "45 minutes".')
    return found.length


def read_lead(ctx: ToolContext, words: str) -> timedelta:
    """How long before: "10 minutes", also "10 minutes before"."""
    bare = words.lower().removesuffix("beforehand").removesuffix("before").removesuffix("earlier")
    return abs(read_length(ctx, bare.strip() or words))


def read_window(ctx: ToolContext, words: str) -> TimeSpan:
    """Where to look: a day, a range, a moment."""
    return window_of(ctx, read_time(ctx, words))


def window_of(ctx: ToolContext, found: Meaning) -> TimeSpan:
    """The stretch that a meaning covers; open ends reach a year."""
    if found.kind is Kind.LENGTH:
        return TimeSpan(start=ctx.now, end=ctx.now + (found.length or timedelta()))
    if found.kind is Kind.RULE:
        raise ToolMisused("Name one day or range to look at, not a repetition.")
    start = _instant(ctx, found.start)
    end = _instant(ctx, found.end)
    if found.kind is Kind.INSTANT:
        start = start or ctx.now
        end = start + (found.length or timedelta(minutes=1))
    if found.kind is Kind.DAY and start is not None and end is None:
        end = midnight(start.astimezone(ctx.zone).date() + timedelta(days=1), ctx.zone)
    if start is None:
        start = min(ctx.now, end) if end else ctx.now
    return TimeSpan(start=start, end=max(end or start + FAR, start))


def names_days(found: Meaning) -> bool:
    """Whether whole days were said, not hours of one."""
    return found.kind in (Kind.DAY, Kind.DAYS)


def _instant(ctx: ToolContext, at: datetime | date | None) -> datetime | None:
    if at is None or isinstance(at, datetime):
        return at
    return midnight(at, ctx.zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTime:
    """When a new event is, resolved."""

    when: When
    rule: str = ""
    """RRULE value; empty for a single event."""
    zone: ZoneInfo | None = None
    """Of a series whose hours were told in another zone than the asker's: it keeps them there."""
    notes: tuple[str, ...] = ()
    no_time_said: bool = False
    """A day was named without a time: the event became an all-day one."""
    ampm_guessed: bool = False
    length_guessed: bool = False
    past: bool = False


def read_event_time(
    ctx: ToolContext, words: str, length: timedelta | None, *, all_day: bool
) -> EventTime:
    """When an event shall be, from the person's words.

    Raises ToolMisused and ToolRefused with a question for what is open: no time, a past date, a
    clash of
    weekday and date.
    """
    found = read_time(ctx, words)
    if found.kind is Kind.LENGTH:
        raise ToolRefused("When is it?")
    if found.kind is Kind.RULE and found.zone not in ("", ctx.zone.key):
        there = ZoneInfo(found.zone)
        abroad = replace(ctx, me=replace(ctx.me, zone=there), now=ctx.now.astimezone(there))
        time = read_event_time(abroad, words, length, all_day=all_day)
        return replace(time, zone=there)
    time = _event_time(ctx, found, length, all_day=all_day)
    time = replace(time, notes=(*time.notes, *_named_end(ctx, words, time.rule)))
    if time.rule and not _names_today(words):
        time = replace(time, when=_from_tomorrow(ctx, time))
    time = _at_meant_hour(ctx, time, found)
    if _is_past(ctx, time):
        raise ToolRefused(f"{_past_words(ctx, time)} is past. Which day do you mean?")
    return time


_END = re.compile(r"\b(?:until|till|through)\s+(\D+)$", re.IGNORECASE)
_PLAIN_DAYS = re.compile(
    r"\b(mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
)


def _named_end(ctx: ToolContext, words: str, rule: str) -> tuple[str, ...]:
    """Which day a named end is: "Easter is Sun 5 April"."""
    told = _END.search(words.strip())
    if "UNTIL=" not in rule or told is None or _PLAIN_DAYS.search(told[1].casefold()):
        return ()
    end = resolve(told[1].strip(), now=ctx.now, zone=ctx.zone, policy=ctx.policy)
    if not isinstance(end, Meaning) or end.kind is not Kind.DAY or end.start is None:
        return ()
    day = end.start.date() if isinstance(end.start, datetime) else end.start
    name = told[1].strip()
    return (f"{name[:1].upper()}{name[1:]} is {say_day(day, ctx.now)}",)


def _names_today(words: str) -> bool:
    return bool({"today", "tonight", "now"} & set(words.casefold().split()))


def _from_tomorrow(ctx: ToolContext, time: EventTime) -> When:
    """A new series begins after today, unless today was named: nobody can still be told."""
    start = begins(time.when, ctx.zone)
    if start.date() != ctx.now.date():
        return time.when
    wall = start.replace(tzinfo=None)
    # "Every other Wednesday", said on one: the next Wednesday will do.
    parts = parts_of(_floating(time.rule))
    parts.pop("INTERVAL", None)
    until = rrulestr(rule_of(parts), dtstart=wall)
    later = until.after(datetime.combine(wall.date(), clock.max))
    if later is None:
        return time.when
    return moved(time.when, ctx.zone, timedelta(days=(later.date() - wall.date()).days))


def _at_meant_hour(ctx: ToolContext, time: EventTime, found: Meaning) -> EventTime:
    """A series keeps the hour that was said, also where the clocks skip it on the first day."""
    start, said = found.start, parts_of(found.rule or "")
    if not isinstance(time.when, TimeSpan) or not isinstance(start, datetime) or not time.rule:
        return time
    if start.tzinfo != ctx.zone or "BYHOUR" not in said:
        return time
    hour = clock(int(said["BYHOUR"]), int(said.get("BYMINUTE", "0")))
    wall = datetime.combine(begins(time.when, ctx.zone).date(), hour)
    begin = at_wall(wall, ctx.zone)
    parts = parts_of(time.rule)
    keep_hour(parts, wall, ctx.zone)
    when = TimeSpan(start=begin, end=_after(begin, time.when.length))
    return replace(time, when=when, rule=rule_of(parts))


def _floating(rule: str) -> str:
    """The rule on the wall: UNTIL without its zone, as dateutil wants it."""
    return ";".join(
        part.rstrip("Z") if part.startswith("UNTIL=") else part for part in rule.split(";")
    )


def begins(when: When, zone: ZoneInfo) -> datetime:
    """The first instant of a span, told in a zone."""
    if isinstance(when, DaySpan):
        return midnight(when.first, zone)
    return when.start.astimezone(zone)


def _event_time(
    ctx: ToolContext, found: Meaning, length: timedelta | None, *, all_day: bool
) -> EventTime:
    rule = _bare_rule(found.rule or "") if found.kind is Kind.RULE else ""
    stated = length or found.length
    start = found.start
    if start is None:
        raise ToolRefused("When does it start?")
    if not isinstance(start, datetime) or all_day:
        days = _days(ctx, found, stated)
        return EventTime(
            when=days, rule=rule, notes=found.notes, no_time_said=not all_day and days.days == 1
        )
    if found.kind is Kind.SPAN and found.vague and stated is None:
        raise ToolRefused("At what time?")
    end = found.end if isinstance(found.end, datetime) and not found.vague else None
    if end is None or stated is not None:
        end = _after(start, stated or ctx.me.preferences.default_length)
    return EventTime(
        when=TimeSpan(start=start, end=end),
        rule=rule,
        notes=found.notes,
        ampm_guessed=found.ampm_guessed,
        length_guessed=stated is None and found.end is None,
    )


def _days(ctx: ToolContext, found: Meaning, length: timedelta | None) -> DaySpan:
    first, until = _date(ctx, found.start), _date(ctx, found.end)
    assert first is not None
    if found.kind is Kind.RULE or until is None or until <= first:
        until = first + max(length or timedelta(days=1), timedelta(days=1))
    return DaySpan(first=first, until=until)


def _date(ctx: ToolContext, at: datetime | date | None) -> date | None:
    return at.astimezone(ctx.zone).date() if isinstance(at, datetime) else at


def _after(start: datetime, length: timedelta) -> datetime:
    return (start.astimezone(UTC) + length).astimezone(start.tzinfo)


def _bare_rule(rule: str) -> str:
    """The rule without the hours: those are the event's own start."""
    parts = [
        part for part in rule.split(";") if not part.startswith(("BYHOUR", "BYMINUTE", "BYSECOND"))
    ]
    return ";".join(parts)


def _is_past(ctx: ToolContext, time: EventTime) -> bool:
    if time.rule:
        return False
    if isinstance(time.when, DaySpan):
        return time.when.last < ctx.now.date()
    return time.when.end < ctx.now


def _past_words(ctx: ToolContext, time: EventTime) -> str:
    day = (
        time.when.first if isinstance(time.when, DaySpan) else time.when.start.astimezone(ctx.zone)
    )
    return say_day(day.date() if isinstance(day, datetime) else day, ctx.now)


def moved(when: When, zone: ZoneInfo, by: timedelta) -> When:
    """A span shifted; whole days keep the wall time of the zone over a clock change, hours do
    not."""
    if isinstance(when, DaySpan):
        days = timedelta(days=by.days)
        return DaySpan(first=when.first + days, until=when.until + days)
    start = when.start.astimezone(zone)
    if by.seconds or by.microseconds:
        begin = _after(start, by)
    else:
        begin = at_wall(start.replace(tzinfo=None) + by, zone)
    return TimeSpan(start=begin, end=_after(begin, when.length))
