"""A series cut in two: the part before an occurrence and the part from it on, none lost and none
twice.

Which scope asks for it is `scopes`.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from calendar_core.events import Event, RecurrenceId, Repeat
from calendar_core.ics.lines import Block
from calendar_core.ics.properties import moment_of
from calendar_core.ics.reading import recurrence_id as occurrence_id
from calendar_core.ics.sheet import MASTER, Sheet, event_of, occurrence_when, with_repeat, with_when
from calendar_core.ics.writing import stamped
from calendar_core.rules import (
    ScopeRefused,
    original_wall,
    parts_of,
    rule_of,
    rule_starts,
    until_text,
)
from calendar_core.wallclock import WallClock, clock_of, wall
from calendar_core.when import DaySpan, WallTime, at_wall, classify_wall


def refuse_ranges(sheet: Sheet, rid: RecurrenceId) -> None:
    """RANGE=THISANDFUTURE makes an override speak for those behind it; such a part can't be cut
    out.
    """
    for one, block in sheet.overrides.items():
        line = block.line("RECURRENCE-ID")
        if line is not None and line.param("RANGE") and moment_of(one) <= moment_of(rid):
            raise ScopeRefused(
                "Another program changed this series from one day on in a way that only the "
                "whole series can be edited: choose all."
            )


def following_uid(uid: str, master: Event, rid: RecurrenceId) -> str:
    """The UID of the part of a series from an occurrence on: the same at every try."""
    at = original_wall(master, moment_of(rid))
    stamp = "%Y%m%d" if isinstance(master.when, DaySpan) else "%Y%m%dT%H%M%S"
    return f"{uid}_R{at.strftime(stamp)}"


def split(sheet: Sheet, rid: RecurrenceId, at: datetime) -> tuple[Sheet, Sheet]:
    """The series before an occurrence, and from it on, still under one UID."""
    refuse_ranges(sheet, rid)
    block = sheet.block(MASTER)
    master = event_of(block)
    cut = original_wall(master, moment_of(rid))

    def side(later: bool) -> dict[RecurrenceId, Block]:
        return {
            one: kept
            for one, kept in sheet.overrides.items()
            if (original_wall(master, moment_of(one)) >= cut) is later
        }

    start, later = _tail(master, cut)
    tail = with_when(block, occurrence_when(master, start), clock_of(master))
    return (
        _part(sheet, with_repeat(block, master, _head(master, cut)), side(False), at),
        _part(sheet, with_repeat(tail, master, later), side(True), at),
    )


def _part(sheet: Sheet, master: Block, overrides: dict[RecurrenceId, Block], at: datetime) -> Sheet:
    return replace(sheet, master=stamped(master, at=at, moved=True), overrides=overrides)


def _head(master: Event, cut: datetime) -> Repeat:
    """The rule with its end before the cut, and what is skipped and extra before it."""
    repeat, clock = master.repeat or Repeat(), clock_of(master)
    parts = parts_of(repeat.rule)
    parts.pop("COUNT", None)
    last = None
    for last in takewhile(lambda one: one < cut, rule_starts(master)):  # noqa: B007 - the last
        pass
    if last is not None:
        parts["UNTIL"] = until_text(last, clock, isinstance(master.when, DaySpan))
    return Repeat(
        rule="" if last is None else rule_of(parts),
        skipped=tuple(one for one in repeat.skipped if wall(one, clock) < cut),
        extra=tuple(one for one in repeat.extra if wall(one, clock) < cut),
    )


def _tail(master: Event, cut: datetime) -> tuple[RecurrenceId, Repeat]:
    """The first start from the cut on that the rule can begin with, and what repeats then.

    A start that the rule does not make, or that the clocks skip, is told as an extra one before it.
    """
    repeat, clock = master.repeat or Repeat(), clock_of(master)
    days = isinstance(master.when, DaySpan)
    parts = parts_of(repeat.rule)
    ruled = next(
        (one for one in rule_starts(master, cut) if one >= cut and _real(one, clock)), None
    )
    start = cut if ruled is None else ruled
    if parts.get("COUNT", "").isdigit():
        passed = sum(1 for _ in takewhile(lambda one: one < start, rule_starts(master)))
        parts["COUNT"] = str(int(parts["COUNT"]) - passed)
    extra = [one for one in repeat.extra if cut <= wall(one, clock) != start]
    if start != cut and cut not in [wall(one, clock) for one in extra]:
        extra.insert(0, cut.date() if days else at_wall(cut, clock or ZoneInfo("UTC")))
    later = Repeat(
        rule="" if ruled is None else rule_of(parts),
        skipped=tuple(one for one in repeat.skipped if _ends(one, clock, days) >= cut),
        extra=tuple(extra),
    )
    return occurrence_id(start, clock, days), later


def _real(start: datetime, clock: WallClock) -> bool:
    """Whether the clocks show that time at all."""
    return clock is None or classify_wall(start, clock) is not WallTime.SKIPPED


def _ends(one: datetime | date, clock: WallClock, days: bool) -> datetime:
    """A skipped day reaches to its end where the series has times."""
    whole = not isinstance(one, datetime) and not days
    return wall(one, clock) + (timedelta(days=1) if whole else timedelta())
