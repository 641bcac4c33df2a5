"""Times of day, spans and lengths, seen from Wednesday 11 March 2026 at 09:30."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from calendar_core.phrases import Kind, length_of
from tests.calendar_core.phrases.telling import BERLIN, line, said, understood


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("3pm", "Wed 2026-03-11 15:00"),
        ("3p", "Wed 2026-03-11 15:00"),
        ("eight pm", "Wed 2026-03-11 20:00"),
        ("5:45 p.m.", "Wed 2026-03-11 17:45"),
        ("half past two", "Wed 2026-03-11 14:30"),
        ("quarter to five", "Wed 2026-03-11 16:45"),
        ("twenty past 6 pm", "Wed 2026-03-11 18:20"),
        ("five thirty", "Wed 2026-03-11 17:30"),
        ("0907", "Thu 2026-03-12 09:07"),
        ("1530", "Wed 2026-03-11 15:30"),
        ("14h", "Wed 2026-03-11 14:00"),
        ("14h20", "Wed 2026-03-11 14:20"),
        ("noon", "Wed 2026-03-11 12:00"),
        ("midnight", "Thu 2026-03-12 00:00"),
        ("7 o'clock in the morning", "Thu 2026-03-12 07:00"),
        ("tomorrow at 3", "Thu 2026-03-12 15:00"),
        ("ten past midnight", "Thu 2026-03-12 00:10"),
        ("quarter to midnight", "Wed 2026-03-11 23:45"),
        ("1100h", "Wed 2026-03-11 11:00"),
        ("fiveish", "Wed 2026-03-11 17:00"),
        ("this time tomorrow", "Thu 2026-03-12 09:30"),
        ("at this time on friday", "Fri 2026-03-13 09:30"),
        ("this time next week", "Wed 2026-03-18 09:30"),
        ("2026-05-03T15:00+02:00", "Sun 2026-05-03 15:00"),
        ("2026-05-03T15:00:00-04:00", "Sun 2026-05-03 21:00"),
        ("4 minutes until half past ten", "Wed 2026-03-11 10:26"),
        ("tonight at 8", "Wed 2026-03-11 20:00"),
        ("tonight at 1am", "Thu 2026-03-12 01:00"),
        ("friday morning at 11", "Fri 2026-03-13 11:00"),
        ("8.30pm on 2 may", "Sat 2026-05-02 20:30"),
        ("12:30 PM ON SUN", "Sun 2026-03-15 12:30"),
        ("june 3 five thirty pm", "Wed 2026-06-03 17:30"),
        ("in 20 minutes", "Wed 2026-03-11 09:50"),
        ("in half an hour", "Wed 2026-03-11 10:00"),
        ("2 hours ago", "Wed 2026-03-11 07:30"),
        ("now", "Wed 2026-03-11 09:30"),
        ("EOD", "Wed 2026-03-11 17:00"),
        ("close of business on friday", "Fri 2026-03-13 17:00"),
        ("2026-05-01T08:15:30", "Fri 2026-05-01 08:15:30"),
        ("wednesday at 5pm", "Wed 2026-03-11 17:00"),
    ],
)
def test_a_moment_is_found_by_its_words(words: str, moment: str) -> None:
    told = understood(words)
    assert (told.kind, line(told)) == (Kind.INSTANT, moment)


@pytest.mark.parametrize(
    ("words", "span"),
    [
        ("next tuesday 2-3:30", "Tue 2026-03-17 14:00 > 15:30"),
        ("9 till noon tomorrow", "Thu 2026-03-12 09:00 > 12:00"),
        ("from 11 to 3pm", "Wed 2026-03-11 11:00 > 15:00"),
        ("between 2 and 4 on friday", "Fri 2026-03-13 14:00 > 16:00"),
        ("8 to 5 tomorrow", "Thu 2026-03-12 08:00 > 17:00"),
        ("10pm to 2am", "Wed 2026-03-11 22:00 > Thu 2026-03-12 02:00"),
        ("at 3 for 45 minutes", "Wed 2026-03-11 15:00 > 15:45"),
        ("for 2 hours from 2pm", "Wed 2026-03-11 14:00 > 16:00"),
        ("tomorrow afternoon", "Thu 2026-03-12 12:00 > 17:00"),
        ("this evening", "Wed 2026-03-11 17:00 > 21:00"),
        ("early monday morning", "Mon 2026-03-16 08:00 > 10:00"),
        ("friday night", "Fri 2026-03-13 20:00 > Sat 2026-03-14 00:00"),
        ("tonight", "Wed 2026-03-11 18:00 > Thu 2026-03-12 00:00"),
        ("late tonight", "Wed 2026-03-11 21:00 > Thu 2026-03-12 00:00"),
        ("late friday night", "Fri 2026-03-13 22:00 > Sat 2026-03-14 00:00"),
        ("late afternoon on friday", "Fri 2026-03-13 15:00 > 17:00"),
        ("friday after lunch", "Fri 2026-03-13 13:00 > 17:00"),
        ("early on friday", "Fri 2026-03-13 08:00 > 10:00"),
        ("early tomorrow", "Thu 2026-03-12 08:00 > 10:00"),
        ("late tomorrow", "Thu 2026-03-12 16:00 > 21:00"),
        ("thursday at lunchtime", "Thu 2026-03-12 12:00 > 14:00"),
        ("from friday 3pm to sunday 5pm", "Fri 2026-03-13 15:00 > Sun 2026-03-15 17:00"),
        ("next 3 hours", "Wed 2026-03-11 09:30 > 12:30"),
        ("before noon", "open > Wed 2026-03-11 12:00"),
        ("until 5", "open > Wed 2026-03-11 17:00"),
        ("after 6pm", "Wed 2026-03-11 18:00 > open"),
        ("friday after 2pm", "Fri 2026-03-13 14:00 > Sat 2026-03-14 00:00"),
        ("friday before 10", "Fri 2026-03-13 00:00 > 10:00"),
        ("since 9am", "Wed 2026-03-11 09:00 > open"),
        ("8.30-9.15", "Thu 2026-03-12 08:30 > 09:15"),
        ("all afternoon tomorrow", "Thu 2026-03-12 12:00 > 17:00"),
        ("10-12 friday", "Fri 2026-03-13 10:00 > 12:00"),
        ("until friday noon", "open > Fri 2026-03-13 12:00"),
        ("any time after 3pm", "Wed 2026-03-11 15:00 > open"),
        ("in less than 20 minutes", "Wed 2026-03-11 09:30 > 09:50"),
    ],
)
def test_a_span_is_found_by_its_words(words: str, span: str) -> None:
    told = understood(words)
    assert (told.kind, line(told)) == (Kind.SPAN, span)


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("july 13 to 15", "Mon 2026-07-13 > Thu 2026-07-16"),
        ("13-15 july", "Mon 2026-07-13 > Thu 2026-07-16"),
        ("from the 13th to the 15th of july", "Mon 2026-07-13 > Thu 2026-07-16"),
        ("next week from wednesday to friday", "Wed 2026-03-18 > Sat 2026-03-21"),
        ("dec 28 to jan 3", "Mon 2026-12-28 > Mon 2027-01-04"),
        ("18 december for 10 days", "Fri 2026-12-18 > Mon 2026-12-28"),
        ("by friday", "open > Sat 2026-03-14"),
        ("before friday", "open > Fri 2026-03-13"),
        ("starting tomorrow", "Thu 2026-03-12 > open"),
        ("within 2 weeks", "Wed 2026-03-11 > Wed 2026-03-25"),
        ("since monday", "Mon 2026-03-09 > open"),
        ("not before friday", "Fri 2026-03-13 > open"),
        ("no later than friday", "open > Sat 2026-03-14"),
        ("friday or later", "Fri 2026-03-13 > open"),
        ("from june onwards", "Mon 2026-06-01 > open"),
        ("as of monday", "Mon 2026-03-16 > open"),
        ("less than 2 days after easter", "Sun 2026-04-05 > Tue 2026-04-07"),
        ("more than a month ago", "open > Wed 2026-02-11"),
        ("11-28 to 12-3", "Sat 2026-11-28 > Fri 2026-12-04"),
    ],
)
def test_ranges_of_days_include_their_last_day(words: str, days: str) -> None:
    told = understood(words)
    assert (told.kind, line(told)) == (Kind.DAYS, days)


@pytest.mark.parametrize(
    ("words", "length"),
    [
        ("45 minutes", "PT45M"),
        ("an hour and a half", "PT1H30M"),
        ("1h30", "PT1H30M"),
        ("1 hour fifteen", "PT1H15M"),
        ("2.5 hours", "PT2H30M"),
        ("half an hour", "PT30M"),
        ("three quarters of an hour", "PT45M"),
        ("two weeks", "P2W"),
        ("a month", "P1M"),
        ("90 min", "PT1H30M"),
        ("a couple of days", "P2D"),
        ("a year and a half", "P1Y6M"),
        ("10d", "P10D"),
        ("an hour or so", "PT1H"),
        ("at least 20 minutes", "PT20M"),
    ],
)
def test_a_length_keeps_its_words(words: str, length: str) -> None:
    assert said(words) == length


def test_length_of_reads_plain_lengths_only() -> None:
    assert length_of("45 min") == timedelta(minutes=45)
    assert length_of("for an hour") == timedelta(hours=1)
    assert length_of("tomorrow") is None
    assert length_of("45 min tomorrow") is None


def test_a_time_without_am_or_pm_is_in_waking_hours_and_offers_the_other_half() -> None:
    told = understood("tomorrow at 4")
    assert told.ampm_guessed
    assert line(told) == "Thu 2026-03-12 16:00"
    assert [line(other) for other in told.alternatives] == ["Thu 2026-03-12 04:00"]


@pytest.mark.parametrize(("hour", "guess"), [(1, 13), (7, 19), (8, 8), (11, 11), (12, 12)])
def test_one_table_says_which_half_of_the_day(hour: int, guess: int) -> None:
    start = understood(f"tomorrow at {hour}").start
    assert isinstance(start, datetime)
    assert start.hour == guess


def test_a_time_alone_is_its_next_occurrence() -> None:
    assert said("9am") == "Thu 2026-03-12 09:00"
    assert said("10am") == "Wed 2026-03-11 10:00"


def test_a_time_in_another_zone_is_told_in_the_asked_one() -> None:
    told = understood("tomorrow at 9am EST", zone=BERLIN)
    assert line(told) == "Thu 2026-03-12 14:00"
    assert isinstance(told.start, datetime)
    assert told.start.tzinfo == ZoneInfo("Europe/Berlin")
