"""A turn's own overhead: everything but the model's thinking and the tool's looking. Aim: < 5 ms.

A scripted model calls one reading tool and then answers; prompt and tool specs are made anew, as
they are for every message. The same with twenty earlier turns, and over each vendor's own wire (two
requests) with a transport that answers at once; a model without tool calls calls in JSON. The
processor's time: nothing is waited for.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from itertools import cycle
from statistics import median
from time import process_time
from typing import Any

import httpx2

from bot.llm.anthropic import AnthropicModel
from bot.llm.hosted import Hosted
from bot.llm.model import LanguageModel, ModelCapabilities, ModelRequest, Setting
from bot.llm.openai import OpenAIModel
from bot.prompt import prompt_for
from bot.tools.all import TOOLS as HOUSE
from bot.tools.toolbox import Toolbox
from bot.transcript import Part, UserSaid
from bot.turn import run_turn
from tests.bot.llm.events import calling, ending, words
from tests.bot.llm.events import stream as events
from tests.fakes.models import ScriptedModel, calls, says
from tests.fakes.tools import BERLIN, NOW, a_context, look

RUNS = 200
SAID = UserSaid(text="what's on tomorrow", speaker="Ana", at=NOW)
SETTING = Setting(
    now=NOW,
    zone=BERLIN,
    speaker="Ana",
    people=tuple(f"Person {n}" for n in range(20)),
    calendars=("Personal", "Work", "Team"),
)
WORDS = ("Nothing", " is", " on.")
_CALL = {"name": "look", "arguments": '{"what": "tomorrow"}'}


def run() -> Iterator[dict[str, object]]:
    """One row a kind of turn: milliseconds in the median and at the ninety-fifth of a hundred."""
    yield from asyncio.run(_rows())


async def _rows() -> list[dict[str, object]]:
    earlier = await _earlier(20)
    wires: dict[str, OpenAIModel | AnthropicModel] = {
        "chat completions": OpenAIModel(Hosted("m", **_over(_calling, _saying))),
        "anthropic": AnthropicModel(Hosted("m", **_over(_calling_anthropic, _saying_anthropic))),
        "chat completions, no tool calls": OpenAIModel(
            Hosted(
                "m",
                capabilities=ModelCapabilities(tools=False),
                **_over(_calling_in_json, _saying_in_json),
            )
        ),
    }
    rows = [
        await _row("scripted, first message", _scripted),
        await _row("scripted, after 20 turns", _scripted, earlier),
    ]
    for name, wire in wires.items():
        rows.append(await _row(f"{name}, after 20 turns", lambda wire=wire: wire, earlier))  # type: ignore[misc]
        await wire.close()
    return rows


def _over(calls_first: Callable[[], httpx2.Response], then: Callable[[], httpx2.Response]) -> Any:
    """A transport whose every second answer ends a turn; what is asked is not read."""
    answers = cycle((calls_first, then))
    client = httpx2.AsyncClient(transport=httpx2.MockTransport(lambda _: next(answers)()))
    return {"api_key": "k", "base_url": "http://local/v1", "http_client": client}


async def _row(
    name: str, model: Callable[[], LanguageModel], before: tuple[Part, ...] = ()
) -> dict[str, object]:
    await _timed(lambda: _turn(model(), before))
    taken = sorted([await _timed(lambda: _turn(model(), before)) for _ in range(RUNS)])
    return {
        "benchmark": "turn overhead",
        "turn": name,
        "cpu_ms_median": round(median(taken), 3),
        "cpu_ms_p95": round(taken[int(RUNS * 0.95)], 3),
        "aim_ms": 5,
    }


async def _timed(work: Callable[[], Awaitable[object]]) -> float:
    begin = process_time()
    await work()
    return (process_time() - begin) * 1000


class _Nobody:
    async def on_text(self, delta: str) -> None: ...

    async def on_status(self, line: str) -> None: ...


_TOOLBOX = Toolbox((*HOUSE, look), patience=timedelta(seconds=5))


async def _turn(model: LanguageModel, before: tuple[Part, ...]) -> tuple[Part, ...]:
    opening = ModelRequest(
        prompt=prompt_for(SETTING), parts=before, tools=_TOOLBOX.specs(SETTING), setting=SETTING
    )
    result = await run_turn(
        opening,
        SAID,
        model=model,
        fallback=ScriptedModel(name="offline"),
        toolbox=_TOOLBOX,
        context=a_context(),
        listener=_Nobody(),
    )
    assert result.text == "Nothing is on."
    return result.parts


def _scripted() -> LanguageModel:
    return ScriptedModel(calls(("look", {"what": "tomorrow"})), says("Nothing is on."))


async def _earlier(turns: int) -> tuple[Part, ...]:
    found: tuple[Part, ...] = ()
    for _ in range(turns):
        found += await _turn(_scripted(), ())
    return found


def _calling() -> httpx2.Response:
    piece = {"index": 0, "id": "call-1", "function": _CALL}
    return _streamed([{"tool_calls": [piece]}], "tool_calls")


def _saying() -> httpx2.Response:
    return _streamed([{"content": word} for word in WORDS], "stop")


def _calling_in_json() -> httpx2.Response:
    call = {"tool": "look", "arguments": {"what": "tomorrow"}}
    return _in_pieces(json.dumps({"say": "", "calls": [call]}))


def _saying_in_json() -> httpx2.Response:
    return _in_pieces(json.dumps({"say": "".join(WORDS), "calls": []}))


def _in_pieces(text: str) -> httpx2.Response:
    return _streamed([{"content": text[at : at + 5]} for at in range(0, len(text), 5)], "stop")


def _calling_anthropic() -> httpx2.Response:
    call = calling(0, "call-1", _CALL["name"], _CALL["arguments"])
    return events(call, ending("tool_use", output_tokens=9))


def _saying_anthropic() -> httpx2.Response:
    return events(words(0, *WORDS), ending("end_turn", output_tokens=9))


def _streamed(deltas: list[dict[str, object]], finish: str) -> httpx2.Response:
    choices = [{"index": 0, "delta": delta} for delta in deltas]
    choices.append({"index": 0, "delta": {}, "finish_reason": finish})
    lines = "".join(f"data: {json.dumps({'choices': [one]})}\n\n" for one in choices)
    headers = {"content-type": "text/event-stream"}
    return httpx2.Response(200, headers=headers, text=f"{lines}data: [DONE]\n\n")
