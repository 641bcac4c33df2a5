"""Cards about other assistants, as the bot makes them."""

from collections.abc import Callable

from bot.assistant_tokens import Assistant, AssistantId
from bot.assistant_words import (
    DISCONNECTED,
    choice_card,
    list_card,
    made_card,
    outcome_card,
    put_away_card,
)
from bot.chat.cards import Card
from bot.confirmations import card_of
from calendar_core.changes.change import Remark
from calendar_core.people import PersonId
from tests.builders import NOW, a_change, a_reader

TRAP = "Desk _*!here*_"
"""A name that somebody else chose."""
DESK = Assistant(
    id=AssistantId("d1"), person=PersonId("ana"), name="Desk", client=TRAP, made_at=NOW, used_at=NOW
)
SHELF = Assistant(
    id=AssistantId("d2"), person=PersonId("ana"), name="Shelf", may_propose=False, made_at=NOW
)
ASSISTANT_MAKERS: dict[str, Callable[[], Card]] = {
    "assistant_choice": lambda: choice_card("Desk", (SHELF,), NOW),
    "assistant_made": lambda: made_card(DESK, "convene-0123456789abcdef", "https://c.example/mcp"),
    "assistant_put_away": lambda: put_away_card(DESK),
    "assistant_list": lambda: list_card((DESK, SHELF), NOW),
    "assistant_outcome": lambda: outcome_card(DISCONNECTED),
    "assistant_proposal": lambda: card_of(
        a_change(remarks=(Remark(kind="assistant", text=DESK.told()),)), a_reader()
    ),
}
