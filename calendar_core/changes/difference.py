"""What became of an event meanwhile: field by field, for a change that came too late. Pure.

Which of it makes a change too late is `rebasing`; the sentence that people see is the bot's. The
one made here is for the trail, in the event's own zone.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from calendar_core.changes.answers import unanswered
from calendar_core.changes.change import Glimpse, Meanwhile, PendingChange, Write
from calendar_core.errors import BadCalendarData
from calendar_core.events import Event, RecurrenceId, Resource
from calendar_core.ics.reading import read
from calendar_core.recurrence import expand
from calendar_core.when import DaySpan, TimeSpan

FIELDS = (
    *("when", "title", "location", "status", "repeat", "guests", "answers", "organizer"),
    *("description", "occupancy", "visibility", "video_url", "color", "categories", "alarms"),
    *("video_wanted", "mail_alarms", "url", "zone", "floating"),
)
"""What people can tell apart, the weightiest first. Guests without their answers are `guests`."""
_NEAR = timedelta(days=2)


def meanwhile_of(change: PendingChange, write: Write, now: str | None) -> Meanwhile | None:
    """How what a write was drawn from differs from what stands; None where nothing tells.

    Of a series, the occurrence that the person meant comes first, then the series itself.
    """
    if write.before == now:
        return None
    meant = [one for one in map(_meant, change.glimpses) if one]
    for rid in (*dict.fromkeys(meant), RecurrenceId("")):
        before, after = occurrence(write.before, rid), occurrence(now, rid)
        fields = differing(before, after)
        if fields or (before is None) != (after is None):
            return Meanwhile(before=before, now=after, fields=fields)
    return None


def _meant(glimpse: Glimpse) -> RecurrenceId:
    return glimpse.target.recurrence_id if glimpse.target is not None else RecurrenceId("")


def differing(before: Event | None, now: Event | None) -> tuple[str, ...]:
    """The fields in which two states of an event differ, the weightiest first."""
    if before is None or now is None:
        return ()
    return tuple(name for name in FIELDS if _told(before, name) != _told(now, name))


def _told(event: Event, name: str) -> object:
    if name == "answers":
        return {guest.address: (guest.answer, guest.note, guest.proposed) for guest in event.guests}
    if name == "guests":
        return {guest.address: unanswered(guest) for guest in event.guests}
    if name == "organizer" and event.organizer is not None:
        return unanswered(event.organizer)
    if name == "repeat" and event.recurrence_id:
        return None
    return getattr(event, name)


def occurrence(ics: str | None, rid: RecurrenceId) -> Event | None:
    """One occurrence of a text with its own time, or the master for none; None when it is not
    there."""
    if ics is None:
        return None
    try:
        components = read(ics)
        if not rid:
            return components[0]
        written = next((one for one in components if one.recurrence_id == rid), None)
        if written is not None:
            return written
        at = datetime.fromisoformat(rid)
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        resource = Resource(uid=components[0].uid, ics=ics)
        for one in expand(resource, at - _NEAR, at + _NEAR):
            if one.recurrence_id == rid:
                return replace(one.event, when=one.when, recurrence_id=rid)
    except BadCalendarData:
        return None
    return None


def told(meanwhile: Meanwhile) -> str:
    """It in one clause."""
    old, new = meanwhile.before, meanwhile.now
    if new is None:
        return f'"{old.title if old else ""}" is no longer there'
    if old is None:
        return f'"{new.title}" stands there already'
    return f'"{old.title}" {_clause(old, new, meanwhile.fields)}'


def _clause(old: Event, new: Event, fields: tuple[str, ...]) -> str:
    match fields[0]:
        case "when":
            return _time(old, new)
        case "title":
            return f'is now called "{new.title}"'
        case "location":
            return f"is now at {new.location}" if new.location else "has no place any more"
        case "guests" | "answers":
            return "has other guests or answers now"
        case _:
            return "was edited"


def _time(old: Event, new: Event) -> str:
    if isinstance(new.when, DaySpan):
        return f"is now on {new.when.first:%A} {new.when.first.day} {new.when.first:%B}"
    same_day = isinstance(old.when, TimeSpan) and old.when.start.date() == new.when.start.date()
    if isinstance(old.when, TimeSpan) and old.when.start == new.when.start:
        return f"now ends at {new.when.end:%H:%M}"
    day = "" if same_day else f" on {new.when.start:%A} {new.when.start.day} {new.when.start:%B}"
    return f"now starts at {new.when.start:%H:%M}{day}"
