"""Marks on a card for what may come of a stranger's text (law 3), and for one's own events told to
others.

What a proposal says is looked for in what tools told in this conversation, and, where that is not
known, in what strangers wrote into the calendar.
"""

from collections.abc import Iterable, Iterator

from bot.tools.finding import owners_of
from bot.tools.listing import is_strangers, known_here
from bot.tools.overhearing import SHORTEST, Overheard, is_said, overheard, own_in, source_of
from bot.tools.tool import ToolContext
from bot.wording import say_names
from calendar_core.changes.change import Remark
from calendar_core.events import Event, EventId, Guest

MOST_NAMED = 3
"""Of one's own events that a text tells of."""


async def copied(
    ctx: ToolContext,
    pieces: Iterable[tuple[str, str]],
    *,
    besides: EventId | None = None,
    guests: bool = False,
) -> tuple[Remark, ...]:
    """A remark for each piece, named and said, that stands in a stranger's event; and where
    `guests` read it, for each that tells of the asker's other events."""
    heard = overheard(ctx.heard)
    said = []
    for name, text in pieces:
        source = await _source(ctx, text, heard, besides)
        if source is not None:
            said.append(Remark(kind="copied", text=f'{name} taken from the text of "{source}"'))
        own = own_in(text, heard, ctx.said) if guests and "@" not in text else ()
        if own:
            named = [f'"{one}"' for one in own[:MOST_NAMED]]
            more = [f"{len(own) - MOST_NAMED} more"] if len(own) > MOST_NAMED else []
            words = f"{name} tell the guests of your {say_names([*named, *more])}"
            said.append(Remark(kind="copied", text=words.replace("title tell", "title tells")))
    return tuple(said)


def pieces_of(event: Event, when: str = "") -> Iterator[tuple[str, str]]:
    """What a new event says in words, each by its name on the card; `when` as it was said."""
    yield from guests_of(event.guests)
    yield from (("title", event.title), ("place", event.location), ("notes", event.description))
    yield ("time", when)


def guests_of(guests: Iterable[Guest]) -> Iterator[tuple[str, str]]:
    """Mail addresses of guests."""
    yield from ((f"guest {one.email}", one.email) for one in guests if one.email)


async def _source(
    ctx: ToolContext, text: str, heard: Iterable[Overheard], besides: EventId | None
) -> str | None:
    """Title of the stranger's event in which these words stand."""
    if not ctx.saw_strangers_text or (len(text) < SHORTEST and "@" not in text):
        return None
    if told := source_of(text, heard, ctx.said):
        return told
    if is_said(text, ctx.said):
        return None
    found = await ctx.world.mirror.search(owners_of(ctx), text, zone=ctx.zone)
    known = await known_here(ctx, found)
    theirs = [one for one in found if is_strangers(one, known) and one.event_id != besides]
    return theirs[0].title if theirs else None
