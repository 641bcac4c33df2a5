"""Words under an open card that are more than a correction, and short ones that need the card."""

from typing import Any

import pytest

from bot.transcript import Part
from tests.bot.llm.offline.transcripts import (
    applied,
    asked,
    called,
    calls_of,
    end_of,
    proposed,
    reply_to,
    said,
    words_of,
)

Call = tuple[str, dict[str, Any]]
REF = "c" * 24
LUNCH: list[Part] = [
    said("lunch with ana friday at 1"),
    *proposed(
        "create_event",
        "Lunch with Ana",
        "Fri 13 March 13:00–14:00",
        title="Lunch with Ana",
        when="friday at 1",
    ),
]
STANDUP: list[Part] = [
    said("standup every weekday at 9 for 15 minutes"),
    *proposed(
        "create_event",
        "Standup",
        "Wed 11 March 09:00–09:15",
        title="Standup",
        when="every weekday at 9 for 15 minutes",
    ),
]
CANCEL: list[Part] = [
    said("cancel lunch with ana"),
    *proposed(
        "delete_event",
        "Lunch with Ana",
        "Wed 11 March 12:30–13:15",
        ref=REF,
        event="lunch",
        person="ana",
    ),
]
REMINDER: list[Part] = [
    said("remind me 10 minutes before lunch"),
    *called(
        "set_reminder", {"done": True, "text": "I'll remind you."}, event="lunch", leads=["10 min"]
    ),
]
DAY: list[dict[str, Any]] = [
    {"ref": "3" * 24, "title": "Kim is out", "when": "Wed 11 March", "all_day": True},
    {"ref": "1" * 24, "title": "Standup", "when": "Wed 11 March 09:30–10:00"},
    {"ref": "2" * 24, "title": "Review", "when": "Wed 11 March 14:00–15:00"},
]
AGENDA: list[Part] = [
    said("what's on tomorrow"),
    *called(
        "get_schedule",
        {
            "text": "…",
            "events": [
                one | {"start": "2026-03-11" if "all_day" in one else f"2026-03-11T{n:02}:30"}
                for n, one in enumerate(DAY)
            ],
        },
        when="tomorrow",
    ),
]


@pytest.mark.parametrize(
    ("before", "text", "calls"),
    [
        (STANDUP, "make it 9:15", ["every weekday at 9:15 for 15 minutes"]),
        (STANDUP, "until june", ["every weekday at 9 for 15 minutes until june"]),
        (LUNCH, "the day after", ["14 March 2026 13:00"]),
        (LUNCH, "actually 2", ["13 March 2026 at 2"]),
        (LUNCH, "she can't, make it 2", ["13 March 2026 at 2"]),
        (LUNCH, "no, am", ["13 March 2026 01:00"]),
    ],
)
def test_the_card_keeps_what_was_not_said_again(
    before: list[Part], text: str, calls: list[str]
) -> None:
    found = calls_of(reply_to([*before, said(text)]))
    assert [(tool, known["when"]) for tool, known in found] == [
        ("create_event", when) for when in calls
    ]


@pytest.mark.parametrize(
    ("before", "text", "call"),
    [
        (
            CANCEL,
            "move it to thursday instead",
            ("update_event", {"event": REF, "when": "thursday"}),
        ),
        (
            LUNCH,
            "mark it as tentative",
            (
                "create_event",
                {"title": "Lunch with Ana", "when": "friday at 1", "show_as": "tentative"},
            ),
        ),
        (
            LUNCH,
            "invite her",
            (
                "book_meeting",
                {"title": "Lunch with Ana", "when": "friday at 1", "guests": ["Ana Ruiz"]},
            ),
        ),
        (AGENDA, "cancel the first one", ("delete_event", {"event": "1" * 24})),
        (
            AGENDA,
            "move the second one to 3pm",
            ("update_event", {"event": "2" * 24, "when": "3pm"}),
        ),
        (
            [
                *AGENDA,
                said("cancel the first one"),
                *proposed("delete_event", "Standup", "Wed", ref="1" * 24, event="1" * 24),
            ],
            "no, the second one",
            ("delete_event", {"event": "2" * 24}),
        ),
    ],
)
def test_another_thing_than_what_waits(before: list[Part], text: str, call: Call) -> None:
    assert calls_of(reply_to([*before, said(text)])) == [call]


def test_all_but_one_of_many_proposes_the_others() -> None:
    events = [dict(one) for one in DAY]
    many = called("delete_event", {"proposed": True, "events": events}, when="tomorrow", every=True)
    reply = reply_to([said("cancel everything tomorrow"), *many, said("except the review")])
    kept = {"when": "tomorrow", "every": True, "keep": ["2" * 24]}
    assert calls_of(reply) == [("delete_event", kept)]


def test_another_lead_replaces_or_with_and_joins() -> None:
    [_, first] = calls_of(reply_to([*REMINDER, said("make it 30")]))
    [_, second] = calls_of(reply_to([*REMINDER, said("and an hour before")]))
    assert first == ("set_reminder", {"event": "lunch", "leads": ["30 minutes"]})
    assert second == ("set_reminder", {"event": "lunch", "leads": ["10 min", "an hour"]})


def test_somebody_else_is_asked_for_by_name() -> None:
    reply = reply_to([*LUNCH, said("with somebody else instead")])
    end = end_of(reply)
    assert (words_of(reply), end.asks_for) == ("With whom?", "create_event")
    question = asked("With whom?", "create_event", **dict(end.known))
    [(tool, known)] = calls_of(reply_to([*LUNCH, said("…"), question, said("bo")]))
    assert (tool, known["title"]) == ("create_event", "Lunch with Bo Lindt")


@pytest.mark.parametrize("text", ["what did you just do?", "what have you done", "did that work"])
def test_what_was_done_is_told(text: str) -> None:
    done = applied("create_event", "Lunch with Ana", "Fri 13 March 13:00–14:00", REF)
    assert words_of(reply_to([*LUNCH, done, said(text)])) == "Lunch with Ana."
    waits = "Nothing yet: the card above waits for your press."
    assert words_of(reply_to([*LUNCH, said(text)])) == waits
    assert words_of(reply_to([said(text)])) == "Nothing yet in this conversation."


def test_a_bare_yes_answers_no_question_for_a_name_or_time() -> None:
    question = asked("Which event shall I change?", "update_event", when="4")
    reply = reply_to([said("move it to 4"), question, said("yes")])
    assert calls_of(reply) == []
    assert words_of(reply) == "Which event shall I change?"


def test_how_much_longer_is_asked_and_added() -> None:
    reply = reply_to([said("make lunch longer")])
    assert words_of(reply) == "How much longer?"
    question = asked("How much longer?", "update_event", **dict(end_of(reply).known))
    found = calls_of(reply_to([said("make lunch longer"), question, said("by 15 minutes")]))
    assert found == [("update_event", {"event": "lunch", "longer_by": "15 minutes"})]
