"""From the model's first word on the wire to the first word in the chat. Aim: < 30 ms.

The whole engine with SQLite in a file, over a vendor's real wire format on loopback: a server that
waits as a model does before it speaks, and a platform that notes when words come. Server and engine
share one processor here, which is the worst case. A model without tool calls speaks in JSON.
"""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from aiohttp import web

from bot.app.core import Core
from bot.app.house import make_engine
from bot.chat.messages import IncomingMessage, Place, PlaceKind, Sender
from bot.engine import Engine
from bot.llm.anthropic import AnthropicModel
from bot.llm.hosted import Hosted
from bot.llm.model import LanguageModel, ModelCapabilities
from bot.llm.openai import OpenAIModel
from calendar_core.clock import SystemClock
from calendar_core.opening import open_database
from tests.builders import BERLIN
from tests.fakes.platform import FakePlatform, FakeStream

MESSAGES = 60
THINKS = 0.05
"""Seconds before the model's first word."""
WORDS = ("Nothing", " is", " on", " tomorrow", ",", " Wednesday", ".")
_numbers = count()


def run() -> Iterator[dict[str, object]]:
    """A row a vendor: milliseconds from word to word, and the processor's time of a message."""
    yield from asyncio.run(_rows())


async def _rows() -> list[dict[str, object]]:
    clock = _Moments()
    async with _server(clock) as address:
        toolless = ModelCapabilities(tools=False)
        return [
            await _row("chat completions", clock, _openai("m", address, ModelCapabilities())),
            await _row(
                "anthropic", clock, AnthropicModel(Hosted("m", api_key="k", base_url=address))
            ),
            await _row(
                "chat completions, no tool calls", clock, _openai("json", address, toolless)
            ),
        ]


def _openai(model: str, address: str, can: ModelCapabilities) -> OpenAIModel:
    return OpenAIModel(Hosted(model, api_key="k", base_url=f"{address}/v1", capabilities=can))


class _Moments:
    """When the model spoke, and when words were shown."""

    spoke = 0.0
    shown = 0.0


class _Watched(FakePlatform):
    def __init__(self, moments: _Moments) -> None:
        super().__init__()
        self._moments = moments

    async def stream(self, place: Place, *, seen_by: Sender | None = None) -> FakeStream:
        return _WatchedStream(self, place, seen_by, self._moments)


class _WatchedStream(FakeStream):
    def __init__(
        self, platform: FakePlatform, place: Place, seen_by: Sender | None, moments: _Moments
    ) -> None:
        super().__init__(platform, place, seen_by)
        self._moments = moments

    async def append(self, text: str) -> None:
        self._moments.shown = self._moments.shown or perf_counter()
        await super().append(text)


async def _row(
    vendor: str, moments: _Moments, model: OpenAIModel | AnthropicModel
) -> dict[str, object]:
    platform = _Watched(moments)
    async with _house(model, platform) as engine:
        await engine.on_message(_said())
        taken, begin = [], process_time()
        for _ in range(MESSAGES):
            moments.spoke = moments.shown = 0.0
            await engine.on_message(_said())
            assert moments.shown > moments.spoke > 0
            taken.append((moments.shown - moments.spoke) * 1000)
        used = (process_time() - begin) * 1000 / MESSAGES
    assert "".join(platform.streamed) == "".join(WORDS) * (MESSAGES + 1)
    await model.close()
    return {
        "benchmark": "first streamed word",
        "vendor": vendor,
        "ms_median": round(median(taken), 2),
        "ms_p95": round(sorted(taken)[int(MESSAGES * 0.95)], 2),
        "cpu_ms_message": round(used, 1),
        "aim_ms": 30,
    }


@asynccontextmanager
async def _house(model: LanguageModel, platform: FakePlatform) -> AsyncIterator[Engine]:
    with tempfile.TemporaryDirectory() as folder:
        database = await open_database(Path(folder))
        core = Core(database, SystemClock(), BERLIN)
        yield make_engine(core, {"fake": platform}, model, BERLIN)
        await database.dispose()


def _said() -> IncomingMessage:
    return IncomingMessage(
        id=f"m{next(_numbers)}",
        place=Place(platform="fake", workspace="w", channel="@u", kind=PlaceKind.DIRECT),
        sender=Sender(platform="fake", workspace="w", user="u", name="Ana"),
        text="what's on tomorrow?",
        at=SystemClock().now(),
    )


@asynccontextmanager
async def _server(moments: _Moments) -> AsyncIterator[str]:
    """Both vendors' wires, one word at a time."""

    async def answer(request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        before, word, after = _wire(request.path, asked["model"])
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        for event in before:
            await response.write(_event(event))
        await asyncio.sleep(THINKS)
        moments.spoke = perf_counter()
        for one in WORDS:
            await response.write(_event(word(one)))
            await asyncio.sleep(0.001)
        for event in after:
            await response.write(_event(event))
        return response

    app = web.Application()
    app.router.add_post("/v1/chat/completions", answer)
    app.router.add_post("/v1/messages", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


Event = Mapping[str, Any]


def _wire(path: str, model: str) -> tuple[list[Event], Callable[[str], Event], list[Event]]:
    """What comes before the words, a word, and what comes after."""
    if path == "/v1/messages":
        return (
            [
                {"type": "message_start", "message": {"usage": {"input_tokens": 9}}},
                {
                    "type": "content_block_start",
                    "index": 0,
                    "content_block": {"type": "text", "text": ""},
                },
            ],
            lambda word: {
                "type": "content_block_delta",
                "index": 0,
                "delta": {"type": "text_delta", "text": word},
            },
            [
                {"type": "content_block_stop", "index": 0},
                {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {}},
                {"type": "message_stop"},
            ],
        )
    if model == "json":
        return [_chunk('{"say": "')], _chunk, [_chunk('", "calls": []}'), _chunk("", "stop")]
    return [_chunk("")], _chunk, [_chunk("", "stop")]


def _chunk(word: str, finish: str | None = None) -> Event:
    return {"choices": [{"index": 0, "delta": {"content": word}, "finish_reason": finish}]}


def _event(event: Event) -> bytes:
    name = f"event: {event['type']}\n" if "type" in event else ""
    return f"{name}data: {json.dumps(event)}\n\n".encode()
