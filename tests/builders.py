"""Arranging what a test is about: people, events, changes and notices, each with sensible defaults.

A whole house to talk to is `tests.bot.house`; what stands in a full calendar is `tests.bot.seeded`.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.confirmations import Reader
from bot.people import Person, Preferences
from calendar_core.changes.change import ChangeId, ChangeStatus, Glimpse, PendingChange, Target
from calendar_core.events import (
    Answer,
    CalendarId,
    Event,
    EventId,
    Guest,
    Occurrence,
    RecurrenceId,
    Repeat,
)
from calendar_core.people import PersonId
from calendar_core.when import DaySpan, TimeSpan, When, at_wall
from scheduler.notices import Invited, ReminderDue

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 10, 8, tzinfo=BERLIN)
"""A Tuesday morning."""
PERSONAL = CalendarId("calendar-1")
HOUR = timedelta(hours=1)


def on(day: int, clock: str, month: int = 3) -> datetime:
    """A moment of 2026 on the wall in Berlin: `on(11, "12:30")`."""
    return at_wall(datetime.fromisoformat(f"2026-{month:02}-{day:02}T{clock}"), BERLIN)


def a_span(day: int, clock: str, minutes: int = 60) -> TimeSpan:
    """So many minutes from a moment on."""
    start = on(day, clock)
    end = (start.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(BERLIN)
    return TimeSpan(start=start, end=end)


def days(first: int, last: int | None = None) -> DaySpan:
    """Whole days of March 2026, the last one included."""
    end = date(2026, 3, last or first) + timedelta(days=1)
    return DaySpan(first=date(2026, 3, first), until=end)


def a_guest(name: str = "Bo Lindt", **details: Any) -> Guest:
    """Somebody with a mail address."""
    address = details.pop("address", f"mailto:{name.split()[0].lower()}@example.org")
    return Guest(address=address, name=name, **details)


def an_event(title: str = "Lunch", when: When | None = None, **details: Any) -> Event:
    """An hour on Wednesday at 12:30, in Berlin."""
    when = when or a_span(11, "12:30", 45)
    rule = details.pop("rule", "")
    details.setdefault("uid", title.lower().replace(" ", "-"))
    details.setdefault("zone", None if isinstance(when, DaySpan) else BERLIN.key)
    if rule:
        details["repeat"] = Repeat(rule=rule)
    return Event(title=title, when=when, **details)


def an_occurrence(title: str = "Standup", when: When | None = None, **details: Any) -> Occurrence:
    """A quarter of an hour today at 9:30."""
    details.setdefault("owner", PersonId("ana"))
    return Occurrence(
        event_id=EventId("0123456789abcdef01234567"),
        calendar_id=PERSONAL,
        uid="standup",
        recurrence_id=RecurrenceId(details.pop("recurrence_id", "")),
        when=when or a_span(10, "09:30", 15),
        title=title,
        **details,
    )


def a_person(name: str = "Ana", **details: Any) -> Person:
    """Somebody in Berlin with the house's defaults."""
    details.setdefault("id", PersonId(name.lower()))
    details.setdefault("zone", BERLIN)
    details.setdefault("preferences", Preferences(**details.pop("wishes", {})))
    return Person(name=name, **details)


def a_glimpse(before: Event | None, after: Event | None, **details: Any) -> Glimpse:
    """One event of a change."""
    details.setdefault("calendar_id", PERSONAL)
    details.setdefault("target", Target(event_id=EventId("0123456789abcdef01234567")))
    return Glimpse(before=before, after=after, **details)


def a_change(*glimpses: Glimpse, **details: Any) -> PendingChange:
    """A change of Ana's that waits for her press."""
    seen = glimpses or (a_glimpse(None, an_event()),)
    fields: dict[str, Any] = {
        "id": ChangeId("c0ffee"),
        "owner": PersonId("ana"),
        "place": "fake//@ana/",
        "status": ChangeStatus.PROPOSED,
        "edits": (),
        "writes": (),
        "glimpses": seen,
        "count": len(seen),
        "remarks": (),
        "public": False,
        "proposed_at": NOW,
        "expires_at": NOW + timedelta(hours=24),
    }
    return PendingChange(**(fields | details))


def a_reader(**details: Any) -> Reader:
    """Ana, looking now."""
    details.setdefault("calendars", {PERSONAL: "Personal"})
    details.setdefault("me", "mailto:ana@example.org")
    return Reader(zone=BERLIN, now=NOW, **details)


def a_reminder_due(occurrence: Occurrence | None = None, **details: Any) -> ReminderDue:
    """A reminder of Ana's whose moment is now."""
    fields: dict[str, Any] = {
        "key": "reminder:0a1b2c:20260310T070000Z",
        "reminder_id": "0a1b2c",
        "owner": PersonId("ana"),
        "place": "",
        "text": "",
        "occurrence": occurrence,
        "due": NOW,
    }
    return ReminderDue(**(fields | details))


def an_invitation_notice(what: str = "invited", **details: Any) -> Invited:
    """News for Ana from Bo."""
    one = an_occurrence("Review", a_span(12, "14:00"), my_answer=Answer.OPEN, organizer="Bo Lindt")
    fields: dict[str, Any] = {
        "key": "news:1",
        "owner": PersonId("ana"),
        "event": one.event_id,
        "what": what,
        "occurrence": one,
        "title": "Review",
        "by": "Bo Lindt",
    }
    return Invited(**(fields | details))
