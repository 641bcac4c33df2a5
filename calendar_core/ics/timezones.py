"""VTIMEZONE text for IANA zones (RFC 5545 §3.6.5), short: one observance for each rule that was
kept for years.

Reading other people's VTIMEZONEs is `zones`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from zoneinfo import ZoneInfo

from calendar_core.ics.lines import Block, Line

_FIRST, _LAST = 1970, 2037
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class _Change:
    """One change of a zone's clocks."""

    wall: datetime
    """Wall time before the change, naive."""
    before: timedelta
    after: timedelta
    name: str
    summer: bool

    @property
    def kind(self) -> tuple[object, ...]:
        return (self.before, self.after, self.name, self.summer, self.wall.month, self.wall.time())


@lru_cache(maxsize=128)
def timezone_block(name: str) -> Block:
    """The VTIMEZONE of an IANA zone, right from 1970 on."""
    zone = ZoneInfo(name)
    changes = list(_changes(zone))
    start = datetime(_FIRST, 1, 1, tzinfo=zone)
    first = _Change(
        start.replace(tzinfo=None), _offset(start), _offset(start), start.tzname() or name, False
    )
    blocks = [_observance(first, [])]
    kinds: dict[tuple[object, ...], list[_Change]] = {}
    for change in changes:
        kinds.setdefault(change.kind, []).append(change)
    for alike in kinds.values():
        blocks += _observances(alike)
    return Block("VTIMEZONE", (Line(f"TZID:{name}"), *blocks))


def _changes(zone: ZoneInfo) -> Iterator[_Change]:
    at = datetime(_FIRST, 1, 1, tzinfo=UTC)
    end = datetime(_LAST + 1, 1, 1, tzinfo=UTC)
    step = timedelta(days=7)
    while at < end:
        if _state(at, zone) != _state(at + step, zone):
            yield from _within(at, at + step, zone)
        at += step


def _within(low: datetime, high: datetime, zone: ZoneInfo) -> Iterator[_Change]:
    """All changes between two instants: halve until each stands alone."""
    if _state(low, zone) == _state(high, zone):
        return
    if high - low <= timedelta(seconds=1):
        before = _offset(low.astimezone(zone))
        local = high.astimezone(zone)
        wall = (high + before).replace(tzinfo=None)
        yield _Change(wall, before, _offset(local), local.tzname() or "", bool(local.dst()))
        return
    middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
    yield from _within(low, middle, zone)
    yield from _within(middle, high, zone)


def _state(at: datetime, zone: ZoneInfo) -> tuple[timedelta, str | None]:
    local = at.astimezone(zone)
    return _offset(local), local.tzname()


def _offset(local: datetime) -> timedelta:
    return local.utcoffset() or timedelta()


def _observances(alike: list[_Change]) -> Iterator[Block]:
    """Changes of one kind as yearly rules where they follow one for three years, else as dates."""
    loose: list[_Change] = []
    for run in _runs(alike):
        if len(run) < 3:
            loose += run
            continue
        rule = _rule(run)
        if rule is None:
            loose += run
        else:
            yield _observance(run[0], [Line(f"RRULE:{rule}")])
    if loose:
        dates = ",".join(_stamp(one.wall) for one in loose)
        yield _observance(loose[0], [Line(f"RDATE:{dates}")] if len(loose) > 1 else [])


def _runs(alike: list[_Change]) -> Iterator[list[_Change]]:
    """Stretches of successive years whose changes one rule tells."""
    run: list[_Change] = []
    for change in alike:
        if run and (change.wall.year != run[-1].wall.year + 1 or _rule([*run, change]) is None):
            yield run
            run = []
        run.append(change)
    if run:
        yield run


def _rule(run: list[_Change]) -> str | None:
    day = _day_part([one.wall for one in run])
    if day is None:
        return None
    rule = f"FREQ=YEARLY;BYMONTH={run[0].wall.month};{day}"
    if run[-1].wall.year >= _LAST:
        return rule
    return f"{rule};UNTIL={_stamp(run[-1].wall - run[-1].before)}Z"


def _day_part(walls: list[datetime]) -> str | None:
    weekdays = {wall.weekday() for wall in walls}
    if len(weekdays) == 1:
        day = _DAYS[weekdays.pop()]
        if all((wall + timedelta(days=7)).month != wall.month for wall in walls):
            return f"BYDAY=-1{day}"
        nths = {(wall.day - 1) // 7 + 1 for wall in walls}
        if len(nths) == 1:
            return f"BYDAY={nths.pop()}{day}"
    days = [group for group, _ in groupby(sorted(wall.day for wall in walls))]
    return f"BYMONTHDAY={days[0]}" if len(days) == 1 else None


def _observance(first: _Change, more: list[Line]) -> Block:
    lines = (
        Line(f"DTSTART:{_stamp(first.wall)}"),
        Line(f"TZOFFSETFROM:{_signed(first.before)}"),
        Line(f"TZOFFSETTO:{_signed(first.after)}"),
        Line(f"TZNAME:{first.name}"),
        *more,
    )
    return Block("DAYLIGHT" if first.summer else "STANDARD", lines)


def _stamp(wall: datetime) -> str:
    return wall.strftime("%Y%m%dT%H%M%S")


def _signed(offset: timedelta) -> str:
    seconds = int(offset.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("+", seconds)
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{sign}{hours:02}{minutes:02}" + (f"{seconds:02}" if seconds else "")
