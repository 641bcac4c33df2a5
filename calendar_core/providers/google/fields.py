"""iCalendar → Google's events: what a VEVENT says, field by field as Google has them.

Two texts are compared by their fields, and only those that differ are written (`bodies`). What
Google has no field for is no difference here. The other way is `mapping`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from calendar_core.errors import NotAllowed
from calendar_core.events import Event, Occupancy, RecurrenceId, Status
from calendar_core.ics.lines import Block, Line
from calendar_core.ics.reading import lead_of
from calendar_core.ics.sheet import event_of, open_sheet
from calendar_core.ics.values import address_of, unescaped
from calendar_core.providers.google.colors import id_of
from calendar_core.providers.google.mapping import PARTSTAT
from calendar_core.providers.google.times import to_google
from calendar_core.rules import parts_of, rule_of, until_text, until_wall
from calendar_core.when import DaySpan, at_wall

Fields: TypeAlias = Mapping[str, Any]
"""Values by names of Google's, and `attendees`, `reminders`, `recurrence`, `video`, `occupancy`,
`categories` and `source` in ways that can be compared."""
RESPONSES = {ours: theirs for theirs, ours in PARTSTAT.items()}
_MOST_REMINDERS, _LONGEST_REMINDER = 5, 40_320
_OURS = {Occupancy.OUT_OF_OFFICE: "oof", Occupancy.ELSEWHERE: "elsewhere"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """A guest, as far as a VEVENT tells it."""

    name: str
    answer: str
    """Google's word: accepted, declined, tentative, needsAction."""
    optional: bool
    room: bool
    comment: str
    more: int
    """Guests that they bring."""
    mail: str
    """What they were invited as, where that is not the address of their calendar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a stored text says."""

    master: Fields | None
    changed: Mapping[RecurrenceId, Fields]
    skipped: frozenset[RecurrenceId]
    """Original starts that do not happen."""
    wants_video: bool
    """Whether Google is asked to make a video link."""

    @property
    def has_guests(self) -> bool:
        """Whether somebody is invited to any of it."""
        parts = (*self.changed.values(), *([self.master] if self.master is not None else []))
        return any(one["attendees"] for one in parts)


NOTHING = Said(master=None, changed={}, skipped=frozenset(), wants_video=False)


def said_by(ics: str | None, zone: ZoneInfo) -> Said:
    """Read a text; `zone` is the calendar's, for times without one. Raises BadCalendarData."""
    if ics is None:
        return NOTHING
    sheet = open_sheet(ics)
    changed, skipped = {}, set()
    for rid, block in sheet.overrides.items():
        event = event_of(block, rid)
        if event.status is Status.CANCELLED:
            skipped.add(_instant_of(rid, zone))
        else:
            changed[_instant_of(rid, zone)] = _fields(block, event, zone)
    master, wants = None, False
    if sheet.master is not None:
        event = event_of(sheet.master)
        master = _fields(sheet.master, event, zone)
        wants = sheet.master.value("X-CONVENE-VIDEO").upper() == "WANTED"
        if event.repeat is not None:
            master = {**master, "recurrence": _recurrence(sheet.master, event, zone)}
            skipped |= {_start_at(one, event, zone) for one in event.repeat.skipped}
    return Said(master=master, changed=changed, skipped=frozenset(skipped), wants_video=wants)


def exdate_lines(skipped: frozenset[RecurrenceId], start: Mapping[str, str]) -> list[str]:
    """Skipped starts as lines of `recurrence`, told as the series tells its start."""
    if not skipped:
        return []
    if "date" in start:
        days = ",".join(sorted(one.replace("-", "")[:8] for one in skipped))
        return [f"EXDATE;VALUE=DATE:{days}"]
    zone = ZoneInfo(start["timeZone"])
    walls = sorted(datetime.fromisoformat(one).astimezone(zone) for one in skipped)
    told = ",".join(one.strftime("%Y%m%dT%H%M%S") for one in walls)
    return [f"EXDATE;TZID={zone.key}:{told}"]


def _fields(block: Block, event: Event, zone: ZoneInfo) -> Fields:
    start, end = _times(event, zone)
    markup = block.line("X-ALT-DESC")
    return {
        "summary": event.title,
        "description": event.description if markup is None else unescaped(markup.value),
        "location": event.location,
        "start": start,
        "end": end,
        "status": "tentative" if event.status is Status.TENTATIVE else "confirmed",
        "transparency": (
            "transparent" if event.occupancy in (Occupancy.FREE, Occupancy.ELSEWHERE) else "opaque"
        ),
        "visibility": block.value("CLASS").lower() or "default",
        "colorId": id_of(event.color),
        "attendees": dict(_attendees(block, event)),
        "reminders": _reminders(block),
        "recurrence": (),
        "video": event.video_url,
        "source": event.url,
        "occupancy": _OURS.get(event.occupancy, ""),
        "categories": event.categories,
    }


