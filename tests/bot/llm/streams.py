"""Streams of chat completions, made up piece by piece, and a model that is sent them."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx2

from bot.llm.hosted import Hosted
from bot.llm.model import ModelCapabilities
from bot.llm.openai import OpenAIModel

USAGE = {"prompt_tokens": 5, "completion_tokens": 1}
Handler = Callable[[Mapping[str, Any]], httpx2.Response]


def over(
    handle: Handler, capabilities: ModelCapabilities | None = None, *, effort: str = ""
) -> tuple[OpenAIModel, list[dict[str, Any]]]:
    """A model over a transport that answers by `handle`, and what was sent."""
    sent: list[dict[str, Any]] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        sent.append(json.loads(request.content))
        return handle(sent[-1])

    client = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    made = OpenAIModel(
        Hosted(
            "m",
            api_key="k",
            base_url="http://local/v1",
            http_client=client,
            effort=effort,
            capabilities=capabilities or ModelCapabilities(),
        )
    )
    return made, sent


def stream(
    *deltas: Any, finish: str | None = "stop", raw: str = "", tells: bool = True
) -> httpx2.Response:
    """Chunks with these deltas, and an end with its usage."""
    chunks: list[Any] = [{"choices": [{"index": 0, "delta": delta}]} for delta in deltas]
    if finish:
        end = {"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]}
        chunks.append({**end, "usage": USAGE} if tells else end)
    lines = [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks]
    text = "".join(lines) + raw + "data: [DONE]\n\n"
    return httpx2.Response(200, headers={"content-type": "text/event-stream"}, text=text)


def piece(index: int | None, **more: Any) -> dict[str, Any]:
    arguments = more.pop("arguments", None)
    name = more.pop("name", None)
    return {
        "tool_calls": [{"index": index, "function": {"name": name, "arguments": arguments}} | more]
    }
