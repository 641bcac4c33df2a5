"""Whose choice answers whom, what that took, and what happens when it is over: in a whole house."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.app.models import Ways
from bot.chat.messages import Place
from bot.llm.model import Finished, LanguageModel, Stop, TextDelta, ToolCall
from bot.llm.offline.model import OfflineModel
from bot.models import Models
from bot.offers import Offer, Offers
from bot.quotas import TURN_OVER, Limits
from bot.replies import FALLBACK
from bot.spending import Prices, Spent
from bot.usage import Usage
from bot.workspaces import Workspaces
from calendar_core.clock import StandingClock
from calendar_core.database import Database
from calendar_core.people import PersonId
from tests.bot.house import TEAM, House
from tests.builders import BERLIN, NOW
from tests.fakes.models import ScriptedModel, Step, breaks, calls, says

PRICES = Prices(read=2, cached=1, written=4)


def a_house(database: Database, limits: Limits | None = None, **scripts: list[Step]) -> House:
    """A house that offers these models, the first of them to whoever chose none."""
    made: dict[str, LanguageModel] = {
        name: ScriptedModel(*steps, name=name) for name, steps in scripts.items()
    }
    made["offline"] = OfflineModel()
    offers = {name: Offer(name=name, model=name, prices=PRICES) for name in made}
    clock = StandingClock(NOW)
    house = next(iter(made))
    models = Models(Offers(house=house, by_name=offers), lambda offer: made[offer.name], clock)
    return House(database, models=models, clock=clock, ways=Ways(limits=limits or Limits()))


def hello(name: str, times: int = 9) -> list[Step]:
    """Answers that take 7,500 tokens each, about as many as are read with all tools."""
    end = Finished(stop=Stop.ANSWERED, tokens_in=7_000, tokens_out=500)
    return [(TextDelta(f"{name} here."), end) for _ in range(times)]


async def chooses(house: House, name: str, who: str = "Ana") -> None:
    me = await house.welcome(who)
    await house.people.save(replace(me, preferences=replace(me.preferences, model=name)))


async def text_of(house: House, words: str = "hello there", who: str = "Ana") -> str:
    return (await house.say(words, who))[-1].text


async def test_ones_own_choice_counts_before_the_workspaces_and_the_houses(
    database: Database,
) -> None:
    house = a_house(database, one=hello("one"), two=hello("two"), three=hello("three"))
    assert await text_of(house) == "one here."
    there = Workspaces(database, house.clock)
    await there.choose("fake", "w", "two", PersonId("admin"))
    await there.choose("fake", "elsewhere", "three", PersonId("admin"))
    assert await text_of(house) == "two here."
    await chooses(house, "three")
    assert (await text_of(house), await text_of(house, who="Bo")) == ("three here.", "two here.")
    await chooses(house, "offline")
    assert (await text_of(house, "what's on today?")).startswith("Nothing today")


async def test_a_choice_that_is_no_longer_offered_is_dropped_and_that_is_said_once(
    database: Database,
) -> None:
    house = a_house(database, one=hello("one"), two=hello("two"))
    await chooses(house, "gone")
    assert await text_of(house) == (
        "(The model that you chose, gone, is no longer offered here; I use one now.)\n\none here."
    )
    assert await text_of(house) == "one here."
    await Workspaces(database, house.clock).choose("fake", "w", "lost", PersonId("admin"))
    assert "chosen for all here, lost, is no longer offered" in await text_of(house)
    assert await text_of(house) == "one here."


async def test_what_a_turn_took_is_kept_by_day_person_and_model(database: Database) -> None:
    looks = calls(("get_schedule", {"when": "today"}))
    house = a_house(database, one=[looks, says("Nothing."), says("Hi."), breaks()])
    await text_of(house)
    await house.advance(timedelta(days=1))
    await text_of(house, who="Bo")
    await text_of(house)
    used = await Usage(database, house.clock).by_day(NOW, BERLIN)
    assert [(one.name, one.model, one.turns, one.spent, one.cost) for one in used] == [
        ("Ana", "one", 1, Spent(calls=1), 0),
        ("Bo", "one", 1, Spent(calls=1, tokens_in=10, tokens_out=5), 40),
        ("Ana", "one", 1, Spent(calls=2, tokens_in=20, tokens_out=10), 80),
    ]
    assert [(one.day - used[-1].day).days for one in used] == [1, 1, 0]


async def test_rules_take_nothing(house: House) -> None:
    await house.say("what's on today?")
    assert await house.rows("model_usage") == []


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        (Limits(model_calls_per_hour=2), "You asked my language model as often"),
        (
            Limits(tokens_per_day=15_000),
            "One more answer would take more of my language model than one person",
        ),
        (
            Limits(tokens_per_day=18_000),
            "One more answer would take more of my language model than one person",
        ),
        (
            Limits(cost_per_day=32_000),
            "One more answer would take more of my language model than one person",
        ),
        (
            Limits(cost_per_day=40_000),
            "One more answer would take more of my language model than one person",
        ),
        (
            Limits(house_tokens_per_day=18_000),
            "One more answer would take more of my language model than we all",
        ),
        (
            Limits(house_cost_per_day=32_000),
            "One more answer would take more of my language model than we all",
        ),
    ],
)
async def test_over_a_limit_of_the_model_rules_answer_and_say_so_once_an_hour(
    database: Database, limits: Limits, told: str
) -> None:
    house = a_house(database, limits, one=hello("one"))
    assert [await text_of(house) for _ in range(2)] == ["one here."] * 2
    first, second = [await text_of(house, "what's on today?") for _ in range(2)]
    assert first.startswith(f"({told}")
    assert first.endswith(second)
    assert second.startswith("Nothing today")
    after = a_house(database, limits, one=hello("one"))
    assert told in await text_of(after, "what's on today?")
    await house.advance(timedelta(hours=25))
    assert await text_of(house) == "one here."


@pytest.mark.parametrize(
    ("limits", "others", "place"),
    [(Limits(tokens_per_day=12_000), "Ana", TEAM), (Limits(house_cost_per_day=24_000), "Bo", None)],
)
async def test_two_turns_side_by_side_do_not_share_the_last_of_a_day(
    limits: Limits, others: str, place: Place | None, database: Database
) -> None:
    house = a_house(database, limits, one=hello("one"))
    both = (house.say("hello there"), house.say("hello there", others, place))
    await asyncio.gather(*both)
    told = sorted(said.text.partition("\n")[0] for said in house.platform.said)
    assert (told[0].endswith("I read by rules.)"), told[1]) == (True, "one here.")
    assert [row[0] for row in await house.rows("model_usage", "calls")] == [1]


async def test_a_turn_that_took_what_one_turn_may_is_played_by_rules_and_counted(
    database: Database,
) -> None:
    looks = [ToolCall(id="c1", tool="get_schedule", arguments={"when": "today"})]
    end = Finished(stop=Stop.CALLED, tokens_in=7_000, tokens_out=500)
    house = a_house(database, Limits(tokens_per_turn=14_000), one=[(*looks, end), *hello("one")])
    words, card = await house.say("lunch with Bo tomorrow at noon")
    assert (words.text, card.card.buttons[0].label) == (TURN_OVER, "Confirm")
    await house.press("Confirm")
    assert await house.titles() == ["Lunch with Bo"]
    assert await text_of(house) == "one here."
    (first, second) = await house.rows("model_usage", "calls, tokens_in", "1 = 1 ORDER BY id")
    assert (first, second) == ((1, 7_000), (1, 7_000))


async def test_one_persons_limit_is_not_anothers(database: Database) -> None:
    house = a_house(database, Limits(model_calls_per_hour=1), one=hello("one"))
    assert [await text_of(house, who=who) for who in ("Ana", "Bo")] == ["one here."] * 2


async def test_too_many_messages_are_answered_with_when_that_is_over(database: Database) -> None:
    house = a_house(database, Limits(messages_per_hour=2), offline=[])
    await text_of(house, "what's on today?")
    await house.advance(timedelta(minutes=20))
    await text_of(house, "lunch with Bo tomorrow at noon")
    (said,) = await house.say("what's on today?", place=TEAM)
    assert said.text == "I answer 2 messages an hour here. Write again from 09:00 on, please."
    assert said.seen_by is not None
    await house.say("yes")  # a card can always be decided
    assert await house.titles() == ["Lunch with Bo"]
    await house.advance(timedelta(minutes=41))
    assert (await text_of(house, "what's on today?")).startswith("Nothing today")


async def test_a_model_that_is_down_is_not_waited_for_again_and_again(database: Database) -> None:
    house = a_house(database, one=[*[breaks() for _ in range(3)], *hello("one")])
    told = [await text_of(house, "what's on today?") for _ in range(4)]
    assert [one.startswith(FALLBACK) for one in told] == [True, True, True, False]
    assert told[3].startswith("Nothing today")
    assert (await text_of(house, "what's on today?", "Bo")).startswith(FALLBACK)
    await house.advance(timedelta(minutes=1))
    assert await text_of(house) == "one here."
