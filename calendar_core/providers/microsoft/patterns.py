"""Rules of RFC 5545 <-> Graph's recurrence patterns, exactly or not at all.

The two differ where a month is too short: RFC 5545 skips it, Outlook takes its last day. Such a
pattern is told as a rule that says so (`BYMONTHDAY=28,29,30;BYSETPOS=-1`); a rule that means the
other is refused. Weeks begin on Monday in RFC 5545 and on Sunday in Graph unless said: both are
always said.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from calendar_core.errors import BadCalendarData, NotAllowed
from calendar_core.events import Event, Repeat
from calendar_core.providers.microsoft.zones import windows_name
from calendar_core.rules import parts_of, rule_of, rule_starts, start_wall, until_wall
from calendar_core.when import DaySpan, at_wall

Json = dict[str, Any]
DAYS = {
    "MO": "monday",
    "TU": "tuesday",
    "WE": "wednesday",
    "TH": "thursday",
    "FR": "friday",
    "SA": "saturday",
    "SU": "sunday",
}
_CODES = {name: code for code, name in DAYS.items()}
_NTH = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}
_POSITIONS = {name: number for number, name in _NTH.items()}
_SHORTEST = 28
_LAST_OF_DAY = time(23, 59, 59)
_ONE = timedelta(days=1)


def recurrence_of(event: Event) -> Json | None:
    """Graph's `recurrence` of a master; None for what does not repeat. Raises NotAllowed with a
    sentence for what Outlook can't say."""
    repeat = event.repeat
    if repeat is None or not (repeat.rule or repeat.extra):
        return None
    if repeat.extra:
        raise _no("it has dates besides its rule", "Make events of their own for those dates")
    parts = parts_of(repeat.rule)
    start = start_wall(event)
    _check_hours(parts, start)
    # A rule that Outlook has a pattern for comes round soon; others may be looked for in vain.
    pattern = _pattern(parts, start)
    if next(rule_starts(event), None) != start:
        raise _no("its first day is none of those that its rule names")
    return {"pattern": pattern, "range": _range(parts, event, start)}


def rule_from(recurrence: Mapping[str, Any], start: datetime, zone: ZoneInfo | None) -> str:
    """The RRULE of Graph's `recurrence`, of a series that starts at this wall time; no zone for one
    of days. Raises BadCalendarData for a pattern that is none."""
    pattern, range_ = recurrence.get("pattern") or {}, recurrence.get("range") or {}
    try:
        parts = _rule_parts(pattern, start)
        match range_.get("type"):
            case "numbered":
                parts["COUNT"] = str(int(range_["numberOfOccurrences"]))
            case "endDate":
                parts["UNTIL"] = _until(date.fromisoformat(range_["endDate"][:10]), zone)
            case _:
                pass
    except (KeyError, TypeError, ValueError) as err:
        raise BadCalendarData("This series repeats in a way that can't be read.") from err
    return rule_of(parts)


def repeat_from(
    recurrence: Mapping[str, Any],
    start: datetime,
    zone: ZoneInfo | None,
    skipped: tuple[datetime | date, ...],
) -> Repeat:
    """How a series repeats, without its deleted occurrences."""
    return Repeat(rule=rule_from(recurrence, start, zone), skipped=skipped)


def _no(why: str, instead: str = "Say a simpler rule") -> NotAllowed:
    return NotAllowed(
        f"Outlook can't repeat an event like that: {why}. {instead}, or choose another calendar."
    )


def _check_hours(parts: dict[str, str], start: datetime) -> None:
    """A rule may name the hour that its start has anyway (`rules.keep_hour`)."""
    for name, own in (("BYHOUR", start.hour), ("BYMINUTE", start.minute), ("BYSECOND", 0)):
        if parts.get(name, str(own)) != str(own):
            raise _no("it happens at several hours of a day", "Make a series for each of them")


