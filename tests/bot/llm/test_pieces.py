"""Whatever a server sends, putting its pieces together never fails by itself."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.llm import anthropic_pieces, openai_wire
from bot.llm.model import Stop
from bot.llm.replying import Pieces

NAMES = st.sampled_from(
    [
        *("type", "index", "delta", "content_block", "message", "usage", "text", "thinking"),
        *("partial_json", "id", "name", "input", "signature", "data", "stop_reason", "content"),
        *("choices", "tool_calls", "function", "arguments", "finish_reason", "input_tokens"),
        *("prompt_tokens", "prompt_tokens_details", "refusal"),
    ]
)
TEXTS = st.sampled_from(
    [
        *("message", "message_start", "content_block_start", "content_block_delta", "tool_use"),
        *("message_delta", "text", "thinking", "redacted_thinking", "text_delta", "tool_calls"),
        *("input_json_delta", "thinking_delta", "signature_delta", "{", "look", "stop"),
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 2) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=12,
)
CHUNKS = st.lists(st.dictionaries(NAMES, VALUES, max_size=5), max_size=5)


@pytest.mark.parametrize("vendor", ["openai", "anthropic"])
@settings(max_examples=40)
@given(chunks=CHUNKS)
def test_nonsense_is_taken_in(vendor: str, chunks: list[dict[str, Any]]) -> None:
    pieces: Pieces = (
        openai_wire.Pieces() if vendor == "openai" else anthropic_pieces.Pieces("anthropic:m")
    )
    assert all(isinstance(pieces.add(chunk), str) for chunk in chunks)
    for call in pieces.calls(1):
        assert call.id
        assert call.tool
        assert isinstance(call.arguments, dict)
    kept = pieces.vendor()
    assert kept is None or kept["blocks"]
    assert min(pieces.tokens_in, pieces.tokens_cached, pieces.tokens_out) >= -3


def test_words_that_come_in_parts_are_words_and_thinking_is_none() -> None:
    pieces = openai_wire.Pieces()
    parts = [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "Free."}]
    assert pieces.add({"choices": [{"delta": {"content": parts}}]}) == "Free."
    call = {"index": 0, "function": {"name": "look", "arguments": {"what": "today"}}}
    assert pieces.add({"choices": [{"delta": {"tool_calls": [call]}}]}) == ""
    assert pieces.calls(1)[0].arguments == {"what": "today"}


@pytest.mark.parametrize("index", [0, None])
def test_whole_calls_without_ids_stay_apart(index: int | None) -> None:
    """As servers send them that know of neither ids nor places."""
    made = [
        {"index": index, "id": "", "function": {"name": "look", "arguments": json.dumps(given)}}
        for given in ({"what": "today"}, {"what": "tomorrow"})
    ]
    pieces = openai_wire.Pieces()
    pieces.add({"choices": [{"delta": {"tool_calls": made}}]})
    assert [call.arguments["what"] for call in pieces.calls(1)] == ["today", "tomorrow"]


@pytest.mark.parametrize(
    ("words", "reason", "stop"),
    [
        ("", "content_filter", Stop.REFUSED),
        ("You ha", "content_filter", Stop.CUT),
        ("You ha", "error", Stop.CUT),
        ("All.", "unheard_of", Stop.ANSWERED),
    ],
)
def test_what_was_stopped_in_the_middle_is_cut(words: str, reason: str, stop: Stop) -> None:
    pieces = openai_wire.Pieces()
    pieces.add({"choices": [{"delta": {"content": words}}]})
    pieces.add({"choices": [{"delta": {}, "finish_reason": reason}]})
    assert pieces.stop is stop


@pytest.mark.parametrize(("words", "stop"), [("", Stop.REFUSED), ("You ha", Stop.CUT)])
def test_a_refusal_in_the_middle_is_a_cut(words: str, stop: Stop) -> None:
    pieces = anthropic_pieces.Pieces("anthropic:m")
    delta = {"type": "text_delta", "text": words}
    pieces.add({"type": "content_block_delta", "index": 0, "delta": delta})
    pieces.add({"type": "message_delta", "delta": {"stop_reason": "refusal"}})
    assert pieces.stop is stop
