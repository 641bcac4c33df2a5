"""Rules and Graph's patterns: both ways the same occurrences, or a refusal."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from calendar_core.errors import NotAllowed
from calendar_core.events import Event, Repeat
from calendar_core.providers.microsoft.patterns import DAYS, recurrence_of, rule_from
from calendar_core.providers.microsoft.zones import (
    instant,
    windows_name,
    zone_named,
    zone_that_keeps,
)
from calendar_core.rules import parts_of, rule_of, rule_starts
from calendar_core.when import DaySpan, TimeSpan
from tests.calendar_core.house import BERLIN
from tests.servers.graph.occurring import check, days_of

HOURS = timedelta(hours=1)
LAST = date(2031, 1, 1)
DAYS_OF_WEEK = st.lists(st.sampled_from(list(DAYS.values())), min_size=1, max_size=7, unique=True)
STARTS = st.dates(date(2024, 1, 1), date(2026, 12, 31))


@st.composite
def patterns(draw: st.DrawFn) -> dict[str, Any]:
    """Any pattern that Graph takes."""
    interval = {"interval": draw(st.integers(1, 4))}
    index = {"index": draw(st.sampled_from(["first", "second", "third", "fourth", "last"]))}
    day = {"dayOfMonth": draw(st.integers(1, 31))}
    month = {"month": draw(st.integers(1, 12))}
    weekdays = {"daysOfWeek": draw(DAYS_OF_WEEK)}
    first = {"firstDayOfWeek": draw(st.sampled_from(list(DAYS.values())))}
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("daily", {}),
        ("weekly", weekdays | first),
        ("absoluteMonthly", day),
        ("relativeMonthly", weekdays | index),
        ("absoluteYearly", day | month),
        ("relativeYearly", weekdays | index | month),
    ]
    kind, more = draw(st.sampled_from(kinds))
    return {"type": kind, **interval, **more}


def a_master(rule: str, start: datetime) -> Event:
    at = start.replace(tzinfo=BERLIN)
    when = TimeSpan(start=at, end=at + HOURS)
    return Event(uid="x", title="x", when=when, zone="Europe/Berlin", repeat=Repeat(rule=rule))


def walked(rule: str, begin: datetime) -> list[date]:
    """The days that a rule has by RFC 5545, up to some years ahead, as dateutil reads it."""
    parts = parts_of(rule)
    count, until = parts.pop("COUNT", None), parts.pop("UNTIL", None)
    parts["UNTIL"] = f"{LAST:%Y%m%d}T235959"
    found = list(rrulestr(rule_of(parts), dtstart=begin))[: int(count) if count else None]
    if until is None:
        return [one.date() for one in found]
    end = datetime.strptime(until, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return [one.date() for one in found if one.replace(tzinfo=BERLIN) <= end]


@settings(deadline=None)
@given(patterns(), STARTS, st.sampled_from(["noEnd", "endDate", "numbered"]), st.integers(1, 40))
def test_a_pattern_read_as_a_rule_happens_on_the_same_days(
    pattern: dict[str, Any], start: date, kind: str, number: int
) -> None:
    range_: dict[str, Any] = {"type": kind, "startDate": start.isoformat()}
    first = days_of({"pattern": pattern, "range": {**range_, "type": "noEnd"}}, date(2040, 1, 1))[0]
    range_["startDate"] = first.isoformat()
    if kind == "endDate":
        range_["endDate"] = (first + timedelta(days=number * 20)).isoformat()
    if kind == "numbered":
        range_["numberOfOccurrences"] = number
    recurrence = {"pattern": pattern, "range": range_}
    begin = datetime(first.year, first.month, first.day, 9)  # noqa: DTZ001 - wall time

    rule = rule_from(recurrence, begin, BERLIN)
    back = recurrence_of(a_master(rule, begin))

    assert walked(rule, begin) == days_of(recurrence, LAST)
    assert back is not None
    check(back)
    assert days_of(back, LAST) == days_of(recurrence, LAST)


FREQS = st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
CODES = st.sampled_from(list(DAYS))
BYDAYS = st.lists(
    st.builds(
        lambda n, d: f"{n or ''}{d}", st.sampled_from([0, 0, 0, 1, 2, 3, 4, 5, -1, -2]), CODES
    ),
    min_size=1,
    max_size=3,
    unique=True,
)


@st.composite
def rules(draw: st.DrawFn) -> str:
    """Rules of all kinds, many of which Outlook has no words for; none that never comes round,
    which dateutil looks for until the year 9999."""
    said = {"FREQ": draw(FREQS), "INTERVAL": str(draw(st.integers(1, 3)))}
    by_month = said["FREQ"] in ("MONTHLY", "YEARLY")
    if draw(st.booleans()) and (said["FREQ"] != "MONTHLY" or said["INTERVAL"] == "1"):
        said["BYMONTH"] = str(draw(st.integers(1, 12)))
    if draw(st.booleans()) and by_month:
        days = st.integers(1, 28 if "BYMONTH" in said else 31) | st.just(-1)
        listed = draw(st.lists(days, min_size=1, max_size=2, unique=True))
        said["BYMONTHDAY"] = ",".join(map(str, listed))
    if draw(st.booleans()):
        counted = by_month and "BYMONTHDAY" not in said
        codes = draw(BYDAYS if counted else st.lists(CODES, min_size=1, max_size=3, unique=True))
        said["BYDAY"] = ",".join(codes)
    if draw(st.booleans()) and {"BYDAY", "BYMONTHDAY"} & said.keys():
        said["BYSETPOS"] = str(draw(st.sampled_from([1, -1])))
    if draw(st.booleans()):
        said["WKST"] = draw(CODES)
    match draw(st.integers(0, 2)):
        case 1:
            said["COUNT"] = str(draw(st.integers(1, 30)))
        case 2:
            said["UNTIL"] = draw(
                st.datetimes(datetime(2027, 1, 1), datetime(2030, 1, 1))  # noqa: DTZ001
            ).strftime("%Y%m%dT%H%M%SZ")
        case _:
            pass
    return ";".join(f"{name}={value}" for name, value in said.items())


@settings(deadline=None)
@given(rules(), STARTS)
def test_a_rule_is_told_as_a_pattern_with_the_same_days_or_refused(rule: str, day: date) -> None:
    """Never approximated: the oracle is the server's own reading of patterns."""
    begin = datetime(day.year, day.month, day.day, 9)  # noqa: DTZ001 - wall time
    listed = walked(rule, begin)
    assume(listed)
    first = datetime.combine(listed[0], begin.time())
    event = a_master(rule, first)
    try:
        told = recurrence_of(event)
    except NotAllowed as err:
        refusal = str(err)
    else:
        assert told is not None
        check(told)
        assert days_of(told, LAST) == walked(rule, first)
        return

    assert refusal.startswith("Outlook can't repeat an event like that: ")


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY",
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        "FREQ=WEEKLY;INTERVAL=2",
        "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR",
        "FREQ=MONTHLY;BYDAY=2MO",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=MONTHLY;BYMONTHDAY=9",
        "FREQ=YEARLY",
        "FREQ=YEARLY;BYMONTH=3;BYDAY=2MO",
        "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1",
    ],
)
def test_what_people_wish_for_can_be_said(rule: str) -> None:
    begin = datetime(2026, 3, 9, 9)  # noqa: DTZ001 - wall time
    first = next(rule_starts(a_master(rule, begin)))

    assert recurrence_of(a_master(rule, first)) is not None


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=31", "Outlook takes its last one"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", "several days of a month"),
        ("FREQ=MONTHLY;BYDAY=5MO", "first to fourth or the last"),
        ("FREQ=HOURLY;INTERVAL=6", "hourly"),
        ("FREQ=YEARLY;BYWEEKNO=20", "weeks of the year"),
        ("FREQ=DAILY;BYHOUR=9,15", "several hours"),
        ("FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=1", "several months"),
    ],
)
def test_what_can_not_be_said_is_refused_with_its_reason(rule: str, why: str) -> None:
    begin = datetime(2026, 3, 9, 9)  # noqa: DTZ001 - wall time
    first = next(rule_starts(a_master(rule, begin)))

    with pytest.raises(NotAllowed, match=why):
        recurrence_of(a_master(rule, first))


