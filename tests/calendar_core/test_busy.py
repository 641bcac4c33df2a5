"""The busy rule, line by line."""

import pytest

from calendar_core.busy import BusySpan, Claim, busy_spans, occupies, out_on, unread
from calendar_core.events import Answer, Occupancy, Occurrence, Status
from calendar_core.when import TimeSpan
from tests.calendar_core.calendar_people import (
    BERLIN,
    NEW_YORK,
    TUESDAY,
    a_calendar,
    an_occurrence,
    at,
    days,
    span,
)

HOUR = span("10:00", "11:00")
ALL_DAY = days(TUESDAY)


@pytest.mark.parametrize(
    ("occurrence", "claim"),
    [
        (an_occurrence(HOUR), Claim.BUSY),
        (an_occurrence(HOUR, my_answer=Answer.ACCEPTED), Claim.BUSY),
        (an_occurrence(HOUR, my_answer=Answer.DECLINED), Claim.FREE),
        (an_occurrence(HOUR, my_answer=Answer.TENTATIVE), Claim.TENTATIVE),
        (an_occurrence(HOUR, my_answer=Answer.OPEN), Claim.TENTATIVE),
        (an_occurrence(HOUR, status=Status.TENTATIVE), Claim.TENTATIVE),
        (an_occurrence(HOUR, status=Status.CANCELLED), Claim.FREE),
        (an_occurrence(HOUR, occupancy=Occupancy.FREE), Claim.FREE),
        (an_occurrence(HOUR, occupancy=Occupancy.ELSEWHERE), Claim.FREE),
        (an_occurrence(HOUR, occupancy=Occupancy.OUT_OF_OFFICE), Claim.OUT),
        (an_occurrence(span("10:00", "10:00")), Claim.FREE),
        (an_occurrence(ALL_DAY, occupancy=Occupancy.OUT_OF_OFFICE), Claim.OUT),
        (an_occurrence(ALL_DAY, occupancy=Occupancy.FREE), Claim.FREE),
        (an_occurrence(ALL_DAY, occupancy=Occupancy.BUSY), Claim.BUSY),
        (an_occurrence(ALL_DAY, occupancy=Occupancy.ELSEWHERE), Claim.FREE),
        (
            an_occurrence(HOUR, occupancy=Occupancy.OUT_OF_OFFICE, my_answer=Answer.DECLINED),
            Claim.FREE,
        ),
        (
            an_occurrence(HOUR, occupancy=Occupancy.FREE, my_answer=Answer.OPEN),
            Claim.FREE,
        ),
    ],
)
def test_each_occurrence_makes_the_claim_of_the_rule(occurrence: Occurrence, claim: Claim) -> None:
    assert occupies(occurrence) is claim


def test_calendars_that_do_not_count_are_ignored_and_unknown_ones_count() -> None:
    private = an_occurrence(HOUR, "Gym", calendar="private")
    ignored = an_occurrence(HOUR, "Film", calendar="films")
    unknown = an_occurrence(span("08:00", "09:00"), "Call", calendar="new")
    calendars = (a_calendar("private"), a_calendar("films", counts=False))

    taken = busy_spans([private, ignored, unknown], calendars, BERLIN)

    assert taken == (
        BusySpan(span=span("08:00", "09:00"), claim=Claim.BUSY, occurrence=unknown),
        BusySpan(span=HOUR, claim=Claim.BUSY, occurrence=private),
    )


def test_all_day_events_take_the_days_of_their_owners_zone() -> None:
    away = an_occurrence(ALL_DAY, occupancy=Occupancy.OUT_OF_OFFICE)

    (taken,) = busy_spans([away], (), NEW_YORK)

    assert taken.span == TimeSpan(
        start=at("00:00", zone=NEW_YORK), end=at("00:00", days(TUESDAY).until, NEW_YORK)
    )


def test_only_unread_calendars_that_count_make_availability_incomplete() -> None:
    broken = a_calendar("work", unread=True)

    assert unread([broken, a_calendar("b"), a_calendar("c", counts=False, unread=True)]) == (
        broken,
    )


def test_who_is_out_on_a_day_is_who_has_an_absence_then() -> None:
    away = an_occurrence(days(TUESDAY, 2), "Holiday", occupancy=Occupancy.OUT_OF_OFFICE)
    taken = busy_spans([away, an_occurrence(HOUR)], (), BERLIN)

    assert [one.occurrence for one in out_on(TUESDAY, taken, BERLIN)] == [away]
    assert out_on(days(TUESDAY, 2).until, taken, BERLIN) == ()
