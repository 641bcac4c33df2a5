"""Series → occurrences: what happens in a window, how much is left, when the clocks change.

A plain series is walked here by its rule (`rules`); one with changed occurrences or several rules
is expanded by recurring-ical-events. Edits of a series are `scopes`, told from here too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from recurring_ical_events import EventAdapter, Series

from calendar_core.events import Event, RecurrenceId, Resource, Status
from calendar_core.ics.lines import Block
from calendar_core.ics.reading import every_component, parsed, read_components, recurrence_id
from calendar_core.rules import CAP, TooManyOccurrences, is_endless, starts
from calendar_core.rules import ScopeRefused as ScopeRefused
from calendar_core.scopes import Edited as Edited
from calendar_core.scopes import amend as amend
from calendar_core.scopes import remove as remove
from calendar_core.wallclock import clock_of, span_at, wall
from calendar_core.when import DaySpan, TimeSpan, When

_DAY = timedelta(days=1)
_FAR = datetime(9000, 1, 1, tzinfo=UTC)
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expanded:
    """One occurrence of a resource."""

    recurrence_id: RecurrenceId
    """Its original start; empty for an event that does not repeat."""
    when: When
    """In the event's own zone; floating times are labelled UTC, see `event.floating`."""
    event: Event
    """The component that tells its properties: an override, or the master."""
    is_series: bool


def expand(resource: Resource, since: datetime, until: datetime) -> tuple[Expanded, ...]:
    """The occurrences that overlap [since, until), by start.

    Days and floating times are compared with the wall clock of the window's own zone. Cancelled
    ones are among them. Raises TooManyOccurrences, BadCalendarData.
    """
    found = read_components(resource.ics)
    master = found[0][1]
    if len(found) == 1 and (master.repeat is None or _is_plain(found[0][0])):
        walked = _walk(master, since, until)
    else:
        walked = _expand_changed(resource.ics, since, until)
    listed = list(islice(walked, CAP + 1))
    if len(listed) > CAP:
        raise TooManyOccurrences(f'"{master.title}" happens more than {CAP:,} times in that time.')
    return tuple(sorted(listed, key=lambda one: _begin(one.when)))


def _is_plain(block: Block) -> bool:
    """Whether one rule at most, and no extra spans of their own length, make the series."""
    periods = any("/" in line.value for line in block.lines("RDATE"))
    return not periods and len(block.lines("RRULE")) < 2


def _walk(master: Event, since: datetime, until: datetime) -> Iterator[Expanded]:
    """A single event, or a series without overrides."""
    window = TimeSpan(start=since, end=until)
    if master.repeat is None:
        if _meets(master.when, master.floating, window):
            series = bool(master.recurrence_id)
            rid = master.recurrence_id
            yield Expanded(recurrence_id=rid, when=master.when, event=master, is_series=series)
        return
    clock = clock_of(master)
    length = _length(master)
    low, high = _edge(since, master), _edge(until, master)
    for start in starts(master, low - length - _DAY):
        if start > high + _DAY:
            return
        when = _moved(master, start, start + length)
        # No zone is a day from another: what is further from both edges surely lies between them.
        if low + _DAY < start < high - _DAY or _meets(when, master.floating, window):
            moment = when.first if isinstance(when, DaySpan) else when.start if clock else start
            rid = recurrence_id(moment, clock)
            yield Expanded(recurrence_id=rid, when=when, event=master, is_series=True)


def instants(
    resource: Resource, since: datetime, until: datetime
) -> list[tuple[RecurrenceId, datetime, datetime]] | None:
    """What `expand` finds, as ids, starts and ends, these in UTC and naive: several times as fast,
    for an index of many. None where the resource is not one plain series in a zone, or happens too
    often."""
    found = read_components(resource.ics)
    block, master = found[0]
    clock = clock_of(master)
    if len(found) > 1 or clock is None or master.repeat is None or not _is_plain(block):
        return None
    length, low, high = _length(master), _edge(since, master), _edge(until, master)
    first, last = wall(since, _UTC), wall(until, _UTC)
    listed: list[tuple[RecurrenceId, datetime, datetime]] = []
    for start in starts(master, low - length - _DAY):
        if start > high + _DAY:
            return listed
        begin, end = _in_utc(start, start + length, clock)
        if begin < last and (first < end or first == begin == end):
            listed.append((RecurrenceId(f"{begin.isoformat()}+00:00"), begin, end))
        if len(listed) > CAP:
            return None
    return listed


