"""Anthropic's messages: what goes out, what comes in, and every fault as `ModelUnavailable`."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from bot.llm import failures
from bot.llm.anthropic import AnthropicModel
from bot.llm.hosted import Hosted
from bot.llm.model import (
    Finished,
    ModelCapabilities,
    ModelEvent,
    ModelUnavailable,
    Stop,
    TextDelta,
    ToolCall,
)
from bot.llm.schema import NOT_JSON
from bot.transcript import AssistantSaid, ToolCalled
from tests.bot.llm.events import block, calling, ending, over, stream, words
from tests.contracts.language_model import FOUND, all_of, asking

HAS_TEXT = "On Tuesday nothing is on, and on Wednesday there is a lunch with Ana at noon."


@pytest.fixture
async def model(llmock: Any) -> AsyncIterator[AnthropicModel]:
    made = AnthropicModel(Hosted("claude-x", api_key="test", base_url=llmock.base_url("anthropic")))
    yield made
    await made.close()


def said(events: list[ModelEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


async def replied(
    response: httpx2.Response, capabilities: ModelCapabilities | None = None
) -> list[ModelEvent]:
    model, _ = over(lambda _: response, capabilities)
    try:
        return await all_of(model, asking())
    finally:
        await model.close()


async def test_an_answer_is_streamed_with_its_usage(llmock: Any, model: AnthropicModel) -> None:
    llmock.reply(HAS_TEXT)
    events = await all_of(model, asking())
    assert said(events) == HAS_TEXT
    assert len(events) > 3
    end = events[-1]
    assert isinstance(end, Finished)
    assert (end.stop, end.tokens_in > 0, end.tokens_out > 0) == (Stop.ANSWERED, True, True)
    sent = llmock.last_request
    assert sent.body["model"] == "claude-x"
    assert sent.body["stream"] is True
    assert "temperature" not in sent.body


async def test_what_was_kept_is_counted_as_read_and_told_apart() -> None:
    start = {
        "type": "message_start",
        "message": {
            "usage": {
                "input_tokens": 20,
                "cache_creation_input_tokens": 300,
                "cache_read_input_tokens": 4000,
                "output_tokens": 1,
            }
        },
    }
    events = await replied(stream(start, words(0, "Hello."), ending("end_turn", output_tokens=7)))
    assert events[-1] == Finished(
        stop=Stop.ANSWERED, tokens_in=4320, tokens_cached=4000, tokens_stored=300, tokens_out=7
    )


async def test_pieces_of_parallel_calls_are_put_together() -> None:
    events = await replied(
        stream(
            words(0, "Let me ", "look."),
            calling(1, "toolu_1", "get_schedule", "", '{"when":', ' "tomorrow", "person": null}'),
            calling(2, "toolu_2", "list_calendars"),
            ending("tool_use", output_tokens=9),
        )
    )
    assert events == [
        TextDelta("Let me "),
        TextDelta("look."),
        ToolCall(id="toolu_1", tool="get_schedule", arguments={"when": "tomorrow"}),
        ToolCall(id="toolu_2", tool="list_calendars", arguments={}),
        Finished(stop=Stop.CALLED, tokens_in=5, tokens_out=9),
    ]


THINKS = {"type": "thinking", "thinking": "Tomorrow is Wednesday.", "signature": "c2lnbg=="}
HIDDEN = {"type": "redacted_thinking", "data": "ZGF0YQ=="}
CALLS = {"type": "tool_use", "id": "c1", "name": "get_schedule", "input": {"when": "tomorrow"}}


def thinking() -> httpx2.Response:
    begun = {"type": "thinking", "thinking": "", "signature": ""}
    pieces = [
        {"type": "thinking_delta", "thinking": "Tomorrow is "},
        {"type": "thinking_delta", "thinking": "Wednesday."},
        {"type": "signature_delta", "signature": "c2lnbg=="},
    ]
    call = calling(2, "c1", "get_schedule", '{"when": "tomorrow"}')
    return stream(block(0, begun, *pieces), block(1, HIDDEN), call, ending("tool_use"))


async def test_thinking_is_never_shown_and_goes_back_as_it_came() -> None:
    model, sent = over(lambda _: thinking())
    events = await all_of(model, asking())
    assert said(events) == ""
    end = events[-1]
    assert isinstance(end, Finished)
    assert end.vendor == {"model": "anthropic:m", "blocks": [THINKS, HIDDEN, CALLS]}
    thought = AssistantSaid(text="", vendor=end.vendor)
    called = ToolCalled(id="c1", tool="get_schedule", arguments={"when": "tomorrow"})
    await all_of(model, asking(thought, called, FOUND))
    await model.close()
    assert sent[1]["messages"][1] == {"role": "assistant", "content": [THINKS, HIDDEN, CALLS]}


async def test_a_server_that_knows_the_thinking_no_more_is_asked_without_it() -> None:
    def forgetful(body: Mapping[str, Any]) -> httpx2.Response:
        if "thinking" in str(body["messages"]):
            error = {"type": "invalid_request_error", "message": "Invalid `signature`"}
            return httpx2.Response(400, json={"type": "error", "error": error})
        return stream(words(0, "Hello."), ending("end_turn"))

    thought = AssistantSaid(text="", vendor={"model": "anthropic:m", "blocks": [THINKS, CALLS]})
    called = ToolCalled(id="c1", tool="get_schedule", arguments={"when": "tomorrow"})
    model, sent = over(forgetful)
    assert said(await all_of(model, asking(thought, called, FOUND))) == "Hello."
    await model.close()
    assert len(sent) == 2
    assert any(tool.get("strict") for tool in sent[1]["tools"])


@pytest.mark.parametrize(
    ("reason", "stop"),
    [
        ("end_turn", Stop.ANSWERED),
        ("stop_sequence", Stop.ANSWERED),
        ("max_tokens", Stop.CUT),
        ("model_context_window_exceeded", Stop.CUT),
        ("pause_turn", Stop.CUT),
        ("refusal", Stop.CUT),
        ("something new", Stop.ANSWERED),
    ],
)
async def test_why_it_stopped(reason: str, stop: Stop) -> None:
    events = await replied(stream(words(0, "Hello."), ending(reason)))
    assert isinstance(events[-1], Finished)
    assert events[-1].stop is stop


async def test_a_refused_reply_calls_nothing() -> None:
    events = await replied(stream(calling(0, "c", "delete_event", "{}"), ending("refusal")))
    assert events == [Finished(stop=Stop.REFUSED, tokens_in=5, tokens_out=1)]


async def test_a_server_that_does_not_stream_is_heard_whole() -> None:
    message = {
        "type": "message",
        "role": "assistant",
        "content": [{"type": "text", "text": "Looking."}, {**CALLS, "input": {"when": None}}],
        "stop_reason": "tool_use",
        "usage": {"input_tokens": 3, "output_tokens": 2},
    }
    bare = ModelCapabilities(streaming=False)
    model, sent = over(lambda _: httpx2.Response(200, json=message), bare)
    events = await all_of(model, asking())
    await model.close()
    assert sent[0]["stream"] is False
    assert events == [
        TextDelta("Looking."),
        ToolCall(id="c1", tool="get_schedule", arguments={}),
        Finished(stop=Stop.CALLED, tokens_in=3, tokens_out=2),
    ]


@pytest.mark.parametrize(
    ("status", "kind", "message", "why"),
    [
        (401, "authentication_error", "x", "refused the key: check ANTHROPIC_API_KEY."),
        (403, "permission_error", "x", "refused the key: check ANTHROPIC_API_KEY."),
        (404, "not_found_error", "x", "is not there: check CONVENE_MODEL and ANTHROPIC_BASE_URL."),
        (402, "billing_error", "x", "is over its quota: check the plan behind ANTHROPIC_API_KEY."),
        (400, "invalid_request_error", "Your credit balance is too low", "ANTHROPIC_API_KEY."),
        (400, "invalid_request_error", "prompt is too long: 9 > 8", "a conversation this long."),
        (413, "request_too_large", "x", "can't take a conversation this long."),
        (500, "api_error", "x", "refused the request with status 500."),
        (529, "overloaded_error", "x", "is overloaded just now (status 529)."),
        (200, "overloaded_error", "x", "is overloaded just now (status 529)."),
        (200, "rate_limit_error", "x", "is asked too often just now."),
    ],
)
async def test_a_refusal_says_where_to_look(
    monkeypatch: pytest.MonkeyPatch, status: int, kind: str, message: str, why: str
) -> None:
    monkeypatch.setattr(failures, "TRIES", 1)
    error = {"type": "error", "error": {"type": kind, "message": f"vendor text, {message}"}}
    response = httpx2.Response(status, json=error)
    if status == 200:  # an error inside the stream
        inside = f"event: error\ndata: {response.text}\n\n"
        headers = {"content-type": "text/event-stream"}
        response = httpx2.Response(200, headers=headers, text=inside)
    with pytest.raises(ModelUnavailable) as raised:
        await replied(response)
    assert str(raised.value).startswith("anthropic:m ")
    assert str(raised.value).endswith(why)
    assert "vendor text" not in str(raised.value)


async def test_a_rate_limit_is_waited_for_when_it_is_short(
    llmock: Any, model: AnthropicModel
) -> None:
    llmock.rate_limit(times=1, retry_after=0.05).reply("Hello.")
    assert said(await all_of(model, asking())) == "Hello."
    llmock.assert_resilient()


async def test_a_long_rate_limit_is_told_and_not_waited_for(
    llmock: Any, model: AnthropicModel
) -> None:
    llmock.rate_limit(times=None, retry_after=60)
    with pytest.raises(ModelUnavailable, match="asked too often") as raised:
        await all_of(model, asking())
    assert raised.value.seconds == 60
    assert len(llmock.requests) == 1


async def test_an_overload_that_passes_is_not_noticed(llmock: Any, model: AnthropicModel) -> None:
    llmock.fail(529, retry_after=0.05).reply("Hello.")
    assert said(await all_of(model, asking())) == "Hello."


@pytest.mark.parametrize("fault", ["truncate", "disconnect", "corrupt"])
@pytest.mark.parametrize("after", [0, 4])
async def test_a_broken_stream_is_no_answer(
    llmock: Any, model: AnthropicModel, fault: str, after: int
) -> None:
    llmock.reply(HAS_TEXT)
    getattr(llmock, fault)(after_chunks=after)
    with pytest.raises(ModelUnavailable):
        await all_of(model, asking())


async def test_a_call_in_a_broken_stream_is_never_made(llmock: Any, model: AnthropicModel) -> None:
    llmock.call_tool("create_event", {"title": "Lunch", "when": "Friday 12:30"})
    llmock.truncate(after_chunks=4)
    with pytest.raises(ModelUnavailable):
        await anext(model.reply(asking()))


@pytest.mark.parametrize("wait", ["delay", "slow_first_token"])
async def test_a_silent_server_is_given_up(llmock: Any, wait: str) -> None:
    model = AnthropicModel(
        Hosted(
            "m",
            api_key="test",
            base_url=llmock.base_url("anthropic"),
            patience=timedelta(seconds=0.3),
        )
    )
    llmock.reply(HAS_TEXT)
    getattr(llmock, wait)(2)
    async with asyncio.timeout(1.9):
        with pytest.raises(ModelUnavailable, match="took too long"):
            await all_of(model, asking())
    await model.close()


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    model = AnthropicModel(Hosted("m", api_key="test", base_url="http://127.0.0.1:9"))
    with pytest.raises(ModelUnavailable, match="check ANTHROPIC_BASE_URL"):
        await all_of(model, asking())
    await model.close()


async def test_without_a_key_only_a_server_of_ones_own_is_asked() -> None:
    with pytest.raises(ModelUnavailable, match="set ANTHROPIC_API_KEY"):
        await all_of(AnthropicModel(Hosted("m", api_key=None)), asking())


async def test_malformed_arguments_and_unknown_tools_are_for_the_toolbox(
    llmock: Any, model: AnthropicModel
) -> None:
    llmock.call_tool("get_schedule", {"when": "tomorrow"}).break_tool_call("malformed_arguments")
    made = [one for one in await all_of(model, asking()) if isinstance(one, ToolCall)]
    assert [call.arguments for call in made] == [{NOT_JSON: True}]
    llmock.call_tool("get_schedule", {}).break_tool_call("unknown_tool")
    made = [one for one in await all_of(model, asking()) if isinstance(one, ToolCall)]
    assert made[0].tool not in {spec.name for spec in asking().tools}


@pytest.mark.parametrize(
    "response",
    [
        httpx2.Response(200, text="<html>hello</html>", headers={"content-type": "text/html"}),
        stream(words(0, "hi")),
        stream(raw="event: message_delta\ndata: 5\n\n"),
        stream({"type": "content_block_delta", "index": "x", "delta": None}),
        stream(raw="event: message_delta\ndata: {\n\n"),
    ],
    ids=["page", "no end", "number", "bad block", "no json"],
)
async def test_nonsense_is_unavailable(response: httpx2.Response) -> None:
    with pytest.raises(ModelUnavailable):
        await replied(response)


async def test_a_server_that_knows_less_is_asked_in_plainer_words_from_then_on() -> None:
    def picky(body: Mapping[str, Any]) -> httpx2.Response:
        if "strict" in str(body["tools"]) or "cache_control" in str(body):
            error = {"type": "invalid_request_error", "message": "extra inputs"}
            return httpx2.Response(400, json={"type": "error", "error": error})
        return stream(words(0, "Hello."), ending("end_turn"))

    model, sent = over(picky)
    for _ in range(2):
        assert said(await all_of(model, asking())) == "Hello."
    await model.close()
    assert [str(body).count("'strict'") > 0 for body in sent] == [True, False, False, False]
    assert ["cache_control" in str(body) for body in sent] == [True, True, False, False]
    assert sent[-1]["system"] == "You are Convene."


@pytest.mark.parametrize(
    "why",
    [
        "thinking: Input tag 'adaptive' found using 'type' does not match any of the expected tags",
        "This model does not support the effort parameter.",
        "extra inputs",
    ],
)
async def test_a_server_that_can_not_be_told_how_hard_to_think_is_asked_without(why: str) -> None:
    def picky(body: Mapping[str, Any]) -> httpx2.Response:
        if "thinking" in body or "output_config" in body:
            error = {"type": "invalid_request_error", "message": why}
            return httpx2.Response(400, json={"type": "error", "error": error})
        return stream(words(0, "Hello."), ending("end_turn"))

    model, sent = over(picky, effort="high")
    for _ in range(2):
        assert said(await all_of(model, asking())) == "Hello."
    await model.close()
    assert sent[0]["thinking"] == {"type": "adaptive"}
    assert sent[0]["output_config"] == {"effort": "high"}
    # It is remembered, and nothing else is given up where the server says what it was.
    assert len(sent) == (5 if why == "extra inputs" else 3)
    assert any(tool.get("strict") for tool in sent[-1]["tools"]) is (why != "extra inputs")


async def test_a_small_server_is_asked_for_less() -> None:
    def small(body: Mapping[str, Any]) -> httpx2.Response:
        if body["max_tokens"] > 4000:
            error = {"type": "invalid_request_error", "message": "max_tokens: 16000 > 4096"}
            return httpx2.Response(400, json={"type": "error", "error": error})
        return stream(words(0, "Hello."), ending("end_turn"))

    model, sent = over(small)
    assert said(await all_of(model, asking())) == "Hello."
    await model.close()
    assert [body["max_tokens"] for body in sent] == [16_000, 2_000]
    assert any(tool.get("strict") for tool in sent[1]["tools"])


async def test_the_last_round_of_a_turn_may_not_call() -> None:
    called = ToolCalled(id="c1", tool="get_schedule", arguments={})
    model, sent = over(lambda _: stream(words(0, "Hello."), ending("end_turn")))
    await all_of(model, replace(asking(called, FOUND), tools=()))
    await all_of(model, replace(asking(), tools=()))
    await model.close()
    assert sent[0]["tool_choice"] == {"type": "none"}
    assert [tool["name"] for tool in sent[0]["tools"]] == ["get_schedule"]
    assert "tools" not in sent[1]


def test_the_vendors_package_waits_for_the_first_question() -> None:
    code = (
        "import sys, bot.llm.anthropic;"
        "sys.exit('anthropic' in sys.modules or 'httpx2' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


async def test_a_server_of_ones_own_finds_the_key_in_both_places_and_the_path_once() -> None:
    sent: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        sent.append(request)
        return stream(words(0, "Hello."), ending("end_turn"))

    for address in ("http://local/v1/", "http://local"):
        client = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
        model = AnthropicModel(Hosted("m", api_key="k", base_url=address, http_client=client))
        await all_of(model, asking())
        await model.close()
    assert {str(request.url) for request in sent} == {"http://local/v1/messages"}
    assert sent[0].headers["authorization"] == "Bearer k"
    assert sent[0].headers["x-api-key"] == "k"
