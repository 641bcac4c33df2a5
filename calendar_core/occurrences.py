"""When things happen, as the index keeps it: whole microseconds, and back again in the viewer's
zone.

Days and floating times are kept as if they were in UTC and told apart by their kind. Making rows of
a resource is `indexing`, finding them `timeline`.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from typing import Any
from zoneinfo import ZoneInfo

from calendar_core.events import (
    Answer,
    Calendar,
    EventId,
    Occupancy,
    Occurrence,
    RecurrenceId,
    Status,
    Visibility,
)
from calendar_core.when import DaySpan, TimeSpan, When, at_wall

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FOREVER = 2**62
"""An instant in microseconds that no event reaches."""
LONG = timedelta(hours=36)
"""Longer occurrences are few, and are looked for by their end."""
_EPOCH = EPOCH.replace(tzinfo=None)
_MICROSECOND = timedelta(microseconds=1)


class Kind(IntEnum):
    """How the numbers of an occurrence are to be read."""

    INSTANTS = 0
    DAYS = 1
    FLOATING = 2


def micros(at: datetime) -> int:
    """An instant as the index keeps it."""
    return (at - EPOCH) // _MICROSECOND


def utc_micros(at: datetime) -> int:
    """The same of a naive one in UTC."""
    return (at - _EPOCH) // _MICROSECOND


def from_micros(number: int) -> datetime:
    """The instant in UTC."""
    return EPOCH + number * _MICROSECOND


def kept(when: When, *, floating: bool) -> tuple[Kind, int, int]:
    """Kind, start and end of an occurrence as numbers."""
    if isinstance(when, DaySpan):
        return Kind.DAYS, _day_micros(when.first), _day_micros(when.until)
    kind = Kind.FLOATING if floating else Kind.INSTANTS
    return kind, micros(when.start), micros(when.end)


def told(kind: int, starts: int, ends: int, zone: ZoneInfo) -> When:
    """When it is, as somebody in a zone sees it."""
    if kind == Kind.INSTANTS:
        return TimeSpan(
            start=from_micros(starts).astimezone(zone), end=from_micros(ends).astimezone(zone)
        )
    start, end = from_micros(starts).replace(tzinfo=None), from_micros(ends).replace(tzinfo=None)
    if kind == Kind.DAYS:
        return DaySpan(first=start.date(), until=end.date())
    begin = at_wall(start, zone)
    return TimeSpan(start=begin, end=max(begin, at_wall(end, zone), key=_instant))


def occurrence_of(row: Sequence[Any], calendar: Calendar, zone: ZoneInfo) -> Occurrence:
    """An occurrence from the columns of `timeline.OCCURRENCE`."""
    organizer, known, address = row[13].partition("\n")
    return Occurrence(
        event_id=EventId(row[1]),
        calendar_id=calendar.id,
        owner=calendar.owner,
        uid=row[6],
        recurrence_id=RecurrenceId(row[2]),
        when=told(row[3], row[4], row[5], zone),
        title=row[7],
        location=row[8],
        status=Status(row[9]),
        occupancy=Occupancy(row[10]),
        visibility=Visibility(row[11]),
        my_answer=None if row[12] is None else Answer(row[12]),
        organizer=organizer,
        organizer_address=address if known else None,
        guests=tuple(row[14].split("\n")) if row[14] else (),
        is_series=row[15],
        rule=row[16],
        video_url=row[17],
        is_outside=calendar.read_only or calendar.is_anothers,
    )


def span_of(when: When, zone: ZoneInfo) -> TimeSpan:
    """The instants that it takes for somebody in a zone."""
    return when if isinstance(when, TimeSpan) else when.within(zone)


def touches(when: When, span: TimeSpan, zone: ZoneInfo) -> bool:
    """Whether it takes any of a span; a mark without length counts from its own instant."""
    taken = span_of(when, zone)
    start, end = _instant(taken.start), _instant(taken.end)
    since, until = _instant(span.start), _instant(span.end)
    return start < until and (end > since or start == end == since)


def in_order(occurrence: Occurrence, zone: ZoneInfo) -> tuple[datetime, bool, datetime, str, str]:
    """Sort key of an agenda: by start, whole days first, then by end and title."""
    span = span_of(occurrence.when, zone)
    is_timed = isinstance(occurrence.when, TimeSpan)
    return (
        _instant(span.start),
        is_timed,
        _instant(span.end),
        occurrence.title,
        occurrence.event_id,
    )


def _instant(at: datetime) -> datetime:
    # Two datetimes of one zone compare by wall time, which runs backwards once a year.
    return at.astimezone(UTC)


def _day_micros(day: date) -> int:
    return micros(datetime.combine(day, time(), UTC))
