"""Which occurrences of a series are not there, where Graph lists only those that are. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from calendar_core.events import Resource
from calendar_core.ics.properties import moment_of
from calendar_core.providers.microsoft.mapping import Held, events_of, resource_of, rid_of
from calendar_core.recurrence import expand
from calendar_core.wallclock import clock_of
from calendar_core.when import DaySpan, TimeSpan


def missing(
    held: Held, there: Iterable[dict[str, Any]], window: TimeSpan, me: str
) -> tuple[date | datetime, ...]:
    """The original starts that the rule makes in a window and that are not among the instances."""
    master = events_of(held, me)[0]
    clock, days = clock_of(master), isinstance(master.when, DaySpan)
    present = {rid_of(one, clock, days=days) for one in there}
    plain = Resource(uid=held.uid, ics=resource_of(replace(held, changed=()), me).ics)
    return tuple(
        moment_of(one.recurrence_id)
        for one in expand(plain, window.start, window.end)
        if one.recurrence_id not in present and _is_within(one.when, window)
    )


def _is_within(when: TimeSpan | DaySpan, window: TimeSpan) -> bool:
    """Whether all of it lies in the window: at its edges, what is there may not be listed."""
    if isinstance(when, DaySpan):
        return window.start.date() < when.first and when.until < window.end.date()
    return window.start <= when.start and when.end <= window.end
