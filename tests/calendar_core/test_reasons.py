"""Why a span is refused, and whether it is free."""

from datetime import date, time, timedelta

from calendar_core.availability import find_slots
from calendar_core.busy import Claim
from calendar_core.events import Answer, Occupancy
from calendar_core.people import PersonId
from calendar_core.reasons import Reason, Why, is_free, why_not
from calendar_core.slots import Wish
from tests.calendar_core.calendar_people import (
    BERLIN,
    NEW_YORK,
    TUESDAY,
    a_calendar,
    an_occurrence,
    at,
    clocks,
    days,
    somebody,
    span,
)

SATURDAY = date(2026, 3, 14)
WISH = Wish(
    length=timedelta(hours=1),
    window=days(TUESDAY, 5).within(BERLIN),
    avoid=(days(date(2026, 3, 13)),),
    part_of_day=(time(8), time(18)),
    not_before=at("08:00"),
)


def test_every_thing_against_a_span_is_named_with_its_person() -> None:
    lunch = an_occurrence(span("12:30", "13:15"), "Lunch", my_answer=Answer.OPEN)
    away = an_occurrence(days(TUESDAY), "Holiday", owner="bo", occupancy=Occupancy.OUT_OF_OFFICE)
    people = [somebody("me", lunch), somebody("bo", away), somebody("ana", zone=NEW_YORK)]

    reasons = why_not(span("13:00", "14:00"), people, WISH, BERLIN)

    assert reasons == (
        Reason(
            kind=Why.BUSY,
            person=PersonId("me"),
            name="Me",
            claim=Claim.TENTATIVE,
            occurrence=lunch,
            span=span("12:30", "13:15"),
        ),
        Reason(
            kind=Why.AWAY,
            person=PersonId("bo"),
            name="Bo",
            claim=Claim.OUT,
            occurrence=away,
            span=days(TUESDAY).within(BERLIN),
        ),
        Reason(kind=Why.OUTSIDE_HOURS, person=PersonId("ana"), name="Ana"),
    )


def test_the_past_what_was_not_asked_and_what_is_avoided_are_told_apart() -> None:
    def kinds(start: str, end: str, day: date = TUESDAY) -> list[Why]:
        return [one.kind for one in why_not(span(start, end, day), [somebody()], WISH, BERLIN)]

    assert kinds("09:00", "10:00") == []
    assert kinds("07:30", "08:30") == [Why.PAST, Why.NOT_ASKED, Why.OUTSIDE_HOURS]
    assert kinds("10:00", "11:00", date(2026, 3, 13)) == [Why.AVOIDED]
    assert kinds("10:00", "11:00", SATURDAY) == [Why.DAY_OFF]
    assert kinds("10:00", "11:00", date(2026, 3, 16)) == [Why.NOT_ASKED]


def test_a_time_too_close_to_a_meeting_is_refused_for_its_buffer() -> None:
    me = somebody("me", span("10:00", "11:00"), buffer=timedelta(minutes=15))

    (reason,) = why_not(span("11:00", "12:00"), [me], WISH, BERLIN)

    assert (reason.kind, reason.span) == (Why.BUFFER, span("10:00", "11:00"))


def test_unknown_is_not_free() -> None:
    broken = a_calendar("Outlook", unread=True)

    verdict = is_free(span("15:00", "16:00"), [somebody("me", unread=(broken,))], BERLIN)

    assert verdict.free is None
    assert [(one.kind, one.calendars) for one in verdict.reasons] == [(Why.UNREAD, (broken,))]
    assert [one.calendars for one in verdict.incomplete] == [(broken,)]


def test_a_known_conflict_decides_even_when_something_could_not_be_read() -> None:
    me = somebody("me", span("15:30", "16:00"), unread=(a_calendar(unread=True),))

    verdict = is_free(span("15:00", "16:00"), [me], BERLIN)

    assert verdict.free is False
    assert [one.kind for one in verdict.reasons] == [Why.BUSY]


def test_a_taken_span_comes_with_the_nearest_free_slots() -> None:
    me = somebody("me", span("14:00", "16:00"))

    verdict = is_free(span("15:00", "16:00"), [me], BERLIN, at("08:00"))

    assert clocks(verdict.nearest) == [
        "Tue 10 16:00-17:00",
        "Tue 10 13:00-14:00",
        "Tue 10 12:00-13:00",
    ]


def test_the_nearest_of_a_time_outside_working_hours_are_in_the_daytime() -> None:
    me = somebody("me", span("10:00", "12:00", SATURDAY))

    verdict = is_free(span("10:00", "11:00", SATURDAY), [me], BERLIN, at("08:00"))

    assert [one.kind for one in verdict.remarks] == [Why.DAY_OFF]
    assert clocks(verdict.nearest) == [
        "Sat 14 09:00-10:00",
        "Sat 14 08:00-09:00",
        "Sat 14 12:00-13:00",
    ]


def test_a_day_off_the_past_and_optional_people_get_a_remark_and_decide_nothing() -> None:
    bo = somebody("bo", span("10:00", "11:00", SATURDAY), required=False)

    verdict = is_free(
        span("10:00", "11:00", SATURDAY), [somebody(), bo], BERLIN, at("10:30", SATURDAY)
    )

    assert (verdict.free, verdict.reasons, verdict.nearest) == (True, (), ())
    assert [(one.kind, one.name) for one in verdict.remarks] == [
        (Why.PAST, ""),
        (Why.DAY_OFF, "Me"),
        (Why.BUSY, "Bo"),
    ]


def test_a_span_without_length_is_taken_as_half_an_hour() -> None:
    me = somebody("me", span("15:10", "16:00"))

    assert is_free(span("15:00", "15:00"), [me], BERLIN).free is False
    assert is_free(span("14:30", "14:30"), [me], BERLIN).free is True


def test_what_is_offered_is_free() -> None:
    people = [somebody("me", span("09:00", "12:00")), somebody("ana", span("12:30", "14:00"))]

    for slot in find_slots(WISH, people, BERLIN).offered:
        assert is_free(slot.span, people, BERLIN).free is True
