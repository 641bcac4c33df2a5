"""When others are taken, day by day. By what is never told: busy is all that one learns (law 9)."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bot.people import Person
from bot.tools.attending import attending
from bot.tools.tool import ToolContext, ToolResult
from bot.tools.verdicts import incomplete_lines
from bot.wording import say_clocks, say_count, say_day, say_names
from calendar_core.slots import Attendee, Unread
from calendar_core.stretches import merged
from calendar_core.when import TimeSpan

MOST_DAYS = 14
"""So many days are told one by one."""


async def taken_times(ctx: ToolContext, window: TimeSpan, people: Sequence[Person]) -> ToolResult:
    """When each of these people is taken within a window."""
    here = window.within(ctx.zone)
    attendees = await attending(ctx, window, people)
    unseen = [
        Unread(person=one.person, name=one.name, calendars=one.unread)
        for one in attendees
        if one.unread
    ]
    told = {one.person: _days(one, here, ctx) for one in attendees}
    lines = [line for one in attendees for line in _lines(one, told[one.person], here, ctx)]
    return ToolResult(
        text="\n".join([*lines, *incomplete_lines(ctx, unseen)]),
        facts={
            "busy": [fact for one in attendees for fact in _facts(one, told[one.person])],
            "who": [person.name for person in people],
            "incomplete": bool(unseen),
        },
        status=f"Compared {say_count(len(attendees), 'calendar')}",
    )


Days = dict[date, list[TimeSpan]]


def _days(one: Attendee, window: TimeSpan, ctx: ToolContext) -> Days:
    """Taken stretches by day, on the asker's clock; those that touch are one."""
    spans = [taken.span for taken in one.busy if taken.span.overlaps(window)]
    joined = merged([(span.start.astimezone(UTC), span.end.astimezone(UTC)) for span in spans])
    found: Days = {}
    for day in _each_day(window):
        midnight = datetime.combine(day, time(), ctx.zone)
        whole = TimeSpan(
            start=max(midnight, window.start),
            end=min(datetime.combine(day + timedelta(days=1), time(), ctx.zone), window.end),
        )
        found[day] = [
            TimeSpan(start=max(start, whole.start), end=min(end, whole.end)).within(ctx.zone)
            for start, end in joined
            if start < whole.end and whole.start < end
        ]
    return found


def _each_day(window: TimeSpan) -> Iterator[date]:
    day, last = window.start.date(), (window.end - timedelta(microseconds=1)).date()
    for _ in range(MOST_DAYS):
        if day > last:
            return
        yield day
        day += timedelta(days=1)


def _lines(one: Attendee, days: Days, window: TimeSpan, ctx: ToolContext) -> Iterator[str]:
    taken = {day: spans for day, spans in days.items() if spans}
    if len(days) == 1:
        [day] = days
        yield f"{say_day(day, ctx.now)}: {one.name} {_state(taken.get(day, []), ctx)}."
        return
    if not taken:
        first, last = (say_day(one, ctx.now) for one in (min(days), max(days)))
        yield f"From {first} to {last}: {one.name} {_state((), ctx)}."
        return
    yield f"{one.name} is busy:"
    for day, spans in taken.items():
        yield f"  {say_day(day, ctx.now)} {_clocks(spans, ctx)}"


def _state(spans: Sequence[TimeSpan], ctx: ToolContext) -> str:
    if not spans:
        return "has nothing that I can see"
    return f"is busy {_clocks(spans, ctx)}"


def _clocks(spans: Sequence[TimeSpan], ctx: ToolContext) -> str:
    clock_24h = ctx.me.preferences.clock_24h
    return say_names(
        [
            "all day" if _is_whole(span) else say_clocks(span.start, span.end, clock_24h=clock_24h)
            for span in spans
        ]
    )


def _is_whole(span: TimeSpan) -> bool:
    return span.start.time() == time() and span.end.date() > span.start.date()


def _facts(one: Attendee, days: Days) -> Iterator[dict[str, Any]]:
    for spans in days.values():
        for span in spans:
            yield {
                "who": one.name,
                "start": span.start.isoformat(),
                "end": span.end.isoformat(),
            }
