"""Stretches of time and the grid that meetings start on: the arithmetic under `availability`.

A stretch is a pair of UTC instants, the end exclusive; a list of stretches is sorted and its
members neither touch nor overlap. UTC throughout, because Python compares two times of one zone by
their wall time, which is wrong in the hour that comes twice. Nothing here knows people or events.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from calendar_core.people import WorkingHours
from calendar_core.when import TimeSpan, at_wall, midnight

Stretch: TypeAlias = tuple[datetime, datetime]

DAY = timedelta(days=1)


def stretch(span: TimeSpan) -> Stretch:
    """A span as a stretch."""
    return span.start.astimezone(UTC), span.end.astimezone(UTC)


def told(found: Stretch, zone: ZoneInfo) -> TimeSpan:
    """A stretch as a span in a zone; in UTC where the zone's wall time runs backwards between its
    ends."""
    span = TimeSpan(start=found[0], end=found[1])
    start, end = (at.astimezone(zone).replace(tzinfo=None) for at in found)
    return span.within(zone) if start <= end else span


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time in order, without touching or empty members."""
    result: list[Stretch] = []
    for start, end in sorted(stretches):
        if end <= start:
            continue
        if result and start <= result[-1][1]:
            if end > result[-1][1]:
                result[-1] = (result[-1][0], end)
        else:
            result.append((start, end))
    return result


def common(one: list[Stretch], other: list[Stretch]) -> list[Stretch]:
    """The time that lies in both."""
    result: list[Stretch] = []
    i = j = 0
    while i < len(one) and j < len(other):
        start, end = max(one[i][0], other[j][0]), min(one[i][1], other[j][1])
        if start < end:
            result.append((start, end))
        if one[i][1] < other[j][1]:
            i += 1
        else:
            j += 1
    return result


def without(whole: list[Stretch], taken: list[Stretch]) -> list[Stretch]:
    """The time of the first that is not in the second."""
    result: list[Stretch] = []
    at = 0
    for start, end in whole:
        while at < len(taken) and taken[at][1] <= start:
            at += 1
        since, here = start, at
        while here < len(taken) and taken[here][0] < end:
            if since < taken[here][0]:
                result.append((since, taken[here][0]))
            since = max(since, taken[here][1])
            here += 1
        if since < end:
            result.append((since, end))
    return result


def covers(stretches: list[Stretch], wanted: Stretch) -> bool:
    """Whether one of the stretches holds the wanted one whole."""
    place = bisect_right(stretches, wanted[0], key=lambda one: one[0]) - 1
    return place >= 0 and wanted[1] <= stretches[place][1]


def length(stretches: Iterable[Stretch]) -> timedelta:
    """How much time it is in all."""
    return sum((end - start for start, end in stretches), timedelta())


def days_of(window: Stretch, zone: ZoneInfo) -> Iterator[date]:
    """The days that a window touches in a zone."""
    day = window[0].astimezone(zone).date()
    last = (window[1] - timedelta.resolution).astimezone(zone).date()
    while day <= last:
        yield day
        day += DAY


def daily(part: tuple[time, time], zone: ZoneInfo, window: Stretch) -> list[Stretch]:
    """A part of each day within a window; an end at or before the start is on the next day."""
    return _clipped((_on(day, part, zone) for day in _days_around(window, zone)), window)


def working(hours: WorkingHours, zone: ZoneInfo, window: Stretch) -> list[Stretch]:
    """Working time within a window, in the person's own zone; a night shift belongs to the day it
    begins."""
    return _clipped(
        (
            _on(day, on_day, zone)
            for day in _days_around(window, zone)
            if (on_day := hours.on(day)) is not None
        ),
        window,
    )


def starts(
    room: Stretch, meeting: timedelta, step: timedelta, zone: ZoneInfo
) -> Iterator[datetime]:
    """Where on the grid a meeting can start within a stretch, in order.

    The grid is the wall clock's: every `step` from midnight on in the zone. A wall time that is
    skipped gives no start, one that comes twice gives two.
    """
    first, last = room[0], room[1] - meeting
    if last < first:
        return
    for day in days_of((first, last + timedelta.resolution), zone):
        for at in _grid(day, step, zone):
            if at > last:
                return
            if at >= first:
                yield at


def _grid(day: date, step: timedelta, zone: ZoneInfo) -> list[datetime]:
    begin, end = midnight(day, zone), midnight(day + DAY, zone)
    since, until = begin.astimezone(UTC), end.astimezone(UTC)
    if begin.utcoffset() == end.utcoffset():
        return [since + step * n for n in range(-(-(until - since) // step))]
    return _grid_of_a_change(day, step, zone)


def _grid_of_a_change(day: date, step: timedelta, zone: ZoneInfo) -> list[datetime]:
    """The grid of a day on which the clocks change: every wall time and fold that really comes."""
    found: set[datetime] = set()
    for n in range(-(-DAY // step)):
        wall = datetime.combine(day, time()) + step * n
        for fold in (0, 1):
            at = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
            if at.astimezone(zone).replace(tzinfo=None) == wall:
                found.add(at)
    return sorted(found)


def _on(day: date, part: tuple[time, time], zone: ZoneInfo) -> Stretch:
    start, end = part
    until = day if end > start else day + DAY
    return (
        at_wall(datetime.combine(day, start), zone).astimezone(UTC),
        at_wall(datetime.combine(until, end), zone).astimezone(UTC),
    )


def _days_around(window: Stretch, zone: ZoneInfo) -> Iterator[date]:
    yield window[0].astimezone(zone).date() - DAY
    yield from days_of(window, zone)


def _clipped(stretches: Iterable[Stretch], window: Stretch) -> list[Stretch]:
    return common(merged(stretches), [window] if window[0] < window[1] else [])
