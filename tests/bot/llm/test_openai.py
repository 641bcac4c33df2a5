"""Chat completions: what goes out, what comes in, and every fault as `ModelUnavailable`."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from bot.llm import failures
from bot.llm.hosted import Hosted
from bot.llm.measure import tokens_of
from bot.llm.model import (
    Finished,
    ModelCapabilities,
    ModelEvent,
    ModelUnavailable,
    Stop,
    TextDelta,
    ToolCall,
)
from bot.llm.openai import OpenAIModel
from bot.llm.schema import NOT_JSON
from tests.bot.llm.streams import over, piece, stream
from tests.contracts.language_model import all_of, asking

HAS_TEXT = "On Tuesday nothing is on, and on Wednesday there is a lunch with Ana at noon."


@pytest.fixture
async def model(llmock: Any) -> AsyncIterator[OpenAIModel]:
    made = OpenAIModel(Hosted("gpt-x", api_key="test", base_url=llmock.base_url("openai")))
    yield made
    await made.close()


def words(events: list[ModelEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


async def test_an_answer_is_streamed_with_its_usage(llmock: Any, model: OpenAIModel) -> None:
    llmock.reply(HAS_TEXT)
    events = await all_of(model, asking())
    assert words(events) == HAS_TEXT
    assert len(events) > 3
    end = events[-1]
    assert isinstance(end, Finished)
    assert end.stop is Stop.ANSWERED
    assert end.tokens_in > 0
    assert end.tokens_out > 0
    assert llmock.verdict().findings == ()


async def test_the_request_is_strict_parallel_and_counts(llmock: Any, model: OpenAIModel) -> None:
    llmock.reply("Hello.")
    await all_of(model, asking())
    sent = llmock.last_request.body
    assert sent["model"] == "gpt-x"
    assert sent["stream_options"] == {"include_usage": True}
    assert sent["parallel_tool_calls"] is True
    assert all(tool["function"]["strict"] for tool in sent["tools"])
    assert sent["messages"] == [
        {"role": "system", "content": "You are Convene."},
        {"role": "user", "content": "what's on tomorrow"},
    ]


async def test_a_rate_limit_is_waited_for_when_it_is_short(llmock: Any, model: OpenAIModel) -> None:
    llmock.rate_limit(times=1, retry_after=0.05).reply("Hello.")
    assert words(await all_of(model, asking())) == "Hello."
    llmock.assert_resilient()


async def test_a_person_does_not_wait_for_a_long_rate_limit(
    llmock: Any, model: OpenAIModel
) -> None:
    llmock.rate_limit(times=None, retry_after=60)
    with pytest.raises(ModelUnavailable, match="asked too often"):
        await all_of(model, asking())
    assert len(llmock.requests) == 1


@pytest.mark.parametrize(
    ("status", "code", "why"),
    [
        (401, None, "refused the key: check OPENAI_API_KEY."),
        (403, None, "refused the key: check OPENAI_API_KEY."),
        (404, None, "is not there: check CONVENE_MODEL and OPENAI_BASE_URL."),
        (429, "insufficient_quota", "over its quota: check the plan behind OPENAI_API_KEY."),
        (500, None, "status 500."),
        (503, None, "is overloaded just now (status 503)."),
        (400, "context_length_exceeded", "can't take a conversation this long."),
    ],
)
async def test_a_refusal_says_where_to_look(
    llmock: Any,
    model: OpenAIModel,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    code: str | None,
    why: str,
) -> None:
    monkeypatch.setattr(failures, "TRIES", 1)
    llmock.fail(status, times=None, code=code, message="vendor text")
    with pytest.raises(ModelUnavailable) as raised:
        await all_of(model, asking())
    assert str(raised.value).startswith("openai:gpt-x ")
    assert str(raised.value).endswith(why)
    assert "vendor text" not in str(raised.value)


@pytest.mark.parametrize("fault", ["truncate", "disconnect", "corrupt"])
@pytest.mark.parametrize("after", [0, 2])
async def test_a_broken_stream_is_no_answer(
    llmock: Any, model: OpenAIModel, fault: str, after: int
) -> None:
    llmock.reply(HAS_TEXT)
    getattr(llmock, fault)(after_chunks=after)
    with pytest.raises(ModelUnavailable):
        await all_of(model, asking())


async def test_a_call_in_a_broken_stream_is_never_made(llmock: Any, model: OpenAIModel) -> None:
    llmock.call_tool("create_event", {"title": "Lunch", "when": "Friday 12:30"})
    llmock.truncate(after_chunks=2)
    events = model.reply(asking())
    with pytest.raises(ModelUnavailable):
        await anext(events)


@pytest.mark.parametrize("wait", ["delay", "slow_first_token"])
async def test_a_silent_server_is_given_up(llmock: Any, wait: str) -> None:
    model = OpenAIModel(
        Hosted(
            "m",
            api_key="test",
            base_url=llmock.base_url("openai"),
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
    model = OpenAIModel(Hosted("gpt-x", api_key="test", base_url="http://127.0.0.1:9/v1"))
    with pytest.raises(ModelUnavailable, match="check OPENAI_BASE_URL"):
        await all_of(model, asking())
    await model.close()


async def test_without_a_key_only_a_server_of_ones_own_is_asked() -> None:
    with pytest.raises(ModelUnavailable, match="set OPENAI_API_KEY"):
        await all_of(OpenAIModel(Hosted("gpt-x", api_key=None)), asking())


async def test_malformed_arguments_are_marked(llmock: Any, model: OpenAIModel) -> None:
    llmock.call_tool("get_schedule", {"when": "tomorrow"}).break_tool_call("malformed_arguments")
    events = await all_of(model, asking())
    assert [event.arguments for event in events if isinstance(event, ToolCall)] == [
        {NOT_JSON: True}
    ]


async def test_an_unknown_tool_is_handed_on_for_the_toolbox_to_refuse(
    llmock: Any, model: OpenAIModel
) -> None:
    llmock.call_tool("get_schedule", {}).break_tool_call("unknown_tool")
    (call,) = [one for one in await all_of(model, asking()) if isinstance(one, ToolCall)]
    assert call.tool not in {spec.name for spec in asking().tools}


async def replied(response: httpx2.Response) -> list[ModelEvent]:
    model, _ = over(lambda _: response)
    try:
        return await all_of(model, asking())
    finally:
        await model.close()


async def test_pieces_of_parallel_calls_are_put_together_by_index() -> None:
    events = await replied(
        stream(
            piece(0, id="a", name="get_schedule", arguments=""),
            piece(1, id="b", name="list_calendars"),
            piece(0, arguments='{"when":'),
            piece(1, arguments="{}"),
            piece(0, arguments=' "tomorrow", "person": null}'),
            finish="tool_calls",
        )
    )
    assert events == [
        ToolCall(id="a", tool="get_schedule", arguments={"when": "tomorrow"}),
        ToolCall(id="b", tool="list_calendars", arguments={}),
        Finished(stop=Stop.CALLED, tokens_in=5, tokens_out=1),
    ]


async def test_servers_that_count_badly_are_understood() -> None:
    events = await replied(
        stream(
            piece(0, id="a", name="get_schedule", arguments="{}"),
            piece(0, id="b", name="list_calendars", arguments="{}"),
            piece(None, name="get_preferences", arguments="{}", id=""),
            finish="stop",
        )
    )
    made = [event.tool for event in events if isinstance(event, ToolCall)]
    assert made[:2] == ["get_schedule", "list_calendars"]
    assert events[-1] == Finished(stop=Stop.CALLED, tokens_in=5, tokens_out=1)


async def test_a_reply_cut_in_a_call_says_that_it_is_cut() -> None:
    events = await replied(
        stream(piece(0, id="a", name="delete_event", arguments='{"event": "st'), finish="length")
    )
    assert events == [
        ToolCall(id="a", tool="delete_event", arguments={NOT_JSON: True}),
        Finished(stop=Stop.CUT, tokens_in=5, tokens_out=1),
    ]


async def test_a_filtered_reply_calls_nothing() -> None:
    events = await replied(
        stream(piece(0, id="a", name="delete_event", arguments="{}"), finish="content_filter")
    )
    assert events == [Finished(stop=Stop.REFUSED, tokens_in=5, tokens_out=1)]


async def test_a_call_written_as_text_is_a_call_and_not_shown() -> None:
    events = await replied(
        stream({"content": "Sure.\n"}, {"content": '{"name": "get_sch'},
               {"content": 'edule", "arguments": {"when": "tomorrow"}}'})
    )  # fmt: skip
    assert words(events) == "Sure.\n"
    assert [event.tool for event in events if isinstance(event, ToolCall)] == ["get_schedule"]
    assert events[-1] == Finished(stop=Stop.CALLED, tokens_in=5, tokens_out=1)


@pytest.mark.parametrize(
    "response",
    [
        httpx2.Response(200, text="<html>hello</html>", headers={"content-type": "text/html"}),
        stream({"content": "hi"}, finish=None),
        stream(raw="data: 5\n\n", finish=None),
        stream(raw="data: null\n\n", finish=None),
        stream(raw='data: {"choices": 7}\n\n', finish=None),
        stream(raw='data: {"choices": [null]}\n\n', finish=None),
        stream(raw='data: {"error": {"message": "overloaded", "code": 5}}\n\n', finish=None),
    ],
    ids=["page", "no end", "number", "null", "bad choices", "null choice", "error"],
)
async def test_nonsense_is_unavailable(response: httpx2.Response) -> None:
    with pytest.raises(ModelUnavailable):
        await replied(response)


async def test_a_server_that_knows_less_is_asked_in_plainer_words_from_then_on() -> None:
    def picky(body: Mapping[str, Any]) -> httpx2.Response:
        if "stream_options" in body:
            return httpx2.Response(400, json={"error": {"message": "extra fields not permitted"}})
        return stream({"content": "Hello."})

    model, sent = over(picky)
    for _ in range(2):
        assert words(await all_of(model, asking())) == "Hello."
    await model.close()
    assert ["stream_options" in body for body in sent] == [True, False, False]
    assert not any("strict" in tool["function"] for tool in sent[1]["tools"])
    assert "parallel_tool_calls" not in sent[1]


async def test_what_a_server_names_is_left_out_alone() -> None:
    def reasoning(body: Mapping[str, Any]) -> httpx2.Response:
        for name in ("parallel_tool_calls", "max_completion_tokens"):
            if name in body:
                error = {"message": "unsupported", "param": name, "code": "unsupported_parameter"}
                return httpx2.Response(400, json={"error": error})
        return stream({"content": "Hello."})

    model, sent = over(reasoning)
    for _ in range(2):
        assert words(await all_of(model, asking())) == "Hello."
    await model.close()
    assert len(sent) == 4
    assert sent[-1]["max_tokens"] == 16_000
    assert sent[-1]["stream_options"] == {"include_usage": True}
    assert all(tool["function"]["strict"] for tool in sent[-1]["tools"])


async def test_how_hard_to_think_is_told_where_the_server_takes_it() -> None:
    def old(body: Mapping[str, Any]) -> httpx2.Response:
        if "reasoning_effort" in body:
            error = {"message": "Unrecognized request argument supplied: reasoning_effort"}
            return httpx2.Response(400, json={"error": error})
        return stream({"content": "Hello."})

    model, sent = over(old, effort="low")
    for _ in range(2):
        assert words(await all_of(model, asking())) == "Hello."
    await model.close()
    assert [body.get("reasoning_effort") for body in sent] == ["low", None, None]
    assert "stream_options" in sent[-1], "nothing else is given up"


async def test_a_small_server_is_told_no_length_that_it_does_not_have() -> None:
    def small(body: Mapping[str, Any]) -> httpx2.Response:
        if "max_completion_tokens" in body:
            why = (
                "'max_completion_tokens' is too large. This model's maximum context length is 8192"
            )
            return httpx2.Response(400, json={"error": {"message": why, "code": 400}})
        return stream({"content": "Hello."})

    model, sent = over(small)
    assert words(await all_of(model, asking())) == "Hello."
    await model.close()
    assert len(sent) == 2
    assert not {"max_tokens", "max_completion_tokens"} & sent[1].keys()
    assert "stream_options" in sent[1]


async def test_a_server_that_refuses_everything_is_not_asked_for_ever() -> None:
    model, sent = over(lambda _: httpx2.Response(422, json={"error": {"message": "no"}}))
    with pytest.raises(ModelUnavailable, match="status 422"):
        await all_of(model, asking())
    await model.close()
    assert len(sent) == 3
    assert set(sent[-1]) == {"messages", "model", "stream", "tools"}


async def test_what_was_kept_is_told_apart() -> None:
    usage = {
        "prompt_tokens": 4320,
        "completion_tokens": 7,
        "prompt_tokens_details": {"cached_tokens": 4096},
    }
    last = json.dumps({"choices": [], "usage": usage})
    events = await replied(stream({"content": "Hi."}, raw=f"data: {last}\n\n"))
    assert events[-1] == Finished(
        stop=Stop.ANSWERED, tokens_in=4320, tokens_cached=4096, tokens_out=7
    )


async def test_what_a_server_does_not_tell_is_estimated() -> None:
    call = piece(0, id="a", name="get_schedule", arguments='{"when": "tomorrow"}')
    events = await replied(stream({"content": "Let me look. " * 8}, call, tells=False))
    end = events[-1]
    assert isinstance(end, Finished)
    assert end.tokens_in == tokens_of(asking())
    assert 25 < end.tokens_out < 60


async def test_a_server_that_does_not_stream_is_heard_whole() -> None:
    function = {"name": "get_schedule", "arguments": '{"when": "tomorrow"}'}
    message = {
        "role": "assistant",
        "content": "Looking.",
        "tool_calls": [{"id": "a", "type": "function", "function": function}],
    }
    answer = {
        "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 2},
    }
    whole = ModelCapabilities(streaming=False)
    model, sent = over(lambda _: httpx2.Response(200, json=answer), whole)
    events = await all_of(model, asking())
    await model.close()
    assert sent[0]["stream"] is False
    assert "stream_options" not in sent[0]
    assert events == [
        TextDelta("Looking."),
        ToolCall(id="a", tool="get_schedule", arguments={"when": "tomorrow"}),
        Finished(stop=Stop.CALLED, tokens_in=3, tokens_out=2),
    ]


async def test_a_refusal_in_words_is_a_refusal() -> None:
    events = await replied(stream({"refusal": "I can't "}, {"refusal": "do that."}))
    assert words(events) == "I can't do that."
    assert events[-1] == Finished(stop=Stop.REFUSED, tokens_in=5, tokens_out=1)


async def test_a_filtered_question_is_a_refusal_and_not_asked_again() -> None:
    error = {"message": "The response was filtered", "code": "content_filter"}
    model, sent = over(lambda _: httpx2.Response(400, json={"error": error}))
    assert await all_of(model, asking()) == [Finished(stop=Stop.REFUSED)]
    await model.close()
    assert len(sent) == 1


async def test_without_tools_none_are_sent() -> None:
    model, sent = over(lambda _: stream({"content": "Hello."}))
    await all_of(model, replace(asking(), tools=()))
    await model.close()
    assert "tools" not in sent[0]
    assert "parallel_tool_calls" not in sent[0]


def test_the_vendors_package_waits_for_the_first_question() -> None:
    code = (
        "import sys, bot.llm.openai; sys.exit('openai' in sys.modules or 'httpx2' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
