"""What a Graph server knows: mailboxes with calendars, events, series with exceptions, versions."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from tests.servers.graph import occurring

Json = dict[str, Any]


class Refusal(Exception):
    """An error as Graph answers it."""

    def __init__(self, status: int, code: str, message: str = "") -> None:
        super().__init__(f"{status} {code} {message}")
        self.status, self.code, self.message = status, code, message


def bad(code: str, message: str = "") -> Refusal:
    return Refusal(400, code, message)


def zone_of(name: str) -> ZoneInfo:
    """A zone that Graph takes."""
    if name in WINDOWS_TO_OLSON:
        return ZoneInfo(WINDOWS_TO_OLSON[name])
    if name == "UTC" or (name in available_timezones() and "/" in name):
        return ZoneInfo(name)
    raise bad("TimeZoneNotSupportedException", f"A valid TimeZone value must be specified: {name}")


@dataclass
class Record:
    """One event, or one series."""

    number: int
    owner: str
    calendar: str
    fields: Json
    body: str
    """HTML."""
    start: datetime
    end: datetime
    zone: str
    all_day: bool
    recurrence: Json | None
    ical_uid: str
    transaction: str | None
    properties: dict[str, str]
    organizer: str
    response: str = "organizer"
    is_cancelled: bool = False
    exceptions: dict[date, Json] = field(default_factory=dict)
    """What they have of their own: `fields`, `body`, `start`, `end`, `version`."""
    deleted: set[date] = field(default_factory=set)
    version: int = 0
    content: int = 0
    """The version of what its occurrences show."""
    named_zone: str | None = None
    """What is answered for its zone, where that is another name."""
    join_url: str | None = None

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo("UTC") if self.all_day else zone_of(self.zone)

    def days(self, until: datetime) -> list[date]:
        """The days of its occurrences, deleted ones left out."""
        assert self.recurrence is not None
        listed = occurring.days_of(self.recurrence, until.date() + timedelta(days=2))
        return [one for one in listed if one not in self.deleted]

    def original(self, day: date) -> datetime:
        """When the rule has an occurrence start."""
        wall = self.start.astimezone(self.tz).time()
        return datetime.combine(day, wall, tzinfo=self.tz).astimezone(UTC)

    def span(self, day: date | None) -> tuple[datetime, datetime]:
        """When it, or an occurrence, is."""
        if day is None:
            return self.start, self.end
        own = self.exceptions.get(day, {})
        if "start" in own:
            return own["start"], own["end"]
        first = self.start.astimezone(self.tz)
        length = self.end.astimezone(self.tz).replace(tzinfo=None) - first.replace(tzinfo=None)
        start = self.original(day)
        end = (start.astimezone(self.tz).replace(tzinfo=None) + length).replace(tzinfo=self.tz)
        return start, end.astimezone(UTC)

    def happening(self, since: datetime, until: datetime) -> list[date | None]:
        """What of it lies in a window; None for a single event."""
        days = [None] if self.recurrence is None else self.days(until)
        found = []
        for day in days:
            start, end = self.span(day)
            if start < until and (since < end or since == start):
                found.append(day)
        return found


@dataclass
class Box:
    """One person's mailbox."""

    mail: str
    name: str
    calendars: dict[str, Json] = field(default_factory=dict)
    records: dict[int, Record] = field(default_factory=dict)
    in_flight: int = 0
    most_in_flight: int = 0
