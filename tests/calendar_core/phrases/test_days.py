"""Days and longer: which dates words name, seen from Wednesday 11 March 2026."""

import pytest

from calendar_core.phrases import Grain, Kind
from tests.calendar_core.phrases.telling import line, said, understood


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("today", "Wed 2026-03-11"),
        ("tomorrow", "Thu 2026-03-12"),
        ("tomorow", "Thu 2026-03-12"),
        ("the day after tomorrow", "Fri 2026-03-13"),
        ("yesterday", "Tue 2026-03-10"),
        ("saturday", "Sat 2026-03-14"),
        ("wensday", "Wed 2026-03-18"),
        ("this friday", "Fri 2026-03-13"),
        ("last monday", "Mon 2026-03-09"),
        ("monday of next week", "Mon 2026-03-16"),
        ("a week from thursday", "Thu 2026-03-19"),
        ("two mondays from now", "Mon 2026-03-23"),
        ("the 10th", "Fri 2026-04-10"),
        ("the 30th", "Mon 2026-03-30"),
        ("the twenty-first of june", "Sun 2026-06-21"),
        ("june third", "Wed 2026-06-03"),
        ("3 june", "Wed 2026-06-03"),
        ("June 3rd, 2027", "Thu 2027-06-03"),
        ("january 5", "Tue 2027-01-05"),
        ("4/9", "Thu 2026-04-09"),
        ("2026-05-01", "Fri 2026-05-01"),
        ("1.5.2026", "Mon 2026-01-05"),
        ("31/12/2026", "Thu 2026-12-31"),
        ("friday the 13th", "Fri 2026-03-13"),
        ("thursday, april 2", "Thu 2026-04-02"),
        ("in 3 days", "Sat 2026-03-14"),
        ("in a fortnight", "Wed 2026-03-25"),
        ("2 weeks ago", "Wed 2026-02-25"),
        ("3 days after easter", "Wed 2026-04-08"),
        ("in 3 business days", "Mon 2026-03-16"),
        ("the first monday of june", "Mon 2026-06-01"),
        ("last friday of may", "Fri 2026-05-29"),
        ("the last day of the month", "Tue 2026-03-31"),
        ("the 3rd of next month", "Fri 2026-04-03"),
        ("tomorrow week", "Thu 2026-03-19"),
        ("a week thursday", "Thu 2026-03-19"),
        ("next working day", "Thu 2026-03-12"),
        ("the eve of 1 may", "Thu 2026-04-30"),
        ("first tuesday after easter", "Tue 2026-04-07"),
        ("last monday before may 1", "Mon 2026-04-27"),
        ("the last working day of may", "Fri 2026-05-29"),
        ("2nd weekday of april", "Thu 2026-04-02"),
    ],
)
def test_a_day_is_found_by_its_words(words: str, day: str) -> None:
    told = understood(words)
    assert (told.kind, line(told)) == (Kind.DAY, day)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("easter", "Sun 2026-04-05"),
        ("good friday", "Fri 2026-04-03"),
        ("christmas eve", "Thu 2026-12-24"),
        ("New Year's Eve", "Thu 2026-12-31"),
        ("thanksgiving 2027", "Thu 2027-11-25"),
        ("mother's day", "Sun 2026-05-10"),
        ("labor day", "Mon 2026-09-07"),
        ("mlk day", "Mon 2027-01-18"),
        ("halloween", "Sat 2026-10-31"),
        ("valentines day", "Sun 2027-02-14"),
        ("memorial day", "Mon 2026-05-25"),
    ],
)
def test_a_holiday_is_its_next_date(words: str, day: str) -> None:
    assert said(words) == day


@pytest.mark.parametrize(
    ("words", "days", "grain"),
    [
        ("this week", "Mon 2026-03-09 > Mon 2026-03-16", Grain.WEEK),
        ("next week", "Mon 2026-03-16 > Mon 2026-03-23", Grain.WEEK),
        ("this weekend", "Sat 2026-03-14 > Mon 2026-03-16", Grain.WEEKEND),
        ("next month", "Wed 2026-04-01 > Fri 2026-05-01", Grain.MONTH),
        ("june", "Mon 2026-06-01 > Wed 2026-07-01", Grain.MONTH),
        ("Q3", "Wed 2026-07-01 > Thu 2026-10-01", Grain.QUARTER),
        ("last 3 months", "Mon 2025-12-01 > Sun 2026-03-01", Grain.MONTH),
        ("2027", "Fri 2027-01-01 > Sat 2028-01-01", Grain.YEAR),
        ("next 2 days", "Thu 2026-03-12 > Sat 2026-03-14", Grain.DAY),
        ("end of may", "Thu 2026-05-21 > Mon 2026-06-01", Grain.DAY),
        ("early next week", "Mon 2026-03-16 > Thu 2026-03-19", Grain.DAY),
        ("the week of 4 may", "Mon 2026-05-04 > Mon 2026-05-11", Grain.WEEK),
        ("the week after next", "Mon 2026-03-23 > Mon 2026-03-30", Grain.WEEK),
        ("summer", "Sun 2026-06-21 > Mon 2026-09-21", Grain.QUARTER),
        ("the nineties", "Mon 1990-01-01 > Sat 2000-01-01", Grain.YEAR),
        ("upcoming weekend", "Sat 2026-03-14 > Mon 2026-03-16", Grain.WEEKEND),
        ("the week after easter", "Mon 2026-04-06 > Mon 2026-04-13", Grain.WEEK),
        ("the weekend before 1 may", "Sat 2026-04-25 > Mon 2026-04-27", Grain.WEEKEND),
        ("the whole month", "Sun 2026-03-01 > Wed 2026-04-01", Grain.MONTH),
        ("week 12", "Mon 2026-03-16 > Mon 2026-03-23", Grain.WEEK),
    ],
)
def test_longer_stretches_are_days_with_their_grain(words: str, days: str, grain: Grain) -> None:
    told = understood(words)
    assert (told.kind, line(told), told.grain) == (Kind.DAYS, days, grain)


def test_next_friday_is_that_of_next_week_and_the_nearest_is_offered() -> None:
    told = understood("next friday")
    assert line(told) == "Fri 2026-03-20"
    assert [line(other) for other in told.alternatives] == ["Fri 2026-03-13"]


def test_a_slashed_date_that_could_be_turned_offers_the_other_way() -> None:
    told = understood("4/5")
    assert line(told) == "Sun 2026-04-05"
    assert [line(other) for other in told.alternatives] == ["Mon 2026-05-04"]


def test_a_past_date_without_a_year_rolls_forward_and_one_with_a_year_stays() -> None:
    assert said("february 3") == "Wed 2027-02-03"
    assert said("february 3 2026") == "Tue 2026-02-03"


def test_a_part_of_the_day_over_several_days_is_kept_as_their_hours() -> None:
    told = understood("next week in the afternoon")
    assert told.kind is Kind.DAYS
    assert told.hours is not None
    assert [at.hour for at in told.hours] == [12, 17]
