"""Calls that stand in a model's words are read as calls, and never shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.llm.written_calls import Words, read_held

CALL = '{"name": "get_schedule", "arguments": {"when": "today", "calendar": null}}'


def heard(*deltas: str) -> tuple[str, str]:
    words = Words()
    shown = "".join(words.add(delta) for delta in deltas)
    return shown, words.held


@pytest.mark.parametrize(
    "text",
    [
        CALL,
        f"[{CALL}]",
        f"```json\n{CALL}\n```",
        f"<tool_call>\n{CALL}\n</tool_call>",
        f"[TOOL_CALLS] [{CALL}]",
        f"<|python_tag|>{CALL}",
        '{"function": {"name": "get_schedule", "parameters": {"when": "today"}}}',
        '{"name": "get_schedule", "arguments": "{\\"when\\": \\"today\\"}"}',
        '{"function": "get_schedule", "parameters": {"when": "today"}}',
        '[get_schedule(when="today", calendar=None)]',
    ],
)
def test_a_written_call_becomes_a_call(text: str) -> None:
    shown, held = heard("Let me look.\n", text)
    read = read_held(held)
    assert (shown, read.text) == ("Let me look.\n", "")
    assert [(call.tool, call.arguments) for call in read.calls] == [
        ("get_schedule", {"when": "today"})
    ]


@pytest.mark.parametrize(
    "text",
    [
        '{"events": [1, 2]}',
        "<tool_call>get_schedule</tool_call>",
        '```json\n{"a": 1}\n```',
        "<｜tool▁calls▁begin｜>function<｜tool▁sep｜>get_schedule",
    ],
)
def test_raw_data_is_neither_call_nor_words(text: str) -> None:
    read = read_held(heard(text)[1])
    assert (read.calls, read.text) == ((), "")


@pytest.mark.parametrize(
    "text", ["[Work] is free.", "[fly(to=home)]", "<3", "{sic}", "```\n10:00 Standup\n```"]
)
def test_words_that_only_look_like_it_are_shown_in_the_end(text: str) -> None:
    assert read_held(heard(text)[1]).text == text


def test_a_bracket_inside_a_line_holds_nothing_back() -> None:
    assert heard("Standup [weekly] ", "{x}") == ("Standup [weekly] {x}", "")


@given(st.lists(st.text(alphabet='a {[`<\n"}'), max_size=8))
def test_nothing_is_lost_between_shown_and_held(deltas: list[str]) -> None:
    shown, held = heard(*deltas)
    assert shown + held == "".join(deltas)
    read_held(held)
