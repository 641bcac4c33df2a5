"""Conversations of many turns, each kind of misunderstanding that was once seen in one."""

from typing import Any

import pytest

from bot.transcript import AssistantSaid, Part
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
REF = "b" * 24
DENTIST: list[Part] = [
    said("dentist on sunday the 16th at 4"),
    *called("create_event", "Do you mean Sun 15 or Mon 16?", ok=False, title="Dentist"),
    asked("Do you mean Sun 15 or Mon 16?", "create_event", title="Dentist", when="sunday the 16th"),
]
STANDUP: list[Part] = [
    said("cancel standup"),
    *proposed("delete_event", "Standup", "Wed 11 March 09:30–10:00", ref=REF, event=REF),
]


@pytest.mark.parametrize(
    ("text", "call"),
    [
        (
            "call mum at 2:30 on march 29",
            ("create_event", {"title": "Call mum", "when": "at 2:30 on march 29"}),
        ),
        (
            "lunch with Zoe tomorrow at 1",
            ("create_event", {"title": "Lunch with Zoe", "when": "tomorrow at 1"}),
        ),
        ("move the review to 4pm", ("update_event", {"event": "review", "when": "4pm"})),
        ("set my working hours to 8 to 4", ("set_preferences", {"working_hours": "8 to 4"})),
        ("remind me at 5 to eat", ("set_reminder", {"text": "eat", "when": "at 5"})),
        ("what's on friday", ("get_schedule", {"when": "friday"})),
    ],
)
def test_a_whole_request_after_a_question_stands_for_itself(text: str, call: Call) -> None:
    assert calls_of(reply_to([*DENTIST, said(text)])) == [call]


@pytest.mark.parametrize("text", ["monday", "the 16th", "Mon", "on monday please"])
def test_a_bare_answer_completes_the_question(text: str) -> None:
    [(tool, arguments)] = calls_of(reply_to([*DENTIST, said(text)]))
    assert (tool, arguments["title"]) == ("create_event", "Dentist")
    assert "16" in arguments["when"]


def test_an_hour_stays_on_the_half_of_the_day_that_was_named() -> None:
    known = {"title": "Gym", "when": "tomorrow morning"}
    parts: list[Part] = [said("…"), asked("What time?", "create_event", **known), said("at 7")]
    assert calls_of(reply_to(parts)) == [
        ("create_event", {"title": "Gym", "when": "tomorrow morning at 7"})
    ]


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("just tomorrow's", {"when": "tomorrow", "scope": "this", "event": "Standup"}),
        (
            "only the one on the 18th",
            {"when": "the 18th", "scope": "this", "event": "Standup"},
        ),
        ("from next week on", None),
        ("from friday on", {"when": "friday", "scope": "following", "event": "Standup"}),
        ("all of them", {"event": REF, "scope": "all"}),
        ("only this one", {"event": REF, "scope": "this"}),
    ],
)
def test_an_open_scope_card_is_answered_in_words(
    text: str, arguments: dict[str, Any] | None
) -> None:
    calls = calls_of(reply_to([*STANDUP, said(text)]))
    assert calls == ([("delete_event", arguments)] if arguments else calls)


def slots(who: list[str], said_first: str) -> list[Part]:
    offered = [
        {"n": 1, "when": "Wed 11 March 14:00–14:45", "start": "2026-03-11T14:00:00+01:00"},
        {"n": 2, "when": "Thu 12 March 13:00–13:45", "start": "2026-03-12T13:00:00+01:00"},
    ]
    found = called("find_free_time", {"slots": offered, "text": "1 2"}, who=who)
    return [said(said_first), *found, AssistantSaid(text="1 2")]


def test_a_slot_is_booked_for_what_it_was_sought() -> None:
    alone = slots([], "find time for the gym this week")
    both = slots(["Ana Ruiz"], "when could i fit in a 45 minute call with ana")
    plain = slots(["Ana Ruiz", "Bo Lindt"], "book 45 min with ana and bo this week")
    when = "Thu 12 March 13:00–13:45"
    assert calls_of(reply_to([*alone, said("the second one")])) == [
        ("create_event", {"title": "Gym", "when": when})
    ]
    assert calls_of(reply_to([*both, said("2")])) == [
        ("book_meeting", {"title": "Call with Ana", "when": when, "guests": ["Ana Ruiz"]})
    ]
    assert calls_of(reply_to([*plain, said("2")])) == [
        ("book_meeting", {"when": when, "guests": ["Ana Ruiz", "Bo Lindt"]})
    ]


