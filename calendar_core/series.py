"""One patch for a whole series: master and changed occurrences, each as far as it is meant.

Which scope asks for it is `scopes`; how far a rule can move is `shifting`.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from calendar_core.errors import BadCalendarData
from calendar_core.events import Event, RecurrenceId, Repeat
from calendar_core.ics.lines import Block
from calendar_core.ics.properties import moment_of, occurrence_line, repeat_lines
from calendar_core.ics.reading import recurrence_id as occurrence_id
from calendar_core.ics.sheet import (
    MASTER,
    SERIES_LINES,
    Sheet,
    event_of,
    occurrence_when,
    with_repeat,
    with_when,
)
from calendar_core.ics.writing import patched, stamped
from calendar_core.patch import Patch
from calendar_core.rules import ScopeRefused, original_wall, rule_starts, start_wall, starts
from calendar_core.shifting import Shift
from calendar_core.wallclock import clock_of
from calendar_core.when import DaySpan

_COMPARED = 400
"""How many starts of a moved series are compared with the old ones."""
_OWN = (
    *("title", "location", "description", "status", "occupancy", "visibility", "color"),
    *("video_url", "alarms", "categories"),
)
"""What an occurrence can say on its own; a patch of the series leaves it then."""


def amended_all(sheet: Sheet, rid: RecurrenceId, patch: Patch, at: datetime) -> Sheet:
    """The patch on every occurrence; a new time is that of the occurrence which the person saw."""
    old = event_of(sheet.block(MASTER))
    if patch.repeat is not None and not patch.repeat.rule and not patch.repeat.extra:
        return _stopped(sheet, old, rid, patch, at)
    shift = Shift.to(old, rid, patch.when, patch.zone)
    new = _followed(old, shift) if patch.repeat is None else _ruled(shift.master(old), patch.repeat)
    timed = patch.when is not None or bool(patch.zone)
    master = sheet.block(MASTER)
    if timed or new.when != old.when:
        master = with_when(master, new.when, clock_of(new))
    if new.repeat is not None and (timed or patch.repeat is not None):
        master = _retold(master, old, new, shift)
    rest = replace(patch, when=None, zone=None, repeat=None)
    master = stamped(patched(master, rest, at=at), at=at, moved=timed or patch.repeat is not None)
    along = _Along(old=old, new=new, shift=shift, rest=rest, seen=rid, at=at)
    overrides = {
        shift.rid(one): along.taken(one, block)
        for one, block in sheet.overrides.items()
        if patch.repeat is None or _still_there(new, shift.rid(one))
    }
    return replace(sheet, master=master, overrides=overrides)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Along:
    """How changed occurrences follow their series: in what they had in common with it."""

    old: Event
    new: Event
    shift: Shift
    rest: Patch
    seen: RecurrenceId
    """The occurrence that the person saw; it follows in everything."""
    at: datetime

    def taken(self, rid: RecurrenceId, block: Block) -> Block:
        own, name, clock = event_of(block, rid), self.shift.rid(rid), clock_of(self.new)
        if name != rid or clock_of(self.old) != clock:
            said = block.line("RECURRENCE-ID")
            ranged = None if said is None else said.param("RANGE")
            line = occurrence_line(name, clock).with_param("RANGE", ranged)
            block = block.with_lines("RECURRENCE-ID", [line])
        usual = own.when == occurrence_when(self.old, rid)
        moved = (usual or rid == self.seen) and self.old.when != self.new.when
        if moved:
            block = with_when(block, occurrence_when(self.new, name), clock)
        shared = self.rest if rid == self.seen else in_common(self.rest, own, self.old)
        if shared != Patch():
            block = patched(block, shared, at=self.at)
        return stamped(block, at=self.at, moved=True) if moved else block


def in_common(patch: Patch, own: Event, master: Event) -> Patch:
    """What of a patch of the series holds for an occurrence that says some things on its own."""
    differing: dict[str, Any] = {
        name: None for name in _OWN if getattr(own, name) != getattr(master, name)
    }
    if "video_url" in differing:
        differing["video_wanted"] = False
    said = {guest.address: guest.answer for guest in own.guests}
    usual = {guest.address: guest.answer for guest in master.guests}
    answers = {
        address: answer
        for address, answer in patch.answers.items()
        if said.get(address) == usual.get(address)
    }
    return replace(patch, **differing, answers=answers)


def _retold(block: Block, old: Event, new: Event, shift: Shift) -> Block:
    if any(line.param("VALUE") == "PERIOD" for line in block.lines("RDATE")) and not shift.is_still:
        raise ScopeRefused("The series has extra dates of their own length; move them one by one.")
    if shift.is_still and isinstance(old.when, DaySpan) == shift.days:
        return with_repeat(block, old, new.repeat or Repeat())
    for name, lines in repeat_lines(new.repeat or Repeat(), clock_of(new)).items():
        block = block.with_lines(name, lines)
    return block


def _followed(old: Event, shift: Shift) -> Event:
    """The moved master, if every start of the series comes along. Raises ScopeRefused."""
    new = shift.master(old)
    if shift.is_still and shift.days == isinstance(old.when, DaySpan):
        return new
    wanted = [start + shift.step for start in islice(starts(old), _COMPARED)]
    if shift.days:
        wanted = [start.replace(hour=0, minute=0, second=0) for start in wanted]
    if _starts(new) != wanted:
        rule = (old.repeat or Repeat()).rule
        raise ScopeRefused(
            f"This series can't be moved as a whole, for its rule ({rule}) has no place for the "
            "new day. Say how it shall repeat instead."
        )
    return new


def _starts(master: Event) -> list[datetime]:
    try:
        return list(islice(starts(master), _COMPARED))
    except BadCalendarData:
        # The moved rule is none: a minus-first Friday a week later.
        return []


def _ruled(moved: Event, repeat: Repeat) -> Event:
    """A master under a new rule, from the first start that the rule has."""
    old = moved.repeat or Repeat()
    bare = replace(moved, repeat=Repeat(rule=repeat.rule))
    first = next(rule_starts(bare), None)
    if first is not None and first != start_wall(moved):
        name = occurrence_id(first, clock_of(moved), isinstance(moved.when, DaySpan))
        moved = replace(moved, when=occurrence_when(moved, name))
    kept = replace(repeat, skipped=repeat.skipped or old.skipped, extra=repeat.extra or old.extra)
    return replace(moved, repeat=kept)


def _still_there(master: Event, rid: RecurrenceId) -> bool:
    at = original_wall(master, moment_of(rid))
    return next((one for one in starts(master, at) if one >= at), None) == at


def _stopped(sheet: Sheet, old: Event, rid: RecurrenceId, patch: Patch, at: datetime) -> Sheet:
    """The occurrence that the person saw, on its own."""
    seen = sheet.overrides.get(rid)
    block = sheet.block(MASTER) if seen is None else seen.without("RECURRENCE-ID")
    if seen is None:
        block = with_when(block.without(*SERIES_LINES), occurrence_when(old, rid), clock_of(old))
    block = patched(block, replace(patch, repeat=None), at=at)
    return replace(sheet, master=stamped(block, at=at, moved=True), overrides={})
