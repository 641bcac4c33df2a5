"""Calendars whose names are more than one word, as people's own are at their makers."""

from dataclasses import replace
from typing import Any

import pytest

from tests.bot.llm.offline.transcripts import SETTING, calls_of, reply_to, said

NAMED = replace(SETTING, calendars=("Personal", "Ana Ruiz", "Kids & Family"))


@pytest.mark.parametrize(
    ("text", "tool", "arguments"),
    [
        (
            "swim tomorrow at 9 on my Ana Ruiz calendar",
            "create_event",
            {"title": "Swim", "when": "tomorrow at 9", "calendar": "Ana Ruiz"},
        ),
        (
            "put yoga in the kids & family calendar tomorrow at 7",
            "create_event",
            {"title": "Yoga", "when": "tomorrow at 7", "calendar": "Kids & Family"},
        ),
        (
            "what's on the Ana Ruiz calendar tomorrow",
            "get_schedule",
            {"when": "tomorrow", "calendar": "Ana Ruiz"},
        ),
    ],
)
def test_the_calendar_is_the_one_that_is_named(
    text: str, tool: str, arguments: dict[str, Any]
) -> None:
    assert calls_of(reply_to([said(text)], NAMED)) == [(tool, arguments)]
