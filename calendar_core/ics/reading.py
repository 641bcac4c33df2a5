"""iCalendar text → events: every component of a resource as people know it.

Tolerant where RFC 5545 leaves no doubt about the start; what is mended or refused before text is
stored is `mending`. The library reads what has a grammar of its own (lengths, whole components for
expanding); plain lines are read here, ten times faster, for an import reads every event twice.
Expanding a series is `calendar_core.recurrence`.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import icalendar

from calendar_core.errors import BadCalendarData
from calendar_core.events import (
    Answer,
    Attendance,
    Event,
    Guest,
    Occupancy,
    RecurrenceId,
    Repeat,
    Resource,
    Status,
    Visibility,
)
from calendar_core.ics.countering import guests_with_words
from calendar_core.ics.lines import Block, Line, parse
from calendar_core.ics.values import (
    Moment,
    address_of,
    length_of,
    member_of,
    moments_of,
    unescaped,
)
from calendar_core.ics.zoning import in_iana_zones, speaks_iana
from calendar_core.when import DaySpan, TimeSpan, When, at_wall

_TIMEZONES = re.compile(r"^BEGIN:VTIMEZONE.*?^END:VTIMEZONE[ \t]*\r?\n", re.S | re.M | re.I)
_COMMA = re.compile(r"(?<!\\),")
_AWAY = {
    "OOF": Occupancy.OUT_OF_OFFICE,
    "WORKINGELSEWHERE": Occupancy.ELSEWHERE,
    "FREE": Occupancy.FREE,
}
_VIDEO = ("CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL")


def read(resource: Resource | str) -> tuple[Event, ...]:
    """The events of a resource, master first, then overrides by their original start.

    Raises BadCalendarData when there is none or a start can't be read.
    """
    ics = resource.ics if isinstance(resource, Resource) else resource
    return tuple(event for _, event in read_components(ics))


def master_of(ics: str) -> Event:
    """The master of a series, or the single event; of overrides alone, the first."""
    return read(ics)[0]


@lru_cache(maxsize=32)
def read_components(ics: str) -> tuple[tuple[Block, Event], ...]:
    """Each component's lines beside its event; in the order of `read`.

    Of several for the same occurrence the one with the highest SEQUENCE counts. Kept for a moment,
    as one text is often asked several things in a row.
    """
    newest: dict[RecurrenceId, tuple[Block, Event]] = {}
    for block, event in every_component(ics):
        there = newest.get(event.recurrence_id)
        if there is None or sequence_of(block) > sequence_of(there[0]):
            newest[event.recurrence_id] = (block, event)
    return tuple(newest[rid] for rid in sorted(newest))


def every_component(ics: str) -> list[tuple[Block, Event]]:
    """All VEVENTs of a text in its order, old revisions too."""
    plain = _without_timezones(ics)
    tree = parse(plain) if speaks_iana(plain) else in_iana_zones(parse(ics))
    blocks = tree.blocks("VEVENT") if tree.name != "VEVENT" else (tree,)
    if not blocks:
        raise BadCalendarData("There is no event in this calendar text.")
    masters = [one for one in blocks if one.line("RECURRENCE-ID") is None]
    start = None
    if 0 < len(masters) < len(blocks):
        start = _dt(max(masters, key=sequence_of), "DTSTART")
    return [(one, to_event(one, _occurrence(one, start))) for one in blocks]


def _without_timezones(ics: str) -> str:
    """The text without the definitions of zones as they are commonly written. One that is left is
    read over; what the library reads must have none (`parsed`)."""
    begin = ics.find("\nBEGIN:VTIMEZONE")
    while begin >= 0:
        end = ics.find("\n", ics.find("\nEND:VTIMEZONE", begin) + 1)
        if end <= begin:
            break
        ics = ics[:begin] + ics[end:]
        begin = ics.find("\nBEGIN:VTIMEZONE", begin)
    return ics


def _occurrence(block: Block, start: Moment | None) -> RecurrenceId:
    if block.line("RECURRENCE-ID") is None:
        return RecurrenceId("")
    days = start is not None and not isinstance(start, datetime)
    original = _dt(block, "RECURRENCE-ID")
    zone = zone_of(original if start is None else start)
    return recurrence_id(original, zone, days)


def parsed(ics: str) -> list[icalendar.Event]:
    """The VEVENTs of a text as the library reads them, in its order, all zones IANA's."""
    plain = _TIMEZONES.sub("", ics) if speaks_iana(ics) else in_iana_zones(parse(ics)).text()
    try:
        # Bytes: a string that names a file would be read as that file (icalendar 7.3).
        tree = icalendar.Calendar.from_ical(plain.encode())
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as err:
        raise BadCalendarData("This text could not be read as a calendar event.") from err
    return [one for one in tree.walk("VEVENT") if isinstance(one, icalendar.Event)]


