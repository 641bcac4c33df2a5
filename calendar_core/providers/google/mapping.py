"""Google's events → iCalendar: one JSON event as the lines of one VEVENT.

What Google tells that iCalendar has no word for, and that we show, gets an X- property; what we do
not know is left out here and never written back. The other way is `fields`; putting a series
together is `series`. https://developers.google.com/workspace/calendar/api/v3/reference/events
"""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from calendar_core.ics.lines import Block, Line, quoted
from calendar_core.ics.properties import (
    alarm_block,
    category_lines,
    instant_line,
    text_lines,
    uri_lines,
    video_lines,
)
from calendar_core.providers.google.colors import NAMES
from calendar_core.providers.google.times import Told, told, zone_named

Json = dict[str, Any]
PARTSTAT = {
    "accepted": "ACCEPTED",
    "declined": "DECLINED",
    "tentative": "TENTATIVE",
    "needsAction": "NEEDS-ACTION",
}
OCCUPANCY = "conveneOccupancy"
CATEGORIES = "conveneCategories"
VIDEO = "conveneVideo"
"""Names of private properties: what Google's own fields have no place for."""
_SERIES_LINE = re.compile(r"(RRULE|EXRULE|RDATE|EXDATE)[;:]", re.I)
_MARKUP = re.compile(r"</?(?:a|b|br|div|em|html-blob|i|li|ol|p|span|strong|u|ul)\b[^<>]*>", re.I)
_BREAKS = re.compile(r"<br\s*/?>|</(?:p|div|li|ul|ol)>", re.I)
_ITEM = re.compile(r"<li\b[^<>]*>", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The calendar that events are read from."""

    remote: str
    """Its id at Google; of most calendars a mail address, which stands for its owner."""
    zone: ZoneInfo
    only_times: bool = False
    """Whether nobody but their owners may see what its events are about."""

    @property
    def own(self) -> str:
        """How guests' lists name its owner."""
        return f"mailto:{self.remote.lower()}" if "@" in self.remote else ""


def place_of(remote: str, answer: Json) -> Place:
    """The calendar as a list of its events tells it."""
    role = answer.get("accessRole")
    return Place(
        remote=remote,
        zone=zone_named(answer.get("timeZone")),
        only_times=role == "freeBusyReader",
    )


def event_block(
    item: Json, uid: str, place: Place, *, of: Told | None = None, skipped: Sequence[Line] = ()
) -> Block:
    """One event as a VEVENT; `of` is the original start of a changed occurrence. Raises
    BadCalendarData."""
    start = told(item.get("start"), place.zone)
    end = told(item.get("end") or item.get("start"), place.zone)
    lines: list[Line] = [Line(f"UID:{uid}"), *_stamps(item)]
    lines += [start.line("DTSTART"), end.line("DTEND")]
    if of is not None:
        lines.append(of.line("RECURRENCE-ID"))
    else:
        lines += recurrence_lines(item)
    lines += skipped
    lines += _words(item, place)
    lines += _claims(item)
    lines += _people(item, place)
    lines += _links(item)
    lines.append(Line(f"SEQUENCE:{int(item.get('sequence') or 0)}"))
    return Block("VEVENT", (*lines, *_alarms(item)))


def recurrence_lines(item: Json) -> list[Line]:
    """What Google tells of how an event repeats; each is a line of iCalendar."""
    said = [str(one).strip() for one in item.get("recurrence") or ()]
    return [Line(one) for one in said if _SERIES_LINE.match(one) and one.isprintable()]


def video_of(item: Json) -> str:
    """Where to join by video."""
    entries = (item.get("conferenceData") or {}).get("entryPoints") or ()
    found = (one.get("uri") for one in entries if one.get("entryPointType") == "video")
    return str(next(found, None) or item.get("hangoutLink") or "")


def private_of(item: Json, name: str) -> str:
    """A private property of ours."""
    return str(((item.get("extendedProperties") or {}).get("private") or {}).get(name) or "")


def _stamps(item: Json) -> Iterator[Line]:
    updated, created = _instant(item.get("updated")), _instant(item.get("created"))
    yield instant_line("DTSTAMP", updated or created or datetime.fromisoformat("2000-01-01T00Z"))
    if created is not None:
        yield instant_line("CREATED", created)
    if updated is not None:
        yield instant_line("LAST-MODIFIED", updated)


def _instant(said: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(said))
    except ValueError:
        return None
    # Google gives what never changed the year 0.
    return at if at.tzinfo is not None and at.year > 1900 else None


def _words(item: Json, place: Place) -> Iterator[Line]:
    title = str(item.get("summary") or "")
    yield from text_lines("SUMMARY", title or ("Busy" if place.only_times else ""))
    yield from text_lines("LOCATION", str(item.get("location") or ""))
    said = str(item.get("description") or "")
    yield from text_lines("DESCRIPTION", plain_text(said))
    if _MARKUP.search(said):
        # As it stands there, so that it can be written back as it was.
        yield from (
            Line(one.text.replace("X-ALT-DESC:", "X-ALT-DESC;FMTTYPE=text/html:", 1))
            for one in text_lines("X-ALT-DESC", said)
        )
    yield from category_lines(tuple(one for one in private_of(item, CATEGORIES).split("\n") if one))
    yield from text_lines("COLOR", NAMES.get(str(item.get("colorId") or ""), ""))


def plain_text(said: str) -> str:
    """A description as it reads: it may be HTML."""
    if not _MARKUP.search(said):
        return said
    broken = _ITEM.sub("- ", _BREAKS.sub("\n", said))
    lines = html.unescape(_MARKUP.sub("", broken)).split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(one.rstrip() for one in lines)).strip()


