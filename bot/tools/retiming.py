"""The new time of an event that is edited: words said about it, put on its own day or hour."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.tools.arguments import UpdateEvent
from bot.tools.times import moved, read_length, read_time
from bot.tools.tool import ToolContext, ToolMisused, ToolRefused
from bot.wording import say_clock
from calendar_core.events import Occurrence
from calendar_core.phrases import Kind, Meaning
from calendar_core.when import DaySpan, TimeSpan, When, at_wall

_EARLIER = ("earlier", "sooner", "forward", "before", "ahead", "shorter", "less")
_WORDS = frozenset(
    [
        "later",
        "earlier",
        "sooner",
        "forward",
        "back",
        "after",
        "before",
        "ahead",
        "by",
        "push",
        "pull",
        "move",
        "shorter",
        "longer",
        "less",
        "more",
        "delay",
        "delayed",
    ]
)


def new_time(ctx: ToolContext, args: UpdateEvent, one: Occurrence) -> When | None:
    """When the event shall be; None when its time is not touched. Raises ToolMisused,
    ToolRefused."""
    when: When = one.when
    if args.shift:
        when = moved(when, ctx.zone, read_shift(ctx, args.shift))
    if args.when:
        when = _said(ctx, read_time(ctx, args.when), when)
    if args.until:
        when = _ending(ctx, read_time(ctx, args.until), when)
    if args.length:
        when = _as_long_as(when, read_length(ctx, args.length), ctx.zone)
    if args.longer_by:
        when = _as_long_as(when, _length(when) + read_shift(ctx, args.longer_by), ctx.zone)
    if args.all_day:
        when = _whole_days(when, ctx.zone)
    return None if when == one.when else when


def read_shift(ctx: ToolContext, words: str) -> timedelta:
    """By how much: "half an hour later", "2 days earlier", "30 minutes"; earlier is negative."""
    spoken = words.casefold().split()
    bare = " ".join(word for word in spoken if word not in _WORDS)
    length = abs(read_length(ctx, bare or words))
    return -length if any(word in _EARLIER for word in spoken) else length


def _said(ctx: ToolContext, found: Meaning, was: When) -> When:
    if found.kind in (Kind.LENGTH, Kind.RULE):
        raise ToolMisused('Say the new day or time: "Thursday 15:00".')
    if not isinstance(found.start, datetime):
        return _on_day(ctx, found, was)
    start = found.start
    if not found.day_said:
        start = _on_same_day(ctx, start, was)
    if found.vague and found.kind is Kind.SPAN:
        raise ToolRefused("At what time?")
    length = _length(was) if isinstance(was, TimeSpan) else ctx.me.preferences.default_length
    if isinstance(found.end, datetime) and not found.vague:
        length = found.end.astimezone(UTC) - found.start.astimezone(UTC)
    length = found.length or length
    return TimeSpan(start=start, end=_after(start, length))


def _on_day(ctx: ToolContext, found: Meaning, was: When) -> When:
    """Another day, the same hours."""
    day = found.start
    if day is None or isinstance(day, datetime):
        raise ToolRefused("Which day?")
    if isinstance(was, DaySpan):
        until = found.end if isinstance(found.end, date) and found.kind is Kind.DAYS else None
        return DaySpan(first=day, until=until or day + timedelta(days=was.days))
    if found.kind is Kind.DAYS:
        raise ToolRefused("Which day?")
    wall = was.start.astimezone(ctx.zone).timetz().replace(tzinfo=None)
    start = at_wall(datetime.combine(day, wall), ctx.zone)
    return TimeSpan(start=start, end=_after(start, was.length))


def _on_same_day(ctx: ToolContext, start: datetime, was: When) -> datetime:
    """The hour that was said, on the day that the event has."""
    day = was.first if isinstance(was, DaySpan) else was.start.astimezone(ctx.zone).date()
    wall = start.astimezone(ctx.zone).time()
    return at_wall(datetime.combine(day, wall), ctx.zone)


def _ending(ctx: ToolContext, found: Meaning, was: When) -> When:
    """The same start, another end. A bare hour is the next one after the start."""
    if isinstance(was, DaySpan) or not isinstance(found.start, datetime):
        raise ToolRefused("At what time shall it end?")
    end = found.start if found.day_said else _on_same_day(ctx, found.start, was)
    if end <= was.start and found.ampm_guessed and found.start.hour < 12:
        end = _after(end, timedelta(hours=12))
    if end <= was.start:
        begins = say_clock(was.start.astimezone(ctx.zone), clock_24h=ctx.me.preferences.clock_24h)
        raise ToolRefused(f"It begins at {begins}. When shall it end?")
    return TimeSpan(start=was.start, end=end)


def _length(when: When) -> timedelta:
    return timedelta(days=when.days) if isinstance(when, DaySpan) else when.length


def _as_long_as(when: When, length: timedelta, zone: ZoneInfo) -> When:
    if length <= timedelta():
        raise ToolRefused("That would leave no time at all. How long shall it be?")
    if isinstance(when, DaySpan):
        days = max(1, round(length / timedelta(days=1)))
        return DaySpan(first=when.first, until=when.first + timedelta(days=days))
    return TimeSpan(start=when.start, end=_after(when.start.astimezone(zone), length))


def _whole_days(when: When, zone: ZoneInfo) -> When:
    if isinstance(when, DaySpan):
        return when
    first = when.start.astimezone(zone).date()
    return DaySpan(first=first, until=first + timedelta(days=1))


def _after(start: datetime, length: timedelta) -> datetime:
    return (start.astimezone(UTC) + length).astimezone(start.tzinfo)
