"""How a series is said on a card: how it repeats, at what hours, from when, until when."""

from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from bot.wording import say_clocks, say_day
from calendar_core.events import Event
from calendar_core.phrases.spoken import describe_rule
from calendar_core.rules import start_wall
from calendar_core.when import DaySpan

MOST_COUNTED = 1000
"""A series longer than this is said by its last day alone."""


def series_words(event: Event, zone: ZoneInfo, now: datetime, *, clock_24h: bool = True) -> str:
    """Says "every weekday 09:30–09:45, from Wed 11 March until Fri 3 April: 18 times"."""
    assert event.repeat is not None
    left_out: tuple[str, ...] = ("UNTIL=", "COUNT=")
    if isinstance(event.when, DaySpan):
        hours, first = ", all day", event.when.first
    else:
        here = event.when.within(zone)
        start, end = here.start, here.end
        first = start.date()
        if _is_skipped(event, zone):
            start = start_wall(event)
            end = start + event.when.length
            left_out += ("BYHOUR=", "BYMINUTE=")
        hours = f" {say_clocks(start, end, clock_24h=clock_24h)}"
    parts = event.repeat.rule.split(";")
    open_ended = ";".join(one for one in parts if not one.startswith(left_out))
    how = describe_rule(open_ended, now=now, zone=zone)
    return f"{how}{hours}, from {say_day(first, now)}{_end(event, now)}"


def _is_skipped(event: Event, zone: ZoneInfo) -> bool:
    """Whether the clocks skip the hour of the first one: the others are at another."""
    if isinstance(event.when, DaySpan) or event.zone != zone.key:
        return False
    return event.when.start.astimezone(zone).replace(tzinfo=None) != start_wall(event)


def _end(event: Event, now: datetime) -> str:
    """Until when, and how often; empty for a series without end."""
    assert event.repeat is not None
    rule = event.repeat.rule
    if "UNTIL=" not in rule and "COUNT=" not in rule:
        return ""
    days = list(islice(_starts(event), MOST_COUNTED + 1))
    if not days:
        return ""
    if len(days) > MOST_COUNTED:
        return f", more than {MOST_COUNTED} times"
    times = "once" if len(days) == 1 else f"{len(days)} times"
    return f" until {say_day(days[-1].date(), now)}: {times}"


def _starts(event: Event) -> "islice[datetime]":
    """The starts of the series on the wall of its own zone."""
    assert event.repeat is not None
    if isinstance(event.when, DaySpan):
        wall = datetime.combine(event.when.first, datetime.min.time())
        rule = event.repeat.rule
    else:
        own = ZoneInfo(event.zone) if event.zone else event.when.start.tzinfo
        wall = (
            start_wall(event)
            if event.zone
            else event.when.start.astimezone(own).replace(tzinfo=None)
        )
        rule = _on_the_wall(event.repeat.rule, own)
    return islice(rrulestr(rule, dtstart=wall), None)


def _on_the_wall(rule: str, zone: object) -> str:
    """The rule with its UNTIL told in the series' own zone, as dateutil wants it."""
    parts = []
    for part in rule.split(";"):
        name, _, value = part.partition("=")
        if name == "UNTIL" and value.endswith("Z"):
            at = datetime.strptime(value, "%Y%m%dT%H%M%S%z")
            part = f"UNTIL={at.astimezone(zone):%Y%m%dT%H%M%S}"  # type: ignore[arg-type]
        parts.append(part)
    return ";".join(parts)
