"""Lists of people in the offline model: noting them, and lists among guests."""

from dataclasses import replace
from typing import Any

import pytest

from bot.llm.model import ToolCall
from tests.bot.llm.offline.transcripts import SETTING, proposed, reply_to, said

WITH = replace(SETTING, groups=("design team", "Friends"))


def call(text: str, *, groups: bool = True) -> tuple[str, dict[str, Any]] | None:
    """The first call that is made of a sentence."""
    events = reply_to([said(text)], WITH if groups else SETTING)
    calls = [one for one in events if isinstance(one, ToolCall)]
    return (calls[0].tool, dict(calls[0].arguments)) if calls else None


NOTED = ["Ana", "Bo", "Kim"]


@pytest.mark.parametrize(
    "text",
    [
        "design team is Ana, Bo and Kim",
        "The design team is Ana, Bo and Kim.",
        "my design team: Ana, Bo, Kim",
        "please remember that our design team is Ana, Bo and Kim",
        "make a group called design team with Ana, Bo and Kim",
        "create a list design team: Ana, Bo and Kim",
        "call Ana, Bo and Kim the design team",
    ],
)
def test_a_list_is_noted(text: str) -> None:
    assert call(text, groups=False) == ("set_group", {"name": "design team", "members": NOTED})


@pytest.mark.parametrize(
    ("text", "tool", "arguments"),
    [
        ("who is in the design team", "list_groups", {"name": "design team"}),
        ("who's on my design team?", "list_groups", {"name": "design team"}),
        ("what groups do I have?", "list_groups", {}),
        ("show my lists", "list_groups", {}),
        ("add Lia to the design team", "set_group", {"name": "design team", "add": ["Lia"]}),
        (
            "remove Bo and Kim from my design team",
            "set_group",
            {"name": "design team", "remove": ["Bo", "Kim"]},
        ),
        ("forget the design team", "set_group", {"name": "design team", "forget": True}),
        ("delete the list Friends", "set_group", {"name": "Friends", "forget": True}),
    ],
)
def test_a_list_is_shown_and_changed(text: str, tool: str, arguments: dict[str, Any]) -> None:
    assert call(text) == (tool, arguments)


@pytest.mark.parametrize(
    ("text", "tool", "name"),
    [
        ("book a meeting with the design team tomorrow at 3", "book_meeting", "guests"),
        ("schedule a call with Ana and the design team on friday at 2", "book_meeting", "guests"),
        ("find 30 minutes with the design team", "find_free_time", "who"),
        ("when is everyone on the design team free tomorrow?", "find_free_time", "who"),
        ("invite the design team to the review", "add_participants", "who"),
        ("is the design team free at 2", "check_availability", "who"),
    ],
)
def test_a_list_stands_among_guests(text: str, tool: str, name: str) -> None:
    found = call(text)
    assert found is not None
    assert found[0] == tool
    assert "design team" in found[1][name]
    assert "grp" not in str(found).casefold()


@pytest.mark.parametrize(
    "text",
    [
        "the design team meeting is tomorrow at 3",
        "my family is visiting on Friday",
        "the design team is out tomorrow",
        "add Lia to the planning meeting",
        "forget the dentist on Friday",
        "who is in the planning meeting tomorrow",
    ],
)
def test_other_words_are_no_list(text: str) -> None:
    found = call(text)
    assert found is None or found[0] not in ("set_group", "list_groups")


def test_a_correction_keeps_the_list() -> None:
    parts = [
        said("book a meeting with the design team tomorrow at 3"),
        *proposed(
            "book_meeting",
            "Meeting with Ana and Bo",
            "Wed 11 March 15:00-16:00",
            guests=["design team"],
            when="tomorrow at 3",
        ),
        said("make it 4"),
    ]
    events = reply_to(parts, WITH)
    calls = [one for one in events if isinstance(one, ToolCall)]
    assert [one.arguments["guests"] for one in calls] == [["design team"]]
