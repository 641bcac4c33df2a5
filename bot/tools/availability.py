"""Looking for free time, alone or with others. The solver is `calendar_core.availability`; this
tells it what
the person meant and tells the person what it found. Others' events are never named: busy is all
one learns."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from bot.people import Person
from bot.tools.arguments import CheckAvailability, FindFreeTime
from bot.tools.finding import is_anothers
from bot.tools.guests import people_named
from bot.tools.listing import unread_lines
from bot.tools.times import read_length, read_time, window_of
from bot.tools.tool import ToolContext, ToolRefused, ToolResult, reads
from bot.wording import (
    say_clocks,
    say_count,
    say_day,
    say_days,
    say_length,
    say_names,
    say_near_day,
    say_when,
)
from calendar_core.availability import find_slots
from calendar_core.busy import busy_spans, unread
from calendar_core.phrases import Grain, Kind
from calendar_core.reasons import Reason, Verdict, Why, is_free
from calendar_core.refusals import MOST_DAYS, Because, Refusal, summary_of_refusals
from calendar_core.slots import Attendee, Prefer, Slot, Slots, Unread, Wish
from calendar_core.when import DaySpan, TimeSpan, at_wall, midnight

WEEK = timedelta(days=7)
MARGIN = timedelta(days=1)
"""Busy time is read this much further on both sides: buffers and nearest slots need it."""


@reads
async def find_free_time(ctx: ToolContext, args: FindFreeTime) -> ToolResult:
    """Free slots, best first."""
    others = await people_named(ctx, args.who)
    optional = await people_named(ctx, args.optional)
    wish = _wish(ctx, args)
    attendees = await attending(ctx, wish.window, (ctx.me, *others), optional)
    slots = find_slots(wish, attendees, ctx.zone)
    refused = summary_of_refusals(
        wish, attendees, ctx.zone, asker=ctx.person, offered=slots.offered
    )
    lines = [_heading(ctx, args, wish, slots, len(attendees))]
    lines += _numbered(ctx, slots.offered, attendees)
    lines += [_refusal(ctx, one) for one in refused]
    lines += _incomplete(ctx, slots.incomplete)
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


def _wish(ctx: ToolContext, args: FindFreeTime) -> Wish:
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
    return say_when(span, ctx.zone, ctx.now)


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


async def attending(
    ctx: ToolContext, window: TimeSpan, required: Sequence[Person], optional: Sequence[Person] = ()
) -> tuple[Attendee, ...]:
    """The people with what they have in a window, a day more on both sides."""
    wide = TimeSpan(start=window.start - MARGIN, end=window.end + MARGIN)
    found = []
    for person in (*required, *optional):
        agenda = await ctx.world.mirror.occurrences((person.id,), wide, person.zone)
        found.append(
            Attendee(
                person=person.id,
                name="you" if person.id == ctx.person else person.name,
                zone=person.zone,
                hours=person.preferences.hours,
                busy=tuple(busy_spans(agenda.occurrences, agenda.calendars, person.zone)),
                required=person in required,
                unread=unread(agenda.calendars),
                buffer=person.preferences.buffer,
            )
        )
    return tuple(found)


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
        return f"{told}, {begin:%H:%M}–{until:%H:%M}"
    if last == start.date() and start > ctx.now and start.time() != time():
        return f"{told}, {say_clocks(start, end, clock_24h=ctx.me.preferences.clock_24h)}"
    return told


def _numbered(
    ctx: ToolContext, offered: Sequence[Slot], attendees: Sequence[Attendee]
) -> list[str]:
    names = {one.person: one.name for one in attendees}
    lines = []
    for number, slot in enumerate(offered, 1):
        line = f"  {number}  {_slot_words(ctx, slot.span)}"
        if slot.missing:
            line += f" · without {say_names([names[person] for person in slot.missing])}"
        lines.append(line)
    return lines


def _slot_words(ctx: ToolContext, span: TimeSpan) -> str:
    return say_when(span, ctx.zone, ctx.now, clock_24h=ctx.me.preferences.clock_24h)


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


def _refusal(ctx: ToolContext, refusal: Refusal) -> str:
    if isinstance(refusal.when, DaySpan):
        when = (
            say_near_day(refusal.when.first, ctx.now)
            if refusal.when.days == 1
            else say_days(refusal.when, ctx.now)
        )
    else:
        here = refusal.when.within(ctx.zone)
        clocks = say_clocks(here.start, here.end, clock_24h=ctx.me.preferences.clock_24h)
        when = f"{say_near_day(here.start.date(), ctx.now)} {clocks}"
    causes = "; ".join(_because(one) for one in refusal.because[:3])
    return f"{when[:1].upper()}{when[1:]} is out: {causes}."


def _because(cause: Because) -> str:
    names = [name for name in cause.names if name]
    who = say_names(sorted(names, key=lambda name: name != "you"))
    plural = len(names) > 1 or names == ["you"]
    be = "are" if plural else "is"
    match cause.kind:
        case Why.AWAY:
            return f"{who} {be} away"
        case Why.BUSY if cause.title:
            return f'{who} {"have" if plural else "has"} "{cause.title}"'
        case Why.BUSY:
            return f"{who} {be} busy"
        case Why.BUFFER:
            return f"it is too close to another meeting of {who}"
        case Why.DAY_OFF:
            return f"{who} {be} off"
        case Why.OUTSIDE_HOURS:
            return f"it is outside working hours of {who}"
        case Why.UNREAD:
            return f"a calendar of {who} could not be read"
        case Why.NO_COMMON_HOURS:
            return "your working hours do not meet"
        case Why.NEVER_TOGETHER:
            return f"{who} {be} never free together"
        case Why.AVOIDED | Why.NOT_ASKED:
            return "you asked to leave it out"
        case _:
            return "it is past"


def _incomplete(ctx: ToolContext, incomplete: Sequence[Unread]) -> list[str]:
    lines = []
    for one in incomplete:
        if one.person == ctx.person:
            lines += unread_lines(one.calendars, ctx)
        else:
            lines.append(f"I could not read all of {one.name}'s calendars, so this is not sure.")
    return lines


@reads
async def check_availability(ctx: ToolContext, args: CheckAvailability) -> ToolResult:
    """Whether somebody is free then, why not, and the nearest slots."""
    found = read_time(ctx, args.when)
    span = window_of(ctx, found)
    length = read_length(ctx, args.length) if args.length else None
    others = await people_named(ctx, args.who)
    people = others or (ctx.me,)
    if found.kind in (Kind.DAY, Kind.DAYS) or (found.kind is Kind.SPAN and found.vague):
        wanted = FindFreeTime(when=args.when, length=args.length, who=[p.name for p in others])
        return await find_free_time.run(ctx, wanted)
    if found.kind is Kind.INSTANT:
        span = TimeSpan(
            start=span.start, end=span.start + (length or ctx.me.preferences.default_length)
        )
    attendees = await attending(ctx, TimeSpan(start=span.start - WEEK, end=span.end + WEEK), people)
    verdict = is_free(span, attendees, ctx.zone, now=ctx.now)
    text = _verdict_words(ctx, span, people, verdict)
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
        status=f"Looked at {_slot_words(ctx, span)}",
    )


def _verdict_words(
    ctx: ToolContext, span: TimeSpan, people: Sequence[Person], verdict: Verdict
) -> list[str]:
    you = tuple(person.id for person in people) == (ctx.person,)
    who = "you are" if you else say_names([person.name for person in people])
    who = who if you else f"{who} {'is' if len(people) == 1 else 'are'}"
    when = _slot_words(ctx, span)
    if verdict.free is None:
        lines = [f"I can't say for {when}.", *_incomplete(ctx, verdict.incomplete)]
        return [*lines, f"On the others {who} free."]
    if verdict.free:
        remarks = "; ".join(_reason(ctx, one) for one in verdict.remarks[:3])
        return [f"Yes, {who} free {when}" + (f", but {remarks}." if remarks else ".")]
    reasons = "; ".join(_reason(ctx, one) for one in verdict.reasons[:4])
    lines = [f"No, not {when}: {reasons}."]
    if verdict.nearest:
        near = ", ".join(_slot_words(ctx, slot.span) for slot in verdict.nearest)
        lines.append(f"Nearest: {near}.")
    return lines


def _reason(ctx: ToolContext, reason: Reason) -> str:
    mine = reason.person == ctx.person
    be = "are" if mine else "is"
    have = "have" if mine else "has"
    match reason.kind:
        case Why.BUSY if mine and reason.occurrence is not None:
            there = reason.occurrence
            state = (
                " (tentative)" if reason.claim is not None and reason.claim == "tentative" else ""
            )
            return f'you have "{there.title}" {_own_times(ctx, reason)}{state}'.strip()
        case Why.BUSY:
            return f"{reason.name} {be} busy"
        case Why.AWAY:
            return f"{reason.name} {be} away"
        case Why.BUFFER:
            return f"{reason.name} {have} a meeting right beside it"
        case Why.DAY_OFF:
            return f"it is a day off for {reason.name}"
        case Why.OUTSIDE_HOURS:
            return f"it is outside {'your' if mine else reason.name + chr(39) + 's'} working hours"
        case Why.PAST:
            return "it is past"
        case _:
            return f"a calendar of {reason.name} could not be read"


def _own_times(ctx: ToolContext, reason: Reason) -> str:
    if reason.occurrence is None or isinstance(reason.occurrence.when, DaySpan):
        return "all day"
    here = reason.occurrence.when.within(ctx.zone)
    return say_clocks(here.start, here.end, clock_24h=ctx.me.preferences.clock_24h)
