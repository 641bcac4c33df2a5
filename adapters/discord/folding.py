"""Making a card fit: texts within what one message shows, with an honest word on what is left
out."""

from collections.abc import Sequence

from adapters.discord import limits
from adapters.discord.markup import Ink, escaped
from bot.chat.cards import Card, Field, plain

_ROOM_FOR_MORE = 40
"""Characters kept for "… and 12 more"."""


def fold(card: Card) -> list[str]:
    """The texts of a card: its title, its lines, its facts, each at most once."""
    ink = Ink(card.moments)
    texts = [_title(card, ink)] if plain(card.title).strip() else []
    room = limits.DISPLAY - sum(len(text) for text in texts)
    facts = _fitting([_fact(field, ink) for field in card.fields], room - _ROOM_FOR_MORE)
    room -= len(facts)
    lines = [_cut(ink.marked(line), limits.CONTENT) for line in card.body]
    body = _fitting(lines, max(room - _ROOM_FOR_MORE, _ROOM_FOR_MORE))
    return [*texts, *([body] if body.strip() else []), *([facts] if facts else [])]


def _title(card: Card, ink: Ink) -> str:
    return f"### {_cut(ink.inline(card.title), limits.TITLE)}"


def _fact(field: Field, ink: Ink) -> str:
    name = escaped(field.name)
    value = _cut(ink.inline(field.value), limits.VALUE)
    return f"**{name}**\u2002{value}" if name else value


def _fitting(lines: Sequence[str], room: int) -> str:
    """As many lines as there is room for; the rest is counted."""
    used = 0
    for number, line in enumerate(lines):
        used += len(line) + 1
        if used > room:
            return "\n".join([*lines[:number], f"-# … and {len(lines) - number} more"])
    return "\n".join(lines)


def _cut(text: str, most: int) -> str:
    """At most so many characters, never between a backslash and what it escapes or in a time."""
    if len(text) <= most:
        return text
    text = text[: most - 1]
    opened = text.rfind("<t:")
    if opened > text.rfind(">"):
        text = text[:opened]
    return text.rstrip("\\") + "…"
