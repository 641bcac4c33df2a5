"""Which calendars a person has, how healthy they are, and what each is for."""

from collections.abc import Mapping

from bot.linked_health import Link, said_account, said_calendar
from bot.linking_words import named
from bot.tools.arguments import LinkCalendar, ListCalendars, SetPreferences
from bot.tools.finding import owners_of
from bot.tools.listing import unread_lines
from bot.tools.naming import calendar_of_mine
from bot.tools.noting import NoteAction
from bot.tools.tool import Opening, ToolContext, ToolRefused, ToolResult, reads
from bot.wording import say_names
from calendar_core.events import Calendar


@reads
async def list_calendars(ctx: ToolContext, args: ListCalendars) -> ToolResult:
    """The person's calendars and the channel's."""
    calendars = await ctx.world.mirror.calendars(owners_of(ctx))
    if not calendars:
        return ToolResult(text="You have no calendar yet.", facts={"calendars": []})
    lines = ["Your calendars:"]
    links = {str(one.account.id): one for one in await ctx.world.links.of(ctx.person)}
    lines += [f"  {one.name} · {_words(ctx, one, links.get(one.account_id))}" for one in calendars]
    lines += unread_lines([one for one in calendars if one.unread_since is not None], ctx)
    lines += [
        f"{named(one.account)} {said_account(one.account, ctx.now)}. Link it again, please."
        for one in links.values()
        if one.account.unwell_since is not None
    ]
    facts = [_facts(one, links.get(one.account_id)) for one in calendars]
    return ToolResult(text="\n".join(lines), facts={"calendars": facts})


@reads
async def link_calendar(ctx: ToolContext, args: LinkCalendar) -> ToolResult:
    """Showing how an account is linked; its own card does the rest."""
    return ToolResult(
        text="The card says how it is linked.",
        facts={"shown": True, "waits_for": "the person, on the card; ask for no password"},
        opens=Opening(what=args.kind or ""),
    )


def _facts(one: Calendar, link: Link | None) -> Mapping[str, object]:
    facts: dict[str, object] = {
        "name": one.name,
        "provider": one.provider,
        "default": one.is_default,
        "counts_as_busy": one.counts_as_busy,
        "healthy": one.unread_since is None,
    }
    if link is not None:
        account = link.account
        facts["account"] = account.address
        facts["read_at"] = one.synced_at.isoformat(timespec="minutes") if one.synced_at else None
        facts["account_is"] = account.why if account.unwell_since is not None else "well"
    return facts


def _words(ctx: ToolContext, one: Calendar, link: Link | None) -> str:
    parts = ["built in" if one.provider == "local" else f"{one.provider} {one.account}".strip()]
    if link is not None:
        states = (state for state in link.states if state.calendar.id == one.id)
        parts = [named(link.account), *(said_calendar(state, ctx.now) for state in states)]
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
    return " · ".join(parts)


async def calendar_action(ctx: ToolContext, args: SetPreferences) -> NoteAction:
    """What to note when somebody says what a calendar is for. Raises ToolRefused."""
    calendar = await calendar_of_mine(ctx, args.default_calendar or args.calendar or "")
    settings: dict[str, bool] = {}
    if args.default_calendar:
        if calendar.read_only:
            raise ToolRefused(f"{calendar.name} can only be read, so new events can't go there.")
        settings["is_default"] = True
    if args.counts_as_busy is not None:
        settings["counts_as_busy"] = args.counts_as_busy
    if args.in_digests is not None:
        settings["in_digests"] = args.in_digests
    if not settings:
        raise ToolRefused(f"What about {calendar.name}: new events, busy time, or the digest?")
    return calendar_note(calendar, settings)


def calendar_note(calendar: Calendar, settings: Mapping[str, bool]) -> NoteAction:
    """What to note of what a calendar is for, by the names of its own fields."""
    said = []
    if "is_default" in settings:
        said.append(f"new events go to {calendar.name}")
    if "counts_as_busy" in settings:
        does = "counts" if settings["counts_as_busy"] else "does not count"
        said.append(f"{calendar.name} {does} as busy")
    if "in_digests" in settings:
        does = "stands" if settings["in_digests"] else "does not stand"
        said.append(f"{calendar.name} {does} in your digest")
    return NoteAction(
        kind="calendar",
        body={"id": calendar.id, "settings": dict(settings)},
        done=f"Noted: {say_names(said)}.",
        question=f"Change what {calendar.name} is for?",
        fields={"to": say_names(said)},
    )
