"""The wall clock that a series is told on: from instants to what the clock shows, and back.

The zone is the event's own, never the viewer's. Single wall times, and what a zone makes of them,
are `when`; which starts a rule has is `rules`.
"""

from datetime import date, datetime, time
from typing import TypeAlias
from zoneinfo import ZoneInfo

from calendar_core.events import Event
from calendar_core.when import TimeSpan, at_wall

WallClock: TypeAlias = ZoneInfo | None
"""The zone that a series is told in; None: floating, or days."""

_UTC = ZoneInfo("UTC")


def clock_of(event: Event) -> WallClock:
    """The zone in which an event's times are written."""
    return None if event.zone is None else ZoneInfo(event.zone)


def wall(moment: datetime | date, clock: WallClock) -> datetime:
    """A moment as the wall clock of a series shows it, naive; a day is its midnight."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time())
    if moment.tzinfo is None:
        return moment
    return (moment if clock is None else moment.astimezone(clock)).replace(tzinfo=None)


def span_at(start: datetime, end: datetime, clock: WallClock) -> TimeSpan:
    """A span between two times on a series' clock; floating ones labelled UTC.

    A start that the clocks skip is later, and so is its end: the meeting keeps its length.
    """
    zone = clock or _UTC
    first = at_wall(start, zone)
    late = first.replace(tzinfo=None) - start
    last = at_wall(end + late, zone)
    return TimeSpan(start=first, end=max(first, last))
