"""Looking for free time, alone or with others. The solver is `calendar_core.availability`.

What the person wishes for is read in `wishing`; why a time is not free is worded in `verdicts`.
Others' events are never named: busy is all that one learns.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta

from bot.tools.arguments import CheckAvailability, FindFreeTime
from bot.tools.attending import attending, those_named
from bot.tools.finding import is_anothers
from bot.tools.preferring import say_hours_of_day
from bot.tools.taken import taken_times
from bot.tools.times import read_length, read_time, window_of
from bot.tools.tool import ToolContext, ToolResult, reads
from bot.tools.verdicts import incomplete_lines, refusal_line, slot_words, verdict_lines
from bot.tools.wishing import WEEK, wish_of
from bot.wording import (
    say_clocks,
    say_count,
    say_day,
    say_length,
    say_names,
    say_near_day,
    say_when,
)
from calendar_core.availability import find_slots
from calendar_core.phrases import Kind
from calendar_core.reasons import is_free
from calendar_core.refusals import summary_of_refusals
from calendar_core.slots import Attendee, Slot, Slots, Wish
from calendar_core.when import TimeSpan

GRAIN = timedelta(minutes=5)
"""Free stretches of a day are told this exactly."""


@reads
async def find_free_time(ctx: ToolContext, args: FindFreeTime) -> ToolResult:
    """Free slots, best first."""
    others = await those_named(ctx, args.who)
    optional = await those_named(ctx, args.optional)
    wish = wish_of(ctx, args)
    attendees = await attending(ctx, wish.window, (ctx.me, *others), optional)
    slots = find_slots(wish, attendees, ctx.zone)
    if _asks_for_gaps(ctx, args, wish) and slots.offered:
        return _gaps_told(ctx, wish, attendees, slots)
    refused = summary_of_refusals(
        wish, attendees, ctx.zone, asker=ctx.person, offered=slots.offered
    )
    lines = [_heading(ctx, args, wish, slots, len(attendees))]
    lines += _numbered(ctx, slots.offered, attendees)
    lines += [refusal_line(ctx, one) for one in refused]
    lines += incomplete_lines(ctx, slots.incomplete)
    named = {cause.title for one in refused for cause in one.because if cause.title}
    return ToolResult(
        text="\n".join(line for line in lines if line),
        facts={
            "slots": slot_facts(ctx, slots.offered),
            "who": [person.name for person in (*others, *optional)],
            "length": say_length(wish.length),
            "incomplete": bool(slots.incomplete),
        },
        strangers_text=any(
            one.occurrence is not None
            and one.occurrence.title in named
            and is_anothers(ctx, one.occurrence)
            for one in attendees[0].busy
        ),
        status=f"Compared {say_count(len(attendees), 'calendar')}",
    )


def _asks_for_gaps(ctx: ToolContext, args: FindFreeTime, wish: Wish) -> bool:
    """Whether somebody asks when they are free on one day, and not for a slot of some length."""
    here = wish.window.within(ctx.zone)
    one_day = here.start.date() == (here.end - timedelta(microseconds=1)).date()
    return (
        one_day
        and not (args.who or args.optional or args.length)
        and ("count" not in args.model_fields_set)
    )


def _gaps_told(
    ctx: ToolContext, wish: Wish, attendees: Sequence[Attendee], slots: Slots
) -> ToolResult:
    """A day's free stretches: all slots that the solver finds, joined where they touch."""
    every = replace(wish, length=GRAIN, step=GRAIN, count=None)
    free: list[TimeSpan] = []
    for slot in sorted(
        (one.span for one in find_slots(every, attendees, ctx.zone).offered),
        key=lambda span: span.start,
    ):
        if free and slot.start <= free[-1].end:
            free[-1] = TimeSpan(start=free[-1].start, end=max(free[-1].end, slot.end))
        else:
            free.append(slot)
    free = [one for one in free if one.length >= wish.length]
    clock_24h = ctx.me.preferences.clock_24h
    told = say_names([say_clocks(one.start, one.end, clock_24h=clock_24h) for one in free])
    day = say_near_day(wish.window.start.astimezone(ctx.zone).date(), ctx.now)
    lines = [f"{day[:1].upper()}{day[1:]} you are free {told}."]
    return ToolResult(
        text="\n".join([*lines, *incomplete_lines(ctx, slots.incomplete)]),
        facts={
            "free": [{"start": one.start.isoformat(), "end": one.end.isoformat()} for one in free],
            "slots": slot_facts(ctx, slots.offered),
            "who": [],
            "length": say_length(wish.length),
            "incomplete": bool(slots.incomplete),
        },
        status=f"Compared {say_count(len(attendees), 'calendar')}",
    )


