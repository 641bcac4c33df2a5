"""Lists of people that somebody made: `set_group`, `list_groups`, and lists among guests."""

from dataclasses import replace

import pytest

from bot.app.house import make_notes
from bot.chat.messages import Place, Sender
from bot.groups import MOST
from bot.tools.guests import MOST_GUESTS
from calendar_core.events import Calendar
from tests.bot.house import a_sender
from tests.bot.tools.asking import Asking

DESIGN = ["Bo", "Kim", "lia@club.example"]


async def test_a_list_is_noted_shown_changed_and_forgotten(ask: Asking) -> None:
    assert await ask.text("list_groups") == (
        'You have no lists of people yet. Say, for example: "the design team is Ana, Bo and Kim".'
    )
    noted = await ask("set_group", name="the design team", members=DESIGN)
    assert noted.text == "Noted: the design team is Bo, Kim and lia@club.example."
    assert noted.undo is not None
    assert await ask.text("list_groups", name="our Design Team") == (
        "The design team is Bo, Kim and lia@club.example."
    )
    added = await ask.text("set_group", name="design team", add=["Zoe"])
    assert added == (
        "Noted: the design team is Bo, Kim, lia@club.example and Zoe. "
        "I don't know Zoe here: say a mail address to have them invited."
    )
    taken = await ask.text("set_group", name="design team", remove=["Zoe", "Kim"])
    assert taken == "Noted: the design team is Bo and lia@club.example."
    assert await ask.text("set_group", name="design team", forget=True) == (
        "Forgotten: who the design team is. Events stay as they are."
    )
    assert (await ask("list_groups")).facts == {"groups": []}


async def test_undo_brings_back_who_was_on_it(ask: Asking) -> None:
    notes = make_notes(ask.there.house.core)
    await ask("set_group", name="design team", members=DESIGN)
    for change in ({"add": ["Zoe"]}, {"members": ["Bo"]}, {"forget": True}):
        noted = await ask("set_group", name="design team", **change)
        assert noted.undo is not None
        await notes.take_back(noted.undo.value.removeprefix("unnote:"), ask.there.ana.id)
        assert (await ask("list_groups")).facts == {
            "groups": [{"name": "design team", "people": DESIGN}]
        }


async def test_a_list_is_its_makers_alone(ask: Asking) -> None:
    await ask("set_group", name="design team", members=DESIGN)
    ask.by = "Bo"
    assert (await ask("list_groups")).facts == {"groups": []}
    assert "no list" in await ask.refusal("set_group", name="design team", add=["Ana"])
    card = await ask.card(
        "create_event", title="Lunch", when="friday 12:00", guests=["the design team"]
    )
    assert "Kim" not in card


@pytest.mark.parametrize("name", ["design team", "the design team", "@design team"])
async def test_the_card_names_every_single_person(ask: Asking, name: str) -> None:
    await ask("set_group", name="design team", members=[*DESIGN, "me", "Zoe"])
    card = await ask.card("book_meeting", when="friday 15:00", guests=[name, "Bo"], title="Plans")
    assert "guests: Bo, Kim and lia@club.example" in card
    assert "With Zoe" in card
    assert "design team" not in card


async def test_a_list_is_invited_to_an_event_and_asked_for_free_time(ask: Asking) -> None:
    await ask("set_group", name="design team", members=["Bo", "Kim", "me"])
    card = await ask.card("add_participants", event="Dentist", who=["design team"])
    assert "Bo and Kim" in card
    found = await ask("find_free_time", length="30 minutes", who=["the design team"])
    assert found.facts["who"] == ["Bo", "Kim", "Ana"]
    assert found.text.startswith("Three of you, 30 minutes")
    free = await ask("check_availability", when="friday 14:00", who=["design team"])
    assert free.facts["who"] == ["Bo", "Kim", "Ana"]


async def test_whoever_is_renamed_stays_on_the_list(ask: Asking) -> None:
    await ask("set_group", name="design team", members=["Bo"])
    people = ask.there.house.people
    await people.save(replace(ask.there.bo, name="Robert"))
    found = await ask("find_free_time", who=["design team"])
    assert found.facts["who"] == ["Robert"]


async def test_more_people_than_may_be_invited_at_once_are_refused(ask: Asking) -> None:
    many = [f"one{number}@club.example" for number in range(MOST)]
    await ask("set_group", name="first team", members=many)
    said = await ask.refusal("set_group", name="first team", add=["one.more@club.example"])
    assert said == f"I keep at most {MOST} people on a list."
    card = await ask.card("book_meeting", when="friday 15:00", guests=["first team"], title="All")
    assert all(one in card for one in many)
    said = await ask.refusal(
        "book_meeting", when="friday 15:00", guests=["first team", "Bo"], title="All"
    )
    assert said == f"That is {MOST_GUESTS + 1} people; I invite at most {MOST_GUESTS} at once."


async def test_what_cannot_be_noted_is_said(ask: Asking) -> None:
    assert "Who is on it?" in await ask.refusal("set_group", name="design team")
    await ask("set_group", name="design team", members=["Bo"])
    assert await ask.refusal("set_group", name="design team", remove=["Kim"]) == (
        "Kim is not in the design team."
    )
    await ask.misuse("set_group", name="the", members=["Bo"], forget=False, add=["Kim"])
    gone = await ask.text("set_group", name="design team", remove=["Bo"])
    assert gone.startswith("Forgotten")


async def test_a_turn_that_read_strangers_words_asks_first(ask: Asking) -> None:
    ask.saw_strangers_text = True
    result = await ask("set_group", name="design team", members=["eve@evil.example"])
    assert result.asked is not None
    assert result.undo is None
    assert (await ask("list_groups")).facts == {"groups": []}


class _GroupsThere:
    """A workspace with one group of its own."""

    def __init__(self, members: tuple[Sender, ...]) -> None:
        self._members = members

    async def calendars(self) -> tuple[Calendar, ...]:
        return ()

    async def may_manage(self, place: Place) -> bool:
        return False

    async def members_of(self, place: Place, group: str) -> tuple[Sender, ...] | None:
        return self._members if group == "@design" else None


async def test_a_group_of_the_platforms_own_is_taken_apart(ask: Asking) -> None:
    lia = Sender(platform="fake", workspace="w", user="lia", name="Lia", email="lia@club.example")
    rooms = _GroupsThere((a_sender("Bo"), lia))
    ask.changed = {"rooms": rooms}
    card = await ask.card("book_meeting", when="friday 15:00", guests=["@design"], title="Plans")
    assert "guests: Bo and Lia" in card
    found = await ask("check_availability", when="friday 14:00", who=["@Bo"])
    assert found.facts["who"] == ["Bo"]
    ask.changed = {"rooms": _GroupsThere(())}
    said = await ask.refusal("book_meeting", when="friday 15:00", guests=["@design"])
    assert said == "Nobody is in @design."
