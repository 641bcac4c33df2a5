"""Finding events: by their words, and beside these what is close to them in meaning."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.tools.arguments import SearchEvents
from bot.tools.finding import Hint, candidates, when_words
from bot.tools.links import links_of
from bot.tools.listing import event_words, facts_of_events, is_strangers, known_here, unread_here
from bot.tools.tool import ToolContext, ToolResult, reads
from bot.tools.unanswered import unanswered
from bot.tools.unfound import are_called, close_in_meaning, nothing_found
from calendar_core.events import Occurrence


@reads
async def search_events(ctx: ToolContext, args: SearchEvents) -> ToolResult:
    """Find events by words, people or time."""
    if args.unanswered:
        return await unanswered(ctx, args)
    hint = Hint(
        words=args.query or "",
        when=args.when or "",
        person=args.person or "",
        past=args.past,
        declined_too=True,
    )
    found = await candidates(ctx, hint)
    if not found and not args.when and not args.past and (args.query or args.person):
        found = await candidates(
            ctx, Hint(words=hint.words, person=hint.person, past=True, declined_too=True)
        )
    missing = await unread_here(ctx)
    close = [] if are_called(found, hint.words) else await _close(ctx, hint, args, found)
    if not found and not close:
        nothing = await nothing_found(ctx, hint)
        return replace(nothing, text="\n".join([nothing.text, *missing]))
    result = await _listed(ctx, args, hint, found, close)
    return replace(result, text="\n".join([result.text, *missing]))


async def _close(
    ctx: ToolContext, hint: Hint, args: SearchEvents, found: Sequence[Occurrence]
) -> list[Occurrence]:
    """What is close in meaning beside what words found: ahead, or, where nothing is, behind."""
    close = await close_in_meaning(ctx, hint)
    if not close and not args.when and not args.past:
        close = await close_in_meaning(ctx, replace(hint, past=True))
    there = {one.event_id for one in found}
    return [one for one in close if one.event_id not in there]


async def _listed(
    ctx: ToolContext,
    args: SearchEvents,
    hint: Hint,
    found: Sequence[Occurrence],
    close: Sequence[Occurrence],
) -> ToolResult:
    shown = min(len(found), args.limit)
    listed = [*found[:shown], *close]
    known = await known_here(ctx, listed)
    told = [f"{when_words(ctx, one)}  {event_words(one, ctx, known)}" for one in listed]
    lines = told[:shown] or [f"I found no {hint.told}."]
    if len(found) > shown:
        lines.append(f"…and {len(found) - shown} more.")
    if close:
        lines += ["Close in meaning:", *told[shown:]]
    events = await facts_of_events(listed, ctx, known)
    facts: dict[str, Any] = {"events": events, "count": len(found)}
    if close:
        # What is merely close is what was asked for only where there is nothing else.
        facts = {"events": events[:shown] or events, "count": shown or len(close)}
        facts["close_in_meaning"] = events[shown:]
    return ToolResult(
        text="\n".join(lines),
        facts=facts,
        strangers_text=any(is_strangers(one, known) for one in listed),
        links=await links_of(ctx, listed),
        status=f"Searched for {hint.told}",
    )
