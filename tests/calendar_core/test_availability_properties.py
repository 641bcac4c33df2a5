"""Free time against a brute-force oracle: every quarter of an hour, in five-minute ticks."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendar_core.availability import find_slots
from calendar_core.busy import BusySpan
from calendar_core.people import PersonId, WorkingHours
from calendar_core.reasons import Why, why_not
from calendar_core.refusals import summary_of_refusals
from calendar_core.slots import Attendee, Prefer, Wish
from calendar_core.stretches import Stretch, common, covers, merged, without
from calendar_core.when import DaySpan, TimeSpan, at_wall

TICK = timedelta(minutes=5)
QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)

ODD_DAYS = {
    "Europe/Berlin": date(2026, 3, 28),
    "America/New_York": date(2026, 10, 31),
    "Asia/Kathmandu": date(2026, 5, 1),
    "Australia/Lord_Howe": date(2026, 4, 4),
    "America/Sao_Paulo": date(2018, 2, 16),
    "America/Havana": date(2026, 3, 7),
    "Pacific/Apia": date(2011, 12, 28),
}
"""Zones with a day shortly before their clocks do something."""

zones = st.sampled_from([ZoneInfo(name) for name in ODD_DAYS])
clock_times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 5, 15, 30, 45]))
parts = st.tuples(clock_times, clock_times)
lengths = st.sampled_from([QUARTER * n for n in (1, 2, 3, 4, 6, 12)])


@st.composite
def spans(draw: st.DrawFn, first: datetime) -> TimeSpan:
    start = first + TICK * draw(st.integers(-300, 1000))
    return TimeSpan(start=start, end=start + TICK * draw(st.sampled_from([0, 1, 3, 6, 18, 200])))


@st.composite
def people(draw: st.DrawFn, first: datetime, required: bool = True) -> Attendee:
    start, end = draw(parts | st.just((time(0), time(0))))
    special = draw(st.dictionaries(st.integers(0, 6), parts, max_size=2))
    hours = WorkingHours(
        start=start,
        end=end,
        days=tuple(sorted(draw(st.sets(st.integers(0, 6), min_size=5)))),
        special=tuple((day, *part) for day, part in special.items()),
    )
    name = draw(st.uuids()).hex
    return Attendee(
        person=PersonId(name),
        name=name,
        zone=draw(zones),
        hours=hours,
        busy=tuple(BusySpan(span=one) for one in draw(st.lists(spans(first), max_size=5))),
        required=required,
        buffer=TICK * draw(st.sampled_from([0, 0, 1, 3])),
    )


@st.composite
def wishes(draw: st.DrawFn, zone: ZoneInfo, first: datetime) -> Wish:
    day = first.astimezone(zone).date()
    some_days = st.builds(
        lambda skip, number: DaySpan(first=day + skip * DAY, until=day + (skip + number) * DAY),
        st.integers(-1, 3),
        st.integers(1, 2),
    )
    return Wish(
        length=draw(lengths),
        window=TimeSpan(start=first, end=first + TICK * draw(st.integers(0, 900) | st.just(900))),
        days=draw(st.none() | st.lists(some_days, min_size=1, max_size=2).map(tuple)),
        part_of_day=draw(st.none() | parts),
        avoid=tuple(draw(st.lists(spans(first) | some_days, max_size=2))),
        step=draw(st.sampled_from([None, QUARTER, QUARTER * 2, QUARTER * 4])),
        count=None,
        prefer=draw(st.sampled_from(Prefer)),
        respect_hours=draw(st.booleans()),
        not_before=draw(st.none() | st.just(first + 7 * TICK)),
    )


@st.composite
def problems(draw: st.DrawFn) -> tuple[Wish, list[Attendee], ZoneInfo]:
    zone = draw(zones)
    first = datetime.combine(ODD_DAYS[zone.key], time(), tzinfo=UTC)
    first += TICK * draw(st.integers(0, 400))
    attendees = draw(st.lists(people(first), max_size=3))
    return draw(wishes(zone, first)), attendees, zone


def brute_force(wish: Wish, attendees: list[Attendee], zone: ZoneInfo) -> Iterator[datetime]:
    """Every start at which each five minutes of the meeting are allowed and free."""
    at = wish.window.start.replace(minute=0)
    while at < wish.window.end:
        wall = at.astimezone(zone)
        if timedelta(hours=wall.hour, minutes=wall.minute) % wish.grid == timedelta():
            ticks = [at + n * TICK for n in range(wish.length // TICK)]
            if all(is_allowed(tick, wish, attendees, zone) for tick in ticks):
                yield at
        at += QUARTER


def is_allowed(tick: datetime, wish: Wish, attendees: list[Attendee], zone: ZoneInfo) -> bool:
    day = tick.astimezone(zone).date()
    return (
        wish.window.start <= tick < wish.window.end
        and (wish.not_before is None or tick >= wish.not_before)
        and (wish.days is None or any(days.first <= day < days.until for days in wish.days))
        and (wish.part_of_day is None or in_hours(tick, everyday(wish.part_of_day), zone))
        and not any(is_avoided(tick, one, zone) for one in wish.avoid)
        and all(is_there(tick, who, wish.respect_hours) for who in attendees)
    )


def is_avoided(tick: datetime, what: TimeSpan | DaySpan, zone: ZoneInfo) -> bool:
    if isinstance(what, DaySpan):
        return what.first <= tick.astimezone(zone).date() < what.until
    return what.start < tick + TICK and tick < what.end and what.start < what.end


def is_there(tick: datetime, who: Attendee, respect_hours: bool) -> bool:
    if respect_hours and not in_hours(tick, who.hours, who.zone):
        return False
    return not any(
        taken.span.start - who.buffer < tick + TICK and tick < taken.span.end + who.buffer
        for taken in who.busy
        if taken.span.length
    )


def everyday(part: tuple[time, time]) -> WorkingHours:
    return WorkingHours(start=part[0], end=part[1], days=tuple(range(7)))


def in_hours(tick: datetime, hours: WorkingHours, zone: ZoneInfo) -> bool:
    for day in (tick.astimezone(zone).date() - n * DAY for n in (2, 1, 0)):
        if on_day := hours.on(day):
            until = day if on_day[1] > on_day[0] else day + DAY
            start = at_wall(datetime.combine(day, on_day[0]), zone).astimezone(UTC)
            if start <= tick < at_wall(datetime.combine(until, on_day[1]), zone).astimezone(UTC):
                return True
    return False


@settings(max_examples=150, deadline=None)
@given(problems())
def test_exactly_the_slots_of_the_brute_force_scan_are_offered(
    problem: tuple[Wish, list[Attendee], ZoneInfo],
) -> None:
    wish, attendees, zone = problem

    found = find_slots(wish, attendees, zone)

    starts = [slot.span.start.astimezone(UTC) for slot in found.offered]
    assert sorted(starts) == list(brute_force(wish, attendees, zone))
    assert {slot.span.length for slot in found.offered} <= {wish.length}
    if wish.prefer is Prefer.EARLIEST:
        assert starts == sorted(starts)


@settings(max_examples=80, deadline=None)
@given(problems())
def test_a_span_on_the_grid_has_a_reason_against_it_or_is_offered(
    problem: tuple[Wish, list[Attendee], ZoneInfo],
) -> None:
    wish, attendees, zone = problem
    offered = {
        slot.span.start.astimezone(UTC) for slot in find_slots(wish, attendees, zone).offered
    }

    at = wish.window.start.replace(minute=0)
    while at < wish.window.end:
        wall = at.astimezone(zone)
        if timedelta(hours=wall.hour, minutes=wall.minute) % wish.grid == timedelta():
            reasons = why_not(TimeSpan(start=at, end=at + wish.length), attendees, wish, zone)
            assert (not reasons) is (at in offered)
        at += QUARTER


@settings(max_examples=60, deadline=None)
@given(problems(), st.data(), st.integers(1, 5))
def test_offered_by_number_no_slot_overlaps_and_the_best_comes_first(
    problem: tuple[Wish, list[Attendee], ZoneInfo], data: st.DataObject, count: int
) -> None:
    wish, attendees, zone = problem
    attendees = [*attendees, data.draw(people(wish.window.start, required=False))]
    every = find_slots(wish, attendees, zone).offered

    few = find_slots(replace(wish, count=count), attendees, zone).offered

    assert len(few) <= count
    assert few[:1] == every[:1]
    assert set(few) <= set(every)
    at = sorted((one.span.start.astimezone(UTC), one.span.end.astimezone(UTC)) for one in few)
    assert all(one[1] <= other[0] for one, other in pairwise(at))
    assert [len(one.missing) for one in every] == sorted(len(one.missing) for one in every)


@settings(max_examples=60, deadline=None)
@given(problems())
def test_the_summary_of_refusals_is_bounded_and_never_speaks_of_an_offered_time(
    problem: tuple[Wish, list[Attendee], ZoneInfo],
) -> None:
    wish, attendees, zone = problem
    offered = find_slots(wish, attendees, zone).offered

    told = summary_of_refusals(
        wish, attendees, zone, asker=PersonId("nobody"), offered=offered, most=4
    )

    assert len(told) <= 4
    assert all(refusal.because for refusal in told)
    for refusal in told:
        assert Why.PAST not in {cause.kind for cause in refusal.because}
        if isinstance(refusal.when, DaySpan):
            days = {slot.span.start.astimezone(zone).date() for slot in offered}
            assert not any(refusal.when.first <= day < refusal.when.until for day in days)


minutes = st.integers(0, 60)
sets_of_minutes = st.lists(st.tuples(minutes, minutes), max_size=6)
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def stretches(pairs: list[tuple[int, int]]) -> list[Stretch]:
    return merged((NOON + a * TICK, NOON + b * TICK) for a, b in pairs)


def ticks(these: list[Stretch]) -> set[int]:
    return {n for a, b in these for n in range((a - NOON) // TICK, (b - NOON) // TICK)}


@given(sets_of_minutes, sets_of_minutes)
def test_stretches_behave_like_sets_of_minutes(
    one: list[tuple[int, int]], other: list[tuple[int, int]]
) -> None:
    a, b = stretches(one), stretches(other)

    assert ticks(a) == {n for start, end in one for n in range(start, end)}
    assert ticks(common(a, b)) == ticks(a) & ticks(b)
    assert ticks(without(a, b)) == ticks(a) - ticks(b)
    for result in (a, without(a, b)):
        assert all(x[1] < y[0] for x, y in pairwise(result))


@pytest.mark.parametrize(("start", "end", "inside"), [(0, 2, True), (1, 3, False), (5, 6, True)])
def test_a_stretch_is_covered_only_by_a_single_one(start: int, end: int, inside: bool) -> None:
    room = stretches([(0, 2), (3, 6)])

    assert covers(room, (NOON + start * TICK, NOON + end * TICK)) is inside