def _times(event: Event, zone: ZoneInfo) -> tuple[dict[str, str], dict[str, str]]:
    if isinstance(event.when, DaySpan):
        return to_google(event.when.first, None), to_google(event.when.until, None)
    start, end = event.when.start, event.when.end
    if event.floating:
        start, end = (at_wall(one.replace(tzinfo=None), zone) for one in (start, end))
        return to_google(start, zone), to_google(max(start, end), zone)
    own = ZoneInfo(event.zone) if event.zone else None
    return to_google(start, own), to_google(end, own)


def _instant_of(rid: RecurrenceId, zone: ZoneInfo) -> RecurrenceId:
    """An original start as an instant, where it is floating."""
    if len(rid) == 10:
        return rid
    at = datetime.fromisoformat(rid)
    at = at if at.tzinfo else at_wall(at, zone)
    return RecurrenceId(at.astimezone(UTC).isoformat())


def _start_at(skipped: datetime | date, event: Event, zone: ZoneInfo) -> RecurrenceId:
    """Which start a skipped moment means; a day that of its hour."""
    if isinstance(event.when, DaySpan):
        day = skipped.date() if isinstance(skipped, datetime) else skipped
        return RecurrenceId(day.isoformat())
    clock = ZoneInfo(event.zone) if event.zone else zone
    if not isinstance(skipped, datetime):
        hour = event.when.start if event.floating else event.when.start.astimezone(clock)
        skipped = at_wall(datetime.combine(skipped, hour.time()), clock)
    elif event.floating:
        skipped = at_wall(skipped.replace(tzinfo=None), clock)
    return RecurrenceId(skipped.astimezone(UTC).isoformat())


def _recurrence(block: Block, event: Event, zone: ZoneInfo) -> tuple[str, ...]:
    """RRULE, EXRULE and RDATE as Google takes them, in an order of their own."""
    lines = [f"RRULE:{_rule(line.value, event, zone)}" for line in block.lines("RRULE")]
    lines += [f"EXRULE:{line.value.upper()}" for line in block.lines("EXRULE")]
    extra = sorted(
        {_extra(one, event, zone) for one in (event.repeat.extra if event.repeat else ())}
    )
    if extra:
        whole = isinstance(event.when, DaySpan)
        lines.append(f"RDATE{';VALUE=DATE' if whole else ''}:{','.join(extra)}")
    return tuple(lines)


def _extra(one: datetime | date, event: Event, zone: ZoneInfo) -> str:
    rid = _start_at(one, event, zone)
    if len(rid) == 10:
        return rid.replace("-", "")
    return datetime.fromisoformat(rid).strftime("%Y%m%dT%H%M%SZ")


def _rule(rule: str, event: Event, zone: ZoneInfo) -> str:
    """A rule whose end is of the kind that its start asks for: Google refuses others."""
    parts = parts_of(rule.upper())
    until = until_wall(parts, event) if "UNTIL" in parts else None
    if until is not None:
        clock = ZoneInfo(event.zone) if event.zone else zone
        parts["UNTIL"] = until_text(until, clock, isinstance(event.when, DaySpan))
    return rule_of(parts)


def _attendees(block: Block, event: Event) -> Iterator[tuple[str, Attendee]]:
    host = event.organizer.address if event.organizer is not None else ""
    for line, guest in zip(block.lines("ATTENDEE"), event.guests, strict=True):
        if guest.email is None:
            if guest.address == host:
                continue
            raise NotAllowed(
                f"{guest.name or 'A guest'} has no mail address that Google could invite."
            )
        more = line.param("X-NUM-GUESTS") or "0"
        answer = RESPONSES.get((line.param("PARTSTAT") or "").upper(), "needsAction")
        yield (
            address_of(line),
            Attendee(
                # A room's name is Google's, and it answers by itself, at once: no difference.
                name="" if guest.is_room else guest.name,
                answer="needsAction" if guest.is_room else answer,
                optional=guest.attendance.value == "OPT-PARTICIPANT",
                room=guest.is_room,
                comment=line.param("X-RESPONSE-COMMENT") or "",
                more=int(more) if more.isascii() and more.isdigit() else 0,
                mail=_mail(line),
            ),
        )


def _mail(line: Line) -> str:
    said = (line.param("EMAIL") or "").strip().lower()
    return "" if f"mailto:{said}" == address_of(line) else said


def _reminders(block: Block) -> tuple[tuple[str, int], ...]:
    """Method and minutes before the start, the nearest first, as many as Google takes."""
    found = set()
    for alarm in block.blocks("VALARM"):
        lead = lead_of(alarm)
        if lead is None:
            continue
        minutes = round(lead / timedelta(minutes=1))
        if 0 <= minutes <= _LONGEST_REMINDER:
            mails = alarm.value("ACTION").upper() == "EMAIL"
            found.add((minutes, "email" if mails else "popup"))
    return tuple((method, minutes) for minutes, method in sorted(found)[:_MOST_REMINDERS])
