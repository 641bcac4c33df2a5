"""Whatever is written: one Finished at the end, valid arguments, no long thought."""

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.llm.model import Finished
from bot.tools.arguments import ARGUMENTS
from bot.transcript import AssistantSaid
from tests.bot.llm.offline.test_followups import DAY, DONE, LUNCH, REVIEWS, SLOTS
from tests.bot.llm.offline.transcripts import SETTING, asked, calls_of, reply_to, said

WORDS = [
    "move",
    "cancel",
    "it",
    "to",
    "the",
    "lunch",
    "with",
    "Ana",
    "and",
    "Bo",
    "friday",
    "at",
    "3",
    "pm",
    "tomorrow",
    "an",
    "hour",
    "later",
    "no",
    "not",
    "both",
    "all",
    "every",
    "week",
    "remind",
    "me",
    "before",
    "meeting",
    "invite",
    "call",
    '"X"',
    "what",
    "when",
    "is",
    "free",
    "for",
    "30",
    "minutes",
    "2",
    "second",
    "one",
    "yes",
    ",",
    ".",
    "?",
    "in",
    "my",
    "calendar",
    "accept",
    "decline",
    "instead",
    "actually",
    "make",
    "longer",
    "room",
    "at",
    "next",
    "this",
    "title",
    "zone",
    "12:30",
    "-",
    "everything",
]
sentences = st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)
situations = st.sampled_from([[], LUNCH, DONE, REVIEWS, SLOTS, DAY])


def check(parts: list[object], text: str) -> None:
    events = reply_to([*parts, said(text)])  # type: ignore[list-item]
    assert [isinstance(event, Finished) for event in events].count(True) == 1
    assert isinstance(events[-1], Finished)
    for tool, arguments in calls_of(events):
        ARGUMENTS[tool].model_validate(arguments)


@settings(max_examples=250, deadline=None)
@given(situation=situations, text=sentences | st.text(max_size=80))
def test_anything_gets_one_end_and_valid_calls(situation: list[object], text: str) -> None:
    check(situation, text)


@settings(max_examples=100, deadline=None)
@given(tool=st.sampled_from(sorted(ARGUMENTS)), text=sentences)
def test_any_answer_to_any_question_is_taken(tool: str, text: str) -> None:
    check([said("…"), asked("?", tool)], text)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 10_000,
        "with a " * 1_500,
        "and " * 2_500,
        ", ".join(["Ana"] * 2_000),
        "cancel " * 1_400,
        "at in on " * 1_100,
        '"' * 10_000,
        "tomorrow at 3 " * 700,
        "call it " * 1_200,
        "\ue000\ue100\ue200" * 3_000,
        "the first one " * 700,
    ],
)
def test_long_input_is_read_in_bounded_time(text: str) -> None:
    started = time.process_time()
    check([*LUNCH, AssistantSaid(text="ok")], text)
    check([], text)
    assert time.process_time() - started < 3


def test_a_link_is_a_whole_place() -> None:
    text = "sales call thursday at 3pm at https://meet.example.org/abc-defg?x=1."
    [(_, told)] = calls_of(reply_to([said(text)]))
    assert told["location"] == "https://meet.example.org/abc-defg?x=1"


def test_a_mention_of_somebody_known_is_their_name() -> None:
    here = replace(SETTING, people=("Ben Roe",))
    assert calls_of(reply_to([said("invite @Ben to the standup")], here)) == [
        ("add_participants", {"event": "standup", "who": ["Ben Roe"]})
    ]
    [(_, told)] = calls_of(reply_to([said("lunch with @Zed on friday at 1pm")], here))
    assert told["title"] == "Lunch with Zed"
