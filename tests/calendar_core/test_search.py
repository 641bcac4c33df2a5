"""Finding events by the beginnings of words, and by words with slips of the finger."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendar_core.search import MOST_EVENTS
from calendar_core.spelling import is_near, pieces, slips_allowed
from tests.builders import BERLIN, an_event
from tests.calendar_core.house import ME, House

LETTERS = "abcdefghijklmnopqrstuvwxyz"
a_word = st.text(LETTERS, min_size=4, max_size=14)


async def titles(house: House, words: str, *, alike: bool = False) -> list[str]:
    """What is found, best first."""
    look = house.mirror.search_alike if alike else house.mirror.search
    return [one.title for one in await look((ME,), words, zone=BERLIN)]


@pytest.fixture
async def full(house: House) -> House:
    """A house with a few events of confusable names."""
    for title in ("Party", "Art class", "(artisan) fair", "Zahnarzttermin", "Dentist", "Café Oslo"):
        await house.create(an_event(title, uid=title))
    return house


async def test_words_are_meant_from_their_beginning(full: House) -> None:
    wanted = {
        "art": {"Art class", "(artisan) fair"},
        "arzt": {"Zahnarzttermin"},
        "CAFE os": {"Café Oslo"},
        "rty": {"Party"},
        "oslo art": set(),
        "dentits": set(),
    }
    assert {words: set(await titles(full, words)) for words in wanted} == wanted


async def test_slips_of_the_finger_are_let_pass(full: House) -> None:
    wanted = {
        "dentits": ["Dentist"],
        "dentst": ["Dentist"],
        "denttist": ["Dentist"],
        "fentist": ["Dentist"],
        "cofe olso": ["Café Oslo"],
        "zahnartztermim": ["Zahnarzttermin"],
        "prty": ["Party"],
        "arc": [],
        "zebra": [],
    }
    assert {words: await titles(full, words, alike=True) for words in wanted} == wanted


async def test_words_are_found_behind_many_that_merely_hold_them(house: House) -> None:
    from calendar_core.ics.writing import new_resource
    from tests.builders import NOW

    events = [an_event(f"Party {n}", uid=f"p{n}") for n in range(MOST_EVENTS + 1)]
    events.insert(0, an_event("Art class", uid="art"))
    await house.mirror.absorb(house.mine.id, [new_resource(one, at=NOW) for one in events])
    assert await titles(house, "art") == ["Art class"]


async def test_others_events_are_not_found_by_slips_either(full: House) -> None:
    from calendar_core.people import PersonId

    assert await full.mirror.search_alike((PersonId("eve"),), "dentits", zone=BERLIN) == ()


@given(a_word, st.data())
def test_one_slip_is_near_and_leaves_a_piece_whole(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 2))
    letter = data.draw(st.sampled_from(LETTERS))
    for slip in (
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + letter + word[at + 1 :],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    ):
        assert is_near(word, slip)
        first, _, last = pieces(word)
        assert slip.startswith(first) or slip.endswith(last)


@given(a_word, a_word)
def test_what_is_far_in_length_or_letters_is_not_near(word: str, other: str) -> None:
    most = slips_allowed(word)
    if len(set(word) - set(other)) > most or abs(len(word) - len(other)) > most:
        assert not is_near(word, other)


@pytest.mark.parametrize("word", ["art", "q3", "2026", "room12"])
def test_short_words_and_numbers_must_be_right(word: str) -> None:
    assert slips_allowed(word) == 0
    assert pieces(word) == (word,)
    assert not is_near(word, word[:-1] + "x")
