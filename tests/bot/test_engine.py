"""The front door: once, in order, private where it must be, and never with a bug's text."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.chat.messages import ButtonPress, Command, IncomingMessage, Sender, storable
from bot.chat.platform import PlatformBusy
from bot.engine import SIDE_BY_SIDE
from bot.llm.model import Finished, ModelCapabilities, ModelEvent, ModelRequest, Stop, TextDelta
from bot.talking import LONGEST_MESSAGE
from bot.transcript import UserSaid
from calendar_core.changes.change import ChangeStatus
from calendar_core.database import Database
from tests.bot.drawn import drawn
from tests.bot.house import TEAM, House, a_sender, direct
from tests.bot.seeded import Seeded
from tests.builders import NOW
from tests.fakes.models import LyingModel, ScriptedModel, breaks, calls, says
from tests.fakes.platform import Said

TALK = ("create_event", {"title": "Talk", "when": "tomorrow 10:00-10:30"})
WALK = ("create_event", {"title": "Walk", "when": "tomorrow 13:30-14:00"})
CANCEL_SERIES = "delete_event"


def texts(said: list[Said]) -> list[str]:
    return [one.text for one in said]


def a_message(words: str, id_: str = "m-1") -> IncomingMessage:
    return IncomingMessage(id=id_, place=direct("Ana"), sender=a_sender("Ana"), text=words, at=NOW)


@pytest.mark.parametrize("odd", ["\0", "\ud83d"])
async def test_letters_that_no_database_keeps_keep_nobody_from_an_answer(
    house: House, odd: str
) -> None:
    ana = replace(a_sender("Ana"), name=f"Ana{odd}")
    await house.engine.on_message(replace(a_message(f"tea{odd} tomorrow at 3pm"), sender=ana))
    assert house.platform.last.text.startswith('Create "Tea')
    assert storable("\ud83d\ude00 \ud83d é") == "😀 \ufffd é"
    [told] = await house.press_value(f"undo:{odd}x")
    assert told.text == "I don't know that change any more."


async def test_letters_of_a_model_that_no_database_keeps_keep_nobody_from_its_answer(
    house: House,
) -> None:
    wish = {"text": "stretch\0", "when": "in 1 hour"}
    house.plays(ScriptedModel(calls(("set_reminder", wish)), says("Noted\0.")))
    await house.say("remind me to stretch in an hour")
    house.plays(ScriptedModel(says("All is\0 well.")))
    assert [one.text for one in await house.say("how is it?")] == ["All is well."]


class BuggyModel:
    """Breaks with a text that nobody may see."""

    name = "buggy"
    capabilities = ModelCapabilities()

    async def reply(self, request: ModelRequest) -> AsyncIterator[ModelEvent]:
        yield TextDelta("Well, ")
        raise KeyError("secret title of somebody")


class SlowModel:
    """Answers what was asked, each after the one before has been let go."""

    name = "slow"
    capabilities = ModelCapabilities()

    def __init__(self) -> None:
        self.running = 0
        self.most_at_once = 0

    async def reply(self, request: ModelRequest) -> AsyncIterator[ModelEvent]:
        self.running += 1
        self.most_at_once = max(self.most_at_once, self.running)
        for _ in range(20):
            await asyncio.sleep(0)
        self.running -= 1
        last = [part for part in request.parts if isinstance(part, UserSaid)][-1]
        yield TextDelta(f"Heard {last.text}.")
        yield Finished(stop=Stop.ANSWERED)


class MeetingModel:
    """Answers when others are being answered at the same time."""

    name = "meeting"
    capabilities = ModelCapabilities()

    def __init__(self, meeting: asyncio.Barrier) -> None:
        self._meeting = meeting

    async def reply(self, request: ModelRequest) -> AsyncIterator[ModelEvent]:
        await self._meeting.wait()
        yield TextDelta("Met.")
        yield Finished(stop=Stop.ANSWERED)


async def test_a_redelivered_message_is_answered_once(there: Seeded) -> None:
    house = there.house
    house.plays(ScriptedModel(says("Nothing is on.")))
    for _ in range(3):
        await house.engine.on_message(a_message("what's on"))
    assert texts(house.platform.said) == ["Nothing is on."]


async def test_a_redelivered_press_is_answered_once(there: Seeded) -> None:
    house = there.house
    press = ButtonPress(
        id="p-1", place=direct("Ana"), sender=a_sender("Ana"), value="frobnicate:1", at=NOW
    )
    for _ in range(2):
        await house.engine.on_press(press)
    assert len(house.platform.said) == 1


async def test_messages_of_one_conversation_are_taken_in_order(there: Seeded) -> None:
    house, model = there.house, SlowModel()
    house.plays(model)
    words = ("one", "two", "three")
    await asyncio.gather(*(house.engine.on_message(a_message(w, w)) for w in words))
    assert texts(house.platform.said) == ["Heard one.", "Heard two.", "Heard three."]
    assert model.most_at_once == 1


async def test_conversations_run_side_by_side(there: Seeded) -> None:
    house = there.house
    house.plays(MeetingModel(asyncio.Barrier(3)))
    async with asyncio.timeout(10):
        await asyncio.gather(*(house.say("hi", by=name) for name in ("Ana", "Bo", "Kim")))
    assert sorted(texts(house.platform.said)) == ["Met."] * 3


async def test_in_a_flood_so_many_are_worked_on_and_all_are_answered(there: Seeded) -> None:
    house, model = there.house, SlowModel()
    house.plays(model)
    many = [f"Person {n}" for n in range(SIDE_BY_SIDE + 20)]
    await asyncio.gather(*(house.say("hi", by=name) for name in many))
    assert texts(house.platform.said) == ["Heard hi."] * len(many)
    assert 1 < model.most_at_once <= SIDE_BY_SIDE


async def test_a_bug_shows_a_number_and_never_its_text(
    there: Seeded, caplog: pytest.LogCaptureFixture
) -> None:
    there.house.plays(BuggyModel())
    said = await there.house.say("hello")
    assert re.fullmatch(
        r"Something broke on my side, and nothing was changed\. Try it again; if it stays, give "
        r"whoever runs me this number: [0-9a-f]{8}\.",
        said[-1].text,
    )
    incident = said[-1].text[-9:-1]
    assert incident in caplog.text
    assert "secret" not in said[-1].text


async def test_a_platform_that_is_busy_is_said_where_it_can_be(
    there: Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = there.house

    async def busy(*_: object, **__: object) -> None:
        raise PlatformBusy("The chat is busy; try again in a minute.")

    house.plays(ScriptedModel(says("Hello.")))
    monkeypatch.setattr(house.platform, "stream", busy)
    assert texts(await house.say("hello")) == ["The chat is busy; try again in a minute."]


async def test_a_model_that_is_away_is_replaced_by_rules_and_that_is_said(there: Seeded) -> None:
    there.house.plays(ScriptedModel(breaks("I was just")))
    said = await there.house.say("what's on tomorrow")
    lines = said[-1].text.splitlines()
    assert lines[0] == "(My language model does not answer, so I read this one by rules.)"
    assert "Wednesday 11 March" in lines


async def test_who_came_while_the_platform_told_nothing_is_better_known_later(
    house: House,
) -> None:
    nobody = Sender(platform="fake", workspace="w", user="u7")
    told = replace(nobody, name="Cat", zone="Asia/Tokyo")
    await house.say("my time zone is Lisbon", "Bo")
    await house.press("Confirm", "Bo")
    moved = replace(told, zone="Europe/Paris")
    bo = replace(a_sender("Bo"), zone="Asia/Tokyo")
    for number, sender in enumerate((nobody, told, moved, bo)):
        await house.engine.on_message(
            IncomingMessage(
                id=f"z{number}",
                place=direct(sender.user),
                sender=sender,
                text="hello",
                at=house.clock.now(),
            )
        )
    known = [await house.people.of(one) for one in (nobody, bo)]
    assert [(one.name, one.zone.key) for one in known if one] == [
        ("Cat", "Asia/Tokyo"),
        ("Bo", "Europe/Lisbon"),
    ]


async def test_a_slash_command_is_a_message(there: Seeded) -> None:
    house = there.house
    model = ScriptedModel(says("Here you are."), says("I can help."))
    house.plays(model)
    for number, words in enumerate(("agenda", "")):
        await house.engine.on_command(
            Command(
                id=f"c-{number}",
                place=direct("Ana"),
                sender=a_sender("Ana"),
                name="convene",
                text=words,
                at=NOW,
            )
        )
    heard = [request.parts[-1] for request in model.requests]
    assert [part.text for part in heard if isinstance(part, UserSaid)] == ["agenda", "help"]


async def test_a_very_long_message_is_cut(there: Seeded) -> None:
    model = ScriptedModel(says("Long."))
    there.house.plays(model)
    await there.house.say("x" * (LONGEST_MESSAGE * 3))
    heard = model.requests[0].parts[-1]
    assert isinstance(heard, UserSaid)
    assert len(heard.text) == LONGEST_MESSAGE


async def test_in_a_channel_ones_own_calendar_is_told_to_the_asker_alone(there: Seeded) -> None:
    house = there.house
    (said,) = await house.say("what's on for me tomorrow", place=TEAM)
    assert said.seen_by is not None
    assert said.seen_by.user == "ana"
    assert house.platform.streamed == []


async def test_private_answers_of_two_people_in_a_channel_stay_apart(there: Seeded) -> None:
    house = there.house
    model = ScriptedModel(says("For Ana."), says("For Bo."))
    house.plays(model)
    await house.say("my secret", place=TEAM)
    await house.say("and mine", by="Bo", place=TEAM)
    told = [part.text for part in model.requests[1].parts if isinstance(part, UserSaid)]
    assert told == ["and mine"]


# Plain words as presses


async def proposing(house: House, *wanted: tuple[str, dict[str, Any]]) -> Said:
    house.plays(ScriptedModel(calls(*wanted), says("?"), says("For the model.")))
    return (await house.say("please"))[-1]


async def test_a_yes_right_under_the_one_card_is_the_press(there: Seeded) -> None:
    house = there.house
    card = await proposing(house, TALK)
    assert await house.say("Yes!") == []
    assert drawn(card.card).startswith('✓ Created "Talk"')
    assert len(house.writer.told) == 1


async def test_a_no_right_under_the_one_card_leaves_it(there: Seeded) -> None:
    house = there.house
    card = await proposing(house, TALK)
    await house.say("never mind")
    assert drawn(card.card) == 'Left as it was: "Talk".\n~ plain'


async def test_a_yes_under_two_cards_brings_them_up_again(there: Seeded) -> None:
    house = there.house
    await proposing(house, TALK, WALK)
    said = await house.say("yes")
    assert [text.splitlines()[0] for text in texts(said)] == [
        "There are 2 open cards. Which one? They stand below again.",
        'Create "Talk"?',
        'Create "Walk"?',
    ]
    assert house.writer.told == []


async def test_a_second_yes_under_two_cards_posts_none_of_them_again(there: Seeded) -> None:
    house = there.house
    await proposing(house, TALK, WALK)
    await house.say("yes")
    assert texts(await house.say("yes please")) == [
        "There are still 2 open cards above. Press the one that you mean."
    ]
    await house.press("Not now", said=house.card_with("Not now"))
    await house.say("yes")
    assert len(house.writer.told) == 1


async def test_a_yes_after_other_words_of_the_bot_brings_the_card_up_first(
    there: Seeded,
) -> None:
    house = there.house
    await proposing(house, TALK)
    house.plays(LyingModel())
    await house.say("what is the weather like")
    (again,) = await house.say("ok")
    assert again.text.splitlines()[0] == 'Create "Talk"?'
    assert house.writer.told == []
    await house.say("ok")
    assert len(house.writer.told) == 1


async def test_an_ok_under_a_reminder_confirms_no_older_card(house: House) -> None:
    await house.say("remind me in 10 minutes to stretch")
    (card,) = await house.say("dentist tomorrow at 15:00")
    await house.advance(timedelta(minutes=15))
    assert house.platform.last.text.endswith("Stretch.")
    (again,) = await house.say("ok")
    assert again.text.startswith(card.text.partition("\n")[0])
    assert await house.titles() == []
    await house.say("ok")
    assert await house.titles() == ["Dentist"]


async def test_a_yes_to_a_question_of_the_models_own_is_for_the_model(there: Seeded) -> None:
    house = there.house
    await proposing(house, TALK)
    asking = ScriptedModel(says("Shall I list your week?"), says("Here it is."))
    house.plays(asking)
    await house.say("hm")
    assert texts(await house.say("yes")) == ["Here it is."]
    assert house.writer.told == []
    assert (await house.statuses())[-1] is ChangeStatus.PROPOSED


async def test_a_scope_in_words_answers_the_question_and_confirms_nothing(there: Seeded) -> None:
    house = there.house
    await proposing(house, (CANCEL_SERIES, {"event": there.series[1]}))
    assert texts(await house.say("yes"))[0].splitlines()[0] == 'Cancel "Design review". Which?'
    await house.say("the whole series")
    card = house.card_with("Confirm")
    assert drawn(card.card).splitlines()[0] == 'Cancel "Design review", the whole series?'
    assert house.writer.told == []
    await house.say("yes")
    assert len(house.writer.told) == 1


async def test_undo_in_words_takes_the_last_outcome_back(there: Seeded) -> None:
    house = there.house
    card = await proposing(house, TALK)
    await house.say("yes")
    await house.say("undo")
    assert drawn(card.card) == 'Taken back: "Talk" is gone again.\n~ plain'


async def test_a_yes_after_everything_is_decided_says_so(there: Seeded) -> None:
    house = there.house
    await proposing(house, TALK)
    await house.say("yes")
    assert texts(await house.say("yes")) == ["Nothing is waiting for you."]
    assert len(house.writer.told) == 1


async def test_a_yes_of_somebody_else_is_for_the_model(there: Seeded) -> None:
    house = there.house
    house.plays(ScriptedModel(calls(TALK)))
    await house.say("please", place=TEAM)
    house.plays(ScriptedModel(says("Hello, Bo.")))
    assert texts(await house.say("yes", by="Bo", place=TEAM)) == ["Hello, Bo."]
    assert house.writer.told == []


async def test_what_was_decided_is_told_to_the_model_next_time(there: Seeded) -> None:
    house = there.house
    await proposing(house, TALK)
    await house.say("yes")
    model = ScriptedModel(says("Fine."))
    house.plays(model)
    await house.say("thanks a lot")
    kinds = [type(part).__name__ for part in model.requests[0].parts]
    assert kinds == ["UserSaid", "ToolCalled", "ToolReturned", "UserSaid", "Happened", "UserSaid"]


async def test_first_messages_that_come_at_once_make_each_person_and_calendar_once(
    database: Database,
) -> None:
    house = House(database)
    said = (("Ana", None), ("Ana", TEAM), ("Bo", TEAM))
    await asyncio.gather(*(house.say("what's on today?", by, place) for by, place in said))
    assert await house.rows("people", "name", "1 = 1 ORDER BY name") == [("Ana",), ("Bo",)]
    calendars = await house.rows("calendars", "name", "1 = 1 ORDER BY name")
    assert calendars == [("#team",), ("Personal",), ("Personal",)]
    assert [one.text.startswith("Nothing today") for one in house.platform.said] == [True] * 3
