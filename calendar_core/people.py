"""Whose calendar it is: ids and working hours. Who a person is beyond that is `bot.people`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from types import MappingProxyType
from typing import NewType

PersonId = NewType("PersonId", str)
"""A person, or a channel that has a calendar of its own: whoever owns calendars."""

WORKDAYS = (0, 1, 2, 3, 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingHours:
    """When a person is to be met, in wall time of their own zone."""

    start: time = time(9)
    end: time = time(17)
    """Exclusive; at or before `start` means past midnight."""
    days: tuple[int, ...] = WORKDAYS
    """Weekdays, Monday = 0."""
    special: Mapping[int, tuple[time, time]] = field(default_factory=lambda: MappingProxyType({}))
    """Hours of a weekday that differ from the rest."""

    def on(self, day: date) -> tuple[time, time] | None:
        """The hours of a day, or None when it is off."""
        weekday = day.weekday()
        if weekday in self.special:
            return self.special[weekday]
        return (self.start, self.end) if weekday in self.days else None