def test_one_change_for_many_events_is_looked_up_then_proposed_one_by_one() -> None:
    text = said("push everything tomorrow back by 30 minutes")
    assert calls_of(reply_to([text])) == [("get_schedule", {"when": "tomorrow"})]
    events = [
        {"ref": "e1", "title": "Standup", "when": "Wed 11 March 09:30–10:00"},
        {"ref": "e2", "title": "Kim is out", "when": "Wed 11 March, all day", "all_day": True},
        {"ref": "e3", "title": "Lunch", "when": "Wed 11 March 12:30–13:15"},
    ]
    found = called("get_schedule", {"events": events, "count": 3, "text": "…"}, when="tomorrow")
    change = {"event_when": "tomorrow", "shift": "30 minutes later", "scope": "this"}
    assert calls_of(reply_to([text, *found])) == [
        ("update_event", {"event": "e1", **change}),
        ("update_event", {"event": "e3", **change}),
    ]


def test_too_many_events_are_not_all_moved() -> None:
    text = said("move everything tomorrow to friday")
    events = [{"ref": f"e{n}", "title": f"E{n}", "when": "…"} for n in range(9)]
    found = called("get_schedule", {"events": events, "count": 9, "text": "…"}, when="tomorrow")
    reply = reply_to([text, *found])
    assert calls_of(reply) == []
    assert words_of(reply) == "That is 9 events; I move at most 6 at once. Which of them?"


def test_an_answer_to_a_question_about_preferences_is_put_in() -> None:
    asking = reply_to([said("mute notifications")])
    assert (words_of(asking), end_of(asking).asks_for) == ("Until when?", "set_preferences")
    parts: list[Part] = [
        said("mute notifications"),
        asked("Until when?", "set_preferences"),
        said("until monday"),
    ]
    assert calls_of(reply_to(parts)) == [("set_preferences", {"pause_reminders_until": "monday"})]


def test_an_event_is_told_to_a_reminder_that_lacks_it() -> None:
    parts: list[Part] = [
        said("remind me 15 minutes before"),
        asked("Before which event?", "set_reminder", leads=["15 minutes"]),
        said("the design review"),
    ]
    assert calls_of(reply_to(parts)) == [
        ("set_reminder", {"leads": ["15 minutes"], "event": "design review"})
    ]


def test_undo_after_other_talk_says_what_and_how() -> None:
    parts: list[Part] = [
        said("move lunch to 1"),
        *proposed("update_event", "Lunch", "Wed 11 March 13:00", event="lunch", when="1"),
        applied("update_event", "Moved", "Wed 11 March 13:00", REF),
        said("thanks"),
        AssistantSaid(text="You're welcome."),
        said("undo"),
    ]
    assert words_of(reply_to(parts)) == (
        "The last was: Moved. Press Undo under it; that works for 24 hours."
    )
    assert words_of(reply_to([*STANDUP, said("undo")])).startswith("Nothing is written yet")
    for words in ("undo", "never mind, bring drinks back", "restore the dentist"):
        assert words_of(reply_to([said(words)])) == "There is nothing to undo here."
    assert calls_of(reply_to([said("push the dentist back an hour")]))


def test_a_day_apart_from_another_gets_a_call_of_its_own() -> None:
    assert calls_of(reply_to([said("clear my calendar tomorrow and friday")])) == [
        ("delete_event", {"when": "tomorrow", "every": True}),
        ("delete_event", {"when": "friday", "every": True}),
    ]
    assert calls_of(reply_to([said("delete everything on thursday and friday")])) == [
        ("delete_event", {"when": "on thursday and friday", "every": True})
    ]


def search(**event: Any) -> list[Part]:
    one = {"title": "Review", "when": "Thu 12 March 14:00–15:00"} | event
    return called("search_events", {"events": [one], "count": 1, "text": "list"}, query="review")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("when does the review end", '"Review" ends on Thu 12 March at 15:00.'),
        ("is the review on thursday?", 'Yes, "Review" is on Thu 12 March 14:00–15:00.'),
        ("what time is the review", '"Review" is on Thu 12 March 14:00–15:00.'),
        ("who is in the review", '"Review", Thu 12 March 14:00–15:00: Ana, Bo.'),
        ("how long is the review", '"Review" takes 1 hour, Thu 12 March 14:00–15:00.'),
        (
            "is the review on wednesday or thursday?",
            '"Review" is on Thu 12 March 14:00–15:00.',
        ),
        ("is the review before or after lunch", '"Review" is on Thu 12 March 14:00–15:00.'),
        ("how many days until the review", '"Review" is on Thu 12 March 14:00–15:00.'),
        ("where is the review", 'No place is noted for "Review", Thu 12 March 14:00–15:00.'),
    ],
)
def test_a_question_for_one_fact_gets_one_sentence(text: str, answer: str) -> None:
    found = search(start="2026-03-12T14:00", end="2026-03-12T15:00", guests=["Ana", "Bo"])
    assert words_of(reply_to([said(text), *found])) == answer