def _pattern(parts: dict[str, str], start: datetime) -> Json:
    for name in ("BYYEARDAY", "BYWEEKNO"):
        if name in parts:
            raise _no("its rule counts days or weeks of the year")
    interval = int(parts.get("INTERVAL", "1"))
    match parts.get("FREQ"):
        case "DAILY":
            return _daily(parts, interval)
        case "WEEKLY":
            return _weekly(parts, start, interval)
        case "MONTHLY":
            _refuse(parts, "BYMONTH")
            return _monthly(parts, start, interval)
        case "YEARLY":
            return _yearly(parts, start, interval)
        case freq:
            raise _no(f"a rule that is {(freq or 'of no kind').lower()} is none of Outlook's")


def _refuse(parts: dict[str, str], *names: str) -> None:
    for name in names:
        if name in parts:
            raise _no(f"its rule has a condition ({name}) that Outlook has not")


def _daily(parts: dict[str, str], interval: int) -> Json:
    _refuse(parts, "BYMONTH", "BYMONTHDAY", "BYSETPOS")
    if "BYDAY" not in parts:
        return {"type": "daily", "interval": interval}
    if interval != 1:
        raise _no("it counts days and names weekdays as well")
    return _weeks(parts["BYDAY"].split(","), 1, parts)


def _weekly(parts: dict[str, str], start: datetime, interval: int) -> Json:
    _refuse(parts, "BYMONTH", "BYMONTHDAY", "BYSETPOS")
    named = parts.get("BYDAY")
    return _weeks(named.split(",") if named else [_code(start)], interval, parts)


def _weeks(codes: list[str], interval: int, parts: dict[str, str]) -> Json:
    return {
        "type": "weekly",
        "interval": interval,
        "daysOfWeek": _names(codes),
        "firstDayOfWeek": DAYS[parts.get("WKST", "MO")],
    }


def _names(codes: list[str]) -> list[str]:
    """Weekdays in the week's order."""
    said = {one.strip().upper() for one in codes}
    if not said <= DAYS.keys():
        raise _no("its weekdays are counted")
    return [DAYS[code] for code in DAYS if code in said]


def _code(at: datetime) -> str:
    return list(DAYS)[at.weekday()]


def _monthly(parts: dict[str, str], start: datetime, interval: int) -> Json:
    if "BYDAY" in parts:
        return {"type": "relativeMonthly", "interval": interval, **_relative(parts)}
    day = _day_of_month(parts, start)
    return {"type": "absoluteMonthly", "interval": interval, "dayOfMonth": day}


def _yearly(parts: dict[str, str], start: datetime, interval: int) -> Json:
    months = parts.get("BYMONTH", str(start.month)).split(",")
    if len(months) > 1:
        raise _no("it happens in several months of a year", "Make a series for each of them")
    month = int(months[0])
    if "BYDAY" in parts:
        if "BYMONTH" not in parts:
            raise _no("it counts the weekdays of a year")
        told = {"type": "relativeYearly", "interval": interval, **_relative(parts)}
        return {**told, "month": month}
    if "BYMONTHDAY" in parts and "BYMONTH" not in parts:
        raise _no("it happens in every month of a year")
    day = _day_of_month(parts, start, _longest(month))
    return {"type": "absoluteYearly", "interval": interval, "dayOfMonth": day, "month": month}


def _longest(month: int) -> int:
    return 28 if month == 2 else 30 if month in (4, 6, 9, 11) else 31


def _day_of_month(parts: dict[str, str], start: datetime, shortest: int = _SHORTEST) -> int:
    """The day of Outlook's pattern: of a month that has not got it, the last one."""
    days = sorted(int(one) for one in parts.get("BYMONTHDAY", str(start.day)).split(","))
    if days == [-1] and "BYSETPOS" not in parts:
        return 31
    if parts.get("BYSETPOS") == "-1" and days == list(range(shortest, days[-1] + 1)):
        return days[-1]
    _refuse(parts, "BYSETPOS")
    if len(days) > 1:
        raise _no("it happens on several days of a month", "Make a series for each of them")
    if days[0] < 1:
        raise _no("it counts the days from the end of the month")
    if days[0] > shortest:
        raise _no(
            f"where a month has no day {days[0]}, Outlook takes its last one, and your series "
            "skips that month",
            "Say the last day of the month, or an earlier day",
        )
    return days[0]


