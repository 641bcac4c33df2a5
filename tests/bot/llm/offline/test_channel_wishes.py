"""Wishes about how a channel is served, in words: only what names the channel, or "here" in one."""

from dataclasses import replace
from typing import Any

import pytest

from bot.llm.model import Setting
from bot.llm.offline.channel_wishes import HOW_LONG, TOOL, WHICH_DAY
from bot.transcript import Part
from tests.bot.llm.offline.transcripts import (
    SETTING,
    asked,
    calls_of,
    end_of,
    reply_to,
    said,
    words_of,
)

HERE = replace(SETTING, in_channel=True, place_name="#team")
WISHES: list[tuple[str, dict[str, Any]]] = [
    ("post the digest here at 9 every weekday", {"digest": "daily", "digest_at": "9:00"}),
    ("every weekday at 9 post the agenda here", {"digest": "daily", "digest_at": "9:00"}),
    ("please post our agenda here every morning at 8:30", {"digest": "daily", "digest_at": "8:30"}),
    ("post the digest here", {"digest": "daily"}),
    ("post the team's agenda here every monday at 9", {"digest": "monday", "digest_at": "9:00"}),
    ("post the week's agenda here on fridays at 4pm", {"digest": "friday", "digest_at": "4pm"}),
    ("move the digest here to 8:30", {"digest_at": "8:30"}),
    ("stop the digest here", {"digest": "off"}),
    ("no more digest here please", {"digest": "off"}),
    ("turn the digest off here", {"digest": "off"}),
    ("remind everyone here 10 minutes before every event", {"reminder_leads": ["10 minutes"]}),
    ("remind us here an hour before all meetings", {"reminder_leads": ["an hour"]}),
    ("turn on the daily agenda here", {"digest": "daily"}),
    ("every Monday at 9 post this week's events here", {"digest": "monday", "digest_at": "9:00"}),
    ("remind us 15 minutes before each event", {"reminder_leads": ["15 minutes"]}),
    ("no reminders here", {"reminder_leads": []}),
    ("use New York time here", {"zone": "New York"}),
]
NAMED: list[tuple[str, dict[str, Any]]] = [
    ("stop posting the agenda in this channel", {"digest": "off"}),
    ("turn off the channel digest", {"digest": "off"}),
    ("change the channel digest to 10am", {"digest_at": "10am"}),
    ("remind this channel 15 minutes before events", {"reminder_leads": ["15 minutes"]}),
    (
        "remind the channel 15 minutes and 1 day before our events",
        {"reminder_leads": ["15 minutes", "1 day"]},
    ),
    ("stop reminding this channel", {"reminder_leads": []}),
    ("channel reminders 30 minutes", {"reminder_leads": ["30 minutes"]}),
    ("this channel's time zone is London", {"zone": "London"}),
]


@pytest.mark.parametrize(("text", "wanted"), [*WISHES, *NAMED])
def test_a_wish_about_the_channel_is_read_in_it(text: str, wanted: dict[str, Any]) -> None:
    assert calls_of(reply_to([said(text)], HERE)) == [(TOOL, wanted)]


@pytest.mark.parametrize(
    ("text", "tool"),
    [
        ("post a digest in #team every weekday at 9", TOOL),
        ("remind #team in 10 minutes to stretch", "set_reminder"),
    ],
)
def test_a_channel_is_also_known_by_its_name(text: str, tool: str) -> None:
    [(called, arguments)] = calls_of(reply_to([said(text)], HERE))
    wanted = {"digest": "daily", "digest_at": "9:00"}
    assert called == tool
    assert arguments == wanted or (arguments["in_channel"], arguments["text"]) == (True, "stretch")


@pytest.mark.parametrize("setting", [HERE, SETTING])
@pytest.mark.parametrize(
    "text",
    [
        "post a digest in #other every weekday at 9",
        "remind #other in 10 minutes to stretch",
        "stop the digest in #other",
    ],
)
def test_another_channel_is_told_nothing_from_here(text: str, setting: Setting) -> None:
    reply = reply_to([said(text)], setting)
    assert calls_of(reply) == []
    assert words_of(reply).startswith("Say it in #other itself")
    told = asked(words_of(reply), TOOL, **end_of(reply).known)
    parts: list[Part] = [said(text), told, said("in 10 minutes")]
    assert TOOL not in [tool for tool, _ in calls_of(reply_to(parts, setting))]


@pytest.mark.parametrize("text", [text for text, _ in WISHES])
def test_here_in_direct_messages_is_no_channel(text: str) -> None:
    assert TOOL not in [name for name, _ in calls_of(reply_to([said(text)]))]


@pytest.mark.parametrize(("text", "wanted"), NAMED)
def test_a_channel_that_is_named_is_meant_anywhere(text: str, wanted: dict[str, Any]) -> None:
    assert calls_of(reply_to([said(text)])) == [(TOOL, wanted)]


@pytest.mark.parametrize(
    "text",
    [
        "remind everyone here about the sales call at 9:50",
        "remind everyone here 10 minutes before the standup",
        "remind us 10 minutes before standup tomorrow",
        "what's on here today",
        "show the agenda here",
        "show the team agenda in the channel for tomorrow",
        "send me my agenda every day at 7:30",
        "stop the daily digest",
        "put lunch with kim here tomorrow at 12",
        "remind me to be here at 9",
    ],
)
def test_other_wishes_in_a_channel_are_about_other_things(text: str) -> None:
    assert TOOL not in [name for name, _ in calls_of(reply_to([said(text)], HERE))]


@pytest.mark.parametrize(
    ("text", "question", "answer", "wanted"),
    [
        (
            "post the digest here at 9 on mondays and thursdays",
            WHICH_DAY,
            "monday",
            {"digest": "monday", "digest_at": "9:00"},
        ),
        ("remind this channel before events", HOW_LONG, "half an hour", None),
    ],
)
def test_what_is_missing_is_asked_about_once(
    text: str, question: str, answer: str, wanted: dict[str, Any] | None
) -> None:
    asking = reply_to([said(text)], HERE)
    assert (words_of(asking), end_of(asking).asks_for) == (question, TOOL)
    known = dict(end_of(asking).known)
    parts: list[Part] = [said(text), asked(question, TOOL, **known), said(answer)]
    wanted = wanted or {"reminder_leads": ["half an hour"]}
    assert calls_of(reply_to(parts, HERE)) == [(TOOL, wanted)]
