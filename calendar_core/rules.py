"""Recurrence rules as arithmetic on a wall clock: which starts a series has (RFC 5545 §3.3.10,
§3.8.5).

dateutil does the rules. Occurrences with their overrides are `recurrence`; edits of a series are
`scopes`. Where RFC 5545 leaves a broken rule open, this does as the library recurring-ical-events
does.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from heapq import merge
from itertools import chain, groupby, takewhile
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

from calendar_core.errors import BadCalendarData, CalendarError
from calendar_core.events import Event, Repeat
from calendar_core.wallclock import WallClock, clock_of, wall
from calendar_core.when import DaySpan, WallTime, at_wall, classify_wall

CAP = 20_000
"""Occurrences that one look at one series may yield."""
LAST_YEAR = 9000
"""An end after it is none."""
_STAMP = re.compile(r"^(\d{8})(T\d{6})?(Z?)$")
_NEAR = timedelta(days=2)
_FAST = re.compile(r"\d+")
_JUMPS = {"HOURLY": timedelta(hours=1), "DAILY": timedelta(days=1), "WEEKLY": timedelta(days=7)}


class TooManyOccurrences(BadCalendarData):
    """A series has more occurrences in a window than anyone could look at."""


class ScopeRefused(CalendarError):
    """The edit can't be made with that scope; the message says why."""


def parts_of(rule: str) -> dict[str, str]:
    """A rule's parts by name, in their order."""
    pairs = (part.partition("=") for part in rule.split(";") if part)
    return {name.strip().upper(): value.strip() for name, _, value in pairs}


def rule_of(parts: dict[str, str]) -> str:
    """Parts as a rule."""
    return ";".join(f"{name}={value}" for name, value in parts.items())


def start_wall(event: Event) -> datetime:
    """A master's start on its own clock, naive; a day is its midnight.

    Where the clocks skip the hour that its rule names, that hour is meant: DTSTART itself can only
    tell when the first one happens.
    """
    first = event.when.first if isinstance(event.when, DaySpan) else event.when.start
    clock = clock_of(event)
    start = wall(first, clock)
    return start if clock is None else _meant(start, clock, (event.repeat or Repeat()).rule)


def _meant(start: datetime, clock: ZoneInfo, rule: str) -> datetime:
    if "BYHOUR=" not in rule.upper():
        return start
    parts = parts_of(rule)
    hour, minute = parts["BYHOUR"], parts.get("BYMINUTE", str(start.minute))
    if not hour.isdigit() or not minute.isdigit() or int(hour) > 23 or int(minute) > 59:
        return start
    meant = start.replace(hour=int(hour), minute=int(minute))
    return meant if at_wall(meant, clock).replace(tzinfo=None) == start else start


def keep_hour(parts: dict[str, str], start: datetime, clock: ZoneInfo) -> None:
    """Let a rule name its hour where the clocks skip the first start, so that only this one moves.

    Not of rules that repeat within a day. A COUNT becomes an UNTIL: others may count the moved
    start beside those of the rule.
    """
    by_days = parts.get("FREQ") in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
    if not by_days or classify_wall(start, clock) is not WallTime.SKIPPED:
        return
    parts["BYHOUR"], parts["BYMINUTE"] = str(start.hour), str(start.minute)
    if parts.get("COUNT", "-").isdigit():
        *_, last = rrulestr(rule_of(parts), dtstart=start)
        del parts["COUNT"]
        parts["UNTIL"] = until_text(last, clock, days=False)


def until_wall(parts: dict[str, str], event: Event) -> datetime | None:
    """The last moment of a rule on the series' clock, or None.

    Of the wrong kind, UNTIL is read as recurring-ical-events does: a day as its midnight in UTC, a
    time without zone as UTC, and for days the time is dropped.
    """
    said = parts.get("UNTIL")
    if said is None:
        return None
    found = _STAMP.match(said)
    if found is None:
        raise BadCalendarData(f"Its rule ends at {said}, which is no time.")
    if int(said[:4]) > LAST_YEAR:
        return None
    day = datetime.strptime(found[1], "%Y%m%d")  # noqa: DTZ007 - a wall time
    if isinstance(event.when, DaySpan):
        return day
    moment = day if found[2] is None else datetime.strptime(said[:15], "%Y%m%dT%H%M%S")  # noqa: DTZ007
    clock = clock_of(event)
    return moment if clock is None else wall(moment.replace(tzinfo=UTC), clock)


def until_text(last: datetime, clock: WallClock, days: bool) -> str:
    """UNTIL in the kind that DTSTART asks for (RFC 5545 §3.3.10)."""
    if days:
        return last.strftime("%Y%m%d")
    if clock is None:
        return last.strftime("%Y%m%dT%H%M%S")
    return at_wall(last, clock).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def rule_starts(event: Event, since: datetime | None = None) -> Iterator[datetime]:
    """The starts that the rule alone makes, on the series' clock; from `since` on, or a little
    earlier.
    """
    repeat = event.repeat or Repeat()
    parts = parts_of(repeat.rule)
    if not parts:
        return
    start, until = start_wall(event), until_wall(parts, event)
    bare = {name: value for name, value in parts.items() if name != "UNTIL"}
    if bare.get("COUNT", "").startswith("-"):
        del bare["COUNT"]
    first = start if since is None or "COUNT" in bare else _jumped(start, since, bare)
    try:
        made = rrulestr(rule_of(bare), dtstart=first)
    except (ValueError, KeyError, TypeError, IndexError) as err:
        raise BadCalendarData(f"Its rule {repeat.rule} can't be read.") from err
    assert isinstance(made, rrule)
    yield from made if until is None else takewhile(lambda one: one <= until, made)


