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
    yield folded("BEGIN:VCALENDAR") + folded("VERSION:2.0") + folded(f"PRODID:{PRODID}")
    yield folded("CALSCALE:GREGORIAN") + folded(f"X-WR-CALNAME:{escaped(name)}")
    told: set[str] = set()
    for resource in resources:
        ics = resource.ics
        tree = parse(ics) if speaks_iana(ics) else in_iana_zones(parse(ics))
        for zone in dict.fromkeys(zones_named(tree)):
            if zone not in told:
                told.add(zone)
                yield timezone_block(zone).text()
        yield from _events(tree)
    yield folded("END:VCALENDAR")


def _events(tree: Block) -> Iterator[str]:
    for event in tree.blocks("VEVENT"):
        yield event.mapped(_given_out).text()


def _given_out(member: Line | Block) -> Line | Block | None:
    """What others may see: our own marks lead to the owner's account."""
    ours = isinstance(member, Line) and member.name.startswith(OURS)
    return None if ours else member
