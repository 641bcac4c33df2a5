"""When no event has the words that were said: what is close to them in meaning, and what stands
there instead. What is merely close is told as that, and asked about before anything becomes of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.tools.finding import (
    AHEAD,
    Hint,
    is_alive,
    is_anothers,
    owners_of,
    takes_part,
    telling,
    told_once,
    when_words,
    which,
)
from bot.tools.times import read_window
from bot.tools.tool import ToolContext, ToolResult
from calendar_core.events import Occurrence, Status
from calendar_core.folding import WORD, folded
from calendar_core.spelling import stands_in
from calendar_core.when import TimeSpan


async def close_in_meaning(ctx: ToolContext, hint: Hint) -> list[Occurrence]:
    """The few events that mean something like what was said, the closest first; none without
    words, or where nobody knows meanings."""
    words = telling(hint.words)
    if not words:
        return []
    if hint.when:
        span = read_window(ctx, hint.when)
    elif hint.past:
        span = TimeSpan(start=ctx.now - AHEAD, end=ctx.now)
    else:
        span = TimeSpan(start=ctx.now, end=ctx.now + AHEAD)
    meanings = ctx.world.meanings
    found = await meanings.close(owners_of(ctx), " ".join(words), span=span, zone=ctx.zone)
    return told_once(
        one
        for one in found
        if (is_alive(one) or (hint.declined_too and one.status is not Status.CANCELLED))
        and takes_part(one, hint.person)
    )


def are_called(found: Iterable[Occurrence], words: str) -> bool:
    """Whether words stand in the title of any, slips of the finger let pass."""
    said = [part for word in telling(words) for part in WORD.findall(folded(word))]
    titles = (WORD.findall(folded(one.title)) for one in found)
    return any(all(stands_in(word, title) for word in said) for title in titles)


def ask_about(ctx: ToolContext, hint: Hint, close: Sequence[Occurrence]) -> ToolResult:
    """Ask whether what is merely close in meaning is meant: it is never taken for it."""
    said = replace(hint, when="").told
    one = "this" if len(close) == 1 else "one of these"
    return which(ctx, close, f"I found no {said}. Do you mean {one}?")


async def nothing_found(ctx: ToolContext, hint: Hint) -> ToolResult:
    """Say that nothing fits, and what stands there instead where a time was said; or ask whether
    something close in meaning is it."""
    close = await close_in_meaning(ctx, hint)
    if close:
        return ask_about(ctx, hint, close)
    text, anothers = f"I found no {hint.told}.", False
    if hint.when:
        agenda = await ctx.world.mirror.occurrences(
            owners_of(ctx), read_window(ctx, hint.when), ctx.zone
        )
        there = [one for one in agenda.occurrences if is_alive(one)][:3]
        if there:
            listed = "; ".join(f"{when_words(ctx, one)} {one.title}" for one in there)
            text += f" There is: {listed}."
            anothers = any(is_anothers(ctx, one) for one in there)
    else:
        text += ' Say it as it stands in your calendar, or ask "what\'s on".'
    return ToolResult(text=text, facts={"none": True}, strangers_text=anothers)