def _relative(parts: dict[str, str]) -> Json:
    _refuse(parts, "BYMONTHDAY")
    said = parts["BYDAY"].upper().split(",")
    position = parts.get("BYSETPOS")
    if position is None and len(said) == 1 and said[0][:-2]:
        position, said = said[0][:-2], [said[0][-2:]]
    number = None if position is None else _number(position)
    if number not in _NTH:
        raise _no("of its weekdays, Outlook wants the first to fourth or the last of a month")
    return {"daysOfWeek": _names(said), "index": _NTH[number]}


def _number(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None


def _range(parts: dict[str, str], event: Event, start: datetime) -> Json:
    told: Json = {"startDate": start.date().isoformat()}
    if event.zone is not None:
        name = windows_name(event.zone)
        if name is None:
            raise _no(f"Outlook does not know the zone {event.zone}")
        told["recurrenceTimeZone"] = name
    until = until_wall(parts, event)
    if "COUNT" in parts:
        return {"type": "numbered", "numberOfOccurrences": int(parts["COUNT"]), **told}
    if until is None:
        return {"type": "noEnd", **told}
    days = isinstance(event.when, DaySpan)
    last = until.date() if days or until.time() >= start.time() else until.date() - _ONE
    return {"type": "endDate", "endDate": last.isoformat(), **told}


def _until(last: date, zone: ZoneInfo | None) -> str:
    if zone is None:
        return last.strftime("%Y%m%d")
    end = at_wall(datetime.combine(last, _LAST_OF_DAY), zone)
    return end.astimezone(ZoneInfo("UTC")).strftime("%Y%m%dT%H%M%SZ")


def _rule_parts(pattern: Mapping[str, Any], start: datetime) -> dict[str, str]:
    interval = int(pattern.get("interval") or 1)
    every = {"INTERVAL": str(interval)} if interval != 1 else {}
    match str(pattern["type"]).lower():
        case "daily":
            return {"FREQ": "DAILY", **every}
        case "weekly":
            days = ",".join(_codes(pattern)) or _code(start)
            first = _CODES[str(pattern.get("firstDayOfWeek") or "sunday").lower()]
            return {"FREQ": "WEEKLY", **every, "BYDAY": days, "WKST": first}
        case "absolutemonthly":
            return {"FREQ": "MONTHLY", **every, **_days(pattern, _SHORTEST)}
        case "relativemonthly":
            return {"FREQ": "MONTHLY", **every, **_position(pattern)}
        case "absoluteyearly":
            month = int(pattern["month"])
            named = {"BYMONTH": str(month)}
            return {"FREQ": "YEARLY", **every, **named, **_days(pattern, _longest(month))}
        case "relativeyearly":
            named = {"BYMONTH": str(int(pattern["month"]))}
            return {"FREQ": "YEARLY", **every, **named, **_position(pattern)}
        case other:
            raise ValueError(other)


def _days(pattern: Mapping[str, Any], shortest: int) -> dict[str, str]:
    day = int(pattern["dayOfMonth"])
    if not 1 <= day <= 31:
        raise ValueError(day)
    if day <= shortest:
        return {"BYMONTHDAY": str(day)}
    if day == 31 and shortest == _SHORTEST:
        return {"BYMONTHDAY": "-1"}
    listed = ",".join(str(one) for one in range(shortest, day + 1))
    return {"BYMONTHDAY": listed, "BYSETPOS": "-1"}


def _position(pattern: Mapping[str, Any]) -> dict[str, str]:
    codes = _codes(pattern)
    number = _POSITIONS[str(pattern.get("index") or "first").lower()]
    if len(codes) == 1:
        return {"BYDAY": f"{number}{codes[0]}"}
    return {"BYDAY": ",".join(codes), "BYSETPOS": str(number)}


def _codes(pattern: Mapping[str, Any]) -> list[str]:
    named = {str(one).lower() for one in pattern.get("daysOfWeek") or ()}
    return [code for code, name in DAYS.items() if name in named]
