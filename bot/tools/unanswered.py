"""Which invitations wait for the asker's answer."""

from datetime import timedelta

from bot.tools.arguments import SearchEvents
from bot.tools.finding import AHEAD, is_anothers, once_per_series, takes_part, when_words
from bot.tools.links import links_of
from bot.tools.listing import (
    Known,
    event_words,
    facts_of_events,
    is_strangers,
    known_here,
    unread_here,
)
from bot.tools.times import begins, read_window
from bot.tools.tool import ToolContext, ToolResult
from bot.wording import say_count
from calendar_core.events import Answer, Occurrence, Status
from calendar_core.when import TimeSpan

_GONE_BY = timedelta(hours=1)
"""An event that began no longer ago can still be answered."""


async def unanswered(ctx: ToolContext, args: SearchEvents) -> ToolResult:
    """The open invitations in a range, the next one first; a series once."""
    span = (
        read_window(ctx, args.when)
        if args.when
        else TimeSpan(start=ctx.now - _GONE_BY, end=ctx.now + AHEAD)
    )
    agenda = await ctx.world.mirror.occurrences((ctx.person,), span, ctx.zone)
    mine = {one.account.casefold() for one in agenda.calendars}
    wait = [
        one
        for one in agenda.own
        if one.my_answer is Answer.OPEN
        and one.status is not Status.CANCELLED
        and is_anothers(ctx, one)
        and one.organizer.casefold() not in mine
        and takes_part(one, args.person or "")
    ]
    found = once_per_series(sorted(wait, key=lambda one: begins(one.when, ctx.zone)))
    missing = await unread_here(ctx)
    if not found:
        lines = ["No invitation waits for your answer.", *missing]
        return ToolResult(text="\n".join(lines), facts={"events": [], "count": 0})
    listed = found[: args.limit]
    known = await known_here(ctx, listed)
    return ToolResult(
        text="\n".join([*_lines(ctx, found, listed, known), *missing]),
        facts={"events": await facts_of_events(listed, ctx, known), "count": len(found)},
        strangers_text=any(is_strangers(one, known) for one in listed),
        links=await links_of(ctx, listed),
        status="Looked for open invitations",
    )


def _lines(
    ctx: ToolContext, found: list[Occurrence], listed: list[Occurrence], known: Known
) -> list[str]:
    wait = "waits" if len(found) == 1 else "wait"
    lines = [f"{say_count(len(found), 'invitation')} {wait} for your answer:"]
    for number, one in enumerate(listed, 1):
        told = event_words(one, ctx, known).replace(" · not answered", "")
        by = "" if is_strangers(one, known) else f" · from {one.organizer}"
        lines.append(f"  {number}  {when_words(ctx, one)}  {told}{by}")
    if len(found) > len(listed):
        lines.append(f"…and {len(found) - len(listed)} more.")
    return lines
