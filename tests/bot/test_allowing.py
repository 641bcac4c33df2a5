"""What an operator switched off: no model hears of it, and no words, command, form or card of
before gets it done."""

import pytest

from bot.allowing import ONLY_READING
from bot.app.models import Ways, ways_of
from bot.llm.offline.model import OfflineModel
from bot.settings import BadSettings, Settings
from bot.tools.all import TOOLS, allowed_by
from bot.tools.tool import ToolKind
from calendar_core.changes.change import ChangeStatus
from calendar_core.database import Database
from tests.bot.house import House
from tests.fakes.models import ScriptedModel, calls, says

READING = Ways(allowed=allowed_by("reading"))


@pytest.fixture
def reading(database: Database) -> House:
    return House(database, ways=READING)


def test_words_say_what_is_allowed() -> None:
    assert allowed_by("all").names is allowed_by(" ").names is None
    reading = allowed_by("reading")
    assert reading.only_reading
    names = frozenset(tool.name for tool in TOOLS if tool.kind is ToolKind.READS)
    assert reading.names == names
    more = allowed_by("reading, set_reminder")
    assert more.names == names | {"set_reminder"}
    assert not more.only_reading
    assert more.refusal("delete_event") == (
        "I can't cancel events here: whoever runs me has switched it off."
    )
    with pytest.raises(BadSettings, match="CONVENE_TOOLS can't be used: there is no tool 'fly'"):
        ways_of(Settings(tools="get_schedule,fly"))


async def test_words_and_commands_and_forms_are_refused_alike(reading: House) -> None:
    ana = await reading.welcome("Ana")
    for words in ("lunch with Bo tomorrow at noon", "remind me tomorrow at 9 to call the bank"):
        (said,) = await reading.say(words)
        assert said.text == ONLY_READING
    (said,) = await reading.command("new")
    assert (said.text, reading.platform.asked) == (ONLY_READING, [])
    (said,) = await reading.command("settings")
    assert (said.text, reading.platform.asked) == (ONLY_READING, [])
    (said,) = await reading.say("what's on today?")
    assert said.text.startswith("Nothing today")
    assert (await reading.people.person(ana.id)).preferences == ana.preferences
    assert await reading.changes() == []


async def test_a_model_hears_of_what_is_allowed_and_gets_nothing_else(reading: House) -> None:
    wanted = {"title": "Lunch", "when": "tomorrow at noon"}
    model = ScriptedModel(calls(("create_event", wanted)), says("I can't."))
    reading.plays(model)
    await reading.say("lunch tomorrow at noon")
    offered = frozenset(spec.name for spec in model.requests[0].tools)
    assert offered == READING.allowed.names
    assert ONLY_READING in str(model.requests[1].parts[-1])
    assert await reading.changes() == []


async def test_a_card_of_before_is_not_carried_out(database: Database) -> None:
    before = House(database)
    await before.say("lunch with Bo tomorrow at noon")
    card = before.card_with("Confirm")
    after = House(database, model=OfflineModel(), ways=READING)
    (said,) = await after.press("Confirm", said=card)
    assert said.text == ONLY_READING
    assert await after.statuses() == [ChangeStatus.PROPOSED]
    await before.press("Confirm", said=card)
    undo = before.card_with("Undo")
    (said,) = await after.press("Undo", said=undo)
    assert said.text == ONLY_READING
    assert await after.titles() == ["Lunch with Bo"]
