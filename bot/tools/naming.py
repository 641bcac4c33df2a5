"""Which calendar a name means: one's own, the channel's, or one of a channel that one may see.

Whose calendars are looked at where nobody named one is `finding.owners_of`.
"""

from collections.abc import Sequence

from bot.tools.finding import channel_here, owners_of
from bot.tools.tool import ToolContext, ToolRefused
from bot.wording import say_names
from calendar_core.events import Calendar
from calendar_core.folding import folded
from calendar_core.people import PersonId

_CHANNEL_WORDS = frozenset(
    {"team", "channel", "this channel", "the channel", "our", "shared", "group", "team's"}
)


def matching(
    calendars: Sequence[Calendar], name: str, *, channel: PersonId | None = None
) -> list[Calendar]:
    """Calendars of that name: the same, else with words that begin so; "team" also means the
    channel's own."""
    wanted = _bare(name)
    exact = [one for one in calendars if _bare(one.name) == wanted]
    if exact:
        return exact
    if channel is not None and wanted in _CHANNEL_WORDS:
        return [one for one in calendars if one.owner == channel]
    return [one for one in calendars if f" {wanted}" in f" {_bare(one.name)}"] if wanted else []


def _bare(name: str) -> str:
    words = folded(name).removesuffix("calendar").strip(" #'\"")
    bare = words.removesuffix("'s").removeprefix("my ").removeprefix("the ").strip(" #'\"")
    return bare or folded(name)


async def calendar_to_read(ctx: ToolContext, name: str) -> tuple[Calendar, ...]:
    """The calendars of that name that the asker may look at: here, or of their channels elsewhere.

    Raises ToolRefused, in the same words whether there is such a calendar or not (law 9).
    """
    here = await ctx.world.mirror.calendars(owners_of(ctx))
    channel = None if ctx.place.is_private else channel_here(ctx)
    found = matching(here, name, channel=channel)
    if found:
        return tuple(found)
    elsewhere = await ctx.rooms.calendars()
    found = matching(elsewhere, name)
    if not found and _bare(name) in _CHANNEL_WORDS:
        found = list(elsewhere)
    if len({one.owner for one in found}) > 1:
        raise ToolRefused(f"Which channel's calendar: {' or '.join(one.name for one in found)}?")
    if not found:
        names = say_names([one.name for one in here])
        raise ToolRefused(
            f'I know no calendar "{name.strip()}" that you may see. Here you have {names}.'
        )
    return tuple(found)


async def calendar_to_write(ctx: ToolContext, name: str | None) -> Calendar:
    """The calendar that a new event goes to: by name, else the person's default.

    Raises ToolRefused when no such calendar can be written to.
    """
    calendars = await ctx.world.mirror.calendars(owners_of(ctx))
    writable = [one for one in calendars if not one.read_only]
    if not name:
        own = [one for one in writable if one.owner == ctx.person]
        default = next((one for one in own if one.is_default), own[0] if own else None)
        if default is None:
            raise ToolRefused("You have no calendar that I can write to yet.")
        return default
    channel = None if ctx.place.is_private else channel_here(ctx)
    found = matching(writable, name, channel=channel)
    if found:
        return found[0]
    names = say_names([one.name for one in writable])
    if matching(calendars, name, channel=channel):
        raise ToolRefused(f"{name.strip()} can only be read. I can write to {names}.")
    there = matching(await ctx.rooms.calendars(), name)
    if there:
        raise ToolRefused(f"Ask me in {there[0].name} itself, so that they see what changes there.")
    raise ToolRefused(f'I know no calendar "{name.strip()}" that I can write to. There is {names}.')


async def calendar_of_mine(ctx: ToolContext, name: str) -> Calendar:
    """One of the asker's own calendars. Raises ToolRefused."""
    own = await ctx.world.mirror.calendars((ctx.person,))
    found = matching(own, name)
    if len(found) != 1:
        raise ToolRefused(
            f"Which calendar do you mean? You have {say_names([one.name for one in own])}."
        )
    return found[0]