def to_event(block: Block, rid: RecurrenceId) -> Event:
    """One component as an event."""
    start, end = _bounds(block)
    when, zone, floating = _when(start, end)
    return Event(
        uid=block.value("UID"),
        title=_text(block, "SUMMARY"),
        when=when,
        zone=zone,
        floating=floating,
        recurrence_id=rid,
        repeat=_repeat(block, start, zone),
        description=_text(block, "DESCRIPTION"),
        location=_text(block, "LOCATION"),
        status=member_of(Status, block.value("STATUS"), Status.CONFIRMED),
        occupancy=_occupancy(block),
        visibility=member_of(Visibility, block.value("CLASS"), Visibility.PUBLIC),
        organizer=next((_guest(one) for one in block.lines("ORGANIZER")), None),
        guests=guests_with_words(block, map(_guest, block.lines("ATTENDEE"))),
        categories=tuple(_categories(block)),
        color=_text(block, "COLOR"),
        video_url=next((text for name in _VIDEO if (text := block.value(name))), ""),
        video_wanted=block.value("X-CONVENE-VIDEO").upper() == "WANTED",
        url=block.value("URL"),
        link=block.value("X-CONVENE-LINK"),
        alarms=tuple(_leads(block, mailed=False)),
        mail_alarms=tuple(_leads(block, mailed=True)),
        sequence=max(sequence_of(block), 0),
    )


def recurrence_id(moment: Moment, zone: ZoneInfo | None, day: bool = False) -> RecurrenceId:
    """Which occurrence an original start means, in a series with that zone (None: floating) or of
    days.
    """
    if not isinstance(moment, datetime):
        return RecurrenceId(moment.isoformat())
    if day:
        return RecurrenceId(moment.date().isoformat())
    if moment.tzinfo is None:
        if zone is None:
            return RecurrenceId(moment.isoformat())
        moment = at_wall(moment, zone)
    elif zone is None:
        return RecurrenceId(moment.replace(tzinfo=None).isoformat())
    return RecurrenceId(moment.astimezone(UTC).isoformat())


def zone_of(moment: Moment) -> ZoneInfo | None:
    """The zone that a time was written in."""
    tz = moment.tzinfo if isinstance(moment, datetime) else None
    return tz if isinstance(tz, ZoneInfo) else (ZoneInfo("UTC") if tz is not None else None)


def _bounds(block: Block) -> tuple[Any, Any]:
    """Start and end: both days, both aware or both naive, in order."""
    start = _dt(block, "DTSTART")
    end = _raw_end(block, start)
    if isinstance(start, datetime) or isinstance(end, datetime):
        zone = zone_of(start) or zone_of(end)
        start, end = _clocked(start, zone), _clocked(end, zone)
    elif end == start:
        end = start + timedelta(days=1)
    return (start, end) if start <= end else (end, start)


def _raw_end(block: Block, start: Moment) -> Moment:
    end, length = block.line("DTEND"), length_of(block.value("DURATION"))
    if end is not None and (told := moments_of(end)):
        return told[0]
    if length is not None:
        whole = isinstance(start, datetime) or not length.seconds
        return start + length if whole else datetime.combine(start, time()) + length
    return start if isinstance(start, datetime) else start + timedelta(days=1)


def _clocked(moment: Moment, zone: ZoneInfo | None) -> datetime:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    if zone is None:
        return moment.replace(tzinfo=None)
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment


