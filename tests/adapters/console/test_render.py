"""How cards look, compared with golden files."""

import re

import pytest

from adapters.console.card_text import from_text, to_text
from adapters.console.render import Paper, draw
from bot.chat.cards import Card
from tests.adapters.console.cards import CARDS, HOSTILE, MOVE
from tests.goldens import matches_golden


@pytest.mark.parametrize("width", [60, 100])
@pytest.mark.parametrize("name", CARDS)
def test_a_card_looks_as_drawn_before(name: str, width: int) -> None:
    card = CARDS[name]
    keys = [str(place) for place, _ in enumerate(card.buttons, start=1)]
    drawn = draw(card, Paper(width=width), keys=keys)
    assert matches_golden(f"console/{name}.{width}.txt", drawn)


@pytest.mark.parametrize("width", [20, 60, 79, 120])
@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
def test_no_line_is_wider_than_the_paper(card: Card, width: int) -> None:
    assert max(len(line) for line in draw(card, Paper(width=width)).splitlines()) <= width


def test_foreign_text_sends_nothing_to_the_terminal() -> None:
    drawn = draw(HOSTILE, Paper(), header="to \x1b[1mBo")
    assert all(char.isprintable() or char == "\n" for char in drawn)
    assert "[red]Free lunch[/red]" in drawn
    assert ":smile:" in drawn


def test_only_our_own_colours_are_sent() -> None:
    drawn = draw(HOSTILE, Paper(colour=True))
    assert "\x1b[2J" not in drawn
    assert "\x1b]" not in drawn


def test_without_box_characters_the_bar_is_plain() -> None:
    assert draw(MOVE, Paper(ascii=True)).startswith('| Move "Lunch with Ana"?\n')


def test_colour_changes_no_word() -> None:
    coloured = draw(MOVE, Paper(colour=True), keys=("1", "2", "3"))
    plain = draw(MOVE, Paper(), keys=("1", "2", "3"))
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
def test_a_card_at_rest_loses_nothing(card: Card) -> None:
    assert from_text(to_text(card)) == card
