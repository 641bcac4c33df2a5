"""Rules of reminders: on the wall, bounded, refused when they can't be followed."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from scheduler.errors import RuleRefused
from scheduler.repeating import next_ring
from tests.fakes.preferences import BERLIN

NEW_YORK = ZoneInfo("America/New_York")


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    """A wall time of 2026: "03-09 09:00"."""
    return datetime.fromisoformat(f"2026-{text.replace(' ', 'T')}").replace(tzinfo=zone)


def rings(rule: str, first: str, count: int, zone: ZoneInfo = BERLIN) -> list[str]:
    """The first rings, as wall times."""
    found: list[str] = []
    after: datetime | None = None
    while len(found) < count:
        after = next_ring(rule, at(first, zone), after, zone)
        if after is None:
            break
        found.append(f"{after.astimezone(zone):%m-%d %H:%M}")
    return found


def test_every_weekday_at_nine() -> None:
    assert rings("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9;BYMINUTE=0", "03-12 09:00", 4) == [
        "03-12 09:00",
        "03-13 09:00",
        "03-16 09:00",
        "03-17 09:00",
    ]


def test_it_keeps_its_wall_time_over_a_clock_change() -> None:
    assert rings("FREQ=DAILY", "03-28 09:00", 3) == ["03-28 09:00", "03-29 09:00", "03-30 09:00"]


def test_an_hour_that_does_not_exist_rings_as_before_the_jump() -> None:
    assert rings("FREQ=DAILY", "03-28 02:30", 3) == ["03-28 02:30", "03-29 03:30", "03-30 02:30"]


def test_a_rule_that_begins_in_an_hour_that_does_not_exist_loses_no_ring() -> None:
    daily = rings("FREQ=DAILY;BYHOUR=2;BYMINUTE=30", "03-29 03:30", 3)
    assert daily == ["03-29 03:30", "03-30 02:30", "03-31 02:30"]
    meant = rings("FREQ=DAILY;BYHOUR=3;BYMINUTE=30", "03-29 03:30", 2)
    assert meant == ["03-29 03:30", "03-30 03:30"]


def test_an_hour_that_comes_twice_rings_once() -> None:
    assert rings("FREQ=DAILY", "10-24 02:30", 3) == ["10-24 02:30", "10-25 02:30", "10-26 02:30"]


def test_the_first_ring_is_the_first_that_the_rule_names() -> None:
    assert rings("FREQ=WEEKLY;BYDAY=FR", "03-09 09:00", 2) == ["03-13 09:00", "03-20 09:00"]


def test_a_count_ends_it() -> None:
    assert rings("FREQ=DAILY;COUNT=2", "03-09 09:00", 5) == ["03-09 09:00", "03-10 09:00"]


@pytest.mark.parametrize(
    "until", ["20260310T080000Z", "20260310", "20260310T090000", "20260310t080000z"]
)
def test_until_ends_it_whatever_its_form(until: str) -> None:
    assert rings(f"FREQ=DAILY;UNTIL={until}", "03-09 09:00", 5) == ["03-09 09:00", "03-10 09:00"]


def test_it_goes_on_years_later() -> None:
    later = datetime(2036, 1, 1, tzinfo=UTC)
    assert next_ring("FREQ=YEARLY", at("03-09 09:00"), later, BERLIN) == datetime(
        2036, 3, 9, 8, tzinfo=UTC
    )


def test_leap_days_are_found() -> None:
    leap = datetime(2028, 2, 29, 9, tzinfo=BERLIN)
    daily = "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29"
    assert next_ring(daily, at("03-09 09:00"), None, BERLIN) == leap.astimezone(UTC)
    last = "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=-29"
    assert next_ring(last, at("03-09 09:00"), None, BERLIN) == datetime(2028, 2, 1, 8, tzinfo=UTC)
    assert next_ring("FREQ=YEARLY", leap, leap, BERLIN) == datetime(2032, 2, 29, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3",
        "FREQ=HOURLY;BYMONTH=2,4;BYMONTHDAY=-31,31",
        "FREQ=YEARLY;INTERVAL=100;BYMONTH=2;BYMONTHDAY=29",
    ],
)
def test_a_rule_that_never_matches_is_over(rule: str) -> None:
    assert next_ring(rule, at("03-09 09:00"), None, BERLIN) is None


@pytest.mark.parametrize(
    "rule", ["", "FREQ=SECONDLY", "FREQ=MINUTELY", "FREQ=DAILY;BYDAY=XX", "often", "FREQ=DAILY;X=1"]
)
def test_a_rule_that_cannot_be_followed_is_refused(rule: str) -> None:
    with pytest.raises(RuleRefused):
        next_ring(rule, at("03-09 09:00"), None, BERLIN)
