"""Figures of a person's time: hours in meetings, the busiest day, focus time. Counting is
`calendar_core.insights`."""

from datetime import timedelta

from bot.tools.arguments import AnalyzeSchedule
from bot.tools.finding import takes_part
from bot.tools.listing import is_strangers, known_here, unread_lines
from bot.tools.times import read_window
from bot.tools.tool import ToolContext, ToolRefused, ToolResult, reads
from bot.wording import say_count, say_day, say_days, say_hours, say_when
from calendar_core.folding import folded
from calendar_core.insights import Insights, analyse
from calendar_core.when import DaySpan, TimeSpan

LONGEST = timedelta(days=366)
MOST_CLASHES = 5
"""How many events that overlap are named."""


@reads
async def analyze_schedule(ctx: ToolContext, args: AnalyzeSchedule) -> ToolResult:
    """How full a range is, and of what."""
    span = read_window(ctx, args.when).within(ctx.zone)
    if span.length > LONGEST + timedelta(days=1):
        raise ToolRefused("I count over a year at most. Say a shorter range.")
    days = DaySpan(
        first=span.start.date(),
        until=(span.end - timedelta(microseconds=1)).date() + timedelta(days=1),
    )
    before = DaySpan(first=days.first - timedelta(days=days.days), until=days.first)
    mirror = ctx.world.mirror
    agenda = await mirror.occurrences((ctx.person,), days.within(ctx.zone), ctx.zone)
    shown = [one for one in agenda.own if takes_part(one, args.person or "")]
    earlier = await mirror.occurrences((ctx.person,), before.within(ctx.zone), ctx.zone)
    figures = analyse(
        shown,
        ctx.me.preferences.hours,
        ctx.zone,
        days,
        ctx.now.date(),
        calendars=agenda.calendars,
        me=(*ctx.me.names, ctx.me.email, *ctx.me.addresses),
        before=earlier.own,
    )
    lines = [*_lines(ctx, figures, args.person), *unread_lines(agenda.unread, ctx)]
    clashing = [one for pair in figures.clashes[:MOST_CLASHES] for one in pair]
    known = await known_here(ctx, (*(one.name for one in figures.most_met), *clashing))
    return ToolResult(
        text="\n".join(lines),
        facts=_facts(ctx, figures),
        strangers_text=any(one.name not in known for one in figures.most_met)
        or any(is_strangers(one, known) for one in clashing),
    )


def _lines(ctx: ToolContext, figures: Insights, person: str | None) -> list[str]:
    name = say_days(figures.span, ctx.now)
    if person:
        return [_with_person(figures, name, person)]
    if not figures.events.number:
        return [f"{name}: nothing in your calendar."]
    lines = [
        f"{name}: {say_hours(figures.events.time)} in {say_count(figures.events.number, 'event')}, "
        f"{say_hours(figures.meetings.time)} of it with others; {_share(figures)}."
    ]
    if figures.busiest is not None:
        day = say_day(figures.busiest.day, ctx.now)
        lines.append(f"Busiest: {day} with {say_hours(figures.busiest.time)}.")
    focus = sum((one.length for one in figures.focus), timedelta())
    stretches = say_count(len(figures.focus), "stretch", "stretches")
    lines.append(f"Focus time: {say_hours(focus)} in {stretches} of two hours or more.")
    if figures.most_met:
        met = ", ".join(f"{one.name} ({one.number})" for one in figures.most_met[:3])
        lines.append(f"Met most: {met}.")
    if figures.before is not None and figures.before.number:
        lines.append(_trend(figures))
    if figures.clashes:
        lines.append(f"Overlapping: {'; '.join(_clash_lines(ctx, figures))}.")
    return lines


def _clash_lines(ctx: ToolContext, figures: Insights) -> list[str]:
    """Each event that begins while another is on, with that one."""
    clock_24h = ctx.me.preferences.clock_24h
    told = [
        f'"{one.title}" and "{other.title}", '
        + say_when(other.when, ctx.zone, ctx.now, clock_24h=clock_24h)
        for one, other in figures.clashes[:MOST_CLASHES]
    ]
    more = len(figures.clashes) - len(told)
    return [*told, f"{more} more"] if more else told


def _share(figures: Insights) -> str:
    if not figures.working:
        return "no working hours in that range"
    return f"{figures.taken / figures.working:.0%} of your working hours"


def _trend(figures: Insights) -> str:
    assert figures.before is not None
    more = figures.events.time - figures.before.time
    if not more:
        return "As much as in the same time before."
    word = "more" if more > timedelta() else "less"
    return f"{say_hours(abs(more))} {word} than in the same time before."


def _with_person(figures: Insights, name: str, person: str) -> str:
    """Of figures that were drawn from events with one person alone."""
    if not figures.events.number:
        return f"{name}: nothing with {person}."
    met = [one.name for one in figures.most_met if folded(person) in folded(one.name)]
    events = say_count(figures.events.number, "event")
    return f"{name}: {say_hours(figures.events.time)} with {met[0] if met else person} in {events}."


def _facts(ctx: ToolContext, figures: Insights) -> dict[str, object]:
    return {
        "events": figures.events.number,
        "hours": round(figures.events.time / timedelta(hours=1), 2),
        "meeting_hours": round(figures.meetings.time / timedelta(hours=1), 2),
        "by_day": {
            one.day.isoformat(): round(one.time / timedelta(hours=1), 2)
            for one in figures.by_day[:62]
        },
        "focus": [_span(one) for one in figures.focus[:10]],
        "back_to_back": figures.back_to_back,
        "clashes": _clash_lines(ctx, figures),
        "met_most": [one.name for one in figures.most_met[:5]],
    }


def _span(span: TimeSpan) -> str:
    return f"{span.start.isoformat()}/{span.end.isoformat()}"