def test_extra_dates_and_a_first_day_beside_the_rule_are_refused() -> None:
    begin = datetime(2026, 3, 9, 9)  # noqa: DTZ001 - wall time
    event = a_master("FREQ=WEEKLY", begin)
    extra = Repeat(rule="FREQ=WEEKLY", extra=(datetime(2026, 3, 11, 9, tzinfo=BERLIN),))
    beside = a_master("FREQ=WEEKLY;BYDAY=TU", begin)

    for refused in (
        Event(uid="x", title="x", when=event.when, zone=event.zone, repeat=extra),
        beside,
    ):
        with pytest.raises(NotAllowed):
            recurrence_of(refused)


def test_a_series_of_days_ends_on_a_day() -> None:
    when = DaySpan(first=date(2026, 3, 9), until=date(2026, 3, 10))
    event = Event(
        uid="x", title="x", when=when, zone=None, repeat=Repeat(rule="FREQ=DAILY;UNTIL=20260312")
    )

    told = recurrence_of(event)

    assert told is not None
    assert told["range"] == {"type": "endDate", "startDate": "2026-03-09", "endDate": "2026-03-12"}
    assert parts_of(rule_from(told, datetime(2026, 3, 9), None))["UNTIL"] == "20260312"  # noqa: DTZ001


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("Europe/Berlin", "W. Europe Standard Time"),
        ("Europe/Vienna", "W. Europe Standard Time"),
        ("America/New_York", "Eastern Standard Time"),
        ("America/Detroit", "Eastern Standard Time"),
        ("Asia/Kolkata", "India Standard Time"),
        ("UTC", "UTC"),
    ],
)
def test_zones_have_windows_names(zone: str, name: str) -> None:
    assert windows_name(zone) == name
    back = zone_named(name)
    assert back is not None
    summer = datetime(2026, 7, 1, tzinfo=UTC)
    assert summer.astimezone(back).utcoffset() == summer.astimezone(ZoneInfo(zone)).utcoffset()


def test_times_are_read_as_graph_writes_them() -> None:
    told = {"dateTime": "2026-03-09T13:00:00.0000000", "timeZone": "UTC"}
    local = {"dateTime": "2026-03-09T14:00:00.0000000", "timeZone": "W. Europe Standard Time"}

    assert instant(told) == instant(local) == datetime(2026, 3, 9, 13, tzinfo=UTC)


def test_a_zone_is_found_by_the_hours_that_a_series_keeps() -> None:
    berlin = [datetime(2026, month, 9, 9, tzinfo=BERLIN) for month in range(1, 13)]

    assert zone_that_keeps(berlin) == BERLIN
    assert zone_that_keeps([one.replace(tzinfo=UTC) for one in berlin]).key == "UTC"
