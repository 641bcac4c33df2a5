"""First requests: one sentence in, the call or the question out."""

from dataclasses import replace
from typing import Any

import pytest

from tests.bot.llm.offline.transcripts import (
    SETTING,
    calls_of,
    end_of,
    reply_to,
    said,
    words_of,
)

ONE_CALL: list[tuple[str, str, dict[str, Any]]] = [
    ("what does my week look like", "get_schedule", {"when": "my week"}),
    ("whats next", "get_schedule", {"next_only": True}),
    ("who's out today", "get_schedule", {"when": "today", "person": "out"}),
    ("tomorrow?", "get_schedule", {"when": "tomorrow"}),
    ("any invitations?", "search_events", {"unanswered": True}),
    (
        "what invitations do I have this week",
        "search_events",
        {"unanswered": True, "when": "this week"},
    ),
    (
        "ask bo if he is free friday at 3",
        "check_availability",
        {"when": "friday at 3", "who": ["Bo Lindt"]},
    ),
    ("where is the standup", "search_events", {"query": "standup"}),
    ("when was my last meeting with ana", "search_events", {"person": "Ana Ruiz", "past": True}),
    ("am i free thursday 3pm", "check_availability", {"when": "thursday 3pm"}),
    (
        "are ana and bo free tomorrow at 2",
        "check_availability",
        {"when": "tomorrow at 2", "who": ["Ana Ruiz", "Bo Lindt"]},
    ),
    (
        "book 45 min with ana and bo this week, not friday",
        "find_free_time",
        {
            "who": ["Ana Ruiz", "Bo Lindt"],
            "length": "45 min",
            "when": "this week",
            "avoid": ["friday"],
        },
    ),
    (
        "book 45 min with ana and bo this week, afternoons, not friday",
        "find_free_time",
        {
            "who": ["Ana Ruiz", "Bo Lindt"],
            "length": "45 min",
            "when": "this week",
            "part_of_day": "afternoon",
            "avoid": ["friday"],
        },
    ),
    (
        "find me an hour next week, mornings only, not before 10, any time but lunch",
        "find_free_time",
        {
            "length": "an hour",
            "when": "next week",
            "part_of_day": "morning",
            "avoid": ["12:00 to 13:00", "before 10"],
        },
    ),
    (
        "find me an hour tomorrow afternoon",
        "find_free_time",
        {"length": "an hour", "when": "tomorrow afternoon"},
    ),
    (
        "when could i fit in a 30 minute call with bo tomorrow",
        "find_free_time",
        {"length": "a 30 minute", "when": "tomorrow", "who": ["Bo Lindt"]},
    ),
    (
        "lunch with ana friday at 12",
        "create_event",
        {"title": "Lunch with Ana", "when": "friday at 12"},
    ),
    (
        'add a meeting called "Q3 planning" tomorrow 10 to 11:30 in room 4',
        "create_event",
        {"title": "Q3 planning", "when": "tomorrow 10 to 11:30", "location": "room 4"},
    ),
    (
        "set up a call with eve@example.org tomorrow at 3",
        "book_meeting",
        {
            "title": "Call with eve@example.org",
            "when": "tomorrow at 3",
            "guests": ["eve@example.org"],
        },
    ),
    (
        "move lunch half an hour later",
        "update_event",
        {"event": "lunch", "shift": "half an hour later"},
    ),
    ("move my 3pm to 4pm", "update_event", {"event_when": "3pm", "when": "4pm"}),
    ("rename standup to daily sync", "update_event", {"event": "standup", "title": "daily sync"}),
    ("remove bo from the review", "update_event", {"event": "review", "remove_guests": ["bo"]}),
    (
        "extend the review by 15 minutes",
        "update_event",
        {"event": "review", "longer_by": "15 minutes"},
    ),
    ("cancel the review", "delete_event", {"event": "review"}),
    ("delete all meetings tomorrow", "delete_event", {"when": "tomorrow", "every": True}),
    ("invite ana to the review", "add_participants", {"who": ["Ana Ruiz"], "event": "review"}),
    (
        "decline the sync and say i'm travelling",
        "respond_to_invitation",
        {"answer": "decline", "event": "sync", "note": "i'm travelling"},
    ),
    (
        "remind me to send the report in 2h",
        "set_reminder",
        {"text": "send the report", "when": "in 2h"},
    ),
    (
        "remind me 10 minutes before my dentist appointment",
        "set_reminder",
        {"event": "dentist appointment", "leads": ["10 minutes"]},
    ),
    (
        "remind me 1 hour before lunch with ana",
        "set_reminder",
        {"event": "lunch with ana", "leads": ["1 hour"]},
    ),
    (
        "give me a heads-up 15 minutes before my dentist appointment",
        "set_reminder",
        {"event": "dentist appointment", "leads": ["15 minutes"]},
    ),
    ("what reminders do i have", "list_reminders", {}),
    ("cancel the reminder about the bank", "cancel_reminder", {"reminder": "bank"}),
    ("how much time did i spend in meetings last week", "analyze_schedule", {"when": "last week"}),
    ("which calendars do i have", "list_calendars", {}),
    ("link my calendar", "link_calendar", {}),
    ("can you connect my google calendar please", "link_calendar", {"kind": "google"}),
    ("how do i connect outlook", "link_calendar", {"kind": "microsoft"}),
    ("what are my working hours", "get_preferences", {}),
    (
        "set my working hours to 8:30 to 16:00",
        "set_preferences",
        {"working_hours": "8:30 to 16:00"},
    ),
    ("no reminders on weekends", "set_preferences", {"weekend_reminders": False}),
    (
        "no reminders between 10pm and 7am",
        "set_preferences",
        {"quiet_hours": "10pm to 7am"},
    ),
    ("don't ping me at night", "set_preferences", {"quiet_hours": "22:00 to 7:00"}),
    ("mute reminders until monday", "set_preferences", {"pause_reminders_until": "monday"}),
    ("unmute reminders", "set_preferences", {"pause_reminders_until": "none"}),
    ("i work monday to thursday", "set_preferences", {"working_days": "monday to thursday"}),
    ("i'm in new york now", "set_preferences", {"zone": "new york"}),
    ("my time zone is berlin", "set_preferences", {"zone": "berlin"}),
    ("use 12 hour clock", "set_preferences", {"clock": "12"}),
    ("week starts on sunday", "set_preferences", {"week_start": "sunday"}),
    (
        "make new events 30 minutes by default",
        "set_preferences",
        {"default_length": "30 minutes"},
    ),
    (
        "remind me 15 minutes before my meetings by default",
        "set_preferences",
        {"reminder_leads": ["15 minutes"]},
    ),
    ("don't remind me of events by default", "set_preferences", {"reminder_leads": []}),
    ("send me my agenda every day at 7:30", "set_preferences", {"digest_at": "7:30"}),
    ("stop the daily digest", "set_preferences", {"digest_at": "off"}),
    ("keep 15 minutes between meetings", "set_preferences", {"buffer": "15 minutes"}),
    ("use Work for new events", "set_preferences", {"default_calendar": "Work"}),
    (
        "leave the birthdays calendar out of my digest",
        "set_preferences",
        {"calendar": "birthdays", "in_digests": False},
    ),
    (
        "add kim@example.org to planning",
        "add_participants",
        {"who": ["kim@example.org"], "event": "planning"},
    ),
    ("put ana on the 1:1", "add_participants", {"who": ["Ana Ruiz"], "event": "1:1"}),
    (
        "Please add also jo.doe@x.co.uk, kim@example.org to the participants of the 'Sync' event",
        "add_participants",
        {"who": ["jo.doe@x.co.uk", "kim@example.org"], "event": "Sync"},
    ),
    (
        "remove bo from planning",
        "update_event",
        {"event": "planning", "remove_guests": ["bo"]},
    ),
    (
        "decline tomorrow's meeting with bo, i'm sick",
        "respond_to_invitation",
        {"answer": "decline", "event_when": "tomorrow's", "organizer": "bo", "note": "i'm sick"},
    ),
    ("maybe for the review", "respond_to_invitation", {"answer": "tentative", "event": "review"}),
    (
        "i can't make it to planning",
        "respond_to_invitation",
        {"answer": "decline", "event": "planning"},
    ),
    ("yes to planning", "respond_to_invitation", {"answer": "accept", "event": "planning"}),
    (
        "push the review on friday back by an hour",
        "update_event",
        {"event": "review", "event_when": "on friday", "shift": "an hour later"},
    ),
    ("make the standup weekly", "update_event", {"event": "standup", "repeat": "weekly"}),
    ("move the review to room 5", "update_event", {"event": "review", "location": "room 5"}),
    ("what's left today", "get_schedule", {"when": "the rest of today"}),
    (
        "what's on for the team this week",
        "get_schedule",
        {"when": "this week", "calendar": "team"},
    ),
    ("next meeting", "get_schedule", {"next_only": True}),
    ("last time i met ana", "search_events", {"person": "Ana Ruiz", "past": True}),
    ("dentist tomorrow", "create_event", {"title": "Dentist", "when": "tomorrow"}),
    (
        "remind me 15 minutes before every meeting",
        "set_preferences",
        {"reminder_leads": ["15 minutes"]},
    ),
]


