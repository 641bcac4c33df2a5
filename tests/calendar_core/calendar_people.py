"""Builders of people with something on, for the tests of free time."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from calendar_core.busy import BusySpan, busy_spans
from calendar_core.events import (
    Answer,
    Calendar,
    CalendarId,
    EventId,
    Occupancy,
    Occurrence,
    RecurrenceId,
    Status,
)
from calendar_core.people import PersonId, WorkingHours
from calendar_core.slots import Attendee, Slot
from calendar_core.when import DaySpan, TimeSpan, When

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
TUESDAY = date(2026, 3, 10)


def at(clock: str, day: date = TUESDAY, zone: ZoneInfo = BERLIN) -> datetime:
    """ "13:30" on a day."""
    hour, minute = map(int, clock.split(":"))
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)


def span(start: str, end: str, day: date = TUESDAY, zone: ZoneInfo = BERLIN) -> TimeSpan:
    return TimeSpan(start=at(start, day, zone), end=at(end, day, zone))


def days(first: date, number: int = 1) -> DaySpan:
    return DaySpan(first=first, until=first + timedelta(days=number))


def an_occurrence(
    when: When,
    title: str = "Something",
    *,
    owner: str = "me",
    uid: str = "",
    calendar: str = "work",
    status: Status = Status.CONFIRMED,
    occupancy: Occupancy = Occupancy.BUSY,
    my_answer: Answer | None = None,
    guests: tuple[str, ...] = (),
    organizer: str = "",
    is_series: bool = False,
) -> Occurrence:
    uid = uid or f"{title}-{when}"
    return Occurrence(
        event_id=EventId(f"{owner}-{uid}"),
        calendar_id=CalendarId(calendar),
        owner=PersonId(owner),
        uid=uid,
        recurrence_id=RecurrenceId(""),
        when=when,
        title=title,
        status=status,
        occupancy=occupancy,
        my_answer=my_answer,
        guests=guests,
        organizer=organizer,
        is_series=is_series,
    )


def a_calendar(name: str = "work", *, counts: bool = True, unread: bool = False) -> Calendar:
    return Calendar(
        id=CalendarId(name),
        owner=PersonId("me"),
        name=name,
        provider="local",
        counts_as_busy=counts,
        unread_since=datetime(2026, 3, 10, 10, 40, tzinfo=UTC) if unread else None,
    )


def somebody(
    name: str = "me",
    *has: Occurrence | TimeSpan,
    zone: ZoneInfo = BERLIN,
    hours: WorkingHours | None = None,
    required: bool = True,
    unread: tuple[Calendar, ...] = (),
    buffer: timedelta = timedelta(),
) -> Attendee:
    """A person with occurrences, or with spans of which only free/busy is known."""
    known = busy_spans((one for one in has if isinstance(one, Occurrence)), (), zone)
    bare = tuple(BusySpan(span=one) for one in has if isinstance(one, TimeSpan))
    return Attendee(
        person=PersonId(name),
        name=name.capitalize(),
        zone=zone,
        hours=hours or WorkingHours(),
        busy=known + bare,
        required=required,
        unread=unread,
        buffer=buffer,
    )


def clocks(slots: Iterable[Slot | TimeSpan]) -> list[str]:
    """ "Tue 10 14:00-14:45", as the spans' own zone has it."""
    spans = (one if isinstance(one, TimeSpan) else one.span for one in slots)
    return [f"{one.start:%a %d %H:%M}-{one.end:%H:%M}" for one in spans]
