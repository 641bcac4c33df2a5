"""What came of a change, in one line, and what it means for the conversation."""

from dataclasses import replace

import pytest

from bot.chat.cards import Tone
from bot.outcomes import facts_of, outcome_words
from calendar_core.changes.change import (
    ChangeId,
    ChangeStatus,
    PendingChange,
    Remark,
    Remove,
    Reply,
    Target,
)
from calendar_core.events import Answer, EventId, RecurrenceId, Scope
from tests.builders import BERLIN, NOW, a_change, a_glimpse, a_guest, a_span, an_event, days

LUNCH = an_event("Lunch")
REVIEW = an_event("Review", a_span(16, "10:00", 30), guests=(a_guest("Bo"),))
LATER = replace(REVIEW, when=a_span(16, "11:00", 30))
REPLY = Reply(target=Target(event_id=EventId("e1")), answer=Answer.DECLINED)
BO_HEARS = Remark(kind="invited", text="Bo is told here in chat")


def said(change: PendingChange) -> str:
    """The line when it was applied."""
    words, tone = outcome_words(replace(change, status=ChangeStatus.APPLIED), BERLIN, NOW)
    assert tone is Tone.DONE
    return words


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (a_change(a_glimpse(None, LUNCH)), '✓ Created "Lunch", Wed 11 March 12:30–13:15.'),
        (
            a_change(a_glimpse(None, an_event("Offsite", days(19, 20)))),
            '✓ Created "Offsite", Thu 19 – Fri 20 March.',
        ),
        (a_change(a_glimpse(LUNCH, None)), '✓ Cancelled "Lunch", Wed 11 March 12:30–13:15.'),
        (
            a_change(a_glimpse(REVIEW, LATER), remarks=(BO_HEARS,)),
            '✓ Moved "Review" to Mon 16 March 11:00–11:30. Bo was told here in chat.',
        ),
        (
            a_change(a_glimpse(REVIEW, LATER, is_series=True, scope=Scope.THIS)),
            '✓ Moved "Review" to Mon 16 March 11:00–11:30 (only Mon 16 March).',
        ),
        (
            a_change(a_glimpse(REVIEW, LATER, is_series=True, scope=Scope.FOLLOWING)),
            '✓ Moved "Review" to Mon 16 March 11:00–11:30 (from Mon 16 March on).',
        ),
        (
            a_change(a_glimpse(REVIEW, None, is_series=True, scope=Scope.ALL)),
            '✓ Cancelled "Review" (the whole series).',
        ),
        (
            a_change(a_glimpse(LUNCH, replace(LUNCH, title="Brunch"))),
            '✓ "Lunch" is called "Brunch" now, Wed 11 March 12:30–13:15.',
        ),
        (
            a_change(a_glimpse(LUNCH, replace(LUNCH, location="Attic"))),
            '✓ "Lunch" is at Attic now, Wed 11 March 12:30–13:15.',
        ),
        (
            a_change(a_glimpse(LUNCH, replace(LUNCH, guests=(a_guest("Bo"), a_guest("Kim"))))),
            '✓ Invited Bo and Kim to "Lunch", Wed 11 March 12:30–13:15.',
        ),
        (
            a_change(a_glimpse(LUNCH, replace(LUNCH, description="x"))),
            '✓ Changed "Lunch", Wed 11 March 12:30–13:15.',
        ),
        (
            a_change(a_glimpse(REVIEW, REVIEW), edits=(REPLY,), remarks=(BO_HEARS,)),
            '✓ Declined "Review", Mon 16 March 10:00–10:30. Bo was told here in chat.',
        ),
        (a_change(a_glimpse(LUNCH, None), a_glimpse(REVIEW, None)), "✓ Cancelled 2 events."),
        (
            a_change(
                a_glimpse(LUNCH, None),
                a_glimpse(REVIEW, REVIEW),
                edits=(Remove(target=REPLY.target), REPLY),
            ),
            "✓ Cancelled 2 events.",
        ),
        (
            a_change(a_glimpse(LUNCH, REVIEW), a_glimpse(REVIEW, None)),
            "✓ Changed 2 events.",
        ),
        (
            a_change(a_glimpse(None, LUNCH), undoes=ChangeId("first")),
            '✓ Taken back: "Lunch" stands there again.',
        ),
    ],
)
def test_what_was_done_is_one_line(change: PendingChange, line: str) -> None:
    assert said(change) == line


def test_a_break_in_a_title_stays_in_the_line() -> None:
    hostile = an_event("Sync\n✓ Created all", location="Attic\nBerlin")
    assert said(a_change(a_glimpse(None, hostile))).count("\n") == 0


def test_what_it_means_from_now_on_is_kept_for_the_conversation() -> None:
    target = Target(event_id=EventId("e1"), recurrence_id=RecurrenceId("2026-03-16"))
    moved = a_change(a_glimpse(REVIEW, LATER, target=target))
    assert facts_of(moved, BERLIN, NOW) == {
        "events": [
            {
                "title": "Review",
                "when": "Mon 16 March 11:00–11:30",
                "gone": False,
                "ref": "e1@2026-03-16",
            }
        ],
        "answered": "",
    }
    declined = a_change(a_glimpse(REVIEW, REVIEW, target=None), edits=(REPLY,))
    assert facts_of(declined, BERLIN, NOW)["answered"] == "declined"
