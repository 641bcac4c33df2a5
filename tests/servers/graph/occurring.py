"""When a series happens, by Graph's own patterns: written after Microsoft's pages, and after
nothing of ours, so that the two can be held against each other."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

Json = dict[str, Any]
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_INDEX = ("first", "second", "third", "fourth", "last")
_WANTED = {
    "daily": {"interval"},
    "weekly": {"interval", "daysOfWeek", "firstDayOfWeek"},
    "absoluteMonthly": {"interval", "dayOfMonth"},
    "relativeMonthly": {"interval", "daysOfWeek", "index"},
    "absoluteYearly": {"interval", "dayOfMonth", "month"},
    "relativeYearly": {"interval", "daysOfWeek", "index", "month"},
}
_OPTIONAL = {"index", "firstDayOfWeek"}
_RANGES = {"noEnd": set(), "endDate": {"endDate"}, "numbered": {"numberOfOccurrences"}}
_MOST = 3000


class BadPattern(Exception):
    """Graph would refuse it."""


def check(recurrence: Json) -> None:
    """Refuse what Graph refuses: what is missing, and what does not belong there."""
    if set(recurrence) != {"pattern", "range"}:
        raise BadPattern("pattern and range")
    pattern, range_ = recurrence["pattern"], recurrence["range"]
    wanted = _WANTED.get(pattern.get("type"))
    said = set(pattern) - {"type"}
    if wanted is None or said - wanted or (wanted - _OPTIONAL) - said:
        raise BadPattern(f"pattern {pattern}")
    if pattern["interval"] < 1 or any(one not in _DAYS for one in pattern.get("daysOfWeek", ())):
        raise BadPattern("interval or days")
    if "daysOfWeek" in wanted and not pattern["daysOfWeek"]:
        raise BadPattern("no days")
    if pattern.get("index", "first") not in _INDEX:
        raise BadPattern("index")
    if not 1 <= pattern.get("dayOfMonth", 1) <= 31 or not 1 <= pattern.get("month", 1) <= 12:
        raise BadPattern("day or month")
    extra = _RANGES.get(range_.get("type"))
    said = set(range_) - {"type", "startDate", "recurrenceTimeZone"}
    if extra is None or said != extra or "startDate" not in range_:
        raise BadPattern(f"range {range_}")
    if range_["type"] == "endDate" and range_["endDate"] < range_["startDate"]:
        raise BadPattern("ends before it starts")
    if range_["type"] == "numbered" and range_["numberOfOccurrences"] < 1:
        raise BadPattern("never happens")


def days_of(recurrence: Json, until: date) -> list[date]:
    """The days on which a series happens, up to one."""
    range_ = recurrence["range"]
    start = date.fromisoformat(range_["startDate"])
    last = until
    if range_["type"] == "endDate":
        last = min(last, date.fromisoformat(range_["endDate"]))
    most = range_["numberOfOccurrences"] if range_["type"] == "numbered" else _MOST
    found: list[date] = []
    for day in _all(recurrence["pattern"], start, last):
        if day > last or len(found) >= most:
            break
        if day >= start:
            found.append(day)
    return found


def _all(pattern: Json, start: date, last: date) -> Iterator[date]:
    every = pattern["interval"]
    named = [_DAYS.index(one) for one in pattern.get("daysOfWeek", ())]
    match pattern["type"]:
        case "daily":
            for number in range(_MOST):
                yield start + timedelta(days=number * every)
        case "weekly":
            first = _DAYS.index(pattern.get("firstDayOfWeek", "sunday"))
            week = start - timedelta(days=(start.weekday() - first) % 7)
            offsets = sorted((day - first) % 7 for day in named)
            while week <= last:
                yield from (week + timedelta(days=one) for one in offsets)
                week += timedelta(days=7 * every)
        case "absoluteMonthly" | "relativeMonthly":
            for number in range(_MOST):
                year, month = divmod(start.year * 12 + start.month - 1 + number * every, 12)
                if year > last.year:
                    return
                yield _day(pattern, year, month + 1, named)
        case _:
            for year in range(start.year, last.year + 1, every):
                yield _day(pattern, year, pattern["month"], named)


def _day(pattern: Json, year: int, month: int, named: list[int]) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    length = (following - timedelta(days=1)).day
    if "dayOfMonth" in pattern:
        return date(year, month, min(pattern["dayOfMonth"], length))
    days = [date(year, month, one) for one in range(1, length + 1)]
    fitting = [one for one in days if one.weekday() in named]
    index = _INDEX.index(pattern.get("index", "first"))
    return fitting[-1] if index == 4 else fitting[index]
