"""Streams of Anthropic's messages, made up event by event, and a model that is sent them."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx2

from bot.llm.anthropic import AnthropicModel
from bot.llm.hosted import Hosted
from bot.llm.model import ModelCapabilities

Handler = Callable[[Mapping[str, Any]], httpx2.Response]
START = {"type": "message_start", "message": {"usage": {"input_tokens": 5, "output_tokens": 1}}}


def over(
    handle: Handler, capabilities: ModelCapabilities | None = None, *, effort: str = ""
) -> tuple[AnthropicModel, list[dict[str, Any]]]:
    """A model over a transport that answers by `handle`, and what was sent."""
    sent: list[dict[str, Any]] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        sent.append(json.loads(request.content))
        return handle(sent[-1])

    client = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    made = AnthropicModel(
        Hosted(
            "m",
            api_key="k",
            base_url="http://local/v1/",
            http_client=client,
            effort=effort,
            capabilities=capabilities or ModelCapabilities(),
        )
    )
    return made, sent


def block(index: int, begun: Mapping[str, Any], *deltas: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A block: how it begins, its pieces, its end."""
    return [
        {"type": "content_block_start", "index": index, "content_block": begun},
        *({"type": "content_block_delta", "index": index, "delta": one} for one in deltas),
        {"type": "content_block_stop", "index": index},
    ]


def words(index: int, *pieces: str) -> list[dict[str, Any]]:
    deltas = [{"type": "text_delta", "text": piece} for piece in pieces]
    return block(index, {"type": "text", "text": ""}, *deltas)


def calling(index: int, call: str, tool: str, *pieces: str) -> list[dict[str, Any]]:
    deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in pieces]
    return block(index, {"type": "tool_use", "id": call, "name": tool, "input": {}}, *deltas)


def ending(stop: str, **usage: int) -> dict[str, Any]:
    return {"type": "message_delta", "delta": {"stop_reason": stop}, "usage": usage}


def stream(*events: Any, raw: str = "") -> httpx2.Response:
    """Events, one or lists of them, after a beginning; then an end."""
    flat = [one for many in events for one in (many if isinstance(many, list) else [many])]
    lines = [
        f"event: {one['type']}\ndata: {json.dumps(one)}\n\n"
        for one in (START, *flat, {"type": "message_stop"})
    ]
    return httpx2.Response(
        200, headers={"content-type": "text/event-stream"}, text="".join(lines) + raw
    )
