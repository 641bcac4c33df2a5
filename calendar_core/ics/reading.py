"""iCalendar text → events: every component of a resource as people know it.

Tolerant where RFC 5545 leaves no doubt about the start. What is dropped or repaired before text is stored is
`repair`; expanding a series is `calendar_core.recurrence`.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import icalendar
from icalendar.error import BrokenCalendarProperty

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
from calendar_core.ics.lines import parse
from calendar_core.ics.zoning import in_iana_zones, speaks_iana
from calendar_core.when import DaySpan, TimeSpan, When, at_wall

Moment: TypeAlias = datetime | date
Component: TypeAlias = Any
"""An `icalendar.Event`; its properties are of forty types, so each is looked at where it is read."""

_TIMEZONES = re.compile(r"^BEGIN:VTIMEZONE.*?^END:VTIMEZONE[ \t]*\r?\n", re.S | re.M | re.I)
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
    """The master of a series, or the single event; of a resource with overrides only, the first of them."""
    return read(ics)[0]


@lru_cache(maxsize=32)
def read_components(ics: str) -> tuple[tuple[Component, Event], ...]:
    """Each component as the library has it, beside its event; in the order of `read`.

    Kept for a moment, as one text is often asked several things in a row; nobody may change them.
    """
    found = parsed(ics)
    masters = [one for one in found if "RECURRENCE-ID" not in one]
    master = max(masters, key=_sequence) if masters else None
    zone = None if master is None else zone_of(_dt(master, "DTSTART"))
    day = master is not None and not isinstance(_dt(master, "DTSTART"), datetime)
    newest: dict[RecurrenceId, tuple[Component, Event]] = {}
    for one in found:
        if "RECURRENCE-ID" not in one:
            continue
        rid = recurrence_id(_dt(one, "RECURRENCE-ID"), zone, day)
        if rid not in newest or _sequence(one) > newest[rid][1].sequence:
            newest[rid] = (one, to_event(one, rid))
    first = () if master is None else ((master, to_event(master, RecurrenceId(""))),)
    return (*first, *(newest[rid] for rid in sorted(newest)))


def parsed(ics: str) -> list[Component]:
    """The VEVENTs of a text as the library reads them, all zones IANA's."""
    if not speaks_iana(ics):
        ics = in_iana_zones(parse(ics)).text()
    try:
        # Bytes: a string that names a file would be read as that file (icalendar 7.3).
        tree = icalendar.Calendar.from_ical(_TIMEZONES.sub("", ics).encode())
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as err:
        raise BadCalendarData("This text could not be read as a calendar event.") from err
    found = [one for one in tree.walk("VEVENT") if isinstance(one, icalendar.Event)]
    if not found:
        raise BadCalendarData("There is no event in this calendar text.")
    return found


def to_event(component: Component, rid: RecurrenceId) -> Event:
    """One component as an event."""
    start, end = _bounds(component)
    when, zone, floating = _when(start, end)
    return Event(
        uid=_text(component, "UID"),
        title=_text(component, "SUMMARY"),
        when=when,
        zone=zone,
        floating=floating,
        recurrence_id=rid,
        repeat=_repeat(component, start, zone),
        description=_text(component, "DESCRIPTION"),
        location=_text(component, "LOCATION"),
        status=_member(Status, _text(component, "STATUS"), Status.CONFIRMED),
        occupancy=_occupancy(component),
        visibility=_member(Visibility, _text(component, "CLASS"), Visibility.PUBLIC),
        organizer=next((_guest(one) for one in _all(component, "ORGANIZER")), None),
        guests=tuple(_guest(one) for one in _all(component, "ATTENDEE")),
        categories=tuple(_categories(component)),
        color=_text(component, "COLOR"),
        video_url=next((text for name in _VIDEO if (text := _text(component, name))), ""),
        url=_text(component, "URL"),
        alarms=tuple(_leads(component)),
        sequence=max(_sequence(component), 0),
    )


def recurrence_id(moment: Moment, zone: ZoneInfo | None, day: bool = False) -> RecurrenceId:
    """Which occurrence an original start means, in a series with that zone (None: floating) or of days."""
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


def original_start(component: Component) -> Moment:
    """The RECURRENCE-ID of an override, as it is written."""
    moment: Moment = _dt(component, "RECURRENCE-ID")
    return moment


