"""Choosing a language model by words and by form; who may choose for everybody."""

import pytest

from bot.llm.model import ModelRequest
from calendar_core.database import Database
from tests.bot.house import House
from tests.bot.test_choosing import a_house, hello, text_of
from tests.fakes.models import ScriptedModel, calls


@pytest.fixture
def house(database: Database) -> House:
    return a_house(database, one=hello("one"), two=hello("two"))


async def test_ones_own_model_is_chosen_in_words_without_any_model_hearing_them(
    house: House,
) -> None:
    (said,) = await house.say("Use the two model, please.")
    assert said.text == "Noted: from now on I use the model two for you."
    assert await text_of(house) == "two here."
    assert await text_of(house, "use offline") == (
        "Noted: from now on I use rules, no language model (offline) for you."
    )
    assert (await text_of(house, "what's on today?")).startswith("Nothing today")
    await house.press("Undo", said=house.platform.said[-2])
    assert await text_of(house) == "two here."
    await house.say("use the usual model")
    assert await text_of(house) == "one here."
    assert await text_of(house, "use the foo model") == (
        "I know no model foo. There is: one, two and offline."
    )
    assert house.models is not None
    heard = [
        part.text
        for name in ("one", "two")
        for request in _requests(house, name)
        for part in request.parts
        if hasattr(part, "text")
    ]
    assert not any("model" in text for text in heard)


def _requests(house: House, name: str) -> list[ModelRequest]:
    assert house.models is not None
    model = house.models.named(name)._model
    assert isinstance(model, ScriptedModel)
    return model.requests


async def test_which_model_answers_and_why_is_told(house: House) -> None:
    assert await text_of(house, "Which model do you use?") == (
        "I use the model one for you, as whoever runs me set it. You can choose among one, two and "
        'offline: say "use the two model", or "use the usual model".'
    )
    await house.say("use two for everyone here")
    assert "as was chosen for all here" in await text_of(house, "what models are there?")
    await house.say("use the one model")
    assert "as you chose" in await text_of(house, "which model is this?")
    settings = await text_of(house, "show my settings")
    assert settings == "one here."  # all else is for the model


async def test_who_runs_the_workspace_chooses_for_everybody(house: House) -> None:
    house.platform.powerless.add("bo")
    refused = await text_of(house, "use the two model for everybody", "Bo")
    assert refused.startswith("Only those who run this workspace may choose for everybody here.")
    assert await text_of(house, who="Bo") == "one here."
    assert await text_of(house, "use the two model for everyone here") == (
        "From now on I use the model two for everybody here who chose none themselves; before, it "
        "was the usual one."
    )
    assert await text_of(house, who="Bo") == "two here."
    await house.say("use the usual model for all of us")
    assert await text_of(house, who="Bo") == "one here."


async def test_the_form_offers_what_there_is(house: House) -> None:
    await house.command("settings")
    (field,) = [one for one in house.platform.asked[-1].form.fields if one.name == "model"]
    assert [one.value for one in field.options] == ["usual", "one", "two", "offline"]
    await house.fill(model="offline")
    assert (await text_of(house, "what's on today?")).startswith("Nothing today")
    await house.command("settings")
    await house.fill(model="two")
    assert "Change your preferences?" in house.platform.last.text
    await house.press("Confirm")
    assert await text_of(house) == "two here."


async def test_a_model_chooses_another_only_with_a_press(database: Database) -> None:
    wishes = [calls(("set_preferences", {"model": name})) for name in ("two", "offline", "x")]
    house = a_house(database, one=[*wishes, *hello("one")], two=hello("two"))
    await house.say("please let the other one answer")
    assert "Change your preferences?" in house.platform.last.text
    assert await text_of(house, "hi") != "two here."
    assert (await text_of(house, "what's on today?")).startswith("Nothing today")


@pytest.mark.parametrize(
    "words",
    [
        "use the 24 hour clock",
        "use my default calendar for everyone",
        "take the offline training off my calendar",
        "change to Tuesday",
        "use the usual",
        "what model of car did Bo mention?",
    ],
)
async def test_other_words_are_left_to_the_model(house: House, words: str) -> None:
    assert await text_of(house, words) == "one here."
