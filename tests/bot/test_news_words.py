"""What became of events, in sentences that people read."""

from dataclasses import replace
from typing import Any

import pytest

from bot.news_words import Listener, say_as_it_was, say_changed
from calendar_core.events import Answer, RecurrenceId, Status
from calendar_core.report import Changed, Stood
from calendar_core.when import TimeSpan, When
from tests.builders import BERLIN, NOW, a_guest, a_span, days

TO = Listener(zone=BERLIN, now=NOW)
REVIEW = Stood(title="Review", when=a_span(12, "14:00"))
WEEKLY = Stood(title="Standup", when=a_span(10, "09:30", 15), rule="FREQ=WEEKLY;BYDAY=TU")


def changed(before: Stood | None, after: Stood | None, **details: Any) -> Changed:
    details.setdefault("by", "Bo")
    details.setdefault("recurrence_id", RecurrenceId(""))
    return Changed(before=before, after=after, **details)


def stood(when: When | None = None, **details: Any) -> Stood:
    return replace(REVIEW, when=when or REVIEW.when, **details)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (None, REVIEW, 'Bo invites you to "Review", Thu 12 March 14:00–15:00.'),
        (REVIEW, None, 'Bo cancelled "Review", Thu 12 March 14:00–15:00.'),
        (
            REVIEW,
            stood(a_span(12, "15:00")),
            'Bo moved "Review" from Thu 12 March 14:00–15:00 to Thu 12 March 15:00–16:00.',
        ),
        (
            REVIEW,
            stood(days(13)),
            'Bo moved "Review" from Thu 12 March 14:00–15:00 to Fri 13 March, all day.',
        ),
        (
            stood(location="Room 1"),
            stood(a_span(13, "14:00"), location="Room 2", title="Retro"),
            'Bo moved "Review" from Thu 12 March 14:00–15:00 to Fri 13 March 14:00–15:00; '
            'it is called "Retro" now; its place is Room 2 now, it was Room 1.',
        ),
        (
            REVIEW,
            stood(location="Room 2"),
            'Bo changed "Review", Thu 12 March 14:00–15:00: its place is Room 2 now.',
        ),
        (
            stood(location="Room 2", video_url="https://a.example/"),
            stood(status=Status.TENTATIVE),
            'Bo changed "Review", Thu 12 March 14:00–15:00: it has no place now, it was Room 2; '
            "it has no video link now; it is tentative now.",
        ),
        (
            WEEKLY,
            replace(WEEKLY, when=a_span(11, "10:00", 15), rule="FREQ=WEEKLY;BYDAY=WE"),
            'Bo moved the series "Standup" from every Tuesday 09:30–09:45 '
            "to every Wednesday 10:00–10:15.",
        ),
        (
            WEEKLY,
            replace(WEEKLY, rule="FREQ=WEEKLY;BYDAY=TU;COUNT=3"),
            'Bo changed the series "Standup", every Tuesday 09:30–09:45: it is every Tuesday '
            "09:30–09:45, from Tue 10 March until Tue 24 March: 3 times now, it was every Tuesday "
            "09:30–09:45, from Tue 10 March.",
        ),
    ],
)
def test_it_says_exactly_what_was_and_what_is(
    before: Stood | None, after: Stood | None, words: str
) -> None:
    assert say_changed(changed(before, after), TO).text == words


def test_what_is_gone_was_not_always_cancelled() -> None:
    gone = changed(REVIEW, None)
    assert say_changed(gone, TO, is_cancelled=False).text == (
        '"Review" by Bo, Thu 12 March 14:00–15:00, is gone from your calendar.'
    )


def test_an_occurrence_that_is_back() -> None:
    back = changed(None, REVIEW, recurrence_id=RecurrenceId("2026-03-12T13:00:00+00:00"))
    assert say_changed(back, TO).text == 'Bo put "Review" back: Thu 12 March 14:00–15:00.'


def test_answers_say_who_and_what() -> None:
    answers = (
        a_guest("Kim", answer=Answer.ACCEPTED),
        a_guest("Zed", answer=Answer.DECLINED),
    )
    told = say_changed(changed(REVIEW, REVIEW, answers=answers, by=""), TO)
    assert told.text == '"Review", Thu 12 March 14:00–15:00: Kim accepted; Zed declined.'


def test_what_was_changed_back() -> None:
    told = say_as_it_was(changed(REVIEW, REVIEW), TO)
    assert told.text == '"Review" is as it was: Thu 12 March 14:00–15:00.'


def test_both_times_are_told_as_instants() -> None:
    told = say_changed(changed(REVIEW, stood(a_span(12, "15:00"))), TO)
    assert [(one.text, one.at) for one in told.moments] == [
        ("Thu 12 March 14:00–15:00", a_span(12, "14:00").start),
        ("Thu 12 March 15:00–16:00", a_span(12, "15:00").start),
    ]
    assert all(isinstance(one.until, type(NOW)) for one in told.moments)
    assert isinstance(REVIEW.when, TimeSpan)