def _jumped(start: datetime, since: datetime, parts: dict[str, str]) -> datetime:
    """A later start of the same rhythm, so that old series need no long walk."""
    step, every = _JUMPS.get(parts.get("FREQ", "")), parts.get("INTERVAL", "1")
    if step is None or since <= start or not every.isdigit() or int(every) < 1:
        return start
    return start + max((since - start) // (step * int(every)) - 1, 0) * step * int(every)


def starts(event: Event, since: datetime | None = None) -> Iterator[datetime]:
    """All original starts of a series on its own clock, in order, overrides not regarded.

    DTSTART counts as one, RDATE is added, EXDATE taken out. From `since` on, or a little earlier.
    """
    if not (event.repeat or Repeat()).skipped:
        return every_start(event, since)
    skipped = Skipped(event)
    return (one for one in every_start(event, since) if one not in skipped)


def every_start(event: Event, since: datetime | None = None) -> Iterator[datetime]:
    """As `starts`, skipped ones too."""
    clock, repeat, first = clock_of(event), event.repeat or Repeat(), start_wall(event)
    until = until_wall(parts_of(repeat.rule), event)
    extra = [wall(one, clock) for one in repeat.extra]
    if until is None or first <= until:
        extra.append(first)
    extra = sorted(one for one in extra if since is None or one >= since)
    made = rule_starts(event, since)
    if extra == [first]:
        # The rule makes none before it: most series need no merging.
        return chain(extra, (one for one in made if one != first))
    return (one for one, _ in groupby(merge(extra, made))) if extra else made


def original_wall(event: Event, moment: datetime | date) -> datetime:
    """The start on the series' clock that an instant belongs to.

    They differ where the clocks skip the start's hour: 02:30 is meant and 03:30 is when it happens.
    """
    clock = clock_of(event)
    at = wall(moment, clock)
    if clock is None:
        return at
    for start in every_start(event, at - _NEAR):
        if start == at or at_wall(start, clock).replace(tzinfo=None) == at:
            return start
        if start > at:
            break
    return at


class Skipped:
    """What EXDATE takes out: times by instant or by wall time, and whole days."""

    def __init__(self, event: Event) -> None:
        self._clock = clock_of(event)
        listed = (event.repeat or Repeat()).skipped
        times = [one for one in listed if isinstance(one, datetime)]
        self._walls = {wall(one, self._clock) for one in times}
        self._days = {one for one in listed if not isinstance(one, datetime)}

    def __contains__(self, start: object) -> bool:
        if not isinstance(start, datetime):
            return False
        if start in self._walls or (self._days and start.date() in self._days):
            return True
        if not self._walls or self._clock is None:
            return False
        return at_wall(start, self._clock).replace(tzinfo=None) in self._walls


def is_endless(event: Event) -> bool:
    """Whether the series never ends."""
    parts = parts_of((event.repeat or Repeat()).rule)
    until = parts.get("UNTIL", "9999")[:4]
    bounded = int(until) <= LAST_YEAR or parts.get("COUNT", "-").lstrip("0").isdigit()
    return bool(parts) and not bounded


def why_refused(parts: dict[str, str]) -> str | None:
    """Why a rule is not taken in: unreadable, or more than a calendar can hold. None: it is fine.

    What dateutil would look for in vain, or almost, until the year 9999 is refused too.
    """
    freq = parts.get("FREQ", "")
    if freq in ("SECONDLY", "MINUTELY") and not _is_short(parts):
        return f"its rule repeats {freq.lower()} without an end near, more than a calendar can hold"
    if freq == "HOURLY" and any(one.startswith("BY") and one != "BYDAY" for one in parts):
        return "its hourly rule has conditions that can't be followed"
    if _times_a_day(parts) > 48:
        return "its rule repeats more than 48 times a day"
    if freq in ("HOURLY", "DAILY") and "BYSETPOS" in parts:
        return "its rule picks by position within a day, which can't be followed"
    if freq != "YEARLY" and ("BYWEEKNO" in parts or "BYYEARDAY" in parts):
        return f"its {freq.lower()} rule has conditions that only yearly ones have"
    every = parts.get("INTERVAL", "1")
    if not every.isdigit() or not 1 <= int(every) <= 10_000 or _never_comes(parts):
        return "its rule never comes round"
    if "UNTIL" in parts and not _STAMP.match(parts["UNTIL"]):
        return f"its rule ends at {parts['UNTIL'][:20]}, which is no time"
    return None if is_readable(parts) else f"its rule can't be read ({rule_of(parts)[:60]})"


def is_readable(parts: dict[str, str]) -> bool:
    """Whether dateutil makes something of a rule."""
    plain = {name: value for name, value in parts.items() if name != "UNTIL"}
    try:
        rrulestr(rule_of(plain), dtstart=datetime(2024, 1, 1))  # noqa: DTZ001 - a wall time
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return False
    return True


def _is_short(parts: dict[str, str]) -> bool:
    count = parts.get("COUNT", "")
    return count.isdigit() and int(count) <= 1000 and not any(n.startswith("BY") for n in parts)


def _times_a_day(parts: dict[str, str]) -> int:
    product = 1
    for name in ("BYHOUR", "BYMINUTE", "BYSECOND"):
        product *= max(len(parts.get(name, "").split(",")), 1)
    return product


def _never_comes(parts: dict[str, str]) -> bool:
    months = [int(one) for one in _FAST.findall(parts.get("BYMONTH", ""))]
    days = [int(one) for one in _FAST.findall(parts.get("BYMONTHDAY", ""))]
    longest = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    if not months or not days:
        return False
    return all(day > longest[month - 1] for month in months if 0 < month < 13 for day in days)
