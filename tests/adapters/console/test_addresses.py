"""An address that is a secret is shown, and kept nowhere: neither with the card that told it nor
with the line that was typed."""

from pathlib import Path

from adapters.console.card_text import ONCE, from_text, to_text
from adapters.console.line_editor import Lines
from bot.chat.cards import Card, Link, Secret, has_secret, plain_text

ADDRESS = "https://convene.example.org/feeds/k.ics"


def test_a_card_with_a_feeds_address_is_kept_without_it() -> None:
    card = Card(title=("Here it is",), body=((Link(ADDRESS, Secret(ADDRESS)),),))
    assert has_secret(card)
    assert ADDRESS in plain_text(card)
    assert plain_text(from_text(to_text(card))) == f"Here it is\n{ONCE}"


def test_a_typed_line_with_an_address_is_not_remembered(tmp_path: Path) -> None:
    history = tmp_path / "history"
    lines = Lines(str(history))
    for line in ("what's on today", f"link {ADDRESS}"):
        lines.append_string(line)
    assert "what's on today" in history.read_text()
    assert ADDRESS not in history.read_text()
