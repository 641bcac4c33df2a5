"""The values of single content lines: times, lengths, text, addresses (RFC 5545 §3.3).

What a whole component says is `reading`; telling values as lines is `properties`.
"""

import re
from contextlib import suppress
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from icalendar import vDuration

from calendar_core.ics.lines import Line
from calendar_core.ics.zones import named_zone

Moment: TypeAlias = datetime | date
_Word = TypeVar("_Word", bound=StrEnum)

_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?")
_ESCAPE = re.compile(r"\\(.)", re.S)
FIRST_YEAR, LAST_YEAR = 1000, 9000
"""Between them there is room for every zone's offset and every step of a rule."""
LONGEST = timedelta(days=36_600)
_UTC = ZoneInfo("UTC")


def moments_of(line: Line) -> list[Moment]:
    """The times or days of a line, naive when floating; of a period its start. Unreadable ones are
    not among them.
    """
    name = line.param("TZID")
    zone = None if name is None else named_zone(name)
    told = (_moment(one, zone) for one in line.value.split(","))
    return [one for one in told if one is not None]


def _moment(text: str, zone: ZoneInfo | None) -> Moment | None:
    if len(text) == 15 and text[8] == "T" and text.isascii() and f"{text[:8]}{text[9:]}".isdigit():
        # As nearly all are written.
        with suppress(ValueError):
            plain = datetime.fromisoformat(text)
            if FIRST_YEAR <= plain.year < LAST_YEAR:
                return plain.replace(tzinfo=zone)
    found = _STAMP.fullmatch(text.strip().partition("/")[0].upper())
    if found is None:
        return None
    year, month, day, hour, minute, second, utc = found.groups()
    if not FIRST_YEAR <= int(year) < LAST_YEAR:
        return None
    try:
        if hour is None:
            return date(int(year), int(month), int(day))
        wall = datetime(  # noqa: DTZ001 - the zone follows
            int(year), int(month), int(day), int(hour), int(minute), min(int(second), 59)
        )
    except ValueError:
        return None
    return wall.replace(tzinfo=_UTC if utc else zone)


def length_of(text: str) -> timedelta | None:
    """A DURATION; None for one that can't be read."""
    if not text:
        return None
    try:
        length: timedelta = vDuration.from_ical(text)  # type: ignore[no-untyped-call]
    except (ValueError, TypeError, OverflowError):
        return None
    return length if abs(length) <= LONGEST else None


def unescaped(text: str) -> str:
    """TEXT without its escapes (RFC 5545 §3.3.11)."""
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], text)


def member_of(kind: type[_Word], text: str, otherwise: _Word) -> _Word:
    """The word of a list that a text is; else another."""
    try:
        return kind(text.strip().upper()) if text else otherwise
    except ValueError:
        return otherwise


def address_of(line: Line) -> str:
    """Whose line it is, as a CAL-ADDRESS; Apple gives a path and the mail beside it."""
    said, mail = line.value.strip(), line.param("EMAIL")
    if mail and not said.lower().startswith("mailto:"):
        said = f"mailto:{mail}"
    return said.lower() if said.lower().startswith("mailto:") else said