@pytest.mark.parametrize(("text", "tool", "arguments"), ONE_CALL)
def test_a_plain_request_becomes_its_call(text: str, tool: str, arguments: dict[str, Any]) -> None:
    assert calls_of(reply_to([said(text)])) == [(tool, arguments)]


QUESTIONS = [
    ("create an event", "create_event", {}),
    ("dentist", "create_event", {"title": "Dentist"}),
    ("gym this week", "create_event", {"title": "Gym", "when": "this week"}),
    ("lunch on friday", "create_event", {"title": "Lunch", "when": "on friday"}),
    ("cancel", "delete_event", {}),
    ("clear my calendar", "delete_event", {"every": True}),
    ("remind me to call mum", "set_reminder", {"text": "call mum"}),
    ("move the dentist", "update_event", {"event": "dentist"}),
]


@pytest.mark.parametrize(("text", "tool", "known"), QUESTIONS)
def test_too_little_said_is_asked_about_in_one_question(
    text: str, tool: str, known: dict[str, Any]
) -> None:
    reply = reply_to([said(text)])
    end = end_of(reply)
    assert (end.asks_for, dict(end.known)) == (tool, known)
    assert words_of(reply).count("?") == 1


def test_two_requests_in_one_sentence_become_two_calls() -> None:
    assert calls_of(reply_to([said("move lunch to 1 and cancel the dentist")])) == [
        ("update_event", {"event": "lunch", "when": "1"}),
        ("delete_event", {"event": "dentist"}),
    ]


