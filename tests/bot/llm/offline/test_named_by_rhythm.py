"""Events that are told by how often they are: "the weekly call"."""

from typing import Any

import pytest

from tests.bot.llm.offline.transcripts import calls_of, reply_to, said


@pytest.mark.parametrize(
    ("text", "tool", "known"),
    [
        (
            "remind me 10 minutes before the weekly call",
            "set_reminder",
            {"event": "weekly call", "leads": ["10 minutes"]},
        ),
        ("move the weekly call to 4", "update_event", {"event": "weekly call", "when": "4"}),
        (
            "make the daily standup weekly",
            "update_event",
            {"event": "daily standup", "repeat": "weekly"},
        ),
        ("cancel our monthly review", "delete_event", {"event": "monthly review"}),
        (
            "weekly call friday at 5pm",
            "create_event",
            {"title": "Weekly call", "when": "weekly friday at 5pm"},
        ),
        (
            "daily standup tomorrow at 9",
            "create_event",
            {"title": "Daily standup", "when": "daily tomorrow at 9"},
        ),
        ("daily standup at 9", "create_event", {"title": "Standup", "when": "daily at 9"}),
        (
            "remind me weekly to water plants",
            "set_reminder",
            {"text": "water plants", "when": "weekly"},
        ),
        (
            "what does Bo have on Friday",
            "check_availability",
            {"when": "on Friday", "who": ["Bo Lindt"], "busy": True},
        ),
    ],
)
def test_how_often_is_a_name_or_a_rule(text: str, tool: str, known: dict[str, Any]) -> None:
    assert calls_of(reply_to([said(text)])) == [(tool, known)]
