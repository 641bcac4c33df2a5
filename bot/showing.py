"""Showing what one tool came to: a line with Undo, the card of a change or a note, or plain words.

How a whole turn is shown is `talking`; here is the outcome of a form, a menu or a command.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from bot.chat.cards import Button, Card, Link, message
from bot.notes import Note
from bot.speaking import Hearing, Speaking
from bot.tools.tool import ToolResult


class Noted(Protocol):
    """The notes, to look at."""

    async def get(self, note: str) -> Note:
        """A note by id. Raises NotFound."""
        ...


def noted_card(noted: ToolResult) -> Card:
    """The tool's own line with its Undo: outcome lines never come from a model."""
    assert noted.undo is not None
    undo = Button(label="Undo", value=noted.undo.value)
    return replace(message(noted.text), buttons=(undo,))


def with_links(card: Card, links: Sequence[Link]) -> Card:
    """The answer with what it leads to."""
    buttons = tuple(Button(label=one.text, value="open:link", url=one.url) for one in links)
    return replace(card, buttons=(*card.buttons, *buttons))


async def show_result(
    speaking: Speaking, notes: Noted, hearing: Hearing, result: ToolResult
) -> None:
    """Say it where it was asked for; what is private to the asker alone."""
    if result.proposed is not None:
        await speaking.show_change(hearing, result.proposed)
        return
    if result.asked is not None:
        await speaking.show_note(hearing, await notes.get(result.asked.id))
        return
    card = noted_card(result) if result.undo is not None else message(result.text)
    card = with_links(card, result.links)
    await speaking.post(hearing.place, hearing.sender, card, private=result.private)