def _when(start: Moment, end: Moment) -> tuple[When, str | None, bool]:
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return DaySpan(first=start, until=end), None, False
    zone = zone_of(start)
    if zone is None:
        span = TimeSpan(start=start.replace(tzinfo=UTC), end=end.replace(tzinfo=UTC))
        return span, None, True
    first, last = _real(start, zone), _real(end, zone)
    return TimeSpan(start=first, end=max(first, last)), zone.key, False


def _real(moment: datetime, zone: ZoneInfo) -> datetime:
    """An hour that the clocks skip is the one that RFC 5545 §3.3.5 means."""
    return moment.astimezone(UTC).astimezone(zone)


def _repeat(block: Block, start: Moment, zone: str | None) -> Repeat | None:
    rule = block.value("RRULE")
    skipped = tuple(_listed(block, "EXDATE", start, zone))
    extra = tuple(_listed(block, "RDATE", start, zone))
    return Repeat(rule=rule, skipped=skipped, extra=extra) if rule or extra else None


def _listed(block: Block, name: str, start: Moment, zone: str | None) -> Iterator[Moment]:
    for line in block.lines(name):
        for moment in moments_of(line):
            yield _aware(moment, start, zone) if isinstance(moment, datetime) else moment


def _aware(moment: datetime, start: Moment, zone: str | None) -> Moment:
    if not isinstance(start, datetime):
        return moment.date()
    if zone is None:
        return moment.replace(tzinfo=UTC)
    home = ZoneInfo(zone)
    return at_wall(moment, home) if moment.tzinfo is None else moment.astimezone(home)


def _dt(block: Block, name: str) -> Moment:
    line = block.line(name)
    told = [] if line is None else moments_of(line)
    if not told:
        word = "start" if name == "DTSTART" else "original start"
        raise BadCalendarData(f"its {word} is missing or can't be read")
    return told[0]


def _text(block: Block, name: str) -> str:
    line = block.line(name)
    said = "" if line is None else line.value
    return unescaped(said) if "\\" in said else said


def sequence_of(block: Block) -> int:
    """SEQUENCE; -1 where there is none."""
    said = block.value("SEQUENCE")
    return int(said) if said.isascii() and said.isdigit() else -1


def _occupancy(block: Block) -> Occupancy:
    microsoft = block.value("X-MICROSOFT-CDO-BUSYSTATUS").upper()
    transparent = block.value("TRANSP").upper()
    if microsoft in ("OOF", "WORKINGELSEWHERE") or (microsoft == "FREE" and not transparent):
        return _AWAY[microsoft]
    return Occupancy.FREE if transparent == "TRANSPARENT" else Occupancy.BUSY


def _guest(line: Line) -> Guest:
    role = (line.param("ROLE") or "").upper()
    optional = role in ("OPT-PARTICIPANT", "NON-PARTICIPANT")
    return Guest(
        address=address_of(line),
        name=(line.param("CN") or "").strip(),
        answer=member_of(Answer, line.param("PARTSTAT") or "", Answer.OPEN),
        attendance=Attendance.OPTIONAL if optional else Attendance.REQUIRED,
        is_room=(line.param("CUTYPE") or "").upper() in ("ROOM", "RESOURCE"),
    )


def _categories(block: Block) -> Iterator[str]:
    for line in block.lines("CATEGORIES"):
        yield from (unescaped(one).strip() for one in _COMMA.split(line.value) if one.strip())


def _leads(block: Block, *, mailed: bool) -> Iterator[timedelta]:
    for alarm in block.blocks("VALARM"):
        lead = lead_of(alarm)
        if lead is not None and is_mailed(alarm) is mailed:
            yield lead


def is_mailed(alarm: Block) -> bool:
    """Whether an alarm is a mail."""
    return alarm.value("ACTION").upper() == "EMAIL"


def lead_of(alarm: Block) -> timedelta | None:
    """How long before the start an alarm rings; None for one at an hour or near the end."""
    trigger = alarm.line("TRIGGER")
    if trigger is None or (trigger.param("RELATED") or "START").upper() != "START":
        return None
    length = length_of(trigger.value.strip())
    return None if length is None else -length
