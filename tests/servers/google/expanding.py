"""Which occurrences a series of Google's has: RRULE, RDATE and EXDATE on the wall of its zone."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rruleset, rrulestr

from tests.servers.google.errors import bad

Json = dict[str, Any]
_LINE = re.compile(r"(RRULE|EXRULE|RDATE|EXDATE)((?:;[^:]*)?):(.+)", re.I)
MOST = 2000


def starts(item: Json) -> Iterator[datetime]:
    """Original starts of a series: instants, or midnights in UTC for days."""
    zone, first = _zone(item), _wall(item["start"])
    rules = rruleset()
    has_rule = False
    for text in item["recurrence"]:
        found = _LINE.fullmatch(text.strip())
        if found is None:
            raise bad("invalid", "Invalid recurrence rule.")
        name, params, value = found[1].upper(), found[2].upper(), found[3]
        if name in ("RRULE", "EXRULE"):
            made = rrulestr(_bare(value, zone), dtstart=first)
            assert isinstance(made, rrule)
            has_rule = has_rule or name == "RRULE"
            rules.rrule(made) if name == "RRULE" else rules.exrule(made)
        else:
            for one in value.split(","):
                at = _moment(one, params, zone)
                rules.rdate(at) if name == "RDATE" else rules.exdate(at)
    if not has_rule:
        rules.rdate(first)
    for wall in islice(rules, MOST):
        yield wall.replace(tzinfo=zone).astimezone(UTC)


def check(item: Json) -> None:
    """See that a series can be told."""
    for name in ("start", "end"):
        if "dateTime" in item[name] and not item[name].get("timeZone"):
            raise bad("required", f"Missing time zone definition for {name} time.")
    days = "date" in item["start"]
    for text in item["recurrence"]:
        until = re.search(r"UNTIL=(\w+)", text.upper())
        if until and days != (len(until[1]) == 8):
            raise bad("invalid", "Invalid recurrence rule.")
        if until and not days and not until[1].endswith("Z"):
            raise bad("invalid", "Invalid recurrence rule.")
    try:
        next(starts(item), None)
    except (ValueError, TypeError, KeyError) as err:
        raise bad("invalid", "Invalid recurrence rule.") from err


def original(item: Json, start: datetime) -> Json:
    """`originalStartTime` of an occurrence."""
    if "date" in item["start"]:
        return {"date": start.date().isoformat()}
    zone = _zone(item)
    return {"dateTime": start.astimezone(zone).isoformat(), "timeZone": zone.key}


def times(item: Json, start: datetime) -> tuple[Json, Json]:
    """Start and end of an occurrence as the rule has it."""
    if "date" in item["start"]:
        days = date.fromisoformat(item["end"]["date"]) - date.fromisoformat(item["start"]["date"])
        return {"date": start.date().isoformat()}, {"date": (start.date() + days).isoformat()}
    length = at(item["end"]) - at(item["start"])
    zone = _zone(item)
    return (
        {"dateTime": start.astimezone(zone).isoformat(), "timeZone": zone.key},
        {"dateTime": (start + length).astimezone(zone).isoformat(), "timeZone": zone.key},
    )


def instance_id(series: str, item: Json, start: datetime) -> str:
    """The id of an occurrence."""
    stamp = "%Y%m%d" if "date" in item["start"] else "%Y%m%dT%H%M%SZ"
    return f"{series}_{start.strftime(stamp)}"


def at(said: Json, zone: ZoneInfo | None = None) -> datetime:
    """The instant of a time; of a day its midnight, in UTC or a zone."""
    if "date" in said:
        return datetime.combine(date.fromisoformat(said["date"]), time(), zone or UTC)
    told = datetime.fromisoformat(said["dateTime"])
    if told.tzinfo is None:
        told = told.replace(tzinfo=ZoneInfo(said["timeZone"]))
    return told.astimezone(UTC)


def _zone(item: Json) -> ZoneInfo:
    return ZoneInfo(item["start"].get("timeZone") or "UTC") if "date" not in item["start"] else _UTC


_UTC = ZoneInfo("UTC")


def _wall(said: Json) -> datetime:
    zone = ZoneInfo(said.get("timeZone") or "UTC") if "date" not in said else _UTC
    return at(said).astimezone(zone).replace(tzinfo=None)


def _bare(rule: str, zone: ZoneInfo) -> str:
    """With UNTIL on the wall, as dateutil wants it beside a naive start."""

    def told(found: re.Match[str]) -> str:
        moment = datetime.strptime(found[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        return f"UNTIL={moment.astimezone(zone).strftime('%Y%m%dT%H%M%S')}"

    return re.sub(r"UNTIL=(\d{8}T\d{6}Z)", told, rule.upper())


def _moment(text: str, params: str, zone: ZoneInfo) -> datetime:
    text = text.strip()
    if len(text) == 8:
        return datetime.strptime(text, "%Y%m%d")  # noqa: DTZ007 - a wall time
    if text.endswith("Z"):
        moment = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        return moment.astimezone(zone).replace(tzinfo=None)
    named = re.search(r"TZID=([^;:]+)", params, re.I)
    wall = datetime.strptime(text, "%Y%m%dT%H%M%S")  # noqa: DTZ007 - a wall time
    if named is None:
        return wall
    names = {one.upper(): one for one in _names()}
    told = wall.replace(tzinfo=ZoneInfo(names[named[1].strip('"').upper()]))
    return told.astimezone(zone).replace(tzinfo=None)


def _names() -> set[str]:
    from zoneinfo import available_timezones

    return available_timezones()
