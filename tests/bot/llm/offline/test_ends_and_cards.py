"""Another end with the start kept, all but some, and questions about a card that is open."""

from typing import Any

import pytest

from bot.transcript import Part
from tests.bot.llm.offline.transcripts import (
    applied,
    asked,
    calls_of,
    end_of,
    proposed,
    reply_to,
    said,
    words_of,
)

REF = "f" * 24
REVIEW: list[Part] = [
    said("review thursday 2 to 3 in room 5"),
    *proposed(
        "create_event",
        "Review",
        "Thu 12 March 14:00–15:00",
        title="Review",
        when="thursday 2 to 3",
        location="room 5",
    ),
]
DONE: list[Part] = [*REVIEW, applied("create_event", "Review", "Thu 12 March 14:00–15:00", REF)]


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("end the review at 5", {"event": "review", "until": "5"}),
        ("let the review run until 5", {"event": "review", "until": "5"}),
        ("shorten lunch to end at 1", {"event": "lunch", "until": "1"}),
        (
            "end tomorrow's review at 4:30",
            {"event": "review", "event_when": "tomorrow's", "until": "4:30"},
        ),
        (
            "finish the standup 10 minutes early",
            {"event": "standup", "longer_by": "10 minutes shorter"},
        ),
    ],
)
def test_another_end_keeps_the_start(text: str, known: dict[str, Any]) -> None:
    assert calls_of(reply_to([said(text)])) == [("update_event", known)]


@pytest.mark.parametrize("text", ["end it at 5", "end the meeting at 5", "make it end at 5"])
def test_the_end_of_what_was_just_spoken_of(text: str) -> None:
    assert calls_of(reply_to([*DONE, said(text)])) == [
        ("update_event", {"event": REF, "until": "5"})
    ]


def test_another_end_on_an_open_card() -> None:
    [(tool, known)] = calls_of(reply_to([*REVIEW, said("let it run until 5")]))
    assert (tool, known["when"]) == ("create_event", "12 March 2026 14:00 until 5")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("where is it?", '"Review" is at room 5, Thu 12 March 14:00–15:00, once you confirm.'),
        ("when is it?", '"Review" is on Thu 12 March 14:00–15:00, once you confirm.'),
        (
            "who's coming?",
            'Nobody else is on "Review", Thu 12 March 14:00–15:00.',
        ),
        ("how long is it", '"Review" takes 1 hour, Thu 12 March 14:00–15:00.'),
    ],
)
def test_the_open_card_answers_for_itself(text: str, answer: str) -> None:
    reply = reply_to([*REVIEW, said(text)])
    assert (words_of(reply), calls_of(reply)) == (answer, [])


def test_what_shall_be_changed_is_looked_up_as_it_stands() -> None:
    moved = proposed("update_event", "Review", "Fri 13 March 14:00–15:00", ref=REF, event="review")
    reply = reply_to([said("move the review to friday"), *moved, said("where is it?")])
    assert calls_of(reply) == [("search_events", {"query": REF})]


def test_more_people_under_the_question_to_which_event() -> None:
    question = asked("To which event?", "add_participants", who=["Bo Lindt"])
    reply = reply_to([said("invite bo"), question, said("and ana too")])
    assert end_of(reply).known == {"who": ["Bo Lindt", "Ana Ruiz"]}
    assert words_of(reply) == "To which event?"


def test_everything_but_some() -> None:
    reply = reply_to([said("clear friday except the dentist and lunch")])
    known = {"when": "friday", "every": True, "keep": ["dentist", "lunch"]}
    assert calls_of(reply) == [("delete_event", known)]


def test_everything_but_what_begins_at_an_hour() -> None:
    reply = reply_to([said("cancel everything friday except the 3pm")])
    known = {"when": "friday", "every": True, "keep": ["3pm"]}
    assert calls_of(reply) == [("delete_event", known)]
    whole_day = reply_to([said("cancel everything next week except friday")])
    assert all("keep" not in arguments for _, arguments in calls_of(whole_day))


def test_a_list_is_nothing_that_is_kept_here() -> None:
    assert words_of(reply_to([said("add milk to my shopping list")])).startswith("I keep no lists.")


def test_whoever_was_named_is_invited_and_no_sign_stays_in_the_title() -> None:
    (call,) = calls_of(reply_to([said("lunch with @Bo tomorrow at noon, and invite him")]))
    assert call == (
        "book_meeting",
        {"title": "Lunch with Bo", "when": "tomorrow at noon", "guests": ["Bo Lindt"]},
    )


def test_a_video_link_is_taken_off_and_not_the_event() -> None:
    (call,) = calls_of(reply_to([said("remove the video link from the review")]))
    assert call == ("update_event", {"event": "review", "video": False})
