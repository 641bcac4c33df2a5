"""Events that are named by their place: "my next meeting" is looked up before it is changed."""

from typing import Any

import pytest

from tests.bot.llm.offline.transcripts import called, calls_of, reply_to, said, words_of

DAY = [
    {"ref": "1" * 24, "title": "Standup", "when": "Wed 11 March 09:30–10:00"},
    {"ref": "2" * 24, "title": "Review", "when": "Wed 11 March 14:00–15:00"},
    {"ref": "3" * 24, "title": "Gym", "when": "Wed 11 March 18:00–19:00"},
]
NEXT = {"next_only": True}


@pytest.mark.parametrize(
    ("text", "look", "call"),
    [
        ("cancel my next meeting", NEXT, ("delete_event", {"event": "1" * 24})),
        ("erase my next calendar event", NEXT, ("delete_event", {"event": "1" * 24})),
        (
            "push my next meeting back by 15 minutes",
            NEXT,
            ("update_event", {"event": "1" * 24, "shift": "15 minutes later"}),
        ),
        (
            "alert me 10 minutes before my next meeting",
            NEXT,
            ("set_reminder", {"event": "1" * 24, "leads": ["10 minutes"]}),
        ),
        (
            "drop the second meeting tomorrow",
            {"when": "tomorrow"},
            ("delete_event", {"event": "2" * 24}),
        ),
        ("cancel my last call today", {"when": "today"}, ("delete_event", {"event": "3" * 24})),
    ],
)
def test_it_is_looked_up_then_changed(
    text: str, look: dict[str, Any], call: tuple[str, dict[str, Any]]
) -> None:
    assert calls_of(reply_to([said(text)])) == [("get_schedule", look)]
    found = called("get_schedule", {"text": "…", "events": DAY}, **look)
    assert calls_of(reply_to([said(text), *found])) == [call]


def test_where_nothing_is_on_nothing_is_changed() -> None:
    none = called("get_schedule", {"text": "Nothing is on.", "events": []}, next_only=True)
    reply = reply_to([said("cancel my next meeting"), *none])
    assert (calls_of(reply), words_of(reply)) == ([], "Nothing is on.")


def test_a_change_that_was_not_said_is_asked_for() -> None:
    found = called("get_schedule", {"text": "…", "events": DAY[:1]}, next_only=True)
    reply = reply_to([said("change my next meeting"), *found])
    assert calls_of(reply) == []
    assert words_of(reply).endswith("when should it be?")


def test_who_is_away_is_told_as_the_list_tells_it() -> None:
    out = {"ref": "4" * 24, "title": "Out of office", "when": "Fri 13 March 09:00–17:00"}
    listed = {"text": "Friday 13 March\n  09:00–17:00  Out of office", "events": [out]}
    found = called("get_schedule", listed, when="this week", person="out")
    assert words_of(reply_to([said("who is out this week"), *found])) == listed["text"]
