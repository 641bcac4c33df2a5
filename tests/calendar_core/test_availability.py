"""Free time by example; that it is exact is shown in test_availability_properties."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from calendar_core.availability import find_slots, gaps
from calendar_core.events import Occupancy
from calendar_core.people import WorkingHours
from calendar_core.slots import Prefer, Unread, Wish
from calendar_core.when import TimeSpan
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

HOUR = timedelta(hours=1)
WEEK = days(TUESDAY, 4).within(BERLIN)
WISH = Wish(length=HOUR, window=WEEK, not_before=at("08:00"))


def test_three_slots_that_do_not_overlap_are_offered_earliest_first() -> None:
    found = find_slots(WISH, [somebody("me", span("09:30", "10:30"))], BERLIN)

    assert clocks(found.offered) == [
        "Tue 10 10:30-11:30",
        "Tue 10 11:30-12:30",
        "Tue 10 12:30-13:30",
    ]


def test_without_a_count_every_slot_on_the_grid_is_offered() -> None:
    wish = replace(WISH, window=span("09:00", "11:00"), count=None)

    found = find_slots(wish, [somebody()], BERLIN)

    assert clocks(found.offered) == [
        "Tue 10 09:00-10:00",
        "Tue 10 09:30-10:30",
        "Tue 10 10:00-11:00",
    ]


def test_short_meetings_may_start_at_a_quarter() -> None:
    wish = replace(WISH, length=timedelta(minutes=15))

    found = find_slots(wish, [somebody()], BERLIN)

    assert clocks(found.offered) == [
        "Tue 10 09:00-09:15",
        "Tue 10 09:15-09:30",
        "Tue 10 09:30-09:45",
    ]


def test_slots_lie_in_the_working_hours_of_each_persons_own_zone() -> None:
    found = find_slots(
        replace(WISH, count=None, window=days(TUESDAY).within(BERLIN)),
        [somebody(), somebody("ana", zone=NEW_YORK)],
        BERLIN,
    )

    # New York has changed its clocks on 8 March, Berlin has not: five hours between them.
    assert clocks(found.offered)[0] == "Tue 10 14:00-15:00"
    assert clocks(found.offered)[-1] == "Tue 10 16:00-17:00"


def test_hours_past_midnight_belong_to_the_day_on_which_they_begin() -> None:
    night = WorkingHours(start=time(22), end=time(2), days=(1,))
    wish = replace(WISH, count=None, length=2 * HOUR)

    found = find_slots(wish, [somebody(hours=night)], BERLIN)

    assert clocks(found.offered) == [
        "Tue 10 22:00-00:00",
        "Tue 10 22:30-00:30",
        "Tue 10 23:00-01:00",
        "Tue 10 23:30-01:30",
        "Wed 11 00:00-02:00",
    ]


def test_parts_of_the_day_days_and_what_to_avoid_are_kept() -> None:
    wish = replace(
        WISH,
        length=timedelta(minutes=45),
        part_of_day=(time(12), time(17)),
        days=(days(date(2026, 3, 11)), days(date(2026, 3, 12)), days(date(2026, 3, 13))),
        avoid=(days(date(2026, 3, 13)), span("12:00", "16:00", date(2026, 3, 11))),
    )

    found = find_slots(wish, [somebody()], BERLIN)

    assert clocks(found.offered) == [
        "Wed 11 16:00-16:45",
        "Thu 12 12:00-12:45",
        "Thu 12 13:00-13:45",
    ]


def test_a_buffer_keeps_meetings_apart_but_not_from_days() -> None:
    birthday = an_occurrence(days(TUESDAY), occupancy=Occupancy.BUSY)
    me = somebody("me", span("10:00", "11:00", date(2026, 3, 11)), birthday, buffer=HOUR)

    found = find_slots(WISH, [me], BERLIN)

    assert clocks(found.offered)[0] == "Wed 11 12:00-13:00"
    early = WorkingHours(start=time(0), end=time(8))
    assert clocks(find_slots(WISH, [replace(me, hours=early)], BERLIN).offered)[0] == (
        "Wed 11 00:00-01:00"
    )


def test_nothing_is_offered_before_now() -> None:
    found = find_slots(replace(WISH, not_before=at("16:05")), [somebody()], BERLIN)

    assert clocks(found.offered)[0] == "Wed 11 09:00-10:00"


def test_a_window_that_is_past_gives_nothing_and_says_so() -> None:
    found = find_slots(replace(WISH, not_before=WEEK.end), [somebody()], BERLIN)

    assert (found.offered, found.searched) == ((), None)


def test_a_preferred_part_of_the_day_comes_first() -> None:
    found = find_slots(replace(WISH, prefer=Prefer.AFTERNOON), [somebody()], BERLIN)

    assert clocks(found.offered) == [
        "Tue 10 12:00-13:00",
        "Tue 10 13:00-14:00",
        "Tue 10 14:00-15:00",
    ]


def test_spread_offers_one_slot_a_day_first() -> None:
    wish = replace(WISH, prefer=Prefer.SPREAD, window=days(TUESDAY, 2).within(BERLIN))

    found = find_slots(wish, [somebody()], BERLIN)

    assert clocks(found.offered) == [
        "Tue 10 09:00-10:00",
        "Wed 11 09:00-10:00",
        "Tue 10 10:00-11:00",
    ]


def test_an_optional_persons_conflict_costs_rank_and_is_told() -> None:
    bo = somebody("bo", span("09:00", "11:00"), required=False)

    found = find_slots(replace(WISH, window=span("09:00", "12:00")), [somebody(), bo], BERLIN)

    assert clocks(found.offered) == [
        "Tue 10 11:00-12:00",
        "Tue 10 09:00-10:00",
        "Tue 10 10:00-11:00",
    ]
    assert [slot.missing for slot in found.offered] == [(), ("bo",), ("bo",)]


def test_an_unread_calendar_makes_the_answer_incomplete_and_is_named() -> None:
    broken = a_calendar("Outlook", unread=True)

    found = find_slots(WISH, [somebody("ana", unread=(broken,))], BERLIN)

    assert found.incomplete == (
        Unread(person=somebody("ana").person, name="Ana", calendars=(broken,)),
    )


def test_the_hour_that_comes_twice_is_offered_twice_and_the_skipped_one_never() -> None:
    always = WorkingHours(start=time(0), end=time(0), days=tuple(range(7)))
    autumn, spring = date(2026, 10, 25), date(2026, 3, 29)

    def starts(day: date) -> list[str]:
        window = TimeSpan(start=at("01:00", day), end=at("04:00", day))
        wish = Wish(length=HOUR, window=window, step=HOUR, count=None)
        found = find_slots(wish, [somebody(hours=always)], BERLIN)
        return [f"{slot.span.start:%H:%M %z}" for slot in found.offered]

    assert starts(autumn) == ["01:00 +0200", "02:00 +0200", "02:00 +0100", "03:00 +0100"]
    assert starts(spring) == ["01:00 +0100", "03:00 +0200"]


def test_a_slot_over_the_turned_back_clock_keeps_its_length() -> None:
    always = WorkingHours(start=time(0), end=time(0), days=tuple(range(7)))
    window = days(date(2026, 10, 25)).within(BERLIN)
    wish = Wish(length=timedelta(minutes=30), window=window, count=None)

    found = find_slots(wish, [somebody(hours=always)], BERLIN)

    assert len(found.offered) == 50
    assert {slot.span.length for slot in found.offered} == {timedelta(minutes=30)}


def test_a_wish_without_length_is_refused() -> None:
    with pytest.raises(ValueError, match="length"):
        Wish(length=timedelta(), window=WEEK)


def test_the_gaps_of_a_day_are_told_within_working_hours_and_from_now_on() -> None:
    me = somebody("me", span("09:30", "10:00"), span("12:30", "13:15"), span("16:45", "16:50"))

    found = gaps(me.busy, me.hours, BERLIN, TUESDAY)
    later = gaps(me.busy, me.hours, BERLIN, TUESDAY, now=at("10:07"))

    assert clocks(found) == [
        "Tue 10 09:00-09:30",
        "Tue 10 10:00-12:30",
        "Tue 10 13:15-16:45",
    ]
    assert clocks(later) == ["Tue 10 10:15-12:30", "Tue 10 13:15-16:45"]


def test_a_day_off_and_a_day_that_is_over_have_no_gaps() -> None:
    hours = WorkingHours()

    assert gaps((), hours, BERLIN, date(2026, 3, 14)) == ()
    assert gaps((), hours, BERLIN, TUESDAY, now=at("16:45")) == ()
    assert gaps((), hours, BERLIN, TUESDAY, now=at("09:00", date(2026, 3, 20))) == ()
