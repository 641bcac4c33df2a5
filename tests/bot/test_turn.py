"""A turn: rounds, order, limits, and how it ends."""

import asyncio

import pytest

from bot.replies import FALLBACK, TOO_MANY_ROUNDS
from bot.spending import Spent
from bot.tools.tool import ToolContext, ToolResult, reads
from bot.transcript import (
    AssistantSaid,
    ToolCalled,
    ToolReturned,
)
from bot.turn import TurnResult
from tests.bot.turns import SAID, Play
from tests.fakes.models import (
    LoopingModel,
    ScriptedModel,
    calls,
    says,
)
from tests.fakes.tools import Look


@pytest.fixture
def play() -> Play:
    return Play()


def kinds(result: TurnResult) -> list[str]:
    return [type(part).__name__ for part in result.parts]


async def test_words_are_streamed_and_kept(play: Play) -> None:
    result = await play(ScriptedModel(says("Nothing is on.")))
    assert play.watching.text == result.text == "Nothing is on."
    assert result.parts == (SAID, AssistantSaid(text="Nothing is on."))
    assert result.model == "scripted"
    assert result.spent == Spent(calls=1, tokens_in=10, tokens_out=5)


async def test_a_read_goes_back_to_the_model_and_an_answer_comes(play: Play) -> None:
    model = ScriptedModel(calls(("look", {"what": "Tuesday"})), says("Tuesday is free."))
    result = await play(model)
    assert result.parts == (
        SAID,
        ToolCalled(id="call-1-look", tool="look", arguments={"what": "Tuesday"}),
        ToolReturned(
            id="call-1-look", tool="look", content='{"text":"Tuesday: nothing on.","n":0}'
        ),
        AssistantSaid(text="Tuesday is free."),
    )
    assert model.requests[1].parts == result.parts[:-1]
    assert play.watching.statuses == ["Looked at Tuesday"]
    assert result.spent == Spent(calls=2, tokens_in=20, tokens_out=10)


async def test_reads_of_one_reply_run_side_by_side() -> None:
    both = asyncio.Barrier(2)

    @reads
    async def meet(ctx: ToolContext, args: Look) -> ToolResult:
        async with asyncio.timeout(1):
            await both.wait()
        return ToolResult(text=args.what)

    play = Play(meet)
    result = await play(
        ScriptedModel(calls(("meet", {"what": "a"}), ("meet", {"what": "b"})), says("Both."))
    )
    assert [one.text for one in result.results] == ["a", "b"]


async def test_a_turn_ends_with_a_waiting_proposal_and_says_nothing_itself(play: Play) -> None:
    result = await play(ScriptedModel(calls(("move", {"what": "lunch"}), text="Done, moved.")))
    assert result.text == ""
    assert [change.id for change in result.proposed] == ["change-1"]
    assert kinds(result) == ["UserSaid", "AssistantSaid", "ToolCalled", "ToolReturned"]


async def test_several_proposals_of_one_reply_each_wait_in_order(play: Play) -> None:
    model = ScriptedModel(
        calls(("look", {}), ("move", {"what": "lunch"}), ("move", {"what": "review"}))
    )
    result = await play(model)
    assert [change.id for change in result.proposed] == ["change-1", "change-2"]
    assert result.text == "today: nothing on."


async def test_what_was_refused_beside_a_proposal_is_told(play: Play) -> None:
    result = await play(
        ScriptedModel(calls(("move", {"what": "lunch"}), ("move", {"what": "nothing"})))
    )
    assert result.text == "There is nothing to move. Which event?"


async def test_a_misused_call_beside_a_proposal_may_be_corrected(play: Play) -> None:
    model = ScriptedModel(
        calls(("move", {"what": "lunch"}), ("move", {})), calls(("move", {"what": "review"}))
    )
    result = await play(model)
    assert len(result.proposed) == 2


async def test_a_tool_is_misused_twice_and_no_more(play: Play) -> None:
    steps = [calls(("misfit", {"times": n})) for n in range(4)]
    result = await play(ScriptedModel(*steps, says("When?")))
    contents = [part.content for part in result.parts if isinstance(part, ToolReturned)]
    assert ["too often" in content for content in contents] == [False, False, True, True]


async def test_the_same_call_is_not_run_again(play: Play) -> None:
    result = await play(
        ScriptedModel(calls(("move", {"what": "lunch"}), ("move", {"what": "lunch"})))
    )
    assert len(result.proposed) == len(play.proposals.proposed) == 1
    assert result.text == ""


async def test_looking_again_after_a_note_is_no_repetition(play: Play) -> None:
    model = ScriptedModel(
        calls(("look", {})), calls(("remember", {"text": "milk"})), calls(("look", {})), says("Ok.")
    )
    result = await play(model)
    assert len(result.results) == 3
    assert [one.text for one in result.noted] == ["I'll remember milk."]


async def test_rules_answer_for_a_model_that_goes_round_in_circles(play: Play) -> None:
    model = LoopingModel("look", {"what": "today"})
    result = await play(model)
    assert (result.text, model.asked) == (f"{FALLBACK}\n\nBy my own rules.", 6)


async def test_rules_that_go_round_in_circles_are_stopped_politely(play: Play) -> None:
    model = LoopingModel("look", {"what": "today"})
    result = await play(model, by_rules=True)
    assert (result.text, model.asked, len(result.results)) == (TOO_MANY_ROUNDS, 6, 1)


async def test_the_last_reply_is_offered_no_tools(play: Play) -> None:
    model = ScriptedModel(
        *(calls(("look", {"what": f"{n}"})) for n in range(5)), says("That is all.")
    )
    result = await play(model)
    assert result.text == "That is all."
    assert [bool(request.tools) for request in model.requests] == [True] * 5 + [False]


async def test_a_question_remembers_what_it_is_for(play: Play) -> None:
    result = await play(ScriptedModel(says("When?", asks_for="move")))
    assert result.parts[-1] == AssistantSaid(text="When?", asks_for="move")


async def test_a_bug_in_a_tool_comes_out_as_it_is(play: Play) -> None:
    with pytest.raises(KeyError):
        await play(ScriptedModel(calls(("look", {}), ("buggy", {}))))