def _claims(item: Json) -> Iterator[Line]:
    """What it does to its owner's time, and who may see it."""
    yield Line(f"STATUS:{'TENTATIVE' if item.get('status') == 'tentative' else 'CONFIRMED'}")
    claim = claim_of(item)
    free = claim in ("FREE", "WORKINGELSEWHERE")
    yield Line(f"TRANSP:{'TRANSPARENT' if free else 'OPAQUE'}")
    yield Line(f"X-MICROSOFT-CDO-BUSYSTATUS:{claim}")
    visibility = str(item.get("visibility") or "default")
    if visibility in ("public", "private", "confidential"):
        yield Line(f"CLASS:{visibility.upper()}")


def claim_of(item: Json) -> str:
    """BUSY, FREE, OOF or WORKINGELSEWHERE: events of some types are no meetings."""
    kind, ours = item.get("eventType"), private_of(item, OCCUPANCY)
    if kind == "workingLocation":
        return "WORKINGELSEWHERE"
    if kind == "birthday":
        return "FREE"
    if item.get("transparency") == "transparent":
        return "WORKINGELSEWHERE" if ours == "elsewhere" else "FREE"
    return "OOF" if kind == "outOfOffice" or ours == "oof" else "BUSY"


def _people(item: Json, place: Place) -> Iterator[Line]:
    guests = [one for one in item.get("attendees") or () if one.get("email")]
    host = item.get("organizer") or {}
    # Of an event without guests it says no more than whose calendar it is on.
    if host.get("email") and (guests or not host.get("self")):
        params = _param("CN", host.get("displayName"))
        yield Line(f"ORGANIZER{params}{_address(host, place)}")
    for one in guests:
        yield _guest(one, place)


def _guest(one: Json, place: Place) -> Line:
    answer = PARTSTAT.get(str(one.get("responseStatus")), "NEEDS-ACTION")
    params = _param("CN", one.get("displayName"))
    if one.get("resource"):
        params += ";CUTYPE=ROOM"
    params += f";ROLE={'OPT' if one.get('optional') else 'REQ'}-PARTICIPANT;PARTSTAT={answer}"
    if answer == "NEEDS-ACTION":
        params += ";RSVP=TRUE"
    params += _param("X-NUM-GUESTS", one.get("additionalGuests") or None)
    params += _param("X-RESPONSE-COMMENT", one.get("comment"))
    return Line(f"ATTENDEE{params}{_address(one, place)}")


def _param(name: str, value: Any) -> str:
    return f";{name}={quoted(str(value))}" if value else ""


def _address(one: Json, place: Place) -> str:
    """Parameter and value: the calendar's owner goes by its address, whatever they were invited
    as."""
    mail = f"mailto:{''.join(str(one['email']).lower().split())}"
    if not one.get("self") or not place.own or mail == place.own:
        return f":{mail}"
    return f"{_param('EMAIL', mail.removeprefix('mailto:'))}:{place.own}"


def _links(item: Json) -> Iterator[Line]:
    yield from video_lines(private_of(item, VIDEO) or video_of(item))
    yield from uri_lines("URL", str((item.get("source") or {}).get("url") or ""))
    yield from uri_lines("X-CONVENE-LINK", str(item.get("htmlLink") or ""))


def _alarms(item: Json) -> Iterator[Block]:
    reminders = item.get("reminders") or {}
    if reminders.get("useDefault"):
        return
    for one in reminders.get("overrides") or ():
        minutes = one.get("minutes")
        if isinstance(minutes, int):
            block = alarm_block(timedelta(minutes=minutes))
            mails = one.get("method") == "email"
            yield block.with_lines("ACTION", [Line("ACTION:EMAIL")]) if mails else block
