"""Which calendars a person has, how healthy they are, and what each is for."""

from bot.tools.arguments import ListCalendars, SetPreferences
from bot.tools.finding import owners_of
from bot.tools.listing import unread_lines
from bot.tools.naming import calendar_of_mine
from bot.tools.noting import NoteAction
from bot.tools.tool import ToolContext, ToolRefused, ToolResult, reads
from bot.wording import say_clock, say_names
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
    if not one.in_digests:
        parts.append("not in your digest")
    if one.read_only:
        parts.append("read only")
    if one.synced_at is not None:
        clock = say_clock(
            one.synced_at.astimezone(ctx.zone), clock_24h=ctx.me.preferences.clock_24h
        )
        parts.append(f"read at {clock}")
    return " · ".join(parts)


async def calendar_action(ctx: ToolContext, args: SetPreferences) -> NoteAction:
    """What to note when somebody says what a calendar is for. Raises ToolRefused."""
    calendar = await calendar_of_mine(ctx, args.default_calendar or args.calendar or "")
    settings: dict[str, bool] = {}
    said = []
    if args.default_calendar:
        if calendar.read_only:
            raise ToolRefused(f"{calendar.name} can only be read, so new events can't go there.")
        settings["is_default"] = True
        said.append(f"new events go to {calendar.name}")
    if args.counts_as_busy is not None:
        settings["counts_as_busy"] = args.counts_as_busy
        does = "counts" if args.counts_as_busy else "does not count"
        said.append(f"{calendar.name} {does} as busy")
    if args.in_digests is not None:
        settings["in_digests"] = args.in_digests
        does = "stands" if args.in_digests else "does not stand"
        said.append(f"{calendar.name} {does} in your digest")
    if not settings:
        raise ToolRefused(f"What about {calendar.name}: new events, busy time, or the digest?")
    return NoteAction(
        kind="calendar",
        body={"id": calendar.id, "settings": settings},
        done=f"Noted: {say_names(said)}.",
        question=f"Change what {calendar.name} is for?",
        fields={"to": say_names(said)},
    )
