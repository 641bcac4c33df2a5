"""Whether a time is free, and why not, in words. Of others nothing is told but "busy" (law 9)."""

from collections.abc import Sequence

from bot.people import Person
from bot.tools.attending import is_colleague, is_stranger
from bot.tools.listing import unread_lines
from bot.tools.tool import ToolContext
from bot.wording import say_clocks, say_days, say_names, say_near_day, say_when
from calendar_core.reasons import Reason, Verdict, Why
from calendar_core.refusals import Because, Refusal
from calendar_core.slots import Unread
from calendar_core.when import DaySpan, TimeSpan


def refusal_line(ctx: ToolContext, refusal: Refusal) -> str:
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


def incomplete_lines(ctx: ToolContext, incomplete: Sequence[Unread]) -> list[str]:
    lines = []
    for one in incomplete:
        if one.person == ctx.person:
            lines += unread_lines(one.calendars, ctx)
        elif is_stranger(one):
            lines.append(f"{one.name} has not talked with me yet, so I know nothing of their time.")
        elif is_colleague(one.person):
            lines.append(f"I could not see when {one.name} is taken, so this is not sure.")
        else:
            lines.append(f"I could not read all of {one.name}'s calendars, so this is not sure.")
    return lines


def verdict_lines(
    ctx: ToolContext, span: TimeSpan, people: Sequence[Person], verdict: Verdict
) -> list[str]:
    you = tuple(person.id for person in people) == (ctx.person,)
    who = "you are" if you else say_names([person.name for person in people])
    who = who if you else f"{who} {'is' if len(people) == 1 else 'are'}"
    when = slot_words(ctx, span)
    if verdict.free is None:
        lines = [f"I can't say for {when}.", *incomplete_lines(ctx, verdict.incomplete)]
        unseen = [one for one in verdict.incomplete if is_colleague(one.person) or is_stranger(one)]
        if unseen:
            return lines
        return [*lines, f"On the others {who} free."]
    if verdict.free:
        remarks = "; ".join(_reason(ctx, one) for one in verdict.remarks[:3])
        return [f"Yes, {who} free {when}" + (f", but {remarks}." if remarks else ".")]
    reasons = "; ".join(_reason(ctx, one) for one in verdict.reasons[:4])
    lines = [f"No, not {when}: {reasons}."]
    if verdict.nearest:
        near = ", ".join(slot_words(ctx, slot.span) for slot in verdict.nearest)
        lines.append(f"Nearest: {near}.")
    return lines + incomplete_lines(ctx, verdict.incomplete)


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


def slot_words(ctx: ToolContext, span: TimeSpan) -> str:
    return say_when(span, ctx.zone, ctx.now, clock_24h=ctx.me.preferences.clock_24h)
