"""What exactly became of an event, as people are told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from calendar_core.comparing import MOST_OF_A_SERIES, changes_between
from calendar_core.events import Answer, Event, Guest, RecurrenceId, Scope, Status
from calendar_core.ics.writing import new_resource, patch
from calendar_core.patch import Patch
from calendar_core.recurrence import amend, remove
from calendar_core.report import Changed, Stood
from tests.builders import BERLIN, NOW, a_guest, a_span, an_event

UTC_ZONE = ZoneInfo("UTC")
WEEK = timedelta(weeks=1)
ME = "mailto:ana@example.org"
ANA = a_guest("Ana", answer=Answer.OPEN)
BO = a_guest("Bo Lindt", answer=Answer.ACCEPTED)
KIM = a_guest("Kim", answer=Answer.OPEN)
SECOND = RecurrenceId("2026-03-18T11:30:00+00:00")


def invited(**details: Any) -> Event:
    """Bo's event, to which Ana is invited."""
    return an_event("Review", organizer=BO, guests=(BO, ANA, KIM), **details)


def text(event: Event) -> str:
    return new_resource(event, at=NOW).ics


def between(before: Event | None, after: Event | None) -> tuple[Changed, ...]:
    old, new = (None if one is None else text(one) for one in (before, after))
    return changes_between(old, new, {ME})


def test_a_move_says_from_where_to_where() -> None:
    [told] = between(invited(), invited(when=a_span(12, "14:00")))
    assert told.before is not None
    assert told.after is not None
    assert (told.before.when, told.after.when) == (
        a_span(11, "12:30", 45).within(UTC_ZONE),
        a_span(12, "14:00").within(UTC_ZONE),
    )
    assert (told.by, told.mine, told.answers) == ("Bo Lindt", Answer.OPEN, ())


def test_place_title_and_video_are_told_and_notes_are_not() -> None:
    there = invited(location="Room 1")
    moved = replace(there, title="Retro", location="Room 2", video_url="https://meet.example/x")
    [told] = between(there, moved)
    assert told.before == Stood(
        title="Review", when=a_span(11, "12:30", 45).within(UTC_ZONE), location="Room 1"
    )
    assert told.after is not None
    assert (told.after.title, told.after.location, told.after.video_url) == (
        *("Retro", "Room 2"),
        "https://meet.example/x",
    )
    assert between(there, replace(there, description="Bring cake.", color="red")) == ()


def test_what_came_and_went_is_told_whole() -> None:
    [came], [went] = between(None, invited()), between(invited(), None)
    assert came.before is None
    assert came.after == went.before
    assert went.after is None
    [cancelled] = between(invited(), invited(status=Status.CANCELLED))
    assert cancelled == replace(went, is_cancelled=True)


def test_answers_of_others_are_told_and_one_s_own_is_not() -> None:
    mine = an_event("Review", organizer=ANA, guests=(ANA, BO, KIM))
    [told] = between(mine, replace(mine, guests=(ANA, BO, replace(KIM, answer=Answer.DECLINED))))
    assert [(one.name, one.answer) for one in told.answers] == [("Kim", Answer.DECLINED)]
    assert told.before == told.after
    assert told.by == ""
    assert (
        between(mine, replace(mine, guests=(replace(ANA, answer=Answer.DECLINED), BO, KIM))) == ()
    )
    asked_again = (ANA, replace(BO, answer=Answer.OPEN), KIM)
    assert between(mine, replace(mine, guests=asked_again)) == ()
    more = Guest(address="mailto:zed@example.org", name="Zed", answer=Answer.ACCEPTED)
    assert between(mine, replace(mine, guests=(ANA, BO, KIM, more))) == ()


def weekly() -> Event:
    return invited(rule="FREQ=WEEKLY")


def edited(scope: Scope, rid: RecurrenceId, wanted: Patch | None) -> str | None:
    """The series after an edit of it."""
    series = new_resource(weekly(), at=NOW)
    if wanted is None:
        return remove(series, scope, rid, at=NOW)[0].after
    return amend(series, scope, rid, wanted, at=NOW)[0].after


def test_one_moved_occurrence_of_a_series_is_told_alone() -> None:
    later = edited(Scope.THIS, SECOND, Patch(when=a_span(18, "15:00")))
    [told] = changes_between(text(weekly()), later, {ME})
    assert told.recurrence_id == SECOND
    assert told.before is not None
    assert told.after is not None
    assert told.before.when == a_span(18, "12:30", 45).within(UTC_ZONE)
    assert told.after.when == a_span(18, "15:00").within(UTC_ZONE)
    assert told.before.rule == ""


def test_one_cancelled_occurrence_and_its_return() -> None:
    without = edited(Scope.THIS, SECOND, None)
    [gone] = changes_between(text(weekly()), without, {ME})
    assert gone.recurrence_id == SECOND
    assert gone.after is None
    assert gone.before is not None
    assert gone.before.when == a_span(18, "12:30", 45).within(UTC_ZONE)
    [back] = changes_between(without, text(weekly()), {ME})
    assert (back.before, back.after) == (None, gone.before)


def test_a_series_that_moves_is_one_change() -> None:
    moved = weekly()
    [told] = between(moved, replace(moved, when=a_span(11, "16:00")))
    assert told.recurrence_id == ""
    assert told.after is not None
    assert told.after.rule == "FREQ=WEEKLY"


def test_of_a_series_no_more_than_a_few_occurrences_are_told() -> None:
    ics = text(weekly())
    for week in range(1, 9):
        start = datetime(2026, 3, 11, 12, 30, tzinfo=BERLIN)
        rid = RecurrenceId((start + week * WEEK).astimezone(UTC).isoformat())
        ics = patch(ics, rid, Patch(title=f"Review {week}"), at=NOW)
    assert len(changes_between(text(weekly()), ics, {ME})) == MOST_OF_A_SERIES


def test_what_cannot_be_read_is_not_told() -> None:
    assert changes_between(text(invited()), "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", {ME}) == ()
