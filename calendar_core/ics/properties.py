"""Values → content lines: how each field of an event is told in iCalendar (RFC 5545 §3.8, RFC
7986).

The other direction is `reading`; which lines are replaced when is `writing`.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from icalendar import vDuration, vText

from calendar_core.events import Guest, Occupancy, RecurrenceId, Repeat
from calendar_core.ics.lines import Block, Line, quoted
from calendar_core.wallclock import WallClock, wall
from calendar_core.when import DaySpan, When

OURS = "X-CONVENE-"
"""What the names of our own properties begin with: marks between planning, writers and readers."""
_TRANSPARENT = (Occupancy.FREE, Occupancy.ELSEWHERE)
_MICROSOFT = {
    Occupancy.BUSY: "BUSY",
    Occupancy.FREE: "FREE",
    Occupancy.OUT_OF_OFFICE: "OOF",
    Occupancy.ELSEWHERE: "WORKINGELSEWHERE",
}


def time_line(name: str, at: datetime | date, clock: WallClock) -> Line:
    """A property that holds one time, or one day."""
    return times_line(name, (at,), clock)


def times_line(name: str, moments: Iterable[datetime | date], clock: WallClock) -> Line:
    """A property that holds times of one kind: EXDATE, RDATE."""
    listed = tuple(moments)
    if not isinstance(listed[0], datetime):
        return Line(f"{name};VALUE=DATE:{','.join(one.strftime('%Y%m%d') for one in listed)}")
    stamps = [wall(one, clock).strftime("%Y%m%dT%H%M%S") for one in listed]
    if clock is not None and clock.key == "UTC":
        return Line(f"{name}:{','.join(f'{one}Z' for one in stamps)}")
    zone = "" if clock is None else f";TZID={clock.key}"
    return Line(f"{name}{zone}:{','.join(stamps)}")


def instant_line(name: str, at: datetime) -> Line:
    """A property that is always in UTC: DTSTAMP, LAST-MODIFIED, CREATED."""
    return Line(f"{name}:{at.astimezone(UTC).strftime('%Y%m%dT%H%M%SZ')}")


def when_lines(when: When, clock: WallClock) -> tuple[Line, Line]:
    """DTSTART and DTEND."""
    if isinstance(when, DaySpan):
        return time_line("DTSTART", when.first, None), time_line("DTEND", when.until, None)
    return time_line("DTSTART", when.start, clock), time_line("DTEND", when.end, clock)


def occurrence_line(rid: RecurrenceId, clock: WallClock) -> Line:
    """RECURRENCE-ID, in the value type and zone of the master's DTSTART."""
    return time_line("RECURRENCE-ID", moment_of(rid), clock)


def moment_of(rid: RecurrenceId) -> datetime | date:
    """The original start that a RecurrenceId tells; floating ones labelled UTC."""
    if len(rid) == 10:
        return date.fromisoformat(rid)
    moment = datetime.fromisoformat(rid)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def repeat_lines(repeat: Repeat, clock: WallClock) -> dict[str, tuple[Line, ...]]:
    """RRULE, EXDATE and RDATE."""
    return {
        "RRULE": (Line(f"RRULE:{repeat.rule}"),) if repeat.rule else (),
        "EXDATE": tuple(time_line("EXDATE", one, clock) for one in repeat.skipped),
        "RDATE": tuple(time_line("RDATE", one, clock) for one in repeat.extra),
    }


def text_lines(name: str, text: str) -> tuple[Line, ...]:
    """A TEXT property, or none for no text."""
    return (Line(f"{name}:{escaped(text)}"),) if text else ()


def escaped(text: str) -> str:
    """TEXT with RFC 5545 §3.3.11's escapes; control characters have no place in it."""
    plain = "".join(one for one in text if one >= " " or one in "\n\t")
    return vText(plain).to_ical().decode()


def category_lines(categories: tuple[str, ...]) -> tuple[Line, ...]:
    """CATEGORIES."""
    return (Line(f"CATEGORIES:{','.join(map(escaped, categories))}"),) if categories else ()


def uri_lines(name: str, uri: str) -> tuple[Line, ...]:
    """A URI property; it has no escapes, so line breaks go."""
    plain = "".join(one for one in uri if one > " ")
    return (Line(f"{name}:{plain}"),) if plain else ()


def video_lines(url: str) -> tuple[Line, ...]:
    """CONFERENCE (RFC 7986 §5.11)."""
    return tuple(
        Line(f"CONFERENCE;VALUE=URI;FEATURE=VIDEO;LABEL=Join:{line.value}")
        for line in uri_lines("CONFERENCE", url)
    )


def occupancy_lines(occupancy: Occupancy) -> dict[str, tuple[Line, ...]]:
    """TRANSP, and Outlook's finer word for it."""
    transparent = occupancy in _TRANSPARENT
    return {
        "TRANSP": (Line(f"TRANSP:{'TRANSPARENT' if transparent else 'OPAQUE'}"),),
        "X-MICROSOFT-CDO-BUSYSTATUS": (
            Line(f"X-MICROSOFT-CDO-BUSYSTATUS:{_MICROSOFT[occupancy]}"),
        ),
    }


def guest_line(guest: Guest) -> Line:
    """ATTENDEE; who has not answered is asked to."""
    asked = ";RSVP=TRUE" if guest.answer.value == "NEEDS-ACTION" else ""
    kind = "CUTYPE=ROOM;" if guest.is_room else ""
    return Line(
        f"ATTENDEE;{kind}{_named(guest)}ROLE={guest.attendance.value};"
        f"PARTSTAT={guest.answer.value}{asked}:{_address(guest)}"
    )


def organizer_line(guest: Guest) -> Line:
    """ORGANIZER."""
    params = f";{_named(guest)}".rstrip(";")
    return Line(f"ORGANIZER{params}:{_address(guest)}")


def _named(guest: Guest) -> str:
    return f"CN={quoted(guest.name)};" if guest.name else ""


def _address(guest: Guest) -> str:
    return "".join(one for one in guest.address if one > " ")


def wanted_lines(*, wanted: bool) -> tuple[Line, ...]:
    """X-CONVENE-VIDEO: that the calendar's maker shall make a video link."""
    return (Line("X-CONVENE-VIDEO:WANTED"),) if wanted else ()


def alarm_block(lead: timedelta) -> Block:
    """A VALARM that shows the event, so long before its start."""
    lines = ("ACTION:DISPLAY", "DESCRIPTION:Reminder", _trigger(lead))
    return Block("VALARM", tuple(map(Line, lines)))


def mail_alarm_block(lead: timedelta, title: str, to: Guest | None) -> Block:
    """A VALARM that mails the organizer, so long before the start."""
    mailed = [f"ATTENDEE:{_address(to)}"] if to is not None and to.email else []
    lines = ("ACTION:EMAIL", *mailed, f"SUMMARY:{escaped(title)}", "DESCRIPTION:Reminder")
    return Block("VALARM", tuple(map(Line, (*lines, _trigger(lead)))))


def _trigger(lead: timedelta) -> str:
    return f"TRIGGER:{vDuration(-lead).to_ical().decode()}"  # type: ignore[no-untyped-call]