def _heading(ctx: ToolContext, args: FindFreeTime, wish: Wish, slots: Slots, people: int) -> str:
    length = say_length(wish.length)
    who = (
        f"{_number(people)} of you, {length}" if people > 1 else f"{length[:1].upper()}{length[1:]}"
    )
    what = f"{who}, {_range(ctx, wish)}"
    if not slots.offered:
        hours = "everybody's hours" if people > 1 else "your working hours"
        return f"{what}: I find no free slot in {hours}."
    if len(slots.offered) == 1:
        return f"{what}. There is one slot:"
    return f"{what}. Best first:"


def _number(count: int) -> str:
    words = {2: "Two", 3: "Three", 4: "Four", 5: "Five", 6: "Six", 7: "Seven", 8: "Eight"}
    return words.get(count, str(count))


def _range(ctx: ToolContext, wish: Wish) -> str:
    start = max(wish.window.start, ctx.now).astimezone(ctx.zone)
    end = wish.window.end.astimezone(ctx.zone)
    last = (end - timedelta(microseconds=1)).date()
    first = say_near_day(start.date(), ctx.now)
    told = first if last == start.date() else f"{first} to {say_day(last, ctx.now)}"
    if wish.part_of_day:
        begin, until = wish.part_of_day
        return f"{told}, {say_hours_of_day(ctx, begin, until)}"
    if last == start.date() and start > ctx.now and start.time() != time():
        return f"{told}, {say_clocks(start, end, clock_24h=ctx.me.preferences.clock_24h)}"
    return told


def _numbered(
    ctx: ToolContext, offered: Sequence[Slot], attendees: Sequence[Attendee]
) -> list[str]:
    names = {one.person: one.name for one in attendees}
    lines = []
    for number, slot in enumerate(offered, 1):
        line = f"  {number}  {slot_words(ctx, slot.span)}"
        if slot.missing:
            line += f" · without {say_names([names[person] for person in slot.missing])}"
        lines.append(line)
    return lines


def slot_facts(ctx: ToolContext, offered: Sequence[Slot]) -> list[dict[str, object]]:
    """Slots as data; `when` can be handed to a creating tool as it stands."""
    return [
        {
            "n": number,
            "when": say_when(slot.span, ctx.zone, ctx.now),
            "start": slot.span.start.astimezone(ctx.zone).isoformat(),
            "end": slot.span.end.astimezone(ctx.zone).isoformat(),
        }
        for number, slot in enumerate(offered, 1)
    ]


@reads
async def check_availability(ctx: ToolContext, args: CheckAvailability) -> ToolResult:
    """Whether somebody is free then, why not, and the nearest slots."""
    found = read_time(ctx, args.when)
    span = window_of(ctx, found)
    length = read_length(ctx, args.length) if args.length else None
    others = await those_named(ctx, args.who)
    people = others or (ctx.me,)
    if found.kind in (Kind.DAY, Kind.DAYS) or (found.kind is Kind.SPAN and found.vague):
        if args.busy and others:
            return await taken_times(ctx, span, others)
        wanted = FindFreeTime(when=args.when, length=args.length, who=args.who)
        return await find_free_time.run(ctx, wanted)
    if found.kind is Kind.INSTANT:
        span = TimeSpan(
            start=span.start, end=span.start + (length or ctx.me.preferences.default_length)
        )
    attendees = await attending(ctx, TimeSpan(start=span.start - WEEK, end=span.end + WEEK), people)
    verdict = is_free(span, attendees, ctx.zone, now=ctx.now)
    text = verdict_lines(ctx, span, people, verdict)
    return ToolResult(
        text="\n".join(text),
        facts={
            "free": verdict.free,
            "slots": slot_facts(ctx, verdict.nearest),
            "who": [person.name for person in others],
            "length": say_length(span.length),
        },
        strangers_text=any(
            one.occurrence is not None
            and one.person == ctx.person
            and is_anothers(ctx, one.occurrence)
            for one in (*verdict.reasons, *verdict.remarks)
        ),
        status=f"Looked at {slot_words(ctx, span)}",
    )
