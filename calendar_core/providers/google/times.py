"""Google's times and ours: `start`, `end` and `originalStartTime` <-> iCalendar's lines.

A day is `date`, an instant `dateTime`, and `timeZone` is the zone that its owner thinks in; of a
series the one that its rule runs in.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from calendar_core.errors import BadCalendarData
from calendar_core.events import RecurrenceId
from calendar_core.ics.lines import Line
from calendar_core.ics.properties import time_line
from calendar_core.ics.zones import named_zone
from calendar_core.when import at_wall

UTC_ZONE = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Told:
    """A time as Google tells it."""

    at: datetime | date
    """An instant in its zone, or a day."""
    zone: ZoneInfo | None
    """None for a day."""

    @property
    def rid(self) -> RecurrenceId:
        """As the original start of an occurrence."""
        if not isinstance(self.at, datetime):
            return RecurrenceId(self.at.isoformat())
        return RecurrenceId(self.at.astimezone(UTC).isoformat())

    def line(self, name: str) -> Line:
        """As a line of an event that happens once."""
        if not isinstance(self.at, datetime) or self.zone is None:
            return time_line(name, self.at, None)
        there = self.at.astimezone(self.zone)
        # An hour that comes twice can't be told on the wall the second time.
        exact = at_wall(there.replace(tzinfo=None), self.zone).astimezone(UTC) == there.astimezone(
            UTC
        )
        return time_line(name, there, self.zone if exact else UTC_ZONE)


def told(said: Any, default: ZoneInfo) -> Told:
    """Read a time; `default` is the calendar's zone. Raises BadCalendarData."""
    said = said if isinstance(said, dict) else {}
    try:
        if said.get("dateTime"):
            at = datetime.fromisoformat(str(said["dateTime"]))
            zone = named_zone(str(said["timeZone"])) if said.get("timeZone") else default
            zone = zone or UTC_ZONE
            return Told(at_wall(at, zone) if at.tzinfo is None else at.astimezone(zone), zone)
        return Told(date.fromisoformat(str(said["date"])), None)
    except (KeyError, ValueError, OverflowError) as err:
        raise BadCalendarData("Its time is missing or can't be read.") from err


def zone_named(name: Any) -> ZoneInfo:
    """A calendar's zone by its name; UTC where nobody knows it."""
    return named_zone(str(name)) or UTC_ZONE if name else UTC_ZONE


def to_google(at: datetime | date, zone: ZoneInfo | None) -> dict[str, str]:
    """A time as Google wants it."""
    if not isinstance(at, datetime):
        return {"date": at.isoformat()}
    clock = zone or UTC_ZONE
    return {"dateTime": at.astimezone(clock).isoformat(), "timeZone": clock.key}
