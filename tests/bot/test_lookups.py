"""What a model looked at stands quietly under its answer; a press tells what tools said."""

from tests.bot.house import TEAM, House
from tests.fakes.models import ScriptedModel, calls, says

LOOKS = calls(("get_schedule", {"when": "today"}), ("get_schedule", {"when": "tomorrow"}))


async def test_a_press_tells_what_the_tools_said(house: House) -> None:
    house.plays(ScriptedModel(LOOKS, says("You are free all week.")))
    (said,) = await house.say("how is my week?")
    *words, quiet = said.text.splitlines()
    assert words == ["You are free all week."]
    assert quiet.startswith("Looked at")
    (told,) = await house.press("What I looked at")
    assert told.text.splitlines()[0] == "What I looked at"
    assert "Nothing today." in told.text
    assert "Nothing tomorrow." in told.text


async def test_only_who_asked_is_told(house: House) -> None:
    house.plays(ScriptedModel(LOOKS, says("All free.")))
    (said,) = await house.say("how is our week?", place=TEAM)
    (refused,) = await house.press("What I looked at", by="Bo", said=said, place=TEAM)
    assert refused.text.startswith("That was too long ago")
    (told,) = await house.press("What I looked at", said=said, place=TEAM)
    assert told.seen_by is not None
    assert told.seen_by.name == "Ana"


async def test_rules_and_plain_words_show_no_such_button(house: House) -> None:
    (by_rules,) = await house.say("what's on today?")
    assert by_rules.card.buttons == ()
    house.plays(ScriptedModel(says("Hello.")))
    (hello,) = await house.say("hello there")
    assert (hello.text, hello.card.buttons) == ("Hello.", ())
