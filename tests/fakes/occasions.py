"""A mirror of events in memory, as reminders look at it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from calendar_core.errors import NotFound
from calendar_core.events import (
    Calendar,
    CalendarId,
    EventId,
    Occurrence,
    RecurrenceId,
    Resource,
    Target,
)
from calendar_core.mirror import StoredEvent
from calendar_core.people import PersonId
from calendar_core.when import TimeSpan, When
from scheduler.reminder import begins_at, ends_at

HOUR = timedelta(hours=1)


def an_occurrence(
    when: When | datetime,
    *,
    event: str = "e1",
    owner: str = "ana",
    title: str = "Dentist",
    recurrence: str = "",
    guests: tuple[str, ...] = (),
    is_series: bool = False,
) -> Occurrence:
    """One thing that happens; a bare instant takes an hour."""
    span = TimeSpan(start=when, end=when + HOUR) if isinstance(when, datetime) else when
    return Occurrence(
        event_id=EventId(event),
        calendar_id=CalendarId(f"{owner}-calendar"),
        owner=PersonId(owner),
        uid=event,
        recurrence_id=RecurrenceId(recurrence),
        when=span,
        title=title,
        guests=guests,
        is_series=is_series,
    )


def a_series(starts: Sequence[datetime], **details: Any) -> list[Occurrence]:
    """One occurrence at each start, named by it."""
    return [
        an_occurrence(start, recurrence=start.isoformat(), is_series=True, **details)
        for start in starts
    ]


class FakeOccasions:
    """Holds occurrences; tests put, move and drop them."""

    def __init__(self) -> None:
        self.held: dict[EventId, list[Occurrence]] = {}
        self.leads: dict[EventId, tuple[timedelta, ...]] = {}

    def put(self, *occurrences: Occurrence) -> None:
        """Hold these, instead of what the same events had."""
        for one in occurrences:
            self.held[one.event_id] = []
        for one in occurrences:
            self.held[one.event_id].append(one)

    def drop(self, event: str) -> None:
        """Forget an event."""
        self.held.pop(EventId(event), None)

    def amend(self, event: str, **changes: Any) -> None:
        """Change all occurrences of an event."""
        name = EventId(event)
        self.held[name] = [replace(one, **changes) for one in self.held[name]]

    async def next_occurrences(
        self,
        event_id: EventId,
        since: datetime,
        limit: int,
        zone: ZoneInfo,
        owners: Sequence[PersonId],
        *,
        session: Any = None,
    ) -> Sequence[Occurrence]:
        """Those that end after an instant, in order."""
        held = self._of(event_id, owners)
        ahead = [one for one in held if ends_at(one, zone) > since]
        return sorted(ahead, key=lambda one: begins_at(one, zone))[:limit]

    async def find_occurrence(
        self, target: Target, zone: ZoneInfo, owners: Sequence[PersonId], *, session: Any = None
    ) -> Occurrence:
        """The one with this recurrence id."""
        for one in self._of(target.event_id, owners):
            if target.recurrence_id in ("", one.recurrence_id):
                return one
        raise NotFound(target.event_id)

    async def event(
        self, event_id: EventId, owners: Sequence[PersonId], *, session: Any = None
    ) -> StoredEvent:
        """The event as text: nothing but its alarms."""
        first = self._of(event_id, owners)[0]
        alarms = "".join(
            f"BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT{int(lead.total_seconds())}S\r\nEND:VALARM\r\n"
            for lead in self.leads.get(event_id, ())
        )
        text = (
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:e\r\nSUMMARY:e\r\n"
            f"DTSTART:20260309T140000Z\r\n{alarms}END:VEVENT\r\nEND:VCALENDAR\r\n"
        )
        calendar = Calendar(
            id=first.calendar_id, owner=first.owner, name="Calendar", provider="local"
        )
        return StoredEvent(
            id=event_id,
            resource=Resource(uid=first.uid, ics=text),
            calendar=calendar,
            is_series=first.is_series,
        )

    def _of(self, event_id: EventId, owners: Sequence[PersonId]) -> list[Occurrence]:
        held = [one for one in self.held.get(event_id, ()) if one.owner in owners]
        if not held:
            raise NotFound(event_id)
        return held
