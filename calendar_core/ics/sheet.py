"""A resource opened for editing: its master and overrides as lines that lose nothing, each found by
its occurrence.

Which lines an edit replaces is `writing`; which components a scope touches is
`calendar_core.scopes`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from calendar_core.errors import NotFound
from calendar_core.events import Event, RecurrenceId, Repeat
from calendar_core.ics.lines import Block, Line, parse
from calendar_core.ics.properties import (
    moment_of,
    occurrence_line,
    repeat_lines,
    when_lines,
)
from calendar_core.ics.reading import read_components, to_event
from calendar_core.ics.zoning import in_iana_zones, speaks_iana, with_timezones
from calendar_core.wallclock import WallClock, clock_of, span_at, wall
from calendar_core.when import DaySpan, When

MASTER = RecurrenceId("")
"""The component that is no override."""
SERIES_LINES = ("RRULE", "RDATE", "EXDATE", "EXRULE")


@dataclass(frozen=True, slots=True)
class Sheet:
    """All VEVENTs of one UID; edits make new sheets."""

    around: Block
    """The VCALENDAR without its VEVENTs."""
    master: Block | None
    overrides: Mapping[RecurrenceId, Block]

    @property
    def blocks(self) -> list[Block]:
        """Master and overrides in order."""
        first = [] if self.master is None else [self.master]
        return first + [self.overrides[rid] for rid in sorted(self.overrides)]

    def text(self) -> str:
        """The sheet as a stored text, with the VTIMEZONEs that it needs."""
        tree = replace(self.around, members=(*self.around.members, *self.blocks))
        return with_timezones(tree).text()

    def block(self, rid: RecurrenceId) -> Block:
        """The component of an occurrence, or the master for none. Raises NotFound."""
        found = self.overrides.get(rid) if rid else self.master
        if found is None:
            raise NotFound("There is no such event in this calendar text.")
        return found

    def with_block(self, rid: RecurrenceId, block: Block | None) -> "Sheet":
        """With one component replaced, added or gone."""
        if not rid:
            return replace(self, master=block)
        rest = {one: kept for one, kept in self.overrides.items() if one != rid}
        return replace(self, overrides=rest if block is None else {**rest, rid: block})

    def with_uid(self, uid: str) -> "Sheet":
        """The same under another UID: a series of its own."""

        def renamed(block: Block) -> Block:
            return block.with_lines("UID", [Line(f"UID:{uid}")])

        return replace(
            self,
            master=None if self.master is None else renamed(self.master),
            overrides={rid: renamed(block) for rid, block in self.overrides.items()},
        )

    def with_override(self, rid: RecurrenceId) -> "Sheet":
        """With a component for that occurrence, copied from the master when there is none."""
        if rid in self.overrides:
            return self
        return self.with_block(rid, copied(self.block(MASTER), rid))


def open_sheet(ics: str) -> Sheet:
    """A stored text for editing. Raises BadCalendarData."""
    tree = parse(ics) if speaks_iana(ics) else in_iana_zones(parse(ics))
    around = tree.mapped(lambda one: None if one.name == "VEVENT" else one)
    found = {event.recurrence_id: block for block, event in read_components(ics)}
    return Sheet(around, found.pop(MASTER, None), found)


def event_of(block: Block, rid: RecurrenceId = MASTER) -> Event:
    """A component's lines as an event."""
    return to_event(block, rid)


def copied(master: Block, rid: RecurrenceId) -> Block:
    """An override that says of its occurrence what the master says."""
    event = event_of(master)
    clock, when = clock_of(event), occurrence_when(event, rid)
    block = with_when(master.without(*SERIES_LINES), when, clock)
    return block.with_lines("RECURRENCE-ID", [occurrence_line(rid, clock)])


def occurrence_when(master: Event, rid: RecurrenceId) -> When:
    """When the occurrence is, as the rule has it."""
    start = moment_of(rid)
    if isinstance(master.when, DaySpan):
        first = start.date() if isinstance(start, datetime) else start
        return DaySpan(first=first, until=first + (master.when.until - master.when.first))
    clock = clock_of(master)
    length = wall(master.when.end, clock) - wall(master.when.start, clock)
    return span_at(wall(start, clock), wall(start, clock) + length, clock)


def with_when(block: Block, when: When, clock: WallClock) -> Block:
    """A component at another time: DTSTART and DTEND."""
    start, end = when_lines(when, clock)
    block = block.with_lines("DTSTART", [start]).without("DURATION")
    if block.line("DTEND") is None:
        at = next(i for i, one in enumerate(block.members) if one == start) + 1
        return replace(block, members=(*block.members[:at], end, *block.members[at:]))
    return block.with_lines("DTEND", [end])


def with_repeat(block: Block, master: Event, repeat: Repeat) -> Block:
    """A master's lines with another rule; kinds of lines that say the same stay as they are."""
    old = master.repeat or Repeat()
    told = repeat_lines(repeat, clock_of(master))
    same = {
        "RRULE": old.rule == repeat.rule,
        "EXDATE": old.skipped == repeat.skipped,
        "RDATE": old.extra == repeat.extra,
    }
    for name, lines in told.items():
        if not same[name]:
            block = block.with_lines(name, lines)
    return block
