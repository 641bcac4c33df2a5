"""Talk of events in other words: told as close in meaning, asked about before anything changes."""

from datetime import timedelta

import pytest

from calendar_core.database import Database
from scheduler.meanings import SOON
from tests.bot.drawn import drawn
from tests.bot.house import House
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.models import ScriptedModel, calls, says

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TEETH = "Thu 12 March 10:00–11:00 · Teeth cleaning"


@pytest.fixture
async def knowing(database: Database) -> House:
    """Ana, who is to have her teeth cleaned, and a model that knows what that means."""
    house = House(database, embedder=FakeEmbedder())
    await house.welcome("Ana")
    for words in ("teeth cleaning on Thursday 10-11", "budget talk on Friday 2-3pm"):
        await house.say(words)
        await house.press("Confirm")
    house.clock.advance(SOON + timedelta(seconds=1))
    await house.settle()
    return house


async def said(house: House, words: str) -> str:
    """What comes back, as people see it."""
    shown = [drawn(one.card) if one.card else one.text for one in await house.say(words)]
    return "\n\n".join(shown).removesuffix("\n~ plain")


async def test_a_question_tells_what_is_close_as_that(knowing: House) -> None:
    assert await said(knowing, "when is my dentist?") == (
        'I found no "dentist".\nClose in meaning:\nThu 12 March 10:00–11:00  Teeth cleaning'
    )
    assert await said(knowing, "when is my zebra?") == (
        'I found no "zebra". Say it as it stands in your calendar, or ask "what\'s on".'
    )


async def test_a_wish_for_a_change_asks_and_yes_brings_the_card(knowing: House) -> None:
    before = len(knowing.writer.told)
    for words, heading in (
        ("cancel the dentist", 'Cancel "Teeth cleaning"?'),
        ("move the dentist to Friday at 9", 'Move "Teeth cleaning"?'),
    ):
        assert await said(knowing, words) == (
            f'I found no "dentist". Do you mean this?\n  1  {TEETH}'
        )
        assert (await said(knowing, "yes")).startswith(heading)
        await knowing.press("Not now")
    await knowing.say("cancel the dentist")
    assert await said(knowing, "no") == "All right, I leave it as it is."
    assert len(knowing.writer.told) == before


async def test_no_model_can_take_what_is_close_for_what_was_meant(knowing: House) -> None:
    before = len(knowing.writer.told)
    proposing = (
        ("delete_event", {"event": "dentist"}),
        ("update_event", {"event": "dentist", "title": "Gone"}),
        ("add_participants", {"event": "dentist", "who": ["bo@example.org"]}),
    )
    for call in proposing:
        knowing.plays(ScriptedModel(calls(call), says("Done.")))
        shown = await knowing.say("please")
        assert [one.card.buttons for one in shown if one.card and one.card.buttons] == []
    assert len(knowing.writer.told) == before


async def test_words_come_first_and_what_is_close_beside_them(knowing: House) -> None:
    await knowing.say("lunch on Monday 12-13 at the Dentist Museum")
    await knowing.press("Confirm")
    told = await said(knowing, "find dentist")
    assert told.splitlines()[0].endswith("Dentist Museum")
    assert told.splitlines()[1:] == [
        "Close in meaning:",
        "Thu 12 March 10:00–11:00  Teeth cleaning",
    ]


async def test_people_find_their_own_alone(knowing: House) -> None:
    await knowing.welcome("Bo")
    told = [one.text for one in await knowing.say("when is my dentist?", by="Bo")]
    assert told == [
        'I found no "dentist". Say it as it stands in your calendar, or ask "what\'s on".'
    ]
