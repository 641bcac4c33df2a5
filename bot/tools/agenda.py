"""Looking at the calendar: what is on. Finding events is `searching`."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from bot.chat.cards import Moment
from bot.tools.arguments import GetSchedule
from bot.tools.finding import (
    channel_here,
    is_alive,
    owners_of,
    takes_part,
    told_once,
    when_words,
    zone_line,
)
from bot.tools.links import joins, links_of
from bot.tools.listing import (
    MOST_LINES,
    Known,
    by_day,
    day_lines,
    day_moments,
    event_words,
    facts_of_events,
    is_strangers,
    known_here,
    unread_lines,
)
from bot.tools.moments import moment_of, own_busy
from bot.tools.naming import calendar_to_read
from bot.tools.times import FAR, read_time, window_of
from bot.tools.tool import ToolContext, ToolRefused, ToolResult, reads
from bot.wording import moments_of, say_clock, say_clocks, say_count, say_day, say_near_day
from calendar_core.availability import gaps
from calendar_core.busy import Claim, occupies
from calendar_core.events import Calendar, Occurrence
from calendar_core.mirror import Agenda
from calendar_core.people import PersonId
from calendar_core.phrases import Kind
from calendar_core.when import DaySpan, TimeSpan, midnight

LONGEST = timedelta(days=370)
"""What is listed at once."""


@reads
async def get_schedule(ctx: ToolContext, args: GetSchedule) -> ToolResult:
    """What is on a day or range, or the next event."""
    owners, calendars = await _whose(ctx, args.calendar)
    private = owners != (channel_here(ctx),)
    if args.next_only:
        return await _next(ctx, args, owners, calendars, private)
    found = read_time(ctx, args.when)
    span = window_of(ctx, found)
    if span.length > LONGEST:
        raise ToolRefused("I show a year at most. Say a shorter range.")
    whole = not args.person and not args.calendar
    if found.kind is Kind.INSTANT and found.length is None and whole:
        return await moment_of(ctx, span.start, owners, private=private)
    return await _schedule(
        ctx, span, owners, calendars, args.person, private=private, tell_free=whole
    )


async def digest_of(ctx: ToolContext, day: date) -> ToolResult:
    """A day's agenda for the digest: of the calendars that stand in it."""
    span = DaySpan(first=day, until=day + timedelta(days=1)).within(ctx.zone)
    own = await ctx.world.mirror.calendars((ctx.person,))
    shown = tuple(one for one in own if one.in_digests)
    if not shown:
        return ToolResult(text="None of your calendars stands in your digest.")
    whole = all(one in shown for one in own if one.counts_as_busy)
    return await _schedule(ctx, span, (ctx.person,), shown, None, private=True, tell_free=whole)


async def channel_digest_of(ctx: ToolContext, first: date, days: int) -> ToolResult:
    """The agenda that is posted in a channel: of the asker's calendars, who is the channel."""
    span = DaySpan(first=first, until=first + timedelta(days=days)).within(ctx.zone)
    return await _schedule(
        ctx, span, (ctx.person,), (), None, private=False, tell_free=False, all_known=True
    )