def test_what_is_not_understood_is_answered_with_what_can_be_done() -> None:
    words = words_of(reply_to([said("frobnicate my tuesday")]))
    assert words.startswith("I didn't get that. I can show your day")
    assert words.endswith('Try "free time on Tuesday".')


def test_everybody_in_a_channel_is_reminded_there() -> None:
    text = "remind everyone here about the retro 10 minutes before"
    wanted = {"event": "retro", "leads": ["10 minutes"]}
    here = replace(SETTING, in_channel=True, place_name="#team")
    for where in (here, SETTING):  # alone with somebody the tool says that nobody else is there
        assert calls_of(reply_to([said(text)], where)) == [
            ("set_reminder", {**wanted, "in_channel": True})
        ]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("what time would 3pm here be in New York", "15:00 here is 10:00 in New York."),
        ("what is 3pm in Tokyo in my time?", "15:00 in Tokyo is 07:00 here."),
        ("what's 9pm here in Sydney", "21:00 here is 07:00 in Sydney, the day after."),
    ],
)
def test_an_hour_is_told_in_another_place(text: str, answer: str) -> None:
    assert words_of(reply_to([said(text)])) == answer


@pytest.mark.parametrize("text", ["hello", "thanks", "help", "what time is it", "tell me a joke"])
def test_small_talk_is_answered_without_a_call(text: str) -> None:
    reply = reply_to([said(text)])
    assert calls_of(reply) == []
    assert words_of(reply)
