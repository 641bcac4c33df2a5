"""Marks on a card for what may come of a stranger's text (law 3).

Only in a turn that read such text: what a proposal says is then looked for in what strangers wrote.
"""

from collections.abc import Iterable, Iterator

from bot.tools.finding import owners_of
from bot.tools.listing import is_strangers, known_names
from bot.tools.tool import ToolContext
from calendar_core.changes.change import Remark
from calendar_core.events import Event, EventId, Guest

SHORTEST = 12
"""Characters of a text that is looked for; mail addresses always are."""


async def copied(
    ctx: ToolContext, pieces: Iterable[tuple[str, str]], *, besides: EventId | None = None
) -> tuple[Remark, ...]:
    """A remark for each piece, named and said, that stands in a stranger's event."""
    if not ctx.saw_strangers_text:
        return ()
    said = []
    for name, text in pieces:
        source = await _source(ctx, text, besides)
        if source is not None:
            said.append(Remark(kind="copied", text=f'{name} taken from the text of "{source}"'))
    return tuple(said)


def pieces_of(event: Event) -> Iterator[tuple[str, str]]:
    """What a new event says in words, each by its name on the card."""
    yield from guests_of(event.guests)
    yield from (("title", event.title), ("place", event.location), ("notes", event.description))


def guests_of(guests: Iterable[Guest]) -> Iterator[tuple[str, str]]:
    """Mail addresses of guests."""
    yield from ((f"guest {one.email}", one.email) for one in guests if one.email)


async def _source(ctx: ToolContext, text: str, besides: EventId | None) -> str | None:
    """Title of the stranger's event in which these words stand."""
    if len(text) < SHORTEST and "@" not in text:
        return None
    found = await ctx.world.mirror.search(owners_of(ctx), text, zone=ctx.zone)
    known = await known_names(ctx, (one.organizer for one in found))
    theirs = [one for one in found if is_strangers(one, known) and one.event_id != besides]
    return theirs[0].title if theirs else None
