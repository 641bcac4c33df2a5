"""Moving a whole series by a step on its clock: starts, skipped days and the rule itself.

A rule can follow only some moves ("the second Tuesday" is not the day after "the second Monday");
`shifted_rule` tries the obvious one and `scopes` looks whether every start came along.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from calendar_core.events import Event, RecurrenceId, Repeat
from calendar_core.ics.properties import moment_of
from calendar_core.ics.reading import recurrence_id
from calendar_core.ics.sheet import occurrence_when
from calendar_core.rules import (
    keep_hour,
    original_wall,
    parts_of,
    rule_of,
    start_wall,
    until_text,
    until_wall,
)
from calendar_core.wallclock import WallClock, clock_of, span_at, wall
from calendar_core.when import DaySpan, TimeSpan, When, at_wall

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_HOURS = ("BYHOUR", "BYMINUTE", "BYSECOND")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """From where a series was to where it shall be."""

    step: timedelta
    """On the wall clock."""
    length: timedelta
    """Of each occurrence afterwards, on the wall clock."""
    before: WallClock
    after: WallClock
    days: bool
    """Whether it is of whole days afterwards."""
    floating: bool

    origin: Event
    """The master before."""

    @classmethod
    def to(cls, master: Event, rid: RecurrenceId, when: When | None, zone: str | None) -> "Shift":
        """The step that brings one occurrence, as the rule has it, to a new time or zone."""
        before, old = clock_of(master), occurrence_when(master, rid)
        told = old if when is None else when
        days = isinstance(told, DaySpan)
        after = None if isinstance(told, DaySpan) else _clock_after(master, told, zone, before)
        first, last = _walls(told, before if when is None else after)
        same = first == _walls(old, before)[0] and days == isinstance(old, DaySpan)
        step = timedelta() if same else first - original_wall(master, moment_of(rid))
        return cls(
            step=step,
            length=last - first,
            before=before,
            after=after,
            days=days,
            floating=after is None and not days,
            origin=master,
        )

    @property
    def is_still(self) -> bool:
        """Whether every start stays where it is."""
        same = getattr(self.before, "key", None) == getattr(self.after, "key", None)
        return not self.step and same

    def start(self, moment: datetime | date) -> datetime | date:
        """Where an original start goes."""
        moved = original_wall(self.origin, moment) + self.step
        if self.days:
            return moved.date()
        return at_wall(moved, self.after or ZoneInfo("UTC"))

    def rid(self, rid: RecurrenceId) -> RecurrenceId:
        """What an occurrence is called afterwards."""
        moved = self.start(moment_of(rid))
        return recurrence_id(moved, self.after, self.days)

    def when(self, start: datetime) -> When:
        """The time of an occurrence that starts at a wall time of the new clock."""
        if self.days:
            return DaySpan(first=start.date(), until=(start + self.length).date())
        return span_at(start, start + self.length, self.after)

    def master(self, old: Event) -> Event:
        """The master afterwards: time, zone, rule, skipped and extra dates."""
        start = start_wall(old) + self.step
        repeat = old.repeat or Repeat()
        shifted = replace(
            repeat,
            rule=shifted_rule(old, self),
            skipped=tuple(self._skipped(one, old) for one in repeat.skipped),
            extra=tuple(self.start(one) for one in repeat.extra),
        )
        return replace(
            old,
            when=self.when(start),
            zone=None if self.after is None else self.after.key,
            floating=self.floating,
            repeat=None if old.repeat is None else shifted,
        )

    def _skipped(self, one: datetime | date, old: Event) -> datetime | date:
        if isinstance(one, datetime) or isinstance(old.when, DaySpan):
            return self.start(one)
        start = start_wall(old)
        return one + ((start + self.step).date() - start.date())


def _clock_after(master: Event, when: TimeSpan, zone: str | None, before: WallClock) -> WallClock:
    if zone:
        return ZoneInfo(zone)
    if not isinstance(master.when, DaySpan):
        return before
    own = when.start.tzinfo
    return own if isinstance(own, ZoneInfo) else ZoneInfo("UTC")


def _walls(when: When, clock: WallClock) -> tuple[datetime, datetime]:
    if isinstance(when, DaySpan):
        return wall(when.first, None), wall(when.until, None)
    return wall(when.start, clock), wall(when.end, clock)


def shifted_rule(old: Event, shift: Shift) -> str:
    """The rule, moved as well as a rule can be."""
    rule = (old.repeat or Repeat()).rule
    if shift.is_still and shift.days == isinstance(old.when, DaySpan):
        return rule
    parts = parts_of(rule)
    start = start_wall(old)
    moved = start + shift.step
    days = (moved.date() - start.date()).days
    _shift_hours(parts, moved, shift.days)
    if days and "BYDAY" in parts:
        parts["BYDAY"] = _shifted_days(parts["BYDAY"], days)
    if days:
        _shift_dates(parts, start, moved, days)
    last = until_wall(parts, old)
    if last is not None:
        parts["UNTIL"] = until_text(last + shift.step, shift.after, shift.days)
    if shift.after is not None:
        keep_hour(parts, moved, shift.after)
    return rule_of(parts)


def _shift_hours(parts: dict[str, str], moved: datetime, days: bool) -> None:
    """A rule that says its own time of day says the new one; with several it can't follow."""
    for name, value in zip(_HOURS, (moved.hour, moved.minute, moved.second), strict=True):
        if name in parts and days:
            del parts[name]
        elif parts.get(name, ",").isdigit():
            parts[name] = str(value)


def _shifted_days(listed: str, days: int) -> str:
    shifted = []
    for one in listed.split(","):
        nth, day = one[:-2], one[-2:].upper()
        if nth and days % 7 == 0:
            shifted.append(f"{int(nth) + days // 7}{day}")
        else:
            shifted.append(f"{nth}{_DAYS[(_DAYS.index(day) + days) % 7]}")
    return ",".join(shifted)


def _shift_dates(parts: dict[str, str], start: datetime, moved: datetime, days: int) -> None:
    if parts.get("BYMONTHDAY", "-").isdigit() and int(parts["BYMONTHDAY"]) == start.day:
        parts["BYMONTHDAY"] = str(moved.day)
    if parts.get("BYMONTH", "-") == str(start.month) and parts.get("FREQ") == "YEARLY":
        parts["BYMONTH"] = str(moved.month)
