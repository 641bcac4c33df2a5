"""A series cut in two: the part before an occurrence and the part from it on, none lost and none
twice.

Which scope asks for it is `scopes`.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

from calendar_core.events import Event, RecurrenceId, Repeat
from calendar_core.ics.lines import Block
from calendar_core.ics.properties import Clock, clock_of, moment_of, wall
from calendar_core.ics.reading import recurrence_id as occurrence_id
from calendar_core.ics.sheet import MASTER, Sheet, event_of, occurrence_when, with_repeat, with_when
from calendar_core.ics.writing import stamped
from calendar_core.rules import ScopeRefused, parts_of, rule_of, rule_starts
from calendar_core.shifting import until_text
from calendar_core.when import DaySpan


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
    at = wall(moment_of(rid), clock_of(master))
    stamp = "%Y%m%d" if isinstance(master.when, DaySpan) else "%Y%m%dT%H%M%S"
    return f"{uid}_R{at.strftime(stamp)}"


def split(sheet: Sheet, rid: RecurrenceId, at: datetime) -> tuple[Sheet, Sheet]:
    """The series before an occurrence, and from it on, still under one UID."""
    refuse_ranges(sheet, rid)
    block = sheet.block(MASTER)
    master = event_of(block)
    cut = wall(moment_of(rid), clock_of(master))

    def side(later: bool) -> dict[RecurrenceId, Block]:
        clock = clock_of(master)
        return {
            one: kept
            for one, kept in sheet.overrides.items()
            if (wall(moment_of(one), clock) >= cut) is later
        }

    head = with_repeat(block, master, _head(master, cut))
    tail = with_repeat(block, master, _tail(master, cut))
    start = _tail_start(master, cut)
    tail = with_when(tail, occurrence_when(master, start), clock_of(master))
    return (
        replace(sheet, master=stamped(head, at=at, moved=True), overrides=side(False)),
        replace(sheet, master=stamped(tail, at=at, moved=False), overrides=side(True)),
    )


def _head(master: Event, cut: datetime) -> Repeat:
    """The rule with its end before the cut, and what is skipped and extra before it."""
    repeat, clock = master.repeat or Repeat(), clock_of(master)
    parts = parts_of(repeat.rule)
    parts.pop("COUNT", None)
    if parts:
        days = isinstance(master.when, DaySpan)
        before = cut - (timedelta(days=1) if days else timedelta(seconds=1))
        parts["UNTIL"] = until_text(before, clock, days)
    return Repeat(
        rule=rule_of(parts),
        skipped=tuple(one for one in repeat.skipped if wall(one, clock) < cut),
        extra=tuple(one for one in repeat.extra if wall(one, clock) < cut),
    )


def _tail(master: Event, cut: datetime) -> Repeat:
    """The rule from the cut on: of a counted one what is left."""
    repeat, clock = master.repeat or Repeat(), clock_of(master)
    parts = parts_of(repeat.rule)
    if parts.get("COUNT", "").isdigit():
        passed = sum(1 for one in rule_starts(master) if one < cut)
        parts["COUNT"] = str(int(parts["COUNT"]) - passed)
    ruled = _first_ruled(master, cut)
    start = cut if ruled is None else ruled
    days = isinstance(master.when, DaySpan)
    extra = [one for one in repeat.extra if wall(one, clock) >= cut and wall(one, clock) != start]
    return Repeat(
        rule="" if ruled is None else rule_of(parts),
        skipped=tuple(one for one in repeat.skipped if _ends(one, clock, days) >= cut),
        extra=tuple(extra),
    )


def _ends(one: datetime | date, clock: Clock, days: bool) -> datetime:
    """A skipped day reaches to its end where the series has times."""
    whole = not isinstance(one, datetime) and not days
    return wall(one, clock) + (timedelta(days=1) if whole else timedelta())


def _first_ruled(master: Event, cut: datetime) -> datetime | None:
    return next((one for one in rule_starts(master, cut) if one >= cut), None)


def _tail_start(master: Event, cut: datetime) -> RecurrenceId:
    start = _first_ruled(master, cut) or cut
    return occurrence_id(start, clock_of(master), isinstance(master.when, DaySpan))
