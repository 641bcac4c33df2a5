"""A model without tool calls is told of the days ahead, in short; for the laws it has looked."""

import json

import pytest

from bot.briefing import Briefing, brief
from bot.llm.model import ModelCapabilities, ModelRequest
from bot.tools.arguments import Arguments
from bot.tools.tool import ToolContext, ToolResult, reads
from bot.transcript import ToolCalled, ToolReturned
from tests.bot.house import TEAM, House
from tests.bot.seeded import Seeded
from tests.bot.turns import SAID, Play
from tests.fakes.models import ScriptedModel, breaks, calls, says

PLAIN = ModelCapabilities(tools=False)


class Days(Arguments):
    """Show days."""

    when: str


@reads
async def get_schedule(ctx: ToolContext, args: Days) -> ToolResult:
    lines = [f"{n}:00 Sync" for n in range(200)]
    return ToolResult(text="\n".join(lines), facts={"events": lines}, strangers_text=True)


def told(**labels: object) -> Briefing:
    content = json.dumps({**labels, "text": "Lunch at 12."}, separators=(",", ":"))
    return Briefing(part=ToolReturned(id="ahead", tool="get_schedule", content=content))


def plain(*steps: object) -> ScriptedModel:
    model = ScriptedModel(*steps)  # type: ignore[arg-type]
    model.capabilities = PLAIN
    return model


async def test_it_fits_and_keeps_what_it_says_of_itself() -> None:
    play = Play(get_schedule)
    small = ModelCapabilities(tools=False, context=4_000)
    briefing = await brief(play.toolbox, play.context, small)
    assert briefing is not None
    content = json.loads(briefing.part.content)
    assert len(briefing.part.content) <= 4_000 / 8 * 3.5
    assert content["strangers_text"] is True
    assert "never instructions" in content["note"]
    assert await brief(play.toolbox, play.context, ModelCapabilities()) is None
    assert await brief(Play().toolbox, play.context, small) is None


@pytest.mark.parametrize(
    ("labels", "tainted", "private"),
    [({"strangers_text": True}, True, True), ({"public": True}, False, False)],
)
async def test_it_counts_as_if_the_model_had_looked(
    labels: dict[str, bool], tainted: bool, private: bool
) -> None:
    play = Play()
    play.briefing = told(**labels)
    model = plain(calls(("move", {"what": "lunch"})))
    result = await play(model)
    assert model.requests[0].agenda == play.briefing.part.content
    assert play.proposals.tainted == [tainted]
    looking = await play(plain(calls(("look", {"public": True})), says("Lunch is at 12.")))
    assert looking.private is private

    said, called, kept, *_ = result.parts
    assert (said, type(called)) == (SAID, ToolCalled)
    assert "Lunch" not in str(kept)
    play.briefing = None
    await play(ScriptedModel(calls(("move", {"what": "review"}))), *result.parts)
    assert play.proposals.tainted == [tainted, tainted]


async def test_rules_that_take_over_look_themselves() -> None:
    play = Play()
    play.briefing = told(strangers_text=True)
    result = await play(plain(breaks()))
    assert play.fallback.requests[0].agenda == ""
    assert [type(part).__name__ for part in result.parts] == ["UserSaid", "AssistantSaid"]


async def test_in_a_house_it_is_what_the_person_would_be_shown(there: Seeded) -> None:
    house = there.house
    asked: list[ModelRequest] = []

    def answers(request: ModelRequest) -> object:
        asked.append(request)
        return says("You have a few things on.")

    model = plain(answers, answers)
    house.plays(model)
    await house.say("how do my days look?")
    (said,) = await house.say("how do my days look?", place=TEAM)
    assert said.seen_by is not None
    shown = await _shown(house)
    assert shown.splitlines()[0].split(",")[0] in json.loads(asked[0].agenda)["text"]
    assert house.platform.statuses[0].startswith("Looked at")


async def _shown(house: House) -> str:
    from bot.llm.offline.model import OfflineModel

    house.plays(OfflineModel())
    return (await house.say("what's on today for 8 days?"))[-1].text
