"""Further words for days, stretches, zones and series, seen from Wed 11 March 2026 at 09:30."""

import pytest

from calendar_core.phrases import Grain, Kind
from tests.calendar_core.phrases.telling import line, refused, said, understood


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("2026-W05", "Mon 2026-01-26 > Mon 2026-02-02"),
        ("w32", "Mon 2026-08-03 > Mon 2026-08-10"),
        ("2026-q3", "Wed 2026-07-01 > Thu 2026-10-01"),
        ("26q3", "Wed 2026-07-01 > Thu 2026-10-01"),
        ("start of q3", "Wed 2026-07-01 > Sat 2026-08-01"),
        ("first two weeks of june", "Mon 2026-06-01 > Mon 2026-06-15"),
        ("the last 3 days of the month", "Sun 2026-03-29 > Wed 2026-04-01"),
        ("first six months of 2027", "Fri 2027-01-01 > Thu 2027-07-01"),
        ("first few days of may", "Fri 2026-05-01 > Mon 2026-05-04"),
        ("the nineteen seventies", "Thu 1970-01-01 > Tue 1980-01-01"),
        ("the '90s", "Mon 1990-01-01 > Sat 2000-01-01"),
        ("early 1990s", "Mon 1990-01-01 > Fri 1993-01-01"),
        ("the 21st century", "Sat 2000-01-01 > Fri 2100-01-01"),
        ("last century", "Mon 1900-01-01 > Sat 2000-01-01"),
        ("ytd", "Thu 2026-01-01 > Thu 2026-03-12"),
        ("so far this month", "Sun 2026-03-01 > Thu 2026-03-12"),
        ("this work week", "Mon 2026-03-09 > Sat 2026-03-14"),
        ("mid-month", "Wed 2026-03-11 > Sat 2026-03-21"),
        ("two weekends from now", "Sat 2026-03-21 > Mon 2026-03-23"),
        ("july 4th weekend", "Sat 2026-07-04 > Mon 2026-07-06"),
        ("in the coming weeks", "Mon 2026-03-16 > Mon 2026-04-06"),
        ("any day next week", "Mon 2026-03-16 > Mon 2026-03-23"),
        ("throughout june", "Mon 2026-06-01 > Wed 2026-07-01"),
        ("the next two weekends", "Sat 2026-03-14 > Mon 2026-03-23"),
        ("last two weekends", "Sat 2026-02-28 > Mon 2026-03-09"),
        ("second half of next week", "Thu 2026-03-19 > Mon 2026-03-23"),
        ("the latter half of june", "Tue 2026-06-16 > Wed 2026-07-01"),
        ("latter part of next week", "Fri 2026-03-20 > Mon 2026-03-23"),
        ("start of the second week of june", "Mon 2026-06-08 > Thu 2026-06-11"),
        ("the week starting monday", "Mon 2026-03-16 > Mon 2026-03-23"),
        ("week ending 27 march", "Mon 2026-03-23 > Mon 2026-03-30"),
        ("march 18-20, 2027", "Thu 2027-03-18 > Sun 2027-03-21"),
        ("year end", "Tue 2026-09-01 > Fri 2027-01-01"),
        ("not until monday", "Mon 2026-03-16 > open"),
        ("as from monday", "Mon 2026-03-16 > open"),
        ("tomorrow and the day after", "Thu 2026-03-12 > Sat 2026-03-14"),
        ("this month from 14 till 23", "Sat 2026-03-14 > Tue 2026-03-24"),
        ("next month 4-23", "Sat 2026-04-04 > Fri 2026-04-24"),
        ("between 4 and 23 next month", "Sat 2026-04-04 > Fri 2026-04-24"),
        ("june 4-23 of this year", "Thu 2026-06-04 > Wed 2026-06-24"),
        ("june from 14 to 23", "Sun 2026-06-14 > Wed 2026-06-24"),
        ("from 4th to 23rd of this month", "Wed 2026-03-04 > Tue 2026-03-24"),
        ("last monday to last tuesday", "Mon 2026-03-09 > Wed 2026-03-11"),
        ("the month after december", "Fri 2027-01-01 > Mon 2027-02-01"),
        ("the year after 2027", "Sat 2028-01-01 > Mon 2029-01-01"),
        ("the week after next week", "Mon 2026-03-23 > Mon 2026-03-30"),
        ("up to and including friday", "open > Sat 2026-03-14"),
        ("since the 1st", "Sun 2026-03-01 > open"),
        ("since the 15th", "Sun 2026-02-15 > open"),
        ("since christmas", "Thu 2025-12-25 > open"),
        ("since summer", "Sat 2025-06-21 > open"),
    ],
)
def test_stretches_of_days(words: str, days: str) -> None:
    told = understood(words)
    assert (told.kind, line(told)) == (Kind.DAYS, days)


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("last season", "Tue 2025-09-23 > Tue 2025-12-23"),
        ("this season", "Sun 2025-12-21 > Sat 2026-03-21"),
        ("next season", "Fri 2026-03-20 > Sat 2026-06-20"),
    ],
)
def test_seasons_are_counted_from_the_running_one(words: str, days: str) -> None:
    told = understood(words)
    assert (told.grain, line(told)) == (Grain.QUARTER, days)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("a week tomorrow", "Thu 2026-03-19"),
        ("in two weeks' time", "Wed 2026-03-25"),
        ("two years ago today", "Mon 2024-03-11"),
        ("the first of next year", "Fri 2027-01-01"),
        ("a fortnight today", "Wed 2026-03-25"),
        ("two thursdays ago", "Thu 2026-02-26"),
        ("friday before last", "Fri 2026-02-27"),
        ("third tuesday after easter", "Tue 2026-04-21"),
        ("second tuesday before christmas", "Tue 2026-12-15"),
        ("penultimate day of april", "Wed 2026-04-29"),
        ("last but one friday of april", "Fri 2026-04-17"),
        ("the 3rd closest monday to 1 june", "Mon 2026-06-08"),
    ],
)
def test_single_days(words: str, day: str) -> None:
    told = understood(words)
    assert (told.kind, line(told)) == (Kind.DAY, day)


