"""Which calendars a person has, and how healthy they are."""

from bot.tools.arguments import ListCalendars
from bot.tools.finding import owners_of
from bot.tools.listing import unread_lines
from bot.tools.tool import ToolContext, ToolResult, reads
from bot.wording import say_clock
from calendar_core.events import Calendar


@reads
async def list_calendars(ctx: ToolContext, args: ListCalendars) -> ToolResult:
    """The person's calendars and the channel's."""
    calendars = await ctx.world.mirror.calendars(owners_of(ctx))
    if not calendars:
        return ToolResult(text="You have no calendar yet.", facts={"calendars": []})
    lines = ["Your calendars:"]
    lines += [f"  {one.name} · {_words(ctx, one)}" for one in calendars]
    lines += unread_lines([one for one in calendars if one.unread_since is not None], ctx)
    facts = [
        {
            "name": one.name,
            "provider": one.provider,
            "default": one.is_default,
            "counts_as_busy": one.counts_as_busy,
            "healthy": one.unread_since is None,
        }
        for one in calendars
    ]
    return ToolResult(text="\n".join(lines), facts={"calendars": facts})


def _words(ctx: ToolContext, one: Calendar) -> str:
    parts = ["built in" if one.provider == "local" else f"{one.provider} {one.account}".strip()]
    if one.owner != ctx.person:
        parts.append("this channel's own")
    if one.is_default and one.owner == ctx.person:
        parts.append("new events go here")
    if not one.counts_as_busy:
        parts.append("does not count as busy")
    if one.read_only:
        parts.append("read only")
    if one.synced_at is not None:
        clock = say_clock(
            one.synced_at.astimezone(ctx.zone), clock_24h=ctx.me.preferences.clock_24h
        )
        parts.append(f"read at {clock}")
    return " · ".join(parts)
