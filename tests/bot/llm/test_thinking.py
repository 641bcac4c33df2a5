"""Thinking through a whole turn and through storage: it goes back as it came, and is not shown."""

import json
from collections.abc import Mapping
from typing import Any

import httpx2
from pydantic import TypeAdapter

from bot.llm.anthropic_wire import to_messages
from bot.llm.model import ModelRequest
from bot.tools.toolbox import Toolbox
from bot.transcript import Part
from bot.turn import run_turn
from tests.bot.llm.events import block, calling, ending, over, stream, words
from tests.contracts.language_model import ASKS, asking
from tests.fakes.models import ScriptedModel
from tests.fakes.tools import a_context, look

THOUGHT = {"type": "thinking", "thinking": "Öffnen? Look.", "signature": "c2lnbg=="}
AGAIN = {"type": "thinking", "thinking": "", "signature": "YWdhaW4="}
"""Thought, and not shown: the signature alone goes back."""
TOOLBOX = Toolbox((look,))


class Listener:
    def __init__(self) -> None:
        self.shown = ""

    async def on_text(self, delta: str) -> None:
        self.shown += delta

    async def on_status(self, line: str) -> None: ...


def answer(body: Mapping[str, Any]) -> httpx2.Response:
    """Think and call twice; answer when both tools told."""
    told = [one for one in body["messages"] if one["content"][0]["type"] == "tool_result"]
    if len(told) == 2:
        return stream(words(0, "Nothing is on."), ending("end_turn"))
    what = "today" if told else "tomorrow"
    call = calling(1, f"toolu_{what}", "look", json.dumps({"what": what}))
    return stream(block(0, AGAIN if told else THOUGHT), call, ending("tool_use"))


async def test_thinking_goes_back_within_its_turn_and_after_it() -> None:
    model, sent = over(answer, effort="medium")
    setting, watching = asking().setting, Listener()
    opening = ModelRequest(
        prompt="You are Convene.", parts=(), tools=TOOLBOX.specs(setting), setting=setting
    )
    result = await run_turn(
        opening,
        ASKS,
        model=model,
        fallback=ScriptedModel(name="offline"),
        toolbox=TOOLBOX,
        context=a_context(),
        listener=watching,
    )
    await model.close()
    assert (watching.shown, result.text) == ("Nothing is on.", "Nothing is on.")
    for body in sent:
        assert (body["thinking"], body["output_config"]) == (
            {"type": "adaptive"},
            {"effort": "medium"},
        )
    *_, first, _, second, _ = sent[2]["messages"]
    assert [one["role"] for one in (first, second)] == ["assistant", "assistant"]
    as_it_came = [one["content"] for one in (first, second)]
    assert [thought for thought, _ in as_it_came] == [THOUGHT, AGAIN]
    assert [call["id"] for _, call in as_it_came] == ["toolu_tomorrow", "toolu_today"]
    kept = ModelRequest(
        prompt="", parts=tuple(_stored(part) for part in result.parts), tools=(), setting=setting
    )
    assert [one["content"] for one in to_messages(kept, "anthropic:m")[1:4:2]] == as_it_came
    assert "thinking" not in json.dumps(to_messages(kept, "anthropic:other"))


def _stored(part: Part) -> Part:
    """A part as it comes back from storage."""
    kind: TypeAdapter[Part] = TypeAdapter(type(part))
    return kind.validate_json(kind.dump_json(part))