def test_the_longest_and_the_shortest_are_told_alone() -> None:
    events = [
        {"title": "Trip", "when": "Thu 12 March, all day", "all_day": True},
        {
            "title": "Review",
            "when": "Thu 12 March 14:00–15:00",
            "start": "2026-03-12T14:00",
            "end": "2026-03-12T15:00",
        },
        {
            "title": "Workshop",
            "when": "Thu 12 March 15:00–17:30",
            "start": "2026-03-12T15:00",
            "end": "2026-03-12T17:30",
        },
    ]
    found = called("get_schedule", {"events": events, "count": 3, "text": "list"}, when="thursday")
    for text, answer in (
        (
            "which meeting is the longest on thursday",
            'The longest is "Workshop", Thu 12 March 15:00–17:30: 2 hours 30 minutes.',
        ),
        (
            "what's my shortest meeting on thursday",
            'The shortest is "Review", Thu 12 March 14:00–15:00: 1 hour.',
        ),
    ):
        assert words_of(reply_to([said(text), *found])) == answer


LUNCH: list[Part] = [
    said("lunch friday at 12"),
    *proposed("create_event", "Lunch", "Fri 13 March 12:00–13:00", title="Lunch", when="friday"),
    applied("create_event", "Lunch", "Fri 13 March 12:00–13:00", REF),
]
REMINDED: list[Part] = [
    *LUNCH,
    said("remind me 30 minutes before"),
    *called(
        "set_reminder",
        {"done": True, "title": "Lunch", "text": "I'll remind you."},
        event=REF,
        leads=["30 minutes"],
    ),
    AssistantSaid(text="I'll remind you."),
]


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("move it to thursday", [("update_event", {"event": REF, "when": "thursday"})]),
        (
            "make it an hour before",
            [
                ("cancel_reminder", {"reminder": "Lunch"}),
                ("set_reminder", {"event": REF, "leads": ["an hour"]}),
            ],
        ),
        ("cancel that reminder", [("cancel_reminder", {"reminder": "Lunch"})]),
    ],
)
def test_after_a_reminder_the_words_mean_it_or_its_event(text: str, calls: list[Call]) -> None:
    assert calls_of(reply_to([*REMINDED, said(text)])) == calls


def test_a_look_is_asked_again_whatever_was_noted_before() -> None:
    looked = called("get_schedule", {"events": [], "count": 0, "text": "…"}, when="friday")
    parts: list[Part] = [*REMINDED, said("what's on friday"), *looked, AssistantSaid(text="…")]
    assert calls_of(reply_to([*parts, said("and saturday?")])) == [
        ("get_schedule", {"when": "saturday"})
    ]


def test_a_time_after_another_question_is_not_the_reminders() -> None:
    done = called("set_reminder", {"done": True}, text="call mum", when="tomorrow at 9")
    lost: list[Part] = [said("zoe@x.example"), AssistantSaid(text="I didn't get that.")]
    parts = [said("…"), *done, AssistantSaid(text="…"), said("book 30 minutes with zoe")]
    parts += [asked("When is it?", "create_event", title="Meeting with zoe"), *lost]
    calls = calls_of(reply_to([*parts, said("tomorrow at 2")]))
    assert not {tool for tool, _ in calls} & {"cancel_reminder", "set_reminder"}


def test_a_bare_hour_corrects_a_reminder() -> None:
    done = called("set_reminder", {"done": True}, text="call mum", when="tomorrow at 9")
    parts: list[Part] = [said("…"), *done, AssistantSaid(text="…"), said("actually make that 10")]
    assert calls_of(reply_to(parts)) == [
        ("cancel_reminder", {"reminder": "call mum"}),
        ("set_reminder", {"text": "call mum", "when": "11 March 2026 at 10"}),
    ]


def test_a_look_beside_a_card_leaves_it_and_it_can_be_corrected_after() -> None:
    asked = [*STANDUP, said("anything on friday?")]
    assert calls_of(reply_to(asked)) == [("get_schedule", {"when": "friday"})]
    looked = called("get_schedule", {"events": [], "count": 0, "text": "Nothing."}, when="friday")
    after = [*asked, *looked, said("make it 12 instead")]
    assert calls_of(reply_to(after)) != calls_of(reply_to([*asked, *looked, said("and monday?")]))
    [(tool, arguments)] = calls_of(reply_to(after))
    assert tool in ("create_event", "update_event", "book_meeting")
    assert "12" in str(arguments["when"])
