"""Words for one's own agenda, for reminders of a channel, and for what is nobody's to ask."""

from dataclasses import replace
from typing import Any

import pytest

from tests.bot.llm.offline.transcripts import SETTING, calls_of, end_of, reply_to, said, words_of

HERE = replace(SETTING, in_channel=True, place_name="#team", calendars=("Personal", "#team"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("send me my agenda at 7", {"digest_at": "7:00"}),
        ("bring me my schedule daily at 8:30", {"digest_at": "8:30"}),
    ],
)
def test_the_hour_of_ones_agenda_is_a_preference(text: str, wanted: dict[str, Any]) -> None:
    assert calls_of(reply_to([said(text)])) == [("set_preferences", wanted)]


@pytest.mark.parametrize(
    "text", ["don't send my agenda on weekends", "send me my agenda every monday at 8"]
)
def test_single_days_of_ones_agenda_are_no_event(text: str) -> None:
    reply = reply_to([said(text)])
    assert end_of(reply).asks_for == "set_preferences"
    assert words_of(reply).startswith("Your own agenda comes every day")


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("remind this channel tomorrow at 9 to bring cake", "bring cake"),
        ("remind us here in this thread tomorrow at 9 to bring cake", "bring cake"),
        ("set a reminder here tomorrow at 9 to bring cake", "bring cake"),
        ("ping the channel tomorrow at 10: demo day", "demo day"),
        ("reminder for everyone: demo day tomorrow at 15:00", "demo day"),
    ],
)
def test_a_channel_is_reminded_of_what_was_said_and_no_more(text: str, about: str) -> None:
    [(tool, known)] = calls_of(reply_to([said(text)], HERE))
    assert (tool, known["text"], known["in_channel"]) == ("set_reminder", about, True)


def test_here_is_no_part_of_ones_own_reminder() -> None:
    [(_, known)] = calls_of(reply_to([said("remind me here at 9:30 to drink")], HERE))
    assert (known["text"], "in_channel" in known) == ("drink", False)


def test_others_are_meant_in_direct_messages_too() -> None:
    [(_, known)] = calls_of(reply_to([said("remind the team tomorrow at 9 to stretch")]))
    assert (known["text"], known["in_channel"]) == ("stretch", True)


def test_one_wakes_up_in_the_morning() -> None:
    [(_, known)] = calls_of(reply_to([said("remind me at 6:30 tomorrow to wake up")]))
    assert "18:30" not in known["when"]
    assert known["text"] == "wake up"


@pytest.mark.parametrize(
    "text", ["snooze 10 minutes", "snooze until 9:30", "snooze it for an hour"]
)
def test_snooze_is_told_and_no_event(text: str) -> None:
    assert words_of(reply_to([said(text)])).startswith("Press Snooze")


def test_ones_own_agenda_is_not_posted() -> None:
    reply = reply_to([said("post my agenda here")], HERE)
    assert (calls_of(reply), end_of(reply).asks_for) == ([], None)
    assert "I " in words_of(reply)


@pytest.mark.parametrize(
    ("text", "tool", "name"),
    [
        ("add lunch to the team calendar tomorrow at 12", "create_event", "team"),
        ("add lunch to the #ops calendar tomorrow at 12", "create_event", "#ops"),
        ("what's on the #ops calendar tomorrow", "get_schedule", "#ops"),
    ],
)
def test_a_channels_calendar_is_never_taken_for_ones_own(text: str, tool: str, name: str) -> None:
    [(called, known)] = calls_of(reply_to([said(text)]))
    assert (called, known["calendar"]) == (tool, name)


def test_a_channels_calendar_is_known_by_its_name_there() -> None:
    [(_, known)] = calls_of(reply_to([said("what's on the team calendar this week")], HERE))
    assert known["calendar"] == "team"
    ops = replace(HERE, place_name="#ops", calendars=("Personal", "#ops"))
    [(_, known)] = calls_of(reply_to([said("what's on the ops calendar this week")], ops))
    assert known["calendar"] == "#ops"


def test_one_calendar_is_cleared_or_moved_and_no_event_is_called_so() -> None:
    [(tool, known)] = calls_of(reply_to([said("clear the team calendar on friday")], HERE))
    assert (tool, known) == ("delete_event", {"when": "on friday", "every": True})
    words = "push everything on the team calendar on friday back by 30 minutes"
    [(tool, known)] = calls_of(reply_to([said(words)], HERE))
    assert (tool, known["calendar"]) == ("get_schedule", "team")


def test_the_team_s_agenda_is_shown() -> None:
    [(tool, known)] = calls_of(reply_to([said("team agenda today")], HERE))
    assert (tool, known["calendar"]) == ("get_schedule", "team")
