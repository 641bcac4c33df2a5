"""How times, lengths and names are said."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.wording import (
    begins_at,
    say_clock,
    say_count,
    say_day,
    say_hours,
    say_instant,
    say_length,
    say_line,
    say_names,
    say_near_day,
    say_when,
)
from calendar_core.when import DaySpan, TimeSpan, When
from tests.builders import BERLIN, NOW, a_span, days, on


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (a_span(11, "12:30", 45), "Wed 11 March 12:30–13:15"),
        (a_span(11, "12:30", 0), "Wed 11 March 12:30"),
        (a_span(11, "22:00", 120), "Wed 11 March 22:00–00:00"),
        (a_span(11, "23:00", 120), "Wed 11 March 23:00 – Thu 12 March 01:00"),
        (a_span(29, "01:30", 60), "Sun 29 March 01:30–03:30"),
        (days(11), "Wed 11 March, all day"),
        (days(19, 20), "Thu 19 – Fri 20 March"),
        (
            DaySpan(first=date(2026, 3, 30), until=date(2026, 4, 2)),
            "Mon 30 March – Wed 1 April",
        ),
        (DaySpan(first=date(2027, 1, 4), until=date(2027, 1, 5)), "Mon 4 January 2027, all day"),
    ],
)
def test_a_time_is_said_with_its_weekday(when: When, words: str) -> None:
    assert say_when(when, BERLIN, NOW) == words


def test_a_time_is_said_in_the_readers_zone() -> None:
    noon = datetime(2026, 3, 11, 12, tzinfo=UTC)
    assert say_when(TimeSpan(start=noon, end=noon), BERLIN, NOW) == "Wed 11 March 13:00"
    assert begins_at(days(11), BERLIN) == on(11, "00:00")


@pytest.mark.parametrize(
    ("at", "day", "half"),
    [
        (time(0), "00:00", "12 am"),
        (time(9, 30), "09:30", "9:30 am"),
        (time(12), "12:00", "12 pm"),
        (time(23, 5), "23:05", "11:05 pm"),
    ],
)
def test_clocks_have_24_hours_or_12(at: time, day: str, half: str) -> None:
    assert (say_clock(at), say_clock(at, clock_24h=False)) == (day, half)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (on(10, "16:05"), "today at 16:05"),
        (on(11, "09:00"), "tomorrow at 09:00"),
        (on(9, "09:00"), "Mon 9 March at 09:00"),
        (datetime(2026, 3, 10, 23, 30, tzinfo=UTC), "tomorrow at 00:30"),
    ],
)
def test_a_near_day_is_said_by_its_name(at: datetime, words: str) -> None:
    assert say_instant(at, BERLIN, NOW) == words


def test_a_day_names_its_year_when_it_is_another() -> None:
    assert say_day(date(2026, 3, 11), NOW) == "Wed 11 March"
    assert say_day(date(2027, 3, 11), NOW, full=True) == "Thursday 11 March 2027"
    assert say_near_day(date(2026, 3, 12), NOW) == "Thu 12 March"


@pytest.mark.parametrize(
    ("length", "words", "figure"),
    [
        (timedelta(minutes=45), "45 minutes", "45 min"),
        (timedelta(hours=1, minutes=1), "1 hour 1 minute", "1 h"),
        (timedelta(hours=1, minutes=30), "1 hour 30 minutes", "1.5 h"),
        (timedelta(days=2), "2 days", "48 h"),
        (timedelta(seconds=20), "no time", "0 min"),
        (-timedelta(minutes=5), "5 minutes", "-5 min"),
    ],
)
def test_lengths(length: timedelta, words: str, figure: str) -> None:
    assert (say_length(length), say_hours(length)) == (words, figure)


def test_names_and_counts() -> None:
    assert [say_names(["Ana", "Bo", "Kim"][:n]) for n in range(4)] == [
        "",
        "Ana",
        "Ana and Bo",
        "Ana, Bo and Kim",
    ]
    counted = [say_count(1, "event"), say_count(2, "event"), say_count(2, "entry", "entries")]
    assert counted == ["1 event", "2 events", "2 entries"]


def test_foreign_text_is_one_line() -> None:
    assert say_line("  Sync\r\n\t12:00  free\u2028\x0b") == "Sync 12:00 free"
