"""Meeting rooms in people's words: booked with an event, for one that is there, or no more than a
place."""

from typing import Any

import pytest

from tests.bot.llm.offline.transcripts import calls_of, reply_to, said, words_of


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("lunch with Ana tomorrow at 12 with a room", {"title": "Lunch with Ana", "room": "any"}),
        (
            "budget review tomorrow at 3 in a meeting room",
            {"title": "Budget review", "room": "any"},
        ),
        (
            "schedule a meeting with a room for six tomorrow at 3",
            {"title": "Meeting", "when": "tomorrow at 3", "room": "any for 6"},
        ),
        (
            "reserve a room for 8 people thursday 14:00-15:00",
            {"title": "Meeting", "when": "thursday 14:00-15:00", "room": "any for 8"},
        ),
        ("book a room for a design review friday at 2", {"title": "Design review", "room": "any"}),
        ("book a meeting room tomorrow at 10 for 1 hour", {"title": "Meeting", "room": "any"}),
        ("lunch with Ana tomorrow at 12 and book a room", {"title": "Lunch with Ana"}),
    ],
)
def test_a_room_is_booked_with_a_new_event(text: str, known: dict[str, Any]) -> None:
    [(tool, told)] = calls_of(reply_to([said(text)]))
    assert tool == "create_event"
    assert told["room"].startswith("any")
    assert known.items() <= told.items()
    assert "location" not in told


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("book a room for 6 for the review", {"event": "review", "room": "any for 6"}),
        (
            "book a room for 6 for the review tomorrow at 3",
            {"event": "review", "event_when": "tomorrow at 3", "room": "any for 6"},
        ),
        ("add a room to the review", {"event": "review", "room": "any"}),
        (
            "book room 4 for the review tomorrow",
            {"event": "review", "event_when": "tomorrow", "room": "room 4"},
        ),
        ("book the Aquarium room for our review", {"event": "review", "room": "Aquarium room"}),
        ("give back the room of the review", {"event": "review", "room": ""}),
    ],
)
def test_a_room_is_booked_for_an_event_that_is_there(text: str, known: dict[str, Any]) -> None:
    [(tool, told)] = calls_of(reply_to([said(text)]))
    assert (tool, told) == ("update_event", known)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("design review tomorrow at 3 in room 4", "room 4"),
        ("meet in room 4 tomorrow at 3", "room 4"),
        ("book a conference room in Seattle tomorrow at 3", "Seattle"),
    ],
)
def test_a_room_that_is_no_more_than_a_place_stays_one(text: str, place: str) -> None:
    [(tool, told)] = calls_of(reply_to([said(text)]))
    assert tool == "create_event"
    assert told["location"] == place
    assert "room" not in told


def test_a_room_without_a_time_is_asked_when() -> None:
    answer = reply_to([said("book a room for 6")])
    assert calls_of(answer) == []
    assert words_of(answer) == 'When is "Meeting"?'
