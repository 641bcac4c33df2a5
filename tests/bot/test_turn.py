"""A turn: rounds, order, limits, who takes over, and what is private."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.chat.messages import Place
from bot.limits import TurnLimits
from bot.llm.model import LanguageModel, ModelRequest, Setting, Stop
from bot.replies import FALLBACK, TOO_MANY_ROUNDS
from bot.tools.tool import Tool, ToolContext, ToolResult, reads
from bot.tools.toolbox import Toolbox
from bot.transcript import (
    AssistantSaid,
    Happened,
    Part,
    ToolCalled,
    ToolReturned,
    UserSaid,
)
from bot.turn import CANNOT, NOTHING_DONE, TurnResult, run_turn
from tests.fakes.models import (
    FloodingModel,
    GuessingModel,
    LoopingModel,
    LyingModel,
    ObedientModel,
    ScriptedModel,
    breaks,
    calls,
    says,
)
from tests.fakes.tools import DIRECT, NOW, TEAM, TOOLS, CountingProposals, Look, a_context

SAID = UserSaid(text="what's on", speaker="Ana", at=NOW)


class Watching:
    """Writes down what a listener is shown."""

    def __init__(self) -> None:
        self.text = ""
        self.statuses: list[str] = []

    async def on_text(self, delta: str) -> None:
        self.text += delta

    async def on_status(self, line: str) -> None:
        self.statuses.append(line)


class Play:
    """Runs turns and keeps what they left behind."""

    def __init__(self, *tools: Tool[Any, Any], place: Place = DIRECT) -> None:
        self.toolbox = Toolbox(tools or TOOLS, patience=timedelta(seconds=1))
        self.proposals = CountingProposals()
        self.watching = Watching()
        self.fallback = ScriptedModel(says("By my own rules."), name="offline")
        self.context = a_context(self.proposals, place)
        self.limits = TurnLimits(patience=timedelta(seconds=2))

    async def __call__(
        self, model: LanguageModel, *before: Part, by_rules: bool = False
    ) -> TurnResult:
        setting = Setting(now=NOW, zone=self.context.zone, speaker="Ana")
        if by_rules:
            self.fallback.name = model.name
        opening = ModelRequest(
            prompt="You are Convene.",
            parts=before,
            tools=self.toolbox.specs(setting),
            setting=setting,
        )
        return await run_turn(
            opening,
            SAID,
            model=model,
            fallback=self.fallback,
            toolbox=self.toolbox,
            context=self.context,
            listener=self.watching,
            limits=self.limits,
        )


@pytest.fixture
def play() -> Play:
    return Play()


def kinds(result: TurnResult) -> list[str]:
    return [type(part).__name__ for part in result.parts]


async def test_words_are_streamed_and_kept(play: Play) -> None:
    result = await play(ScriptedModel(says("Nothing is on.")))
    assert play.watching.text == result.text == "Nothing is on."
    assert result.parts == (SAID, AssistantSaid(text="Nothing is on."))
    assert (result.model, result.tokens_in, result.tokens_out) == ("scripted", 10, 5)


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
    assert result.tokens_in == 20


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


async def test_a_looping_model_is_stopped_politely(play: Play) -> None:
    model = LoopingModel("look", {"what": "today"})
    result = await play(model)
    assert (result.text, model.asked, len(result.results)) == (TOO_MANY_ROUNDS, 6, 1)


async def test_the_last_reply_is_offered_no_tools(play: Play) -> None:
    model = ScriptedModel(
        *(calls(("look", {"what": f"{n}"})) for n in range(5)), says("That is all.")
    )
    result = await play(model)
    assert result.text == "That is all."
    assert [bool(request.tools) for request in model.requests] == [True] * 5 + [False]


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
        says(""),
        says("")[:-1],  # type: ignore[index]
    ],
    ids=["cut in a call", "answers nothing", "no end"],
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


async def test_a_cut_answer_shows_that_it_is_cut(play: Play) -> None:
    assert (await play(ScriptedModel(says("On Tuesday", stop=Stop.CUT)))).text == "On Tuesday…"


async def test_a_refusal_without_words_gets_words(play: Play) -> None:
    assert (await play(ScriptedModel(says("", stop=Stop.REFUSED)))).text == CANNOT


async def test_silence_after_a_result_is_filled_with_its_text(play: Play) -> None:
    result = await play(ScriptedModel(calls(("look", {})), says("")))
    assert result.text == "today: nothing on."


async def test_a_question_remembers_what_it_is_for(play: Play) -> None:
    result = await play(ScriptedModel(says("When?", asks_for="move")))
    assert result.parts[-1] == AssistantSaid(text="When?", asks_for="move")


async def test_a_bug_in_a_tool_comes_out_as_it_is(play: Play) -> None:
    with pytest.raises(KeyError):
        await play(ScriptedModel(calls(("look", {}), ("buggy", {}))))


async def test_what_comes_after_strangers_text_knows_it(play: Play) -> None:
    result = await play(
        ScriptedModel(
            calls(("remember", {"text": "a"}), ("overhear", {})),
            calls(("move", {"what": "lunch"}), ("remember", {"text": "b"})),
        )
    )
    assert play.proposals.tainted == [False, True, True]
    assert (len(result.noted), len(result.proposed), len(result.asked)) == (1, 1, 1)


async def test_strangers_text_of_an_earlier_turn_still_counts_for_a_model(play: Play) -> None:
    earlier = (await play(ScriptedModel(calls(("overhear", {})), says("Sync.")))).parts
    await play(ScriptedModel(calls(("move", {"what": "lunch"}))), *earlier)
    await play(ScriptedModel(calls(("move", {"what": "review"}))), *earlier, by_rules=True)
    assert play.proposals.tainted == [True, False]


PRIVATE: tuple[str, dict[str, Any]] = ("look", {})
PUBLIC: tuple[str, dict[str, Any]] = ("look", {"public": True})


@pytest.mark.parametrize(
    ("wanted", "by_rules", "private"),
    [
        ([PUBLIC], False, False),
        ([PUBLIC, PRIVATE], False, True),
        ([PRIVATE], True, True),
        ([PUBLIC], True, False),
    ],
)
async def test_one_private_result_makes_the_answer_private(
    wanted: list[tuple[str, dict[str, Any]]], by_rules: bool, private: bool
) -> None:
    play = Play(place=TEAM)
    result = await play(ScriptedModel(calls(*wanted), says("So.")), by_rules=by_rules)
    assert result.private is private


async def test_a_model_may_say_again_what_it_heard_so_its_words_are_private() -> None:
    play = Play(place=TEAM)
    assert (await play(ScriptedModel(says("Hello.")))).private
    earlier = (await play(ScriptedModel(calls(PRIVATE), says("Free.")))).parts
    again = await play(ScriptedModel(calls(PUBLIC), says("Ana is free.")), *earlier)
    assert again.private


@pytest.mark.parametrize(
    "model",
    [
        ObedientModel(),
        FloodingModel(),
        FloodingModel("move", {"what": "lunch"}),
        LoopingModel("move", {"what": "lunch"}),
        LyingModel(),
        GuessingModel(*((tool.name, {"what": "x"}) for tool in TOOLS if tool.name != "buggy")),
    ],
    ids=lambda model: model.name,
)
async def test_a_hostile_model_ends_and_every_call_has_its_answer(
    play: Play, model: LanguageModel
) -> None:
    result = await play(model)
    called = [part.id for part in result.parts if isinstance(part, ToolCalled)]
    returned = [part.id for part in result.parts if isinstance(part, ToolReturned)]
    assert called == returned
    assert len(result.text) < 9_000
    assert len(result.proposed) == len(play.proposals.proposed)


@pytest.mark.parametrize(
    "words", ["Done. I've moved it.", "I have just booked lunch for you.", "All set, see you."]
)
async def test_a_lie_about_what_was_done_is_set_right(play: Play, words: str) -> None:
    assert (await play(ScriptedModel(says(words)))).text == f"{words}\n\n{NOTHING_DONE}"


async def test_a_true_word_is_left_alone(play: Play) -> None:
    noted = ScriptedModel(calls(("remember", {"text": "milk"})), says("Done."))
    assert (await play(noted)).text == "Done."
    moved = Happened(what="applied", text="✓ Moved.", at=NOW)
    assert (await play(ScriptedModel(says("I moved it.")), moved)).text == "I moved it."
    assert (await play(ScriptedModel(says("Bo moved it.")))).text == "Bo moved it."
