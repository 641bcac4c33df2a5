"""A text without somebody who is here no more: where it names them as organizer or guest, another
name stands.

What others wrote about them in titles and descriptions is theirs and stays. Which lines name people
stands in RFC 5545 §3.8.4.
"""

from collections.abc import Collection

from calendar_core.events import Guest
from calendar_core.ics.lines import Block, Line, parse
from calendar_core.ics.values import address_of

_NAMING = frozenset(("ORGANIZER", "ATTENDEE"))
_KEPT = ("PARTSTAT", "ROLE", "CUTYPE", "RSVP")
"""What a line goes on saying of whoever takes their place."""
_POINTING = ("SENT-BY", "DELEGATED-TO", "DELEGATED-FROM", "MEMBER", "DIR")


def without_person(ics: str, known_as: Collection[str], stand_in: Guest) -> str:
    """The text with `stand_in` wherever it named one of these CAL-ADDRESSes, in small letters; the
    very same text where it did not. Raises BadCalendarData."""
    tree = parse(ics)
    changed = _in_block(tree, known_as, stand_in)
    return ics if changed == tree else changed.text()


def _in_block(block: Block, known_as: Collection[str], stand_in: Guest) -> Block:
    def changed(member: Line | Block) -> Line | Block:
        if isinstance(member, Block):
            return _in_block(member, known_as, stand_in)
        return _in_line(member, known_as, stand_in) if member.name in _NAMING else member

    return block.mapped(changed)


def _in_line(line: Line, known_as: Collection[str], stand_in: Guest) -> Line:
    mail = (line.param("EMAIL") or "").lower()
    if address_of(line).lower() in known_as or (mail and f"mailto:{mail}" in known_as):
        told = {name: line.param(name) for name in _KEPT}
        line = Line(f"{line.name}:{stand_in.address}").with_param("CN", stand_in.name)
        for name, value in told.items():
            line = line.with_param(name, value) if value is not None else line
        return line
    for name in _POINTING:
        if any(one in (line.param(name) or "").lower() for one in known_as):
            line = line.with_param(name, None)
    return line
