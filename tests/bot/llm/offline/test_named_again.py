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


REMINDERS: list[Part] = [
    said("what reminders do i have"),
    *called(
        "list_reminders",
        {
            "text": "…",
            "reminders": [
                {"n": 1, "ref": "r1", "text": "call mum", "when": "today at 17:00"},
                {"n": 2, "ref": "r2", "text": "buy milk", "when": "today at 18:00"},
            ],
        },
    ),
]


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("cancel the first one", [("cancel_reminder", {"reminder": "r1"})]),
        (
            "make the milk one 7",
            [
                ("cancel_reminder", {"reminder": "r2"}),
                ("set_reminder", {"text": "buy milk", "when": "10 March 2026 at 7"}),
            ],
        ),
    ],
)
def test_a_reminder_of_those_listed(text: str, calls: list[Call]) -> None:
    assert calls_of(reply_to([*REMINDERS, said(text)])) == calls


def test_one_more_reminder() -> None:
    assert calls_of(reply_to([*STRETCH, said("and to buy milk at 6")])) == [
        ("set_reminder", {"text": "buy milk", "when": "at 6"})
    ]


FRIDAY: list[Part] = [
    said("cancel my meetings on friday"),
    *called(
        "delete_event",
        {
            "proposed": True,
            "events": [
                {"ref": "1" * 24, "title": "Standup", "when": "Fri 13 March 09:30–10:00"},
                {"ref": "2" * 24, "title": "1:1", "when": "Fri 13 March 12:30–13:00"},
            ],
        },
        when="friday",
        every=True,
    ),
]


def test_only_the_first_of_those_on_the_card() -> None:
    assert calls_of(reply_to([*FRIDAY, said("only the first")])) == [
        ("delete_event", {"event": "1" * 24, "scope": "this"})
    ]


def test_then_is_the_day_that_was_looked_at() -> None:
    looked = called("get_schedule", {"events": [], "text": "…"}, when="thursday")
    parts: list[Part] = [said("what's on thursday"), *looked, said("am I free at 5 then")]
    assert calls_of(reply_to(parts)) == [("check_availability", {"when": "12 March 2026 at 5"})]


def test_the_time_of_the_open_card_is_asked_about() -> None:
    card = proposed("create_event", "Lunch", "Wed 11 March 12:30–13:30", title="Lunch")
    assert calls_of(reply_to([said("lunch tomorrow at 12:30"), *card, said("is that free?")])) == [
        ("check_availability", {"when": "Wed 11 March 12:30–13:30"})
    ]


def test_people_and_an_hour_in_one_correction() -> None:
    card = proposed(
        "create_event", "Lunch", "Wed 11 March, all day", title="Lunch", when="tomorrow"
    )
    [(tool, known)] = calls_of(reply_to([said("lunch tomorrow"), *card, said("with ana at 12:30")]))
    assert (tool, known["title"]) == ("create_event", "Lunch with Ana Ruiz")
    assert known["when"] == "11 March 2026 at 12:30"


def test_a_series_changes_from_the_day_that_is_said() -> None:
    calls = calls_of(reply_to([*STANDUP, said("from april on at 9:30")]))
    known = {"event": "Standup", "event_when": "april", "when": "at 9:30", "scope": "following"}
    assert calls == [("update_event", known)]


def test_no_standup_that_day_takes_it_away() -> None:
    calls = calls_of(reply_to([*STANDUP, said("no standup on wednesday")]))
    assert calls == [("delete_event", {"event": "standup", "when": "on wednesday"})]


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("book a babysitter for then", {"title": "Babysitter", "when": "Fri 13 March 12:00–13:00"}),
        ("add a walk after that", {"title": "Walk", "when": "13 March 2026 13:00"}),
    ],
)
def test_beside_the_event_spoken_of(text: str, known: dict[str, str]) -> None:
    assert calls_of(reply_to([*LUNCH, said(text)])) == [("create_event", known)]


def test_how_long_it_takes_belongs_to_the_open_card() -> None:
    card = proposed("create_event", "Flight", "Fri 20 March 06:40–07:40", title="Flight", when="…")
    [(tool, known)] = calls_of(reply_to([said("…"), *card, said("it takes 2 hours")]))
    assert (tool, known["length"]) == ("create_event", "2 hours")


def test_a_question_under_a_choice_chooses_nothing() -> None:
    options = [
        {"n": 1, "ref": "1" * 24, "title": "Standup", "when": "Wed 11 March 09:00–10:00"},
        {"n": 2, "ref": "2" * 24, "title": "Standup", "when": "Wed 11 March 09:30–10:00"},
    ]
    which = called("delete_event", {"which": options}, event="standup", when="tomorrow")
    question = AssistantSaid(text="Which one?", asks_for="delete_event", known={"event": "standup"})
    parts: list[Part] = [said("skip tomorrow's standup"), *which, question]
    assert calls_of(reply_to([*parts, said("how busy was i last week")])) == [
        ("analyze_schedule", {"when": "last week"})
    ]


def test_meetings_then_are_those_in_the_time_that_was_told() -> None:
    when = "Mon 16 – Wed 18 March, all day"
    parts: list[Part] = [
        said("i'm on vacation from monday to wednesday"),
        *proposed("create_event", "Vacation", when, title="Vacation"),
        applied("create_event", "Vacation", when, REF),
        said("cancel my meetings then"),
    ]
    known = {"every": True, "keep": [REF], "when": "Mon 16 – Wed 18 March"}
    assert calls_of(reply_to(parts)) == [("delete_event", known)]