def _bounds(component: Component) -> tuple[Any, Any]:
    """Start and end: both days, both aware or both naive; in order (swapped ends are meant the other way)."""
    start, end = _dt(component, "DTSTART"), _raw_end(component)
    if isinstance(start, datetime) or isinstance(end, datetime):
        zone = zone_of(start) or zone_of(end)
        start, end = _clocked(start, zone), _clocked(end, zone)
    elif end == start:
        end = start + timedelta(days=1)
    return (start, end) if start <= end else (end, start)


def _raw_end(component: Component) -> Moment:
    start: Moment = _dt(component, "DTSTART")
    if "DTEND" in component and not _broken(component, "DTEND"):
        end: Moment = _dt(component, "DTEND")
        return end
    if "DURATION" in component and not _broken(component, "DURATION"):
        length: timedelta = component["DURATION"].dt
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


def _repeat(component: Component, start: Moment, zone: str | None) -> Repeat | None:
    rules = [rule.to_ical().decode() for rule in _all(component, "RRULE")]
    skipped = tuple(_moments(component, "EXDATE", start, zone))
    extra = tuple(_moments(component, "RDATE", start, zone))
    if not rules and not extra:
        return None
    return Repeat(rule=rules[0] if rules else "", skipped=skipped, extra=extra)


def _moments(component: Component, name: str, start: Moment, zone: str | None) -> Iterator[Moment]:
    for listed in _all(component, name):
        for one in getattr(listed, "dts", ()):
            moment = one.dt[0] if isinstance(one.dt, tuple) else one.dt
            if isinstance(moment, datetime):
                yield _aware(moment, start, zone)
            else:
                yield moment


def _aware(moment: datetime, start: Moment, zone: str | None) -> Moment:
    if not isinstance(start, datetime):
        return moment.date()
    if zone is None:
        return moment.replace(tzinfo=UTC)
    home = ZoneInfo(zone)
    return at_wall(moment, home) if moment.tzinfo is None else moment.astimezone(home)


def _dt(component: Component, name: str) -> Any:
    try:
        return component[name].dt
    except (KeyError, AttributeError, TypeError, BrokenCalendarProperty) as err:
        raise BadCalendarData(f"Its {name} is missing or can't be read.") from err


def _broken(component: Component, name: str) -> bool:
    return not hasattr(component[name], "dt")


def _all(component: Component, name: str) -> list[Any]:
    found = component.get(name)
    listed = found if isinstance(found, list) else [found]
    return [one for one in listed if one is not None and type(one).__name__ != "vBroken"]


def _text(component: Component, name: str) -> str:
    return next((str(one) for one in _all(component, name)), "")


def _sequence(component: Component) -> int:
    try:
        return int(component.get("SEQUENCE", -1))
    except (TypeError, ValueError):
        return -1


def _member(kind: Any, text: str, otherwise: Any) -> Any:
    try:
        return kind(text.strip().upper())
    except ValueError:
        return otherwise


def _occupancy(component: Component) -> Occupancy:
    microsoft = _text(component, "X-MICROSOFT-CDO-BUSYSTATUS").strip().upper()
    transparent = _text(component, "TRANSP").strip().upper()
    if microsoft in ("OOF", "WORKINGELSEWHERE") or (microsoft == "FREE" and not transparent):
        return _AWAY[microsoft]
    return Occupancy.FREE if transparent == "TRANSPARENT" else Occupancy.BUSY


def _guest(address: Any) -> Guest:
    params = getattr(address, "params", {})
    said, mail = str(address).strip(), str(params.get("EMAIL", ""))
    if mail and not said.lower().startswith("mailto:"):
        said = f"mailto:{mail}"
    role = str(params.get("ROLE", "")).upper()
    optional = role in ("OPT-PARTICIPANT", "NON-PARTICIPANT")
    return Guest(
        address=said.lower() if said.lower().startswith("mailto:") else said,
        name=str(params.get("CN", "")),
        answer=_member(Answer, str(params.get("PARTSTAT", "")), Answer.OPEN),
        attendance=Attendance.OPTIONAL if optional else Attendance.REQUIRED,
    )


def _categories(component: Component) -> Iterator[str]:
    for listed in _all(component, "CATEGORIES"):
        yield from (str(one) for one in getattr(listed, "cats", (listed,)) if str(one).strip())


def _leads(component: Component) -> Iterator[timedelta]:
    for alarm in component.subcomponents:
        trigger: Any = alarm.get("TRIGGER") if alarm.name == "VALARM" else None
        length = getattr(trigger, "dt", None)
        if isinstance(length, timedelta) and trigger.params.get("RELATED", "START") == "START":
            yield -length
