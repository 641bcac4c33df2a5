"""A calendar given out as one iCalendar stream (RFC 5545 §3.4).

What comes in again the same way is `splitting`; a single resource's text is `writing`.
"""

from collections.abc import Iterable, Iterator

from calendar_core.events import Resource
from calendar_core.ics.lines import PRODID, Block, Line, folded, parse
from calendar_core.ics.properties import OURS, escaped
from calendar_core.ics.timezones import timezone_block
from calendar_core.ics.zoning import in_iana_zones, speaks_iana, zones_named


def calendar_text(resources: Iterable[Resource], *, name: str) -> Iterator[str]:
    """Pieces of one valid VCALENDAR; each zone is told once, as IANA has it."""
    told: set[str] = set()
    yield head(name)
    for resource in resources:
        yield from body(resource, told)
    yield END


END = folded("END:VCALENDAR")
"""The last line of a calendar."""


def head(name: str, *more: str) -> str:
    """The lines that begin a calendar; `more` are properties of it, as they are written."""
    lines = ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODID}", "CALSCALE:GREGORIAN")
    return "".join(map(folded, (*lines, f"X-WR-CALNAME:{escaped(name)}", *more)))


def body(resource: Resource, told: set[str]) -> Iterator[str]:
    """The events of a resource, after the zones that they name and nobody `told` before. Raises
    BadCalendarData before the first piece."""
    ics = resource.ics
    tree = parse(ics) if speaks_iana(ics) else in_iana_zones(parse(ics))
    for zone in dict.fromkeys(zones_named(tree)):
        if zone not in told:
            told.add(zone)
            yield timezone_block(zone).text()
    for event in tree.blocks("VEVENT"):
        yield event.mapped(_given_out).text()


def _given_out(member: Line | Block) -> Line | Block | None:
    """What others may see: our own marks lead to the owner's account."""
    ours = isinstance(member, Line) and member.name.startswith(OURS)
    return None if ours else member
