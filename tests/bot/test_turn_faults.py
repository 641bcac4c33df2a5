"""A model that is down, slow, cut off or talks nonsense: the fallback takes over, once."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.llm.model import Finished, ModelRequest, Stop, TextDelta
from bot.replies import FALLBACK, TOO_MANY_ROUNDS
from bot.spending import Spent
from bot.transcript import (
    AssistantSaid,
    ToolCalled,
)
from bot.turn import CANNOT
from tests.bot.turns import SAID, Play
from tests.fakes.models import (
    ScriptedModel,
    breaks,
    calls,
    says,
)


@pytest.fixture
def play() -> Play:
    return Play()


async def test_an_unavailable_model_is_replaced_and_that_is_said(play: Play) -> None:
    result = await play(ScriptedModel(breaks()))
    assert result.text == f"{FALLBACK}\n\nBy my own rules."
    assert result.parts == (SAID, AssistantSaid(text="By my own rules."))
    assert result.model == "offline"


async def test_a_model_that_breaks_off_in_the_middle_is_replaced(play: Play) -> None:
    result = await play(ScriptedModel(calls(("look", {})), breaks("Tuesd")))
    assert result.text == f"{FALLBACK}\n\nBy my own rules."
    assert play.fallback.requests[0].parts == (SAID,)


async def test_what_was_noted_is_not_noted_again_by_the_fallback(play: Play) -> None:
    result = await play(ScriptedModel(calls(("remember", {"text": "milk"})), breaks()))
    assert result.text == FALLBACK
    assert len(result.noted) == 1
    assert play.fallback.requests == []


@pytest.mark.parametrize(
    "step",
    [
        calls(("move", {"what": "lunch"}), stop=Stop.CUT),
        says("On Tuesd", stop=Stop.CUT),
        says("", stop=Stop.CUT),
        says(""),
        says("")[:-1],  # type: ignore[index]
    ],
    ids=["cut in a call", "cut in words", "cut in thoughts", "answers nothing", "no end"],
)
async def test_nonsense_is_never_acted_on(play: Play, step: Any) -> None:
    result = await play(ScriptedModel(step))
    assert result.text.startswith(FALLBACK)
    assert play.proposals.proposed == []


async def test_a_slow_model_is_replaced(play: Play) -> None:
    play.limits = replace(play.limits, patience=timedelta(seconds=0.01))

    class Sleeping(ScriptedModel):
        async def reply(self, request: ModelRequest) -> Any:
            await asyncio.Event().wait()
            yield

    result = await play(Sleeping())
    assert result.text.startswith(FALLBACK)


async def test_a_fallback_that_fails_too_ends_politely(play: Play) -> None:
    play.fallback = ScriptedModel(breaks(), name="offline")
    result = await play(ScriptedModel(breaks()))
    assert result.text == f"{FALLBACK}\n\n{TOO_MANY_ROUNDS}"


async def test_an_answer_that_is_too_long_shows_that_it_is_cut(play: Play) -> None:
    result = await play(ScriptedModel(says("word " * 2_000)))
    assert len(result.text) < 9_000
    assert result.text.endswith("word…")


async def test_a_letter_whose_halves_come_apart_is_whole(play: Play) -> None:
    said = (TextDelta("Smile \ud83d"), TextDelta("\ude00 or \ud83d."))
    halves = (*said, Finished(stop=Stop.ANSWERED))
    result = await play(ScriptedModel(calls(("look", {"what": ["\udc00 x"]})), halves))
    assert result.text == "Smile 😀 or \ufffd."
    assert result.parts[1] == ToolCalled(
        id="call-1-look", tool="look", arguments={"what": ["\ufffd x"]}
    )


async def test_what_a_server_does_not_count_is_counted_about(play: Play) -> None:
    words = "Nothing is on this week. " * 10
    result = await play(ScriptedModel([TextDelta(words), Finished(stop=Stop.ANSWERED)]))
    assert result.spent.tokens_in > 100
    assert 50 < result.spent.tokens_out < 100


class Purse:
    """Lets so many rounds begin."""

    def __init__(self, rounds: int, words: str = "(That is all.)") -> None:
        self.left, self.words, self.spent = rounds, words, Spent()

    async def refusal(self, reads: int) -> str | None:
        assert reads > 100, "a request is measured before it is sent"
        self.left -= 1
        return None if self.left >= 0 else self.words

    def took(self, spent: Spent) -> None:
        self.spent += spent


async def test_rules_play_a_turn_that_is_over_its_budget_and_say_so(play: Play) -> None:
    play.budget = Purse(1)
    result = await play(ScriptedModel(calls(("look", {}), text="Let me see.")))
    assert result.text == "(That is all.)\n\nBy my own rules."
    assert result.parts == (SAID, AssistantSaid(text="By my own rules."))
    assert play.watching.text.endswith("(That is all.)\n\nBy my own rules.")
    assert result.spent == play.budget.spent == Spent(calls=1, tokens_in=10, tokens_out=5)


async def test_who_was_told_already_hears_the_rules_alone(play: Play) -> None:
    play.budget = Purse(0, words="")
    model = ScriptedModel()
    assert (await play(model)).text == play.watching.text == "By my own rules."
    assert model.requests == []


async def test_a_card_that_was_drawn_up_before_the_budget_ended_stands_once(play: Play) -> None:
    play.budget = Purse(1)
    result = await play(ScriptedModel(calls(("move", {"what": "lunch"}), ("move", {}))))
    assert (result.text, len(result.proposed)) == ("(That is all.)", 1)
    assert len(play.proposals.proposed) == 1
    assert play.fallback.requests == []


@pytest.mark.parametrize(
    ("step", "took"),
    [
        (breaks(), Spent(calls=1)),
        (breaks("On Tuesday you "), Spent(calls=1, tokens_in=1, tokens_out=5)),
        ([TextDelta("x" * 9_000), TextDelta("y")], Spent(calls=1, tokens_in=1, tokens_out=2287)),
    ],
    ids=["not begun", "in the middle", "floods"],
)
async def test_what_a_model_took_that_broke_off_is_counted_about(
    step: Any, took: Spent, play: Play
) -> None:
    play.budget = Purse(1)
    await play(ScriptedModel(step))
    assert (play.budget.spent.calls, play.budget.spent.tokens_out) == (1, took.tokens_out)
    assert (play.budget.spent.tokens_in > 100) is bool(took.tokens_in)


async def test_a_refusal_without_words_gets_words(play: Play) -> None:
    assert (await play(ScriptedModel(says("", stop=Stop.REFUSED)))).text == CANNOT


async def test_silence_after_a_result_is_filled_with_its_text(play: Play) -> None:
    result = await play(ScriptedModel(calls(("look", {})), says("")))
    assert result.text == "today: nothing on."
