"""A turn's own overhead: everything but the model's thinking and the tool's looking. Aim: < 5 ms.

A scripted model calls one reading tool and then answers; prompt and tool specs are made anew, as
they are for every message. The same with twenty earlier turns, and over chat completions' own wire
with a transport that answers at once.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from statistics import median
from time import perf_counter

import httpx2

from bot.llm.model import LanguageModel, ModelRequest, Setting
from bot.llm.openai import OpenAIModel
from bot.prompt import prompt_for
from bot.tools.all import TOOLS as HOUSE
from bot.tools.toolbox import Toolbox
from bot.transcript import Part, UserSaid
from bot.turn import run_turn
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
_CALL = {"name": "look", "arguments": '{"what": "tomorrow"}'}


def run() -> Iterator[dict[str, object]]:
    """One row a kind of turn: milliseconds in the median and at the ninety-fifth of a hundred."""
    yield from asyncio.run(_rows())


async def _rows() -> list[dict[str, object]]:
    earlier = await _earlier(20)
    client = httpx2.AsyncClient(transport=httpx2.MockTransport(_answer))
    wire = OpenAIModel("m", api_key="k", base_url="http://local/v1", http_client=client)
    rows = [
        await _row("scripted, first message", _scripted),
        await _row("scripted, after 20 turns", _scripted, earlier),
        await _row("chat completions, after 20 turns", lambda: wire, earlier),
    ]
    await wire.close()
    return rows


async def _row(
    name: str, model: Callable[[], LanguageModel], before: tuple[Part, ...] = ()
) -> dict[str, object]:
    await _timed(lambda: _turn(model(), before))
    taken = sorted([await _timed(lambda: _turn(model(), before)) for _ in range(RUNS)])
    return {
        "benchmark": "turn overhead",
        "turn": name,
        "ms_median": round(median(taken), 3),
        "ms_p95": round(taken[int(RUNS * 0.95)], 3),
        "aim_ms": 5,
    }


async def _timed(work: Callable[[], Awaitable[object]]) -> float:
    begin = perf_counter()
    await work()
    return (perf_counter() - begin) * 1000


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


def _answer(request: httpx2.Request) -> httpx2.Response:
    """Call the tool when the person spoke last, else answer word by word."""
    if json.loads(request.content)["messages"][-1]["role"] == "user":
        piece = {"index": 0, "id": "call-1", "function": _CALL}
        return _streamed([{"tool_calls": [piece]}], "tool_calls")
    return _streamed([{"content": word} for word in ("Nothing", " is", " on.")], "stop")


def _streamed(deltas: list[dict[str, object]], finish: str) -> httpx2.Response:
    choices = [{"index": 0, "delta": delta} for delta in deltas]
    choices.append({"index": 0, "delta": {}, "finish_reason": finish})
    lines = "".join(f"data: {json.dumps({'choices': [one]})}\n\n" for one in choices)
    headers = {"content-type": "text/event-stream"}
    return httpx2.Response(200, headers=headers, text=f"{lines}data: [DONE]\n\n")
