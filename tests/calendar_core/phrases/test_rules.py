"""What repeats, as RRULE values, seen from Wednesday 11 March 2026 at 09:30."""

import pytest

from calendar_core.phrases import Kind
from tests.calendar_core.phrases.telling import line, refused, understood


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("every day", "FREQ=DAILY"),
        ("every other day", "FREQ=DAILY;INTERVAL=2"),
        ("weekly", "FREQ=WEEKLY"),
        ("every tuesday", "FREQ=WEEKLY;BYDAY=TU"),
        ("tuesdays and saturdays", "FREQ=WEEKLY;BYDAY=TU,SA"),
        ("every weekday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("every weekend", "FREQ=WEEKLY;BYDAY=SA,SU"),
        ("every other friday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR"),
        ("every 3 weeks on mon and wed", "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,WE"),
        ("biweekly on thursday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"),
        ("every month on the 12th", "FREQ=MONTHLY;BYMONTHDAY=12"),
        ("the 12th of every month", "FREQ=MONTHLY;BYMONTHDAY=12"),
        ("first monday of every month", "FREQ=MONTHLY;BYDAY=1MO"),
        ("the last friday of each month", "FREQ=MONTHLY;BYDAY=-1FR"),
        ("last day of every month", "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ("the first workday of each month", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1"),
        ("quarterly", "FREQ=MONTHLY;INTERVAL=3"),
        ("every year on 9 may", "FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=9"),
        ("every thanksgiving", "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"),
        ("every 2 hours", "FREQ=HOURLY;INTERVAL=2"),
        ("every day at 7am", "FREQ=DAILY;BYHOUR=7;BYMINUTE=0"),
        ("mondays at half past four", "FREQ=WEEKLY;BYDAY=MO;BYHOUR=16;BYMINUTE=30"),
        ("every friday 6 times", "FREQ=WEEKLY;BYDAY=FR;COUNT=6"),
        ("daily until 20 march", "FREQ=DAILY;UNTIL=20260320"),
        ("every monday for 6 weeks", "FREQ=WEEKLY;BYDAY=MO;UNTIL=20260426"),
        ("every monday all day", "FREQ=WEEKLY;BYDAY=MO"),
        ("every monday all day until may", "FREQ=WEEKLY;BYDAY=MO;UNTIL=20260430"),
        ("every 2 hours for a day", "FREQ=HOURLY;INTERVAL=2;UNTIL=20260311"),
        ("every wednesday until may", "FREQ=WEEKLY;BYDAY=WE;UNTIL=20260430"),
        ("every wednesday through may", "FREQ=WEEKLY;BYDAY=WE;UNTIL=20260531"),
        ("saturdays from april to may", "FREQ=WEEKLY;BYDAY=SA;UNTIL=20260531"),
        ("daily except sundays", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA"),
        ("every day but not on weekends", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        (
            "every weekday at 8 except thursday",
            "FREQ=WEEKLY;BYDAY=MO,TU,WE,FR;BYHOUR=8;BYMINUTE=0",
        ),
        ("the next 3 thursdays", "FREQ=WEEKLY;BYDAY=TH;COUNT=3"),
        ("alternate tuesdays", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"),
        ("second and fourth thursday", "FREQ=MONTHLY;BYDAY=2TH,4TH"),
        ("the first and last monday of the month", "FREQ=MONTHLY;BYDAY=1MO,-1MO"),
        ("every friday the 13th", "FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR"),
        ("semi-annually", "FREQ=MONTHLY;INTERVAL=6"),
        ("every february and august", "FREQ=YEARLY;BYMONTH=2,8"),
        (
            "every monday from 6 april to 4 may at 18:00",
            "FREQ=WEEKLY;BYDAY=MO;BYHOUR=18;BYMINUTE=0;UNTIL=20260504T160000Z",
        ),
        ("every first monday of the quarter", "FREQ=MONTHLY;INTERVAL=3;BYDAY=1MO"),
        ("monthly on the last weekday", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
        ("every half hour", "FREQ=MINUTELY;INTERVAL=30"),
        ("every hour and a half", "FREQ=MINUTELY;INTERVAL=90"),
        ("every couple of weeks", "FREQ=WEEKLY;INTERVAL=2"),
        ("in june every year", "FREQ=YEARLY;BYMONTH=6"),
        ("once weekly on friday", "FREQ=WEEKLY;BYDAY=FR"),
        ("tue wed fri 7:30am", "FREQ=WEEKLY;BYDAY=TU,WE,FR;BYHOUR=7;BYMINUTE=30"),
        ("mon-thu 8-4", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH;BYHOUR=8;BYMINUTE=0"),
    ],
)
def test_a_rule_is_found_by_its_words(words: str, rule: str) -> None:
    told = understood(words)
    assert (told.kind, told.rule) == (Kind.RULE, rule)


def test_a_series_has_its_first_occurrence_its_hours_and_its_end_in_utc() -> None:
    told = understood("every weekday at 9:30 for 15 minutes until easter")
    assert line(told) == (
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9;BYMINUTE=30;UNTIL=20260405T073000Z"
        " from Thu 2026-03-12 09:30"
    )
    assert told.length_iso == "PT15M"


def test_a_series_with_both_hours_knows_how_long_each_is() -> None:
    told = understood("every monday from 3 to 4:30pm starting 1 june")
    assert line(told) == "FREQ=WEEKLY;BYDAY=MO;BYHOUR=15;BYMINUTE=0 from Mon 2026-06-01 15:00"
    assert str(told.length) == "1:30:00"


def test_a_series_says_on_which_day_its_hour_does_not_exist() -> None:
    told = understood("every day at 2:30am")
    assert told.notes == ("02:30 does not exist on Sun 29 March: that time it is at 03:30.",)


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("twice a week", "On which days?"),
        ("3 times a month at 9", "On which days?"),
        ("every few days", "Every how many?"),
        ("4 days a week", "On which days?"),
        ("twice a day", "At which hour?"),
        ("every easter", "another date each year"),
        ("every 20 minutes from 9 to 12", "can't keep to hours of the day"),
    ],
)
def test_how_often_without_when_is_asked_about(words: str, asked: str) -> None:
    assert asked in refused(words).why


def test_a_series_at_two_hours_is_two_series() -> None:
    told = refused("daily at 9 and 18")
    assert told.why == (
        "That is more than one series. Which one first: daily at 09:00, or daily at 18:00?"
    )
    assert [one.rule for one in told.alternatives] == [
        "FREQ=DAILY;BYHOUR=9;BYMINUTE=0",
        "FREQ=DAILY;BYHOUR=18;BYMINUTE=0",
    ]


def test_a_series_within_a_month_ends_with_it() -> None:
    told = understood("every tuesday in may")
    assert line(told) == "FREQ=WEEKLY;BYDAY=TU;UNTIL=20260531 from Tue 2026-05-05"


@pytest.mark.parametrize(
    ("words", "start"),
    [
        ("every other friday", "Fri 2026-03-13"),
        ("the 31st of every month", "Tue 2026-03-31"),
        ("every monday starting next week", "Mon 2026-03-16"),
        ("daily from tomorrow", "Thu 2026-03-12"),
        ("every 29th of february", "Tue 2028-02-29"),
    ],
)
def test_a_series_begins_with_its_first_occurrence(words: str, start: str) -> None:
    told = understood(words)
    assert line(told).endswith(f"from {start}")
