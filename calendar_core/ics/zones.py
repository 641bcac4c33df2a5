"""Time zones as iCalendar text names them, brought back to IANA's names and data.

Exports name zones in many ways: IANA's, Windows', with a vendor's prefix, or by a VTIMEZONE of
their own (RFC 5545 §3.6.5). The VTIMEZONEs that we write are in `timezones`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta, tzinfo
from functools import cache, lru_cache
from io import StringIO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from dateutil.tz import tzical
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from calendar_core.ics.lines import Block, parse

_UTC_NAMES = {"utc", "z", "gmt", "etc/utc", "tzone://microsoft/utc", "coordinated universal time"}
_YEARS = 4
"""How many years a custom zone is compared with IANA's."""
_NEAR = 10 * _YEARS
"""Days on which a near zone may differ in that time."""
_USUAL = (
    *("Europe/Berlin", "Europe/London", "Europe/Athens", "America/New_York", "America/Chicago"),
    *("America/Denver", "America/Los_Angeles", "Asia/Kolkata", "Asia/Tokyo", "Australia/Sydney"),
)
"""Which of several zones with the same offsets is meant: the one that people know."""


_DISPLAYED = re.compile(r"\((?:UTC|GMT)([+-]\d\d:\d\d)?\) *(.+)")
"""How Outlook shows a zone to people, which some programs write for a TZID."""


@cache
def _names() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}


@lru_cache(maxsize=512)
def named_zone(tzid: str) -> ZoneInfo | None:
    """The zone that a TZID names: IANA's, Windows', or either behind a vendor's prefix."""
    plain = tzid.strip().strip('"').strip()
    if plain.casefold().strip("/") in _UTC_NAMES:
        return ZoneInfo("UTC")
    for name in _readings(plain):
        known = WINDOWS_TO_OLSON.get(name) or _names().get(name.casefold())
        if known is not None:
            return _zone(known)
    return None


def windows_zones() -> Mapping[str, str]:
    """IANA's zone for each of Windows' names: the one that stands for it."""
    return WINDOWS_TO_OLSON


def _readings(plain: str) -> Iterable[str]:
    yield plain
    displayed = _DISPLAYED.match(plain)
    if displayed:
        yield from _as_displayed(displayed[1] or "+00:00", displayed[2])
        return
    yield re.sub(r" \d+$", "", plain)
    parts = plain.strip("/").split("/")
    yield from ("/".join(parts[at:]) for at in range(len(parts)) if len(parts) - at > 1)


def _as_displayed(offset: str, words: str) -> Iterator[str]:
    """The zones that Outlook's own words may mean: "Pacific Time (US & Canada)", or cities."""
    bare = re.sub(r" *\(.*?\)", "", words).strip()
    yield re.sub(r" Time$", " Standard Time", bare)
    for city in words.split(","):
        names = _cities().get(city.strip().replace(" ", "_").casefold(), ())
        if len(names) == 1 and _goes(ZoneInfo(names[0]), offset):
            yield names[0]


@cache
def _cities() -> dict[str, tuple[str, ...]]:
    """IANA's names by the city that they end in."""
    found: dict[str, tuple[str, ...]] = {}
    for name in sorted(available_timezones()):
        if "/" in name:
            city = name.rpartition("/")[2].casefold()
            found[city] = (*found.get(city, ()), name)
    return found


def _goes(zone: ZoneInfo, offset: str) -> bool:
    """Whether a zone has an offset such as "+01:00" in winter or summer."""
    sides = (datetime(2026, month, 1, tzinfo=zone).strftime("%z") for month in (1, 7))
    return offset.replace(":", "") in sides


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@lru_cache(maxsize=256)
def defined_zone(definition: str, year: int, near: bool = False) -> ZoneInfo | None:
    """The IANA zone that a VTIMEZONE means: as it says, or else the one with its offsets around a
    year.

    `near` takes one that differs on a few days of the year too: a series can't live in bare
    offsets.
    """
    block = parse(definition)
    for name in (block.value("X-LIC-LOCATION"), block.value("TZID")):
        if name and (zone := named_zone(name)):
            return zone
    custom = defined_offsets(definition)
    return None if custom is None else _twin(custom, year, _NEAR if near else 0)


@lru_cache(maxsize=256)
def defined_offsets(definition: str) -> tzinfo | None:
    """A VTIMEZONE's own offsets, as far as they can be read."""
    block = parse(definition)
    kept = block.mapped(lambda one: _plain(one) if isinstance(one, Block) else one)
    known = {"TZID"}
    lines = kept.mapped(lambda one: one if isinstance(one, Block) or one.name in known else None)
    try:
        return tzical(StringIO("\n".join(unfolded_lines(lines)))).get()
    except (ValueError, KeyError, AttributeError, TypeError):
        return None


def unfolded_lines(block: Block) -> Iterable[str]:
    """The lines of a component without folding."""
    yield f"BEGIN:{block.name}"
    for member in block.members:
        yield from unfolded_lines(member) if isinstance(member, Block) else (member.text,)
    yield f"END:{block.name}"


def _plain(observance: Block) -> Block:
    """An observance without what dateutil's reader refuses: unknown properties and parameters."""
    known = {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME", "RRULE", "RDATE"}
    return observance.mapped(
        lambda one: (
            None
            if isinstance(one, Block) or one.name not in known
            else type(one)(
                f"{one.name}:{_whole_time(one.value) if one.name == 'DTSTART' else one.value}"
            )
        )
    )


def _whole_time(value: str) -> str:
    return value + "T000000" if len(value) == 8 else value.rstrip("Z")


def _twin(custom: tzinfo, year: int, allowed: int) -> ZoneInfo | None:
    """The first zone with a custom one's offsets on all days but a few."""
    first = datetime(min(max(year, 1971), 2030), 1, 1, 12)  # noqa: DTZ001 - wall time
    walls = [first + timedelta(days=day) for day in range(365 * _YEARS)]
    wanted = [wall.replace(tzinfo=custom).utcoffset() for wall in walls]
    months = range(14, len(walls), 61)
    others = sorted(name for name in available_timezones() if "/" in name)
    for name in dict.fromkeys((*_USUAL, *WINDOWS_TO_OLSON.values(), *others)):
        zone = _zone(name)
        if zone is None or any(_offset(walls[i], zone) != wanted[i] for i in months):
            continue
        strange = sum(_offset(w, zone) != o for w, o in zip(walls, wanted, strict=True))
        if strange <= allowed:
            return zone
    return None


def _offset(wall: datetime, zone: ZoneInfo) -> timedelta | None:
    return wall.replace(tzinfo=zone).utcoffset()
