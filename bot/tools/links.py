"""Where what was looked up can be joined and opened: on the asker's own calendars alone, for an
event's page at its maker is its owner's (law 9).
"""

from collections.abc import Sequence
from datetime import timedelta

from bot.chat.cards import Link
from bot.tools.tool import ToolContext
from calendar_core import capabilities
from calendar_core.errors import NotFound
from calendar_core.events import Occurrence
from calendar_core.when import DaySpan

SOON = timedelta(hours=1)
"""How long before its start a meeting in an agenda can be joined."""


def joins(ctx: ToolContext, listed: Sequence[Occurrence]) -> tuple[Link, ...]:
    """The meetings that go on or begin soon, by their video links."""
    return tuple(
        Link(text=f'Join "{one.title}"', url=one.video_url)
        for one in listed
        if one.owner == ctx.person
        and one.video_url.startswith("https://")
        and not isinstance(one.when, DaySpan)
        and one.when.start - SOON <= ctx.now < one.when.end
    )


async def links_of(ctx: ToolContext, listed: Sequence[Occurrence]) -> tuple[Link, ...]:
    """Of a single event that was found: to join it, and to open it at its calendar's maker."""
    if len(listed) != 1 or listed[0].owner != ctx.person:
        return ()
    one = listed[0]
    told = (("Join", one.video_url), await _page(ctx, one))
    return tuple(Link(text=text, url=url) for text, url in told if url.startswith("https://"))


async def _page(ctx: ToolContext, one: Occurrence) -> tuple[str, str]:
    from calendar_core.ics.reading import read

    try:
        stored = await ctx.world.mirror.event(one.event_id, (ctx.person,))
    except NotFound:
        return "", ""
    maker = capabilities.of(stored.calendar.provider)
    if not maker.name:
        return "", ""
    components = read(stored.resource.ics)
    own = [event for event in components if event.recurrence_id == one.recurrence_id]
    return f"Open in {maker.name}", (own or components)[0].link
