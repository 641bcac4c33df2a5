"""Follow-ups that name a thing of their own: they go to that thing, never to what came last."""

from typing import Any

import pytest

from bot.transcript import AssistantSaid, Part
from tests.bot.llm.offline.transcripts import applied, called, calls_of, proposed, reply_to, said

Call = tuple[str, dict[str, Any]]
REF = "d" * 24
LUNCH: list[Part] = [
    said("lunch with bo on friday at 12"),
    *proposed("create_event", "Lunch with Bo", "Fri 13 March 12:00–13:00", title="Lunch with Bo"),
    applied("create_event", "Lunch with Bo", "Fri 13 March 12:00–13:00", REF),
]
STRETCH: list[Part] = [
    *LUNCH,
    said("remind me in 1 minute to stretch"),
    *called("set_reminder", {"done": True}, text="stretch", when="in 1 minute"),
    AssistantSaid(text="I'll remind you."),
]
STANDUP: list[Part] = [
    said("standup every weekday at 10"),
    *proposed("create_event", "Standup", "Wed 11 March 10:00–11:00", title="Standup"),
    applied("create_event", "Standup", "Wed 11 March 10:00–11:00", REF),
]


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("move lunch to 1:30", ("update_event", {"event": REF, "when": "1:30"})),
        (
            "move the lunch an hour later",
            ("update_event", {"event": REF, "shift": "an hour later"}),
        ),
        ("move the review to 1:30", ("update_event", {"event": "review", "when": "1:30"})),
        ("cancel the lunch", ("delete_event", {"event": "lunch"})),
        ("cancel the meeting", ("delete_event", {"event": REF})),
    ],
)
def test_naming_an_event_leaves_the_reminder_alone(text: str, call: Call) -> None:
    assert calls_of(reply_to([*STRETCH, said(text)])) == [call]


@pytest.mark.parametrize("text", ["make it 1:30", "move stretch to 1:30", "no, at 1:30"])
def test_bare_words_and_its_own_name_go_to_the_reminder(text: str) -> None:
    tools = [tool for tool, _ in calls_of(reply_to([*STRETCH, said(text)]))]
    assert tools == ["cancel_reminder", "set_reminder"]


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("move the standup on 24 march to 11", {"event_when": "on 24 march", "when": "11"}),
        ("move thursday's standup to 11", {"event_when": "thursday's", "when": "11"}),
        (
            "move standup from friday on to 11",
            {"event_when": "friday", "when": "11", "scope": "following"},
        ),
    ],
)
def test_a_day_that_is_said_picks_the_occurrence(text: str, known: dict[str, str]) -> None:
    calls = calls_of(reply_to([*STANDUP, said(text)]))
    assert calls == [("update_event", {"event": "standup"} | known)]


def test_a_reminder_before_an_event_makes_it_the_one_spoken_of() -> None:
    told = {"done": True, "title": "Dentist", "ref": "e" * 24, "when": "Thu 12 March 15:00–16:00"}
    parts: list[Part] = [
        *LUNCH,
        said("remind me 10 minutes before the dentist"),
        *called("set_reminder", told, event="dentist", leads=["10 minutes"]),
        said("move it to 4"),
    ]
    assert calls_of(reply_to(parts)) == [("update_event", {"event": "e" * 24, "when": "at 4"})]


@pytest.mark.parametrize(
    ("text", "call"),
    [
        (
            "Priya joins Monday. set up an intro with her at ten",
            ("create_event", {"title": "Intro with Priya", "when": "at ten Monday"}),
        ),
        (
            "tomorrow is crazy. move my 10 am to friday",
            ("update_event", {"event_when": "tomorrow 10 am", "when": "friday"}),
        ),
        (
            "the client is in town thursday. book dinner at 7",
            ("create_event", {"title": "Dinner", "when": "at 7 thursday"}),
        ),
        (
            "bo can't make it. move the sync to friday",
            ("update_event", {"event": "sync", "when": "friday"}),
        ),
    ],
)
def test_a_reason_before_the_wish_is_no_wish(text: str, call: Call) -> None:
    assert calls_of(reply_to([said(text)])) == [call]
