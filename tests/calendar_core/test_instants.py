"""Series told as numbers are the series as they are told otherwise."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendar_core.events import Resource
from calendar_core.recurrence import expand, instants
from calendar_core.when import DaySpan
from tests.calendar_core.test_recurrence_properties import a_series

SINCE, YEAR = datetime(2026, 1, 1, tzinfo=UTC), timedelta(days=365)
CLOCKS = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca")
TEXT = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:one\r\n"
    "DTSTAMP:20260101T000000Z\r\nDTSTART;TZID={zone}:20251201T{start}\r\nDURATION:PT{length}M\r\n"
    "RRULE:{rule}\r\nEXDATE;TZID={zone}:20251203T{start}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def told(
    resource: Resource, since: datetime, until: datetime
) -> list[tuple[str, datetime, datetime]]:
    """The occurrences as `expand` has them, by start."""
    found: list[tuple[str, datetime, datetime]] = []
    for one in expand(resource, since, until):
        assert not isinstance(one.when, DaySpan)
        start, end = (
            at.astimezone(UTC).replace(tzinfo=None) for at in (one.when.start, one.when.end)
        )
        found.append((one.recurrence_id, start, end))
    return found


@pytest.mark.parametrize("zone", CLOCKS)
@pytest.mark.parametrize("length", [0, 20, 90, 1_500])
def test_hours_that_the_clocks_skip_or_repeat_are_told_alike(zone: str, length: int) -> None:
    for number in range(8):
        start = f"0{number // 2}{number % 2 * 3}000"
        ics = TEXT.format(zone=zone, start=start, length=length, rule="FREQ=DAILY")
        resource = Resource(uid="one", ics=ics)
        for edge in range(3):
            # Edges that fall between, on and within occurrences.
            since = SINCE + timedelta(minutes=30 * number + 7 * edge)
            walked = instants(resource, since, since + YEAR)
            assert walked == told(resource, since, since + YEAR)


@given(
    resource=a_series(),
    minutes=st.integers(-50_000, 700_000),
    days=st.integers(1, 600),
)
@settings(max_examples=40, deadline=None)
def test_what_is_told_as_numbers_is_told_alike(resource: Resource, minutes: int, days: int) -> None:
    since = SINCE + timedelta(minutes=minutes)
    until = since + timedelta(days=days)
    walked = instants(resource, since, until)
    if walked is None:
        assert "RECURRENCE-ID" in resource.ics or "TZID" not in resource.ics
    else:
        assert sorted(walked) == sorted(told(resource, since, until))