@pytest.mark.parametrize(
    ("words", "span"),
    [
        ("from 8 in the morning to 5 in the afternoon", "Thu 2026-03-12 08:00 > 17:00"),
        ("9 to 5 in the evening tomorrow", "Thu 2026-03-12 09:00 > 17:00"),
        ("10 at night to 2 in the morning", "Wed 2026-03-11 22:00 > Thu 2026-03-12 02:00"),
        ("march 20, 3-4pm", "Fri 2026-03-20 15:00 > 16:00"),
        ("the night before christmas", "Thu 2026-12-24 20:00 > Fri 2026-12-25 00:00"),
        ("the morning after 4 may", "Tue 2026-05-05 08:00 > 12:00"),
        ("start of the day tomorrow", "Thu 2026-03-12 09:00 > 10:00"),
        ("end of the afternoon", "Wed 2026-03-11 15:00 > 17:00"),
        ("late in the day", "Wed 2026-03-11 16:00 > 21:00"),
        ("rest of the morning", "Wed 2026-03-11 09:30 > 12:00"),
        ("later tonight", "Wed 2026-03-11 21:00 > Thu 2026-03-12 00:00"),
        ("from 2 days ago until now", "Mon 2026-03-09 00:00 > Wed 2026-03-11 09:30"),
        ("from 2025 to now", "Wed 2025-01-01 00:00 > Wed 2026-03-11 09:30"),
        ("tonight after dinner", "Wed 2026-03-11 20:00 > Thu 2026-03-12 00:00"),
        ("this pm", "Wed 2026-03-11 12:00 > 17:00"),
        ("not after 5pm", "open > Wed 2026-03-11 17:00"),
        ("from five to nine", "Wed 2026-03-11 17:00 > 21:00"),
        ("ten to eleven tomorrow", "Thu 2026-03-12 10:00 > 11:00"),
        ("at or after 3pm", "Wed 2026-03-11 15:00 > open"),
        ("shortly before noon", "open > Wed 2026-03-11 12:00"),
    ],
)
def test_stretches_of_hours(words: str, span: str) -> None:
    told = understood(words)
    assert (told.kind, line(told)) == (Kind.SPAN, span)


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("middle of the day", "Wed 2026-03-11 12:00"),
        ("five to nine", "Thu 2026-03-12 08:55"),
        ("ten to two", "Wed 2026-03-11 13:50"),
        ("3 o clock pm", "Wed 2026-03-11 15:00"),
        ("perhaps friday at 3", "Fri 2026-03-13 15:00"),
        ("approx 3pm", "Wed 2026-03-11 15:00"),
        ("at precisely 3pm", "Wed 2026-03-11 15:00"),
        ("12:23:24.5 pm", "Wed 2026-03-11 12:23:24"),
        ("in 1/4 h", "Wed 2026-03-11 09:45"),
        ("3pm UTC+2", "Wed 2026-03-11 14:00"),
        ("3 pm gmt-5", "Wed 2026-03-11 21:00"),
        ("3pm UTC+5:30", "Wed 2026-03-11 10:30"),
        ("3pm london time", "Wed 2026-03-11 16:00"),
        ("9am in new york", "Wed 2026-03-11 14:00"),
        ("noon (EST)", "Wed 2026-03-11 17:00"),
        ("3pm my time", "Wed 2026-03-11 15:00"),
        ("3pm central european time", "Wed 2026-03-11 15:00"),
        ("Fri, 13 Mar 2026 15:00:00 +0000", "Fri 2026-03-13 16:00"),
    ],
)
def test_moments(words: str, moment: str) -> None:
    told = understood(words)
    assert (told.kind, line(told)) == (Kind.INSTANT, moment)


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("every week on the weekend", "FREQ=WEEKLY;BYDAY=SA,SU from Sat 2026-03-14"),
        (
            "weekly at 10 on mondays",
            "FREQ=WEEKLY;BYDAY=MO;BYHOUR=10;BYMINUTE=0 from Mon 2026-03-16 10:00",
        ),
        (
            "monday through thursday at 10 every week",
            "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH;BYHOUR=10;BYMINUTE=0 from Wed 2026-03-11 10:00",
        ),
        ("repeat every monday", "FREQ=WEEKLY;BYDAY=MO from Mon 2026-03-16"),
        ("all weekends", "FREQ=WEEKLY;BYDAY=SA,SU from Sat 2026-03-14"),
    ],
)
def test_series(words: str, rule: str) -> None:
    assert said(words) == rule


