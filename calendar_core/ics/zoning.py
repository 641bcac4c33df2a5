"""The zones of a resource's text told in IANA's names, so that everything after it needs no
VTIMEZONE.

Finding the zone behind a name or a definition is `zones`; our own VTIMEZONEs are `timezones`.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from calendar_core.ics.lines import Block, Line
from calendar_core.ics.timezones import timezone_block
from calendar_core.ics.zones import defined_offsets, defined_zone, named_zone

TIMED = ("DTSTART", "DTEND", "RECURRENCE-ID", "EXDATE", "RDATE", "DUE")
_TZID = re.compile(r'TZID=("[^"\r\n]*"|[^;:\r\n]*)', re.I)
_STAMP = re.compile(r"^\d{8}T\d{6}$")
_UTC = re.compile(r"^\d{8}T\d{6}Z$")
_TIME = re.compile(r"\dT\d")


def speaks_iana(ics: str) -> bool:
    """Whether every TZID of a text is IANA's own name already."""
    return all(_is_iana(name) for name in set(_TZID.findall(ics)))


def _is_iana(name: str) -> bool:
    zone = named_zone(name)
    return zone is not None and zone.key == name


class Zoning:
    """Tells the times of one event in IANA zones, and notes what that cost."""

    def __init__(
        self,
        definitions: Mapping[str, str],
        default: ZoneInfo | None = None,
        home: ZoneInfo | None = None,
        *,
        series: bool = True,
    ) -> None:
        self._definitions = definitions
        self._default = default
        """For times without a zone."""
        self._home = home
        """For times in UTC: X-WR-TIMEZONE means that a series keeps its hour there."""
        self._series = series
        self.notes: list[str] = []

    def told(self, line: Line) -> Line:
        """A line with a time, in an IANA zone or in UTC."""
        name, value = line.param("TZID"), line.value.upper()
        if line.param("VALUE") == "DATE" or not _TIME.search(value):
            return line if name is None else line.with_param("TZID", None)
        if "Z" in value:
            return self._at_home(line.with_param("TZID", None))
        if name is None:
            return line if self._default is None else _in_zone(line, self._default)
        zone = named_zone(name) or self._defined(name, value)
        return self._as_offsets(line, name) if zone is None else _in_zone(line, zone)

    def _at_home(self, line: Line) -> Line:
        stamps = line.value.upper().split(",")
        if self._home is None or not all(_UTC.match(one) for one in stamps):
            return line
        walls = [_wall(one[:-1]) for one in stamps]
        if None in walls:
            return line
        local = [one.replace(tzinfo=UTC).astimezone(self._home) for one in walls if one]
        return _in_zone(line.with_value(",".join(map(_stamp, local))), self._home)

    def _defined(self, name: str, value: str) -> ZoneInfo | None:
        definition = self._definitions.get(name)
        if definition is None:
            return None
        year = int(value[:4]) if value[:4].isdigit() else 2020
        exact = defined_zone(definition, year)
        if exact is not None or not self._series:
            return exact
        near = defined_zone(definition, year, near=True)
        if near is not None:
            self._note(
                f'its zone "{name}" is its own; it was taken as {near.key}, the most like it'
            )
        return near

    def _as_offsets(self, line: Line, name: str) -> Line:
        """Without a zone of that kind anywhere: the same instants in UTC, or else the wall time as
        it is.
        """
        definition = self._definitions.get(name)
        offsets = None if definition is None else defined_offsets(definition)
        bare = line.with_param("TZID", None)
        walls = [_wall(one) for one in line.value.split(",")]
        if offsets is None or None in walls:
            self._note(f'its zone "{name}" is unknown; its times were kept as they are written')
            return bare if self._default is None else _in_zone(bare, self._default)
        self._note(f'its zone "{name}" is like none of the known ones; its times were kept as UTC')
        instants = [one.replace(tzinfo=offsets).astimezone(UTC) for one in walls if one]
        return bare.with_value(",".join(f"{_stamp(one)}Z" for one in instants))

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)


def _wall(text: str) -> datetime | None:
    try:
        return datetime.strptime(text.strip(), "%Y%m%dT%H%M%S")  # noqa: DTZ007 - a wall time
    except ValueError:
        return None


def _stamp(at: datetime) -> str:
    return at.strftime("%Y%m%dT%H%M%S")


def _in_zone(line: Line, zone: ZoneInfo) -> Line:
    if zone.key == "UTC":
        value = ",".join(f"{one}Z" if _STAMP.match(one) else one for one in line.value.split(","))
        return line.with_param("TZID", None).with_value(value)
    return line if line.param("TZID") == zone.key else line.with_param("TZID", zone.key)


def timed_lines(event: Block, change: Callable[[Line], Line]) -> Block:
    """An event with each of its lines that tell a time changed."""
    return event.mapped(
        lambda one: change(one) if isinstance(one, Line) and one.name in TIMED else one
    )


def in_iana_zones(calendar: Block) -> Block:
    """A calendar whose events name IANA zones only; its other lines as they are."""
    definitions = {one.value("TZID"): one.text() for one in calendar.blocks("VTIMEZONE")}
    zoning = Zoning(definitions)
    return calendar.mapped(
        lambda one: (
            timed_lines(one, zoning.told)
            if isinstance(one, Block) and one.name == "VEVENT"
            else one
        )
    )


def with_timezones(calendar: Block) -> Block:
    """A calendar with the VTIMEZONE of each zone that its events name; those it has stay."""
    there = {one.value("TZID") for one in calendar.blocks("VTIMEZONE")}
    wanted = dict.fromkeys(zones_named(calendar))
    missing = [timezone_block(name) for name in wanted if name not in there and _is_iana(name)]
    events = [one for one in calendar.members if isinstance(one, Block)]
    lines = [one for one in calendar.members if isinstance(one, Line)]
    return Block(calendar.name, (*lines, *missing, *events))


def zones_named(calendar: Block) -> list[str]:
    """The zones that the times of a calendar are told in, in order, repeated."""
    return [
        name
        for event in calendar.blocks("VEVENT")
        for line in event.members
        if isinstance(line, Line) and line.name in TIMED and (name := line.param("TZID"))
    ]
