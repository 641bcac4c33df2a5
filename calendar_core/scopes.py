"""Edits of a series by their scope: this occurrence, this and the following, all (law 6).

Pure functions on stored text: they say what each resource shall be, and nothing is written here.
The patch of one component is `calendar_core.ics.writing`; which occurrences there are is
`recurrence`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from calendar_core.errors import NotFound
from calendar_core.events import Event, RecurrenceId, Resource, Scope
from calendar_core.ics.lines import Line
from calendar_core.ics.properties import moment_of, time_line
from calendar_core.ics.reading import recurrence_id as occurrence_id
from calendar_core.ics.sheet import MASTER, SERIES_LINES, Sheet, event_of, open_sheet
from calendar_core.ics.writing import patched, stamped
from calendar_core.parting import following_uid, refuse_ranges, split
from calendar_core.patch import Patch
from calendar_core.rules import ScopeRefused, original_wall, start_wall, starts
from calendar_core.series import amended_all
from calendar_core.wallclock import clock_of, wall
from calendar_core.when import DaySpan


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """What becomes of one resource."""

    uid: str
    before: str | None
    """None: it is new."""
    after: str | None
    """None: it shall be gone."""


def amend(
    resource: Resource, scope: Scope, recurrence_id: RecurrenceId, patch: Patch, *, at: datetime
) -> tuple[Edited, ...]:
    """What a patch of one occurrence, with a scope, makes of the resource; of single events the
    scope is moot.

    Raises NotFound when there is no such occurrence, ScopeRefused when the series can't follow.
    """
    sheet = open_sheet(resource.ics)
    if not _is_series(sheet):
        rid = _only(sheet, recurrence_id)
        return (_edited(resource, sheet.with_block(rid, patched(sheet.block(rid), patch, at=at))),)
    rid = _existing(sheet, recurrence_id, scope)
    if scope is Scope.THIS:
        return (_edited(resource, _amend_this(sheet, rid, patch, at)),)
    if scope is Scope.ALL or _is_first(sheet, rid):
        return (_edited(resource, amended_all(sheet, rid, patch, at)),)
    head, tail = split(sheet, rid, at)
    uid = following_uid(resource.uid, event_of(sheet.block(MASTER)), rid)
    made = amended_all(tail.with_uid(uid), rid, patch, at)
    return _edited(resource, head), Edited(uid=uid, before=None, after=made.text())


def remove(
    resource: Resource, scope: Scope, recurrence_id: RecurrenceId, *, at: datetime
) -> tuple[Edited, ...]:
    """What removing one occurrence, with a scope, leaves of the resource; with its last one it
    goes.
    """
    gone = (Edited(uid=resource.uid, before=resource.ics, after=None),)
    sheet = open_sheet(resource.ics)
    if scope is Scope.ALL or not _is_series(sheet):
        if sheet.master is not None or not recurrence_id:
            return gone
        left = sheet.with_block(_only(sheet, recurrence_id), None)
        return (_edited(resource, left),) if left.overrides else gone
    rid = _existing(sheet, recurrence_id, scope)
    if scope is Scope.THIS:
        left = _without(sheet, rid, at)
    elif _is_first(sheet, rid):
        return gone
    else:
        left, _ = split(sheet, rid, at)
    return (_edited(resource, left),) if _has_any(left) else gone


def _edited(resource: Resource, sheet: Sheet) -> Edited:
    return Edited(uid=resource.uid, before=resource.ics, after=sheet.text())


def _is_series(sheet: Sheet) -> bool:
    return sheet.master is not None and bool(
        sheet.overrides or any(sheet.master.line(name) for name in SERIES_LINES)
    )


def _only(sheet: Sheet, rid: RecurrenceId) -> RecurrenceId:
    """Which component is meant where there is no series."""
    if sheet.master is not None:
        return MASTER
    canonical = {str(moment_of(one)): one for one in sheet.overrides}
    found = canonical.get(str(moment_of(rid))) if rid else next(iter(sheet.overrides), None)
    if found is None:
        raise NotFound("There is no such occurrence.")
    return found


def _existing(sheet: Sheet, rid: RecurrenceId, scope: Scope) -> RecurrenceId:
    """The occurrence by its canonical name; for none, the first one."""
    master = event_of(sheet.block(MASTER))
    clock, days = clock_of(master), isinstance(master.when, DaySpan)
    if len(sheet.block(MASTER).lines("RRULE")) > 1 and scope is not Scope.ALL:
        raise ScopeRefused(
            "This series repeats by several rules at once; only all of it can change."
        )
    if not rid:
        if scope is not Scope.ALL:
            raise ScopeRefused("Say which occurrence of the series is meant.")
        first = next(starts(master), start_wall(master))
        return occurrence_id(first, clock, days)
    said = wall(moment_of(rid), clock)
    name = occurrence_id(said, clock, days)
    if name in sheet.overrides:
        return name
    for start in starts(master, said - timedelta(days=2)):
        if occurrence_id(start, clock, days) == name:
            return name
        if start > said + timedelta(days=2):
            break
    raise NotFound("The series has no such occurrence any more.")


def _is_first(sheet: Sheet, rid: RecurrenceId) -> bool:
    """Whether no occurrence comes before."""
    master = event_of(sheet.block(MASTER))
    at = original_wall(master, moment_of(rid))
    first = next(starts(master), None)
    earlier = any(original_wall(master, moment_of(one)) < at for one in sheet.overrides)
    return not earlier and (first is None or first >= at)


def _has_any(sheet: Sheet) -> bool:
    master = event_of(sheet.block(MASTER))
    return bool(sheet.overrides) or next(starts(master), None) is not None


def _amend_this(sheet: Sheet, rid: RecurrenceId, patch: Patch, at: datetime) -> Sheet:
    if patch.repeat is not None:
        raise ScopeRefused(
            "How a series repeats can't change for one occurrence: "
            "choose this and following, or all."
        )
    refuse_ranges(sheet, rid)
    sheet = sheet.with_override(rid)
    return sheet.with_block(rid, patched(sheet.block(rid), patch, at=at))


def _skipped_line(master: Event, rid: RecurrenceId) -> Line:
    start = original_wall(master, moment_of(rid))
    days = isinstance(master.when, DaySpan)
    return time_line("EXDATE", start.date() if days else start, clock_of(master))


def _without(sheet: Sheet, rid: RecurrenceId, at: datetime) -> Sheet:
    """The series with one occurrence skipped, changed before or not."""
    refuse_ranges(sheet, rid)
    block = sheet.block(MASTER)
    skipped = _skipped_line(event_of(block), rid)
    block = block.with_lines("EXDATE", [*block.lines("EXDATE"), skipped])
    sheet = sheet.with_block(rid, None)
    return sheet.with_block(MASTER, stamped(block, at=at, moved=True))
