"""How times, lengths and names are said to a person: the one place for it.

A date is named with its weekday; the year only when it is not this one; ends of whole days are
inclusive on
screen. Everything is told in the reader's zone.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.chat.cards import Moment
from calendar_core.events import Answer, Guest
from calendar_core.when import DaySpan, TimeSpan, When

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def say_day(day: date, now: datetime, *, full: bool = False) -> str:
    """Says "Wed 11 March", or "Wednesday 11 March"; with the year when it is not this year."""
    name = _DAYS[day.weekday()] if full else _DAYS[day.weekday()][:3]
    year = "" if day.year == now.year else f" {day.year}"
    return f"{name} {day.day} {_MONTHS[day.month - 1]}{year}"


def say_clock(at: datetime | time, *, clock_24h: bool = True) -> str:
    """Says "09:30", or "9:30 am"."""
    if clock_24h:
        return f"{at.hour:02}:{at.minute:02}"
    half = "am" if at.hour < 12 else "pm"
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes} {half}"


def say_clocks(start: datetime, end: datetime, *, clock_24h: bool = True) -> str:
    """Says "12:30–13:15"; an event without length shows its start alone."""
    first = say_clock(start, clock_24h=clock_24h)
    if start == end:
        return first
    return f"{first}–{say_clock(end, clock_24h=clock_24h)}"


def say_when(when: When, zone: ZoneInfo, now: datetime, *, clock_24h: bool = True) -> str:
    """Says "Wed 11 March 12:30–13:15", "Wed 11 March, all day", "Wed 11 – Fri 13 March"."""
    if isinstance(when, DaySpan):
        return f"{say_days(when, now)}, all day" if when.days == 1 else say_days(when, now)
    span = when.within(zone)
    if _same_day(span):
        clocks = say_clocks(span.start, span.end, clock_24h=clock_24h)
        return f"{say_day(span.start.date(), now)} {clocks}"
    first, last = (
        f"{say_day(at.date(), now)} {say_clock(at, clock_24h=clock_24h)}"
        for at in (span.start, span.end)
    )
    return f"{first} – {last}"


def moments_of(told: Iterable[tuple[str, When]]) -> tuple[Moment, ...]:
    """For a card: the instants behind times as they were said; days are the same everywhere."""
    return tuple(
        Moment(when.start, text, until=when.end)
        for text, when in dict.fromkeys(told)
        if isinstance(when, TimeSpan)
    )


def say_days(days: DaySpan, now: datetime) -> str:
    """Says "Wed 11 March", "Wed 11 – Fri 13 March": the last day is named, not the day after."""
    if days.days == 1:
        return say_day(days.first, now)
    if (days.first.year, days.first.month) == (days.last.year, days.last.month):
        first = f"{_DAYS[days.first.weekday()][:3]} {days.first.day}"
        return f"{first} – {say_day(days.last, now)}"
    return f"{say_day(days.first, now)} – {say_day(days.last, now)}"


def say_instant(at: datetime, zone: ZoneInfo, now: datetime, *, clock_24h: bool = True) -> str:
    """Says "today at 16:05", "tomorrow at 09:00", "Fri 13 March at 09:00"."""
    here = at.astimezone(zone)
    day = say_near_day(here.date(), now.astimezone(zone))
    return f"{day} at {say_clock(here, clock_24h=clock_24h)}"


def say_past(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Says "at 14:02", or "at 14:02 on Mon 9 March" when that was not today."""
    here = at.astimezone(zone)
    day = "" if here.date() == now.astimezone(zone).date() else f" on {say_day(here.date(), now)}"
    return f"at {say_clock(here)}{day}"


def say_near_day(day: date, now: datetime) -> str:
    """Says "today", "tomorrow", else the day by name."""
    return {0: "today", 1: "tomorrow"}.get((day - now.date()).days, say_day(day, now))


def say_length(length: timedelta) -> str:
    """Says "45 minutes", "1 hour 30 minutes", "2 days"."""
    seconds = int(abs(length).total_seconds())
    parts = []
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {name}{'s' if count > 1 else ''}")
    return " ".join(parts) or "no time"


def say_hours(length: timedelta) -> str:
    """Says "6 h", "1.5 h", "45 min": for figures."""
    minutes = round(length.total_seconds() / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes / 60:.1f}".removesuffix(".0") + " h"


def say_names(names: Sequence[str]) -> str:
    """Says "Ana", "Ana and Bo", "Ana, Bo and Kim"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def say_line(text: str) -> str:
    """Foreign text as one line: breaks and runs of blanks become one blank."""
    return " ".join(text.split())


def say_count(count: int, one: str, many: str | None = None) -> str:
    """Says "1 event", "3 events"."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def begins_at(when: When, zone: ZoneInfo) -> datetime:
    """The first instant, for sorting and for asking whether it is past."""
    return when.within(zone).start if isinstance(when, DaySpan) else when.start.astimezone(UTC)


def _same_day(span: TimeSpan) -> bool:
    last = span.end if span.end == span.start else span.end - timedelta(microseconds=1)
    return span.start.date() == last.date()


def say_answer(guest: Guest) -> str:
    """For example "Bo accepted", "Kim has not answered yet"."""
    name = say_line(guest.name or guest.email or "a guest")
    return {
        Answer.ACCEPTED: f"{name} accepted",
        Answer.TENTATIVE: f"{name} may come",
        Answer.DECLINED: f"{name} declined",
        Answer.OPEN: f"{name} has not answered yet",
    }[guest.answer]


def with_capital_days(words: str) -> str:
    """Weekdays and months as they are written: "next Friday"."""
    return _NAMES.sub(lambda match: match[0].capitalize(), words)


_NAMES = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|june|july|august"
    r"|september|october|november|december)s?\b"
)
