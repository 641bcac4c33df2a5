"""What a model looked at for an answer: a quiet line under it, and on a press what tools told, in
their own words. So a person sees what an answer rests on, whatever the model made of it.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.chat.cards import Button, Card, Line, Strong
from bot.chat.messages import ButtonPress
from bot.choosing import LOOKS_BACK
from bot.conversations import Conversations
from bot.speaking import Hearing, Speaking
from bot.transcript import Part, ToolReturned, UserSaid
from bot.turn import TurnResult
from calendar_core.database import Database
from calendar_core.errors import NotFound

LOOKED = "looked"
TITLE = "What I looked at"
GONE = "That was too long ago; I no longer know what I looked at. Ask me again, please."
MOST_LINES = 40
MOST_STATUSES = 3


def with_lookups(card: Card, result: TurnResult) -> Card:
    """An answer with what was looked at for it; as it is where that was nothing, or where rules
    answered, whose words are the tools' own."""
    statuses = list(dict.fromkeys(one.status for one in result.results if one.status))
    told = [part for part in result.parts if isinstance(part, ToolReturned) and part.ok]
    if result.by_rules or not statuses or not told:
        return card
    said = next(part for part in result.parts if isinstance(part, UserSaid))
    more = len(statuses) - MOST_STATUSES
    shown = [*statuses[:MOST_STATUSES], *([f"{more} more"] if more > 0 else [])]
    button = Button(label=TITLE, value=f"{LOOKED}:{_stamp(said.at)}")
    return replace(card, body=(*card.body, (" · ".join(shown),)), buttons=(*card.buttons, button))


class Lookups:
    """Answers presses that ask what was looked at."""

    def __init__(
        self, database: Database, conversations: Conversations, speaking: Speaking
    ) -> None:
        self._database = database
        self._conversations = conversations
        self._speaking = speaking

    async def show(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        """Tell the asker alone. Raises NotFound."""
        conversation = await self._database.read(
            lambda connection: self._conversations.read(
                connection, hearing.key, hearing.me.id, LOOKS_BACK
            )
        )
        lines = [line for text in _told(conversation.parts, subject) for line in _lines(text)]
        if not lines:
            raise NotFound(GONE)
        card = looked_card(lines)
        await self._speaking.post(hearing.place, hearing.sender, card, private=True)


def looked_card(lines: Sequence[Line]) -> Card:
    """What tools told, as many lines as fit."""
    left = len(lines) - MOST_LINES
    rest: list[Line] = [(f"… and {left} more lines",)] if left > 0 else []
    return Card(title=(Strong(TITLE),), body=(*lines[:MOST_LINES], *rest))


def _told(parts: Sequence[Part], stamp: str) -> Iterable[str]:
    """What tools told in the turn that began at that instant."""
    begun = False
    for part in parts:
        if isinstance(part, UserSaid):
            begun = _stamp(part.at) == stamp
        elif begun and isinstance(part, ToolReturned) and part.ok:
            text = json.loads(part.content).get("text")
            if isinstance(text, str) and text:
                yield text


def _lines(text: str) -> Iterable[Line]:
    return [(line,) for line in text.splitlines() if line.strip()]


def _stamp(at: datetime) -> str:
    return str(int(at.timestamp() * 1000))
