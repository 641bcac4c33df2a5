"""Which key presses which button."""

from datetime import UTC, datetime
from itertools import count

import pytest

from adapters.console import incoming
from adapters.console.keys import Keys
from adapters.console.screen import Post
from bot.chat.cards import Card, message
from bot.chat.messages import Place
from tests.adapters.console.cards import MOVE, NOTICE, REMINDER, SCOPE

ANA = incoming.direct("ana")
TEAM = incoming.channel("#team")
NUMBERS = count(1)


def a_post(card: Card, *, place: Place = ANA, seen_by: str | None = None) -> Post:
    return Post(
        id=f"c{next(NUMBERS)}",
        place=place,
        seen_by=seen_by,
        key=None,
        card=card,
        at=datetime(2026, 3, 10, tzinfo=UTC),
    )


def pressed(keys: Keys, typed: str, *, place: Place = ANA, person: str = "ana") -> str | None:
    button = keys.meaning(typed, person=person, place=place)
    return button.value if button else None


@pytest.fixture
def keys() -> Keys:
    return Keys()


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1", "confirm:1"),
        (" 3 ", "decline:1"),
        ("CONFIRM", "confirm:1"),
        ("ed", "edit:1"),
        ("not", "decline:1"),
        ("4", None),
        ("e", None),
        ("edit the title", None),
        ("", None),
    ],
)
def test_the_last_answer_is_pressed(keys: Keys, typed: str, value: str | None) -> None:
    assert keys.note(a_post(MOVE)) == ("1", "2", "3")
    assert pressed(keys, typed) == value


def test_after_an_answer_without_buttons_a_number_is_said(keys: Keys) -> None:
    keys.note(a_post(MOVE))
    keys.note(a_post(message("1 Wed 14:00\n2 Thu 13:00")))
    assert pressed(keys, "2") is None


def test_a_reminder_in_between_does_not_catch_the_number(keys: Keys) -> None:
    keys.note(a_post(MOVE))
    assert keys.note(a_post(REMINDER)) == ("", "a", "b")
    assert pressed(keys, "2") == "edit:1"
    assert pressed(keys, "b") == "done:1"
    assert pressed(keys, "done") == "done:1"
    assert pressed(keys, "don") is None


def test_news_keep_their_letters_until_z_comes_round(keys: Keys) -> None:
    first = keys.note(a_post(NOTICE))
    second = keys.note(a_post(NOTICE))
    assert (first, second) == (("a", "b", "c"), ("d", "e", "f"))
    for _ in range(7):
        keys.note(a_post(NOTICE))
    assert pressed(keys, "d") == "accept:1"
    assert keys.meaning("b", person="ana", place=ANA) is not None


def test_a_beginning_that_fits_two_buttons_is_said(keys: Keys) -> None:
    keys.note(a_post(SCOPE))
    assert pressed(keys, "th") == "following:1"
    keys.note(a_post(NOTICE))
    assert pressed(keys, "accept") == "accept:1"


def test_another_place_or_person_has_its_own_last_answer(keys: Keys) -> None:
    keys.note(a_post(MOVE, place=TEAM, seen_by="ana"))
    assert pressed(keys, "1") is None
    assert pressed(keys, "1", place=TEAM) == "confirm:1"
    assert pressed(keys, "1", place=TEAM, person="bo") is None


def test_an_edited_card_is_the_last_answer_again(keys: Keys) -> None:
    post = a_post(MOVE)
    keys.note(post)
    keys.note(a_post(message("something else")))
    keys.note(post)
    assert pressed(keys, "1") == "confirm:1"
