"""Rules and meanings in people's words, and as JSON values."""

from datetime import UTC, datetime

import pytest

from calendar_core.phrases.spoken import describe, describe_rule
from calendar_core.phrases.wire import as_json
from tests.calendar_core.phrases.telling import BERLIN, NOW, read, understood


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "every weekday"),
        ("FREQ=WEEKLY;BYDAY=TU,TH", "weekly on Tue and Thu"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "every other Friday"),
        ("FREQ=MONTHLY;BYDAY=2TU", "monthly on the 2nd Tuesday"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "monthly on the last Friday"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "monthly on the last day"),
        ("FREQ=MONTHLY;BYMONTHDAY=3,21", "monthly on the 3rd and 21st"),
        ("FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=9", "yearly on 9 May"),
        ("FREQ=DAILY;COUNT=6", "daily, 6 times"),
        ("FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=5", "every Monday at 09:05"),
        ("FREQ=DAILY;UNTIL=20260403", "daily, until Fri 3 April"),
        ("FREQ=DAILY;UNTIL=20270403", "daily, until Sat 3 April 2027"),
        ("FREQ=DAILY;UNTIL=20260402T223000Z", "daily, until Fri 3 April"),
        ("FREQ=MONTHLY;INTERVAL=3", "every 3 months"),
        ("FREQ=WEEKLY", "weekly"),
        ("nonsense", "repeating"),
    ],
)
def test_a_rule_is_told_in_words(rule: str, words: str) -> None:
    assert describe_rule(rule, now=NOW, zone=BERLIN) == words


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        ("tuesday 2-3:30", "Tue 17 March 2026 14:00–15:30 (Europe/Berlin)"),
        ("tomorrow", "Thu 12 March 2026"),
        ("next week", "Mon 16 March 2026 – Sun 22 March 2026"),
        ("half an hour", "30 minutes"),
        ("after 5pm", "from Wed 11 March 2026 17:00 (Europe/Berlin)"),
        ("until friday", "until Fri 13 March 2026"),
        (
            "every other friday at 9",
            "Every other Friday at 09:00, first Fri 13 March 2026 09:00 (Europe/Berlin)",
        ),
    ],
)
def test_a_meaning_is_told_in_one_line(phrase: str, words: str) -> None:
    assert describe(understood(phrase), zone=BERLIN, now=NOW) == words


def test_the_wire_carries_offsets_for_instants_and_dates_for_days() -> None:
    assert as_json(understood("tomorrow 2pm to 3pm")) == {
        "understood": True,
        "kind": "span",
        "start": "2026-03-12T14:00:00+01:00",
        "end": "2026-03-12T15:00:00+01:00",
        "grain": "hour",
        "length": None,
        "rule": None,
        "alternatives": [],
    }
    assert as_json(understood("tomorrow"))["start"] == "2026-03-12"


def test_the_wire_says_why_not() -> None:
    told = as_json(read("blah"))
    assert told["understood"] is False
    assert told["why"]


def test_the_wire_tells_an_hour_in_the_zone_that_was_said() -> None:
    told = as_json(understood("every monday at 9am EST", zone=BERLIN))
    assert told["start"] == "2026-03-16T09:00:00-04:00"
    assert "BYHOUR=9" in str(told["rule"])


def test_a_meaning_is_the_same_whatever_zone_now_is_told_in() -> None:
    there = datetime(2026, 3, 11, 8, 30, tzinfo=UTC)
    assert as_json(read("tomorrow at 3", now=there)) == as_json(read("tomorrow at 3"))
