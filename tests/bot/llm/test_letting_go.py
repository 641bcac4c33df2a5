"""A reply that nobody hears out is let go of at once, connection and all."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from bot.llm.anthropic import AnthropicModel
from bot.llm.hosted import Hosted
from bot.llm.model import ModelCapabilities, TextDelta
from bot.llm.openai import OpenAIModel
from tests.bot.llm.events import START, words
from tests.contracts.language_model import asking


class Endless(httpx2.AsyncByteStream):
    """Says the same for ever."""

    def __init__(self, first: str, again: str) -> None:
        self._first = first
        self._again = again
        self.is_closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._first.encode()
        while not self.is_closed:
            yield self._again.encode()

    async def aclose(self) -> None:
        self.is_closed = True


def of_anthropic(*events: Any) -> str:
    return "".join(f"event: {one['type']}\ndata: {json.dumps(one)}\n\n" for one in events)


def of_openai(text: str) -> str:
    return f"data: {json.dumps({'choices': [{'index': 0, 'delta': {'content': text}}]})}\n\n"


@pytest.mark.parametrize("tools", [True, False])
@pytest.mark.parametrize("vendor", [OpenAIModel, AnthropicModel])
async def test_an_endless_answer_is_let_go_of(
    vendor: type[OpenAIModel | AnthropicModel], tools: bool
) -> None:
    first = "Hello" if tools else '{"say": "Hello'
    begun = words(0, first)
    body = (
        Endless(of_openai(first), of_openai(" and"))
        if vendor is OpenAIModel
        else Endless(of_anthropic(START, *begun[:2]), of_anthropic(words(0, " and")[1]))
    )
    answer = httpx2.Response(200, headers={"content-type": "text/event-stream"}, stream=body)
    client = httpx2.AsyncClient(transport=httpx2.MockTransport(lambda _: answer))
    can = ModelCapabilities(tools=tools)
    model = vendor(
        Hosted("m", api_key="k", base_url="http://local", http_client=client, capabilities=can)
    )
    reply: Any = model.reply(asking())
    assert await anext(reply) == TextDelta("Hello")
    assert not body.is_closed
    await reply.aclose()
    assert body.is_closed
    await model.close()
