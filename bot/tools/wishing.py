"""What kind of free time a person wishes for: their words → a `Wish` of the solver's."""

from datetime import date, datetime, time, timedelta

from bot.tools.arguments import FindFreeTime
from bot.tools.times import read_length, read_time, window_of
from bot.tools.tool import ToolContext, ToolRefused
from bot.wording import say_days, say_when
from calendar_core.phrases import Grain, Kind
from calendar_core.refusals import MOST_DAYS
from calendar_core.slots import Prefer, Wish
from calendar_core.when import DaySpan, TimeSpan, at_wall, midnight

WEEK = timedelta(days=7)


def wish_of(ctx: ToolContext, args: FindFreeTime) -> Wish:
    length = read_length(ctx, args.length) if args.length else ctx.me.preferences.slot_length
    if length <= timedelta():
        raise ToolRefused("How long shall it be?")
    parts = {
        "morning": ctx.policy.morning,
        "afternoon": ctx.policy.afternoon,
        "evening": ctx.policy.evening,
    }
    window = _window(ctx, args.when)
    return Wish(
        length=length,
        window=window,
        part_of_day=parts[args.part_of_day] if args.part_of_day else None,
        avoid=tuple(one for words in args.avoid for one in _avoided(ctx, words, window)),
        count=args.count,
        prefer=Prefer.EARLIEST,
        respect_hours=args.part_of_day != "evening" and not _is_outside_hours(ctx, window),
        not_before=ctx.now,
    )


def _window(ctx: ToolContext, words: str | None) -> TimeSpan:
    if not words:
        return TimeSpan(start=ctx.now, end=ctx.now + WEEK)
    span = window_of(ctx, read_time(ctx, words))
    if span.end <= ctx.now:
        raise ToolRefused(f"{_past(ctx, span)} is past. Which time do you mean?")
    if span.length <= timedelta(minutes=1):
        end = midnight(span.start.astimezone(ctx.zone).date() + timedelta(days=1), ctx.zone)
        span = TimeSpan(start=span.start, end=end)
    return span


def _is_outside_hours(ctx: ToolContext, window: TimeSpan) -> bool:
    """Whether hours of a working day were named that lie before or after work: they are meant."""
    here = window.within(ctx.zone)
    hours = ctx.me.preferences.hours.on(here.start.date())
    if hours is None or here.start.date() != here.end.date() or hours[0] >= hours[1]:
        return False
    return here.start.time() >= hours[1] or here.end.time() <= hours[0]


def _past(ctx: ToolContext, span: TimeSpan) -> str:
    here = span.within(ctx.zone)
    days = (here.start.date(), here.end.date())
    if days[0] < days[1] and here == TimeSpan(
        start=midnight(days[0], ctx.zone), end=midnight(days[1], ctx.zone)
    ):
        return say_days(DaySpan(first=days[0], until=days[1]), ctx.now)
    return say_when(span, ctx.zone, ctx.now, clock_24h=ctx.me.preferences.clock_24h)


def _avoided(ctx: ToolContext, words: str, window: TimeSpan) -> list[TimeSpan | DaySpan]:
    """What is to be left out; hours without a day are left out on every day of the window."""
    found = read_time(ctx, words.removeprefix("not ").removeprefix("except "))
    if found.kind is Kind.DAY and found.grain is Grain.DAY:
        day = window_of(ctx, found).start.astimezone(ctx.zone).date()
        return [DaySpan(first=day, until=day + timedelta(days=1))]
    if found.kind is not Kind.SPAN or found.day_said or not found.time_said:
        return [window_of(ctx, found)]
    start, end = (_hour(ctx, at) for at in (found.start, found.end))
    first, last = (at.astimezone(ctx.zone).date() for at in (window.start, window.end))
    days = [
        first + timedelta(days=ahead) for ahead in range(min((last - first).days, MOST_DAYS) + 1)
    ]
    return [_on_day(ctx, day, start, end) for day in days]


def _hour(ctx: ToolContext, at: datetime | date | None) -> time:
    return at.astimezone(ctx.zone).time() if isinstance(at, datetime) else time()


def _on_day(ctx: ToolContext, day: date, start: time, end: time) -> TimeSpan:
    """From one hour to another on a day; an end at or before the start is midnight or later."""
    until = day if end > start else day + timedelta(days=1)
    return TimeSpan(
        start=at_wall(datetime.combine(day, start), ctx.zone),
        end=at_wall(datetime.combine(until, end), ctx.zone),
    )
