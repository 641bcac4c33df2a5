"""What is told about the times that were not offered."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta

from calendar_core.availability import find_slots
from calendar_core.events import Answer, Occupancy, Occurrence
from calendar_core.people import PersonId, WorkingHours
from calendar_core.reasons import Why
from calendar_core.refusals import Because, Refusal, summary_of_refusals
from calendar_core.slots import Attendee, Wish
from calendar_core.when import DaySpan
from tests.calendar_core.calendar_people import (
    BERLIN,
    TUESDAY,
    an_occurrence,
    at,
    days,
    somebody,
    span,
)

ME = PersonId("me")
WEDNESDAY = date(2026, 3, 11)
WISH = Wish(
    length=timedelta(minutes=45),
    window=days(TUESDAY, 3).within(BERLIN),
    part_of_day=(time(12), time(17)),
    not_before=at("08:00"),
)


def lunch(owner: str) -> Occurrence:
    when = span("12:30", "13:15", WEDNESDAY)
    return an_occurrence(when, "Lunch with Ana", owner=owner, uid="lunch")


def away(owner: str, number: int = 1) -> Occurrence:
    return an_occurrence(
        days(TUESDAY, number), "Surgery", owner=owner, occupancy=Occupancy.OUT_OF_OFFICE
    )


def summary(people: Sequence[Attendee], wish: Wish = WISH, most: int = 3) -> tuple[Refusal, ...]:
    offered = find_slots(wish, people, BERLIN).offered
    return summary_of_refusals(wish, people, BERLIN, asker=ME, offered=offered, most=most)


def test_a_day_somebody_is_away_and_a_lunch_that_two_share_are_told() -> None:
    people = [
        somebody("me", lunch("me")),
        somebody("ana", lunch("ana")),
        somebody("bo", away("bo")),
    ]

    assert summary(people) == (
        Refusal(
            when=days(TUESDAY),
            because=(Because(kind=Why.AWAY, people=(PersonId("bo"),), names=("Bo",)),),
        ),
        Refusal(
            when=span("12:30", "13:15", WEDNESDAY),
            because=(
                Because(
                    kind=Why.BUSY,
                    people=(ME, PersonId("ana")),
                    names=("Me", "Ana"),
                    title="Lunch with Ana",
                    span=span("12:30", "13:15", WEDNESDAY),
                ),
            ),
        ),
    )


def test_meetings_that_the_asker_is_not_in_stay_unnamed() -> None:
    secret = an_occurrence(span("12:00", "13:00"), "Job interview", my_answer=Answer.TENTATIVE)
    review = an_occurrence(span("13:00", "14:00"), "Review", owner="bo")

    told = summary([somebody(), somebody("ana", secret), somebody("bo", review)])

    assert [one.because for one in told] == [
        (
            Because(
                kind=Why.BUSY, people=(PersonId("ana"),), names=("Ana",), title="", tentative=True
            ),
        ),
        (
            Because(
                kind=Why.BUSY,
                people=(PersonId("ana"), PersonId("bo")),
                names=("Ana", "Bo"),
                tentative=True,
            ),
        ),
        (Because(kind=Why.BUSY, people=(PersonId("bo"),), names=("Bo",)),),
    ]


def test_days_in_a_row_with_one_cause_are_told_as_one() -> None:
    told = summary([somebody(), somebody("bo", away("bo", 3))])

    assert [(one.when, one.because[0].kind) for one in told] == [(days(TUESDAY, 3), Why.AWAY)]


def test_a_weekend_of_everybody_is_not_worth_a_word_but_one_persons_day_off_is() -> None:
    wish = replace(WISH, window=days(date(2026, 3, 13), 3).within(BERLIN))
    bo = somebody("bo", hours=WorkingHours(days=(0, 1, 2, 3)))

    told = summary([somebody(), bo], wish)

    assert [(one.when, one.because[0].kind, one.because[0].names) for one in told] == [
        (days(date(2026, 3, 13)), Why.DAY_OFF, ("Bo",))
    ]


def test_a_day_that_is_impossible_only_for_all_together_says_so() -> None:
    morning = somebody("me", span("09:00", "12:30"))
    evening = somebody("bo", span("12:30", "17:00"))
    wish = replace(WISH, part_of_day=None, days=(days(TUESDAY),))

    (told,) = summary([morning, evening], wish)

    assert told.when == days(TUESDAY)
    assert [(one.kind, one.names) for one in told.because] == [(Why.NEVER_TOGETHER, ("Me", "Bo"))]


def test_hours_that_never_meet_say_so() -> None:
    night = somebody("bo", hours=WorkingHours(start=time(18), end=time(2)))
    wish = replace(WISH, part_of_day=None, days=(days(TUESDAY),))

    (told,) = summary([somebody(), night], wish)

    assert [one.kind for one in told.because] == [Why.NO_COMMON_HOURS]


def test_no_more_is_told_than_asked_for_and_days_come_before_hours() -> None:
    busy = [span(f"{hour}:10", f"{hour}:20", WEDNESDAY) for hour in range(12, 16)]
    wish = replace(WISH, length=timedelta(minutes=30))

    told = summary([somebody("me", *busy), somebody("bo", away("bo"))], wish, most=2)

    assert [isinstance(one.when, DaySpan) for one in told] == [True, False]


def test_nothing_is_told_when_the_earliest_time_is_free() -> None:
    wish = replace(WISH, count=1)

    assert summary([somebody("me", lunch("me"))], wish) == ()
