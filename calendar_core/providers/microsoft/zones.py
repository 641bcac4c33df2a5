"""Graph's times and zones: Windows' names beside IANA's, `dateTimeTimeZone`, zones without a name.

Which zone a name means is `calendar_core.ics.zones`; how a series repeats is `patterns`.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from calendar_core.errors import TryLater
from calendar_core.ics.zones import named_zone, windows_zones

UTC_ZONE = ZoneInfo("UTC")
_FRACTION = re.compile(r"\.\d+")
_COMPARED = tuple(
    datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=84 * step) for step in range(104 * 14)
)
"""Twice a week for fourteen years: zones that agree on all of these are one to a calendar."""

_USUAL = (
    *("Europe/Berlin", "Europe/London", "Europe/Kiev", "America/New_York", "America/Chicago"),
    *("America/Denver", "America/Los_Angeles", "Asia/Kolkata", "Asia/Tokyo", "Australia/Sydney"),
)
"""Of several zones with the same clocks the one that people know."""


@lru_cache(maxsize=1024)
def windows_name(key: str) -> str | None:
    """What Windows calls an IANA zone; of several names that of the zone which stands for it. None
    where it has no name for those clocks."""
    if key == "UTC":
        return "UTC"
    by_zone = _by_zone()
    if key in by_zone:
        return by_zone[key]
    wanted = _offsets(key)
    alike = [one for one in by_zone if _offsets(one) == wanted]
    region = key.partition("/")[0]
    alike.sort(key=lambda one: (one not in _USUAL, not one.startswith(region)))
    return by_zone[alike[0]] if alike else None


@cache
def _by_zone() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for name, zone in windows_zones().items():
        found.setdefault(zone, name)
    return found


@lru_cache(maxsize=256)
def _offsets(key: str) -> tuple[timedelta | None, ...]:
    zone = ZoneInfo(key)
    return tuple(at.astimezone(zone).utcoffset() for at in _COMPARED)


def zone_named(name: str | None) -> ZoneInfo | None:
    """The zone that Graph names; None for none, and for `tzone://Microsoft/Custom`, which tells
    nothing."""
    return named_zone(name) if name else None


def zone_that_keeps(starts: Iterable[datetime], likely: Iterable[str] = ()) -> ZoneInfo:
    """The zone in which these starts are all at the same hour: what a zone without a name must be.
    UTC where there is none such."""
    listed = list(starts)
    for key in ("UTC", *likely, "Europe/Berlin", "America/New_York", *_by_zone()):
        zone = ZoneInfo(key)
        if len({one.astimezone(zone).time() for one in listed}) < 2:
            return zone
    return UTC_ZONE


def graph_time(at: datetime, zone: ZoneInfo) -> dict[str, str]:
    """An instant as Graph's dateTimeTimeZone, on a zone's wall clock; in UTC where Windows does not
    know the zone."""
    name = windows_name(zone.key)
    local = at.astimezone(zone if name else UTC_ZONE)
    return {"dateTime": local.strftime("%Y-%m-%dT%H:%M:%S"), "timeZone": name or "UTC"}


def instant(told: Any) -> datetime:
    """A dateTimeTimeZone as an instant. Raises TryLater for what is none."""
    try:
        wall = parsed(told["dateTime"])
        zone = zone_named(told.get("timeZone") or "UTC")
    except (KeyError, TypeError, AttributeError, ValueError) as err:
        raise TryLater("Microsoft's answer has a time that can't be read.") from err
    if wall.tzinfo is not None:
        return wall.astimezone(UTC)
    return wall.replace(tzinfo=zone or UTC_ZONE).astimezone(UTC)


def parsed(text: str) -> datetime:
    """An ISO 8601 time as Graph writes it: with seven digits of a second, `Z`, or no zone. Raises
    ValueError."""
    return datetime.fromisoformat(_FRACTION.sub("", text.strip()).replace("Z", "+00:00"))


def stamp(at: datetime) -> str:
    """An instant as Graph takes it in a query."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
