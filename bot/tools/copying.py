"""Marks on a card for what may come of a stranger's text (law 3), and for one's own events told to
others.

What a proposal says is looked for in what tools told in this conversation, and, where that is not
known, in what strangers wrote into the calendar.
"""

from collections.abc import Iterable, Iterator, Sequence

from bot.tools.finding import owners_of
from bot.tools.listing import is_strangers, known_here
from bot.tools.overhearing import (
    SHORTEST,
    Overheard,
    is_said,
    overheard,
    own_in,
    short_title,
    source_of,
)
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
    """A remark for each stranger's event that pieces, named and said, come from; and where `guests`
    read them, for what tells of the asker's other events."""
    heard = overheard(ctx.heard)
    taken: dict[str, list[str]] = {}
    told: dict[tuple[str, ...], list[str]] = {}
    for name, text in pieces:
        source = await _source(ctx, text, heard, besides)
        if source is not None:
            taken.setdefault(source, []).append(name)
        own = own_in(text, heard, ctx.said) if guests and not name.startswith("guest ") else ()
        if own:
            told.setdefault(own, []).append(name)
    said = [
        f'{say_names(names)} taken from the text of "{short_title(source)}"'
        for source, names in taken.items()
    ]
    said += [f"{say_names(names)}: tells of your {_named(own)}" for own, names in told.items()]
    return tuple(Remark(kind="copied", text=text) for text in said)


def _named(own: Sequence[str]) -> str:
    """The first few titles, and how many more."""
    more = [f"{len(own) - MOST_NAMED} more"] if len(own) > MOST_NAMED else []
    return say_names([*(f'"{short_title(one)}"' for one in own[:MOST_NAMED]), *more])


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
