"""When a reminder of one's own repeats: a rule (RFC 5545 §3.3.10) on the wall of one zone.

Events repeat in `calendar_core.recurrence`, with exceptions and moved occurrences; a reminder has a
rule and a zone, no more. Wall time stays over clock changes; an hour that does not exist rings as
before the jump.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

from calendar_core.when import at_wall
from scheduler.errors import RuleRefused

AT_MOST = ("HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY")
AHEAD = timedelta(days=9 * 366)
"""How far a next time is looked for. Rules that never match would otherwise be tried until the year
9999; 29 February is at most eight years away."""
_DAY, _NONE = timedelta(days=1), timedelta()
_MONTHS = range(1, 13)
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""Days of each month, in the years in which it has most."""
_UNTIL = re.compile(r"UNTIL=(\d{8}(?:T\d{6}Z?)?)", re.IGNORECASE)


def next_ring(
    rule: str, first: datetime, after: datetime | None, zone: ZoneInfo
) -> datetime | None:
    """The first time of a rule that begins at `first`, strictly later than `after`, in UTC; None
    when it is over.

    Raises RuleRefused.
    """
    begin = _begin(rule, first, zone)
    floor = None if after is None else after.astimezone(UTC)
    ahead = max(first, after or first).astimezone(zone).replace(tzinfo=None) + AHEAD
    for wall in _walls(rule, begin, zone, ahead):
        at = at_wall(wall, zone).astimezone(UTC)
        if floor is None or at > floor:
            return at
    return None


def _begin(rule: str, first: datetime, zone: ZoneInfo) -> datetime:
    """Where on the wall a rule begins: at the hour that was meant, where clocks jump over it."""
    here = first.astimezone(zone)
    begin = here.replace(tzinfo=None)
    jump = (here.utcoffset() or _NONE) - ((here - _DAY).utcoffset() or _NONE)
    if jump > _NONE and "BYHOUR=" in rule.upper() and at_wall(begin - jump, zone) == here:
        return begin - jump
    return begin


def _walls(rule: str, begin: datetime, zone: ZoneInfo, ahead: datetime) -> Iterator[datetime]:
    parsed = _parse(rule, begin, zone)
    if _names_no_day(parsed):
        return iter(())
    count: int | None = parsed._count  # type: ignore[attr-defined]  # dateutil has no public way to read it
    until: datetime | None = parsed._until  # type: ignore[attr-defined]
    bounded = parsed.replace(count=None, until=min(until or ahead, ahead))
    return islice(iter(bounded), count)


def _names_no_day(parsed: rrule) -> bool:
    """Whether no month that a rule names has a day that it names, as on 30 February.

    dateutil looks at `until` only when something matches: it would try each hour to the year 9999.
    """
    named: Mapping[str, tuple[int, ...] | None] = parsed._original_rule  # type: ignore[attr-defined]
    days = named.get("bymonthday") or ()
    return bool(days) and all(
        abs(day) > _LONGEST[month - 1] for month in named.get("bymonth") or _MONTHS for day in days
    )


def _parse(rule: str, begin: datetime, zone: ZoneInfo) -> rrule:
    parts = dict(part.split("=", 1) for part in rule.upper().split(";") if "=" in part)
    if parts.get("FREQ") not in AT_MOST:
        raise RuleRefused("A reminder repeats every hour at most.")
    try:
        parsed = rrulestr(_UNTIL.sub(lambda m: _until(m[1], zone), rule), dtstart=begin)
    except (ValueError, TypeError, KeyError, AttributeError) as err:
        raise RuleRefused(f"I can't follow the repetition {rule}.") from err
    if not isinstance(parsed, rrule):
        raise RuleRefused(f"I can't follow the repetition {rule}.")
    return parsed


def _until(value: str, zone: ZoneInfo) -> str:
    """UNTIL on the zone's wall: dateutil compares it with naive times."""
    if len(value) == 8:
        return f"UNTIL={value}T235959"
    if not value.endswith(("Z", "z")):
        return f"UNTIL={value}"
    at = datetime.strptime(value.upper(), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return f"UNTIL={at.astimezone(zone):%Y%m%dT%H%M%S}"


def check_rule(rule: str, first: datetime, zone: ZoneInfo) -> None:
    """Raises RuleRefused when reminders can't follow a rule."""
    _parse(rule, first.astimezone(zone).replace(tzinfo=None), zone)
