"""Figures of somebody's days."""

from datetime import date, timedelta

from calendar_core.events import Answer, Occupancy, Occurrence
from calendar_core.insights import DayLoad, Insights, Load, Met, analyse
from calendar_core.people import WorkingHours
from tests.calendar_core.calendar_people import (
    BERLIN,
    TUESDAY,
    a_calendar,
    an_occurrence,
    clocks,
    days,
    span,
)

MONDAY = date(2026, 3, 9)
WEDNESDAY = date(2026, 3, 11)
WEEK = days(MONDAY, 7)
HOUR = timedelta(hours=1)

STANDUP = an_occurrence(span("09:00", "09:30"), "Standup", guests=("Ana", "Bo"), is_series=True)
REVIEW = an_occurrence(span("09:30", "11:00"), "Review", guests=("Ana",), organizer="Ana")
GYM = an_occurrence(span("18:00", "19:00", MONDAY), "Gym")


def figures(
    *has: Occurrence, before: tuple[Occurrence, ...] | None = None, today: date = TUESDAY
) -> Insights:
    return analyse(has, WorkingHours(), BERLIN, WEEK, today, before=before)


def test_a_week_is_told_in_figures() -> None:
    told = figures(STANDUP, REVIEW, GYM)

    assert told.events == Load(number=3, time=3 * HOUR)
    assert told.meetings == Load(number=2, time=2 * HOUR)
    assert told.ahead == Load(number=2, time=2 * HOUR)
    assert told.longest == REVIEW
    assert told.busiest == DayLoad(day=TUESDAY, number=2, time=2 * HOUR)
    assert told.by_weekday == (HOUR, 2 * HOUR, *[timedelta()] * 5)
    assert (told.working, told.taken, told.outside_hours) == (40 * HOUR, 2 * HOUR, HOUR)
    assert told.share == 0.05
    assert (told.back_to_back, told.clashes) == (1, ())
    assert told.most_met == (
        Met(name="Ana", number=2, time=2 * HOUR),
        Met(name="Bo", number=1, time=HOUR / 2),
    )
    assert (told.recurring, told.recurring_share) == (Load(number=1, time=HOUR / 2), 1 / 6)


def test_time_that_two_events_share_counts_once_and_they_clash() -> None:
    other = an_occurrence(span("10:00", "11:30"), "Call")

    told = figures(REVIEW, other)

    assert told.events == Load(number=2, time=2 * HOUR)
    assert told.clashes == ((REVIEW, other),)


def test_what_is_not_busy_does_not_count() -> None:
    when = span("14:00", "15:00")
    told = figures(
        an_occurrence(when, my_answer=Answer.DECLINED),
        an_occurrence(when, occupancy=Occupancy.FREE),
        an_occurrence(days(TUESDAY), "Birthday", occupancy=Occupancy.FREE),
    )

    assert told.events == Load(number=0, time=timedelta())
    assert (told.longest, told.busiest, told.recurring_share) == (None, None, None)


def test_tentative_events_count_and_are_counted() -> None:
    told = figures(an_occurrence(span("14:00", "15:00"), my_answer=Answer.OPEN))

    assert told.events == told.tentative == Load(number=1, time=HOUR)


def test_focus_time_is_what_is_left_in_stretches_of_two_hours() -> None:
    told = figures(
        *(an_occurrence(span("11:00", "12:00", day)) for day in (MONDAY, TUESDAY)),
        an_occurrence(span("13:30", "14:00")),
        an_occurrence(days(WEDNESDAY, 3), "Holiday", occupancy=Occupancy.OUT_OF_OFFICE),
    )

    assert clocks(told.focus) == [
        "Mon 09 09:00-11:00",
        "Mon 09 12:00-17:00",
        "Tue 10 09:00-11:00",
        "Tue 10 14:00-17:00",
    ]
    assert told.focus_time == 12 * HOUR
    assert told.working == 16 * HOUR


def test_an_event_over_the_edge_counts_with_what_lies_inside() -> None:
    from_sunday = span("23:00", "23:30", MONDAY - timedelta(days=1))
    over = an_occurrence(
        type(from_sunday)(start=from_sunday.start, end=span("01:00", "02:00", MONDAY).start)
    )

    assert figures(over).events == Load(number=1, time=HOUR)


def test_a_week_is_compared_with_the_one_before() -> None:
    last_week = an_occurrence(span("10:00", "14:00", TUESDAY - timedelta(days=7)))

    told = figures(REVIEW, before=(last_week,))

    assert told.before == Load(number=1, time=4 * HOUR)
    assert told.change == -2.5 * HOUR
    assert figures(REVIEW).change is None


def test_nobody_meets_themselves() -> None:
    own = an_occurrence(span("10:00", "11:00"), guests=("Bo",), organizer="me@example.org")

    told = analyse([own], WorkingHours(), BERLIN, WEEK, TUESDAY, me=("me@example.org",))

    assert [one.name for one in told.most_met] == ["Bo"]


def test_calendars_that_do_not_count_as_busy_are_left_out() -> None:
    films = an_occurrence(span("10:00", "11:00"), calendar="films")

    told = analyse(
        [films],
        WorkingHours(),
        BERLIN,
        WEEK,
        TUESDAY,
        calendars=[a_calendar("films", counts=False)],
    )

    assert told.events.number == 0


def test_a_week_without_working_hours_has_no_share() -> None:
    told = analyse([GYM], WorkingHours(days=()), BERLIN, WEEK, TUESDAY)

    assert (told.share, told.focus, told.outside_hours) == (None, (), HOUR)