def _in_utc(start: datetime, end: datetime, clock: ZoneInfo) -> tuple[datetime, datetime]:
    """A span between two times on a series' clock, as `span_at` has it."""
    there = start.replace(tzinfo=clock)
    offset, after = there.utcoffset(), end.replace(tzinfo=clock).utcoffset()
    if offset is None or after is None or offset != there.replace(fold=1).utcoffset():
        span = span_at(start, end, clock)  # an hour that is skipped, or comes twice
        return wall(span.start, _UTC), wall(span.end, _UTC)
    begin = start - offset
    return begin, max(begin, end - after)


def _edge(at: datetime, master: Event) -> datetime:
    return wall(at, clock_of(master)) if master.zone else at.replace(tzinfo=None)


def _length(master: Event) -> timedelta:
    if isinstance(master.when, DaySpan):
        return master.when.until - master.when.first
    clock = clock_of(master)
    return wall(master.when.end, clock) - wall(master.when.start, clock)


def _moved(master: Event, start: datetime, end: datetime) -> When:
    if isinstance(master.when, DaySpan):
        return DaySpan(first=start.date(), until=end.date())
    return span_at(start, end, clock_of(master))


def _meets(when: When, floating: bool, window: TimeSpan) -> bool:
    if isinstance(when, DaySpan):
        first, last = window.start.replace(tzinfo=None), window.end.replace(tzinfo=None)
        start, end = wall(when.first, None), wall(when.until, None)
        return start < last and first < end
    if floating:
        window = TimeSpan(
            start=window.start.replace(tzinfo=UTC), end=window.end.replace(tzinfo=UTC)
        )
    if when.start == when.end:
        return window.contains(when.start)
    return when.overlaps(window)


def _begin(when: When) -> datetime:
    first = when.first if isinstance(when, DaySpan) else when.start
    return first if isinstance(first, datetime) else wall(first, None).replace(tzinfo=UTC)


def _expand_changed(ics: str, since: datetime, until: datetime) -> Iterator[Expanded]:
    """A series with overrides, several rules or extra spans, as recurring-ical-events has it."""
    told = [event for _, event in every_component(ics)]
    adapters = [EventAdapter(component) for component in parsed(ics)]
    events = {id(one): event for one, event in zip(adapters, told, strict=True)}
    master = read_components(ics)[0][1]
    clock = None if master.recurrence_id else clock_of(master)
    for one in Series(adapters).between(since, until):
        event = events[id(one._adapter)]
        when = _told(one.start, one.end, event)
        rid = event.recurrence_id
        if not rid or one.start != one._adapter.start:
            rid = recurrence_id(_less(one.start, one._adapter.move_recurrences_by), clock)
        yield Expanded(recurrence_id=rid, when=when, event=event, is_series=True)


def _less(start: datetime | date, moved: timedelta) -> datetime | date:
    return start - moved if moved else start


def _told(start: Any, end: Any, event: Event) -> When:
    if not isinstance(start, datetime):
        return DaySpan(first=start, until=max(end, start + _DAY))
    clock = clock_of(event)
    return span_at(wall(start, clock), wall(end, clock), clock)


def remaining(resource: Resource, since: datetime) -> int | None:
    """How many occurrences are not over at an instant, cancelled ones left out; None: endless."""
    found = read_components(resource.ics)
    if any(is_endless(event) for _, event in found):
        return None
    try:
        left = expand(resource, since, _FAR)
    except TooManyOccurrences:
        return None
    return sum(one.event.status is not Status.CANCELLED for one in left)


def crosses_dst(resource: Resource, since: datetime, until: datetime) -> date | None:
    """The day of the first clock change in a series' own zone that parts its occurrences in a
    window.
    """
    master = read_components(resource.ics)[0][1]
    clock = clock_of(master)
    if master.repeat is None or clock is None:
        return None
    listed = [
        one.when.start for one in expand(resource, since, until) if isinstance(one.when, TimeSpan)
    ]
    if not listed:
        return None
    day, last = listed[0].astimezone(clock), listed[-1].astimezone(clock)
    while day < last:
        after = min(day + _DAY, last)
        if after.utcoffset() != day.utcoffset():
            return _change_day(day, after)
        day = after
    return None


def _change_day(before: datetime, after: datetime) -> date:
    """The date, in the zone, of the clock change between two instants a day apart."""
    low, high = before.astimezone(UTC), after.astimezone(UTC)
    zone = before.tzinfo
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) / 2
        same = middle.astimezone(zone).utcoffset() == before.utcoffset()
        low, high = (middle, high) if same else (low, middle)
    return high.astimezone(zone).date()
