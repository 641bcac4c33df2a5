"""Whose calendar it is: ids and working hours. Who a person is beyond that is `bot.people`."""

from dataclasses import dataclass
from datetime import date, time
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
    special: tuple[tuple[int, time, time], ...] = ()
    """Weekdays whose hours differ from the rest, with their start and end."""

    def on(self, day: date) -> tuple[time, time] | None:
        """The hours of a day, or None when it is off."""
        weekday = day.weekday()
        for special, start, end in self.special:
            if special == weekday:
                return start, end
        return (self.start, self.end) if weekday in self.days else None