async def _schedule(
    ctx: ToolContext,
    span: TimeSpan,
    owners: tuple[PersonId, ...],
    calendars: Sequence[Calendar],
    person: str | None,
    *,
    private: bool,
    tell_free: bool,
    all_known: bool = False,
) -> ToolResult:
    """List a stretch; free time is told only of what was looked at whole. What stands on a
    channel's own calendar was put there by its people: to it they are `all_known`."""
    agenda = await ctx.world.mirror.occurrences(
        owners, span, ctx.zone, calendars=[one.id for one in calendars] if calendars else None
    )
    there = agenda.occurrences if calendars else agenda.shown
    alive = (one for one in there if is_alive(one) and _wanted(one, person))
    shown = told_once(alive)
    known = Known(is_everybody=True) if all_known else await known_here(ctx, shown)
    lines, rest = _agenda_lines(ctx, shown, span, known)
    clocks = [] if private else _clocks(ctx, shown, span, lines)
    if not shown and (person or "").casefold() == "out":
        lines = [lines[0].replace("Nothing", "I see nobody out", 1)]
    lines += unread_lines(agenda.unread, ctx)
    if tell_free and _is_one_day(ctx, span):
        lines += _free_line(ctx, agenda, span)
    if shown and not private:
        lines += await zone_line(ctx)
    if rest is not None:
        name = calendars[0].name if calendars else None
        rest = rest.model_copy(update={"person": person, "calendar": name})
    listed = shown[:MOST_LINES]
    return ToolResult(
        text="\n".join(lines),
        facts={
            "events": await facts_of_events(listed, ctx, known),
            "count": len(shown),
            "from": span.start.astimezone(ctx.zone).isoformat(),
            "to": span.end.astimezone(ctx.zone).isoformat(),
        },
        private=private,
        strangers_text=any(is_strangers(one, known) for one in listed),
        moments=tuple(clocks),
        links=joins(ctx, listed) if private else (),
        status=_status(ctx, span, agenda),
        rest=rest,
    )


def _status(ctx: ToolContext, span: TimeSpan, agenda: Agenda) -> str:
    calendars = say_count(len(agenda.calendars), "calendar")
    return f"Looked at {_span_name(ctx, span)} · {calendars}"


async def _whose(
    ctx: ToolContext, calendar: str | None
) -> tuple[tuple[PersonId, ...], tuple[Calendar, ...]]:
    owners = owners_of(ctx)
    if not calendar:
        return ((ctx.person,) if ctx.place.is_private else owners), ()
    found = await calendar_to_read(ctx, calendar)
    return tuple(dict.fromkeys(one.owner for one in found)), found


_AWAY = re.compile(
    r"\b(?:out|away|off)$|\b(?:ooo|out of (?:the )?office|pto|vacation|sick|(?:on|annual|parental"
    r"|medical|sick) leave|on holiday)\b",
    re.I,
)
"""How people tell of themselves that they are away, as a title of whole days."""


def is_away(one: Occurrence) -> bool:
    """Whether somebody is out: as calendars mark it, or as teams write it."""
    marked = occupies(one) is Claim.OUT
    return marked or (isinstance(one.when, DaySpan) and _AWAY.search(one.title.strip()) is not None)


def _wanted(one: Occurrence, person: str | None) -> bool:
    if not person:
        return True
    if person.casefold() == "out":
        return is_away(one)
    return takes_part(one, person)


def _agenda_lines(
    ctx: ToolContext, shown: Sequence[Occurrence], span: TimeSpan, known: Known
) -> tuple[list[str], GetSchedule | None]:
    """What fits, whole days as far as can be; and what is to be asked for the rest."""
    if not shown:
        name = _span_name(ctx, span)
        near = name.startswith(("today", "tomorrow"))
        return [f"Nothing {name}." if near else f"Nothing on {name}."], None
    lines: list[str] = []
    days = by_day(shown, span, ctx)
    for day, listed in days.items():
        told = day_lines(day, listed, ctx, known)
        if lines and len(lines) + len(told) > MOST_LINES:
            last = max(days)
            lines.append(f"…and more from {say_day(day, ctx.now)} on.")
            return lines, GetSchedule(when=f"{day.isoformat()} to {last.isoformat()}")
        lines += told
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], "…and more that day. Ask for a part of it to see all."]
    return lines, None


def _clocks(
    ctx: ToolContext, shown: Sequence[Occurrence], span: TimeSpan, lines: Sequence[str]
) -> list[Moment]:
    """The times that the lines tell, in their order; of what did not fit none."""
    days = by_day(shown, span, ctx)
    told = [one for day, listed in days.items() for one in day_moments(day, listed, ctx)]
    fitted = sum(line.startswith("  ") for line in lines)
    return [one for one in told[:fitted] if one is not None]


