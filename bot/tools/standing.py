"""An event that stands there: which one is meant, on whose calendar, and handing in what shall
become of it."""

from bot.tools.finding import (
    Hint,
    candidates,
    likeliest,
    once_per_series,
    owners_of,
    which,
)
from bot.tools.proposing import proposed
from bot.tools.tool import ProposeContext, ToolContext, ToolRefused, ToolResult
from bot.tools.unfound import nothing_found
from calendar_core.changes.change import Edit, Proposal, Remark
from calendar_core.errors import NotFound
from calendar_core.events import Calendar, Occurrence
from calendar_core.indexing import addresses_of


async def the_one(ctx: ToolContext, hint: Hint) -> Occurrence | ToolResult:
    """The event that is meant, or the question which."""
    if not (hint.words or hint.when or hint.person):
        raise ToolRefused("Which event?")
    found = once_per_series(likeliest(ctx, hint, await candidates(ctx, hint)))
    if not found:
        return await nothing_found(ctx, hint)
    return found[0] if len(found) == 1 else which(ctx, found)


async def calendar_of(ctx: ToolContext, one: Occurrence) -> Calendar:
    """The calendar that an event stands on. Raises NotFound."""
    for calendar in await ctx.world.mirror.calendars(owners_of(ctx)):
        if calendar.id == one.calendar_id:
            return calendar
    raise NotFound("That calendar is no longer there.")


async def is_mine(ctx: ToolContext, one: Occurrence) -> bool:
    """Whether the asker may change it: on a linked calendar what its account organizes, else
    unless another person known here does."""
    if not one.organizer:
        return True
    calendar = await calendar_of(ctx, one)
    if calendar.account_id:
        return await _is_its_accounts(ctx, one, calendar)
    if one.my_answer is None:
        return True
    bare = {address.removeprefix("mailto:") for address in ctx.me.addresses}
    mine = {*ctx.me.names, ctx.me.email, *bare}
    if one.organizer.casefold() in {text.casefold() for text in mine}:
        return True
    known = await ctx.world.people.named(one.organizer, near=ctx.person)
    return not any(person.id != ctx.person for person in known)


async def _is_its_accounts(ctx: ToolContext, one: Occurrence, calendar: Calendar) -> bool:
    from calendar_core.ics.reading import read

    stored = await ctx.world.mirror.event(one.event_id, owners_of(ctx))
    organizer = read(stored.resource.ics)[0].organizer
    return organizer is None or organizer.address in {*addresses_of(calendar), *ctx.me.addresses}


async def hand_in(
    ctx: ProposeContext,
    edits: tuple[Edit, ...],
    remarks: tuple[Remark, ...],
    tool: str,
    *found: Occurrence,
) -> ToolResult:
    """Propose edits of events; a card about the channel's own may stand before everybody."""
    on_channel = all(one.owner != ctx.person for one in found)
    change = await ctx.proposals.propose(
        Proposal(
            owner=ctx.person,
            place=ctx.place.key,
            edits=edits,
            remarks=remarks,
            public=on_channel and ctx.may_show_all,
            also=owners_of(ctx)[1:],
        )
    )
    return proposed(ctx, change, tool)
