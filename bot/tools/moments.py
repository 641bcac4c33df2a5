"""What is on at one instant, or that one is free then, and until when."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.tools.finding import is_alive, told_once
from bot.tools.listing import (
    day_lines,
    facts_of_events,
    is_strangers,
    known_here,
    unread_lines,
)
from bot.tools.tool import ToolContext, ToolResult
from bot.wording import say_clock, say_clocks, say_instant
from calendar_core.busy import BusySpan, busy_spans
from calendar_core.events import Occurrence
from calendar_core.mirror import Agenda
from calendar_core.people import PersonId
from calendar_core.when import DaySpan, TimeSpan


async def moment_of(
    ctx: ToolContext, at: datetime, owners: Sequence[PersonId], *, private: bool
) -> ToolResult:
    """What is on at an instant, and until when its hour is free if nothing takes it."""
    day = at.astimezone(ctx.zone).date()
    rest = TimeSpan(
        start=at, end=DaySpan(first=day, until=day + timedelta(days=1)).within(ctx.zone).end
    )
    agenda = await ctx.world.mirror.occurrences(owners, rest, ctx.zone)
    on = told_once(one for one in agenda.shown if is_alive(one) and _is_on(one, at, ctx))
    known = await known_here(ctx, on)
    when = _moment_words(ctx, at)
    lines = [f"{when[:1].upper()}{when[1:]}:", *day_lines(day, on, ctx, known)[1:]] if on else []
    lines += _free_words(ctx, agenda, at, when, nothing_on=not on)
    return ToolResult(
        text="\n".join([*lines, *unread_lines(agenda.unread, ctx)]),
        facts={
            "events": await facts_of_events(on, ctx, known),
            "count": len(on),
            "at": at.astimezone(ctx.zone).isoformat(),
        },
        private=private,
        strangers_text=any(is_strangers(one, known) for one in on),
        status=f"Looked at {when}",
    )


def _moment_words(ctx: ToolContext, at: datetime) -> str:
    if abs(at - ctx.now) < timedelta(minutes=1):
        return "now"
    return say_instant(at, ctx.zone, ctx.now, clock_24h=ctx.me.preferences.clock_24h)


def own_busy(ctx: ToolContext, agenda: Agenda) -> tuple[BusySpan, ...]:
    """What takes the asker's own time: an event of a channel's calendar takes nobody's."""
    own = [one for one in agenda.occurrences if one.owner == ctx.person]
    return busy_spans(own, agenda.calendars, ctx.zone)


def _is_on(one: Occurrence, at: datetime, ctx: ToolContext) -> bool:
    span = one.when.within(ctx.zone) if isinstance(one.when, DaySpan) else one.when
    return span.contains(at) or span.start == at


def _free_words(
    ctx: ToolContext, agenda: Agenda, at: datetime, when: str, *, nothing_on: bool
) -> list[str]:
    """Whether the asker is free then; with a calendar unread nobody knows (law 5)."""
    ahead = sorted(own_busy(ctx, agenda), key=lambda one: one.span.start)
    if any(one.span.contains(at) for one in ahead):
        return []
    if any(one.counts_as_busy for one in agenda.unread):
        return [f"I see nothing {when}."] if nothing_on else []
    free = f"You are free {when}" if nothing_on else "You are free then"
    if not ahead:
        return [f"{free}, and for the rest of the day."]
    clock_24h = ctx.me.preferences.clock_24h
    upcoming = ahead[0]
    until = say_clock(upcoming.span.start.astimezone(ctx.zone), clock_24h=clock_24h)
    there = upcoming.occurrence
    if there is None or there.organizer not in ("", *ctx.me.names):
        return [f"{free}, until {until}."]
    here = upcoming.span.within(ctx.zone)
    clocks = say_clocks(here.start, here.end, clock_24h=clock_24h)
    return [f'{free}, until {until}: then "{there.title}", {clocks}.']