@pytest.mark.parametrize(
    ("words", "length"),
    [
        ("2 hours 30", "PT2H30M"),
        ("2 quarters", "P6M"),
        ("an hour & a half", "PT1H30M"),
        ("2mo", "P2M"),
        ("one hundred and twenty minutes", "PT2H"),
        ("up to 3 hours", "PT3H"),
        ("no more than 2 hours", "PT2H"),
    ],
)
def test_lengths(words: str, length: str) -> None:
    assert said(words) == length


@pytest.mark.parametrize(
    "words",
    [
        "8 to 10 november at 9am",
        "the first one",
        "two saturdays",
        "within three days of friday",
        "at 5 next month",
        "555-1234",
        "2026-13-01",
        "repeat tomorrow",
        "3pm UTC+5:15",
        "3pm in atlantis",
    ],
)
def test_what_is_no_time_stays_refused(words: str) -> None:
    assert refused(words).why


def test_a_series_without_single_days_is_refused_with_the_series_beside_it() -> None:
    told = refused("every tuesday at 9 except 24 march")
    assert told.why.startswith("I can't leave single days out of a series.")
    assert [line(one) for one in told.alternatives] == [
        "FREQ=WEEKLY;BYDAY=TU;BYHOUR=9;BYMINUTE=0 from Tue 2026-03-17 09:00"
    ]