def _is_one_day(ctx: ToolContext, span: TimeSpan) -> bool:
    here = span.within(ctx.zone)
    return here.start.date() == (here.end - timedelta(microseconds=1)).date()


def _span_name(ctx: ToolContext, span: TimeSpan) -> str:
    here = span.within(ctx.zone)
    last = (here.end - timedelta(microseconds=1)).date() if here.length else here.start.date()
    if here.start.date() == last:
        day = say_near_day(last, ctx.now)
        if here.length < timedelta(hours=20):
            clock_24h = ctx.me.preferences.clock_24h
            if here.end == midnight(last + timedelta(days=1), ctx.zone):
                return f"{day} from {say_clock(here.start, clock_24h=clock_24h)}"
            return f"{day} {say_clocks(here.start, here.end, clock_24h=clock_24h)}"
        return day
    return f"{say_day(here.start.date(), ctx.now)} to {say_day(last, ctx.now)}"


def _free_line(ctx: ToolContext, agenda: Agenda, span: TimeSpan) -> list[str]:
    if agenda.unread:
        return []
    day = span.start.astimezone(ctx.zone).date()
    hours = ctx.me.preferences.hours
    if day < ctx.now.date() or hours.on(day) is None:
        return []
    if not any(one.overlaps(span) for one in gaps((), hours, ctx.zone, day)):
        return []
    busy = own_busy(ctx, agenda)
    # Of a part of a day no more is known than that part.
    free = [
        TimeSpan(start=max(one.start, span.start), end=min(one.end, span.end))
        for one in gaps(busy, hours, ctx.zone, day, now=ctx.now)
        if one.overlaps(span)
    ]
    if not free:
        return ["Free: nothing in your working hours."]
    clock_24h = ctx.me.preferences.clock_24h
    told = ", ".join(say_clocks(one.start, one.end, clock_24h=clock_24h) for one in free)
    return [f"Free: {told}"]


async def _next(
    ctx: ToolContext,
    args: GetSchedule,
    owners: tuple[PersonId, ...],
    calendars: tuple[Calendar, ...],
    private: bool,
) -> ToolResult:
    for days in (2, 15, FAR.days):
        span = TimeSpan(start=ctx.now, end=ctx.now + timedelta(days=days))
        agenda = await ctx.world.mirror.occurrences(
            owners, span, ctx.zone, calendars=[one.id for one in calendars] if calendars else None
        )
        ahead = [
            one
            for one in (agenda.occurrences if calendars else agenda.shown)
            if is_alive(one) and _wanted(one, args.person) and _starts_later(one, ctx)
        ]
        ahead = [one for one in ahead if isinstance(one.when, TimeSpan)] or ahead
        if ahead:
            one = min(ahead, key=lambda found: _begin(found, ctx))
            known = await known_here(ctx, (one,))
            zone = [] if private else await zone_line(ctx)
            text = f"Next: {when_words(ctx, one)}, {event_words(one, ctx, known)}."
            return ToolResult(
                text="\n".join([text, *unread_lines(agenda.unread, ctx), *zone]),
                facts={"events": await facts_of_events([one], ctx, known), "count": 1},
                links=await links_of(ctx, [one]) if private else (),
                private=private,
                strangers_text=is_strangers(one, known),
                moments=() if private else moments_of([(when_words(ctx, one), one.when)]),
            )
    lines = ["Nothing is coming up.", *unread_lines(agenda.unread, ctx)]
    return ToolResult(text="\n".join(lines), facts={"events": [], "count": 0}, private=private)


def _begin(one: Occurrence, ctx: ToolContext) -> datetime:
    when = one.when.within(ctx.zone) if isinstance(one.when, DaySpan) else one.when
    return when.start


def _starts_later(one: Occurrence, ctx: ToolContext) -> bool:
    when = one.when.within(ctx.zone) if isinstance(one.when, DaySpan) else one.when
    return when.start >= ctx.now
