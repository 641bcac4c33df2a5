"""Spoken: rules, days and spans in people's words, for cards and answers.

The other way round is `resolve`. Languages other than English are not here.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from calendar_core.phrases.lexicon import MONTH_NAMES, WEEKDAY_NAMES
from calendar_core.phrases.meaning import Kind, Meaning
from calendar_core.phrases.spoken_days import day_words

_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WORKDAYS = frozenset(_CODES[:5])
_WEEKEND = frozenset(_CODES[5:])
_ADVERBS = {
    "MINUTELY": "every minute",
    "HOURLY": "hourly",
    "DAILY": "daily",
    "WEEKLY": "weekly",
    "MONTHLY": "monthly",
    "YEARLY": "yearly",
}
_UNITS = {
    "SECONDLY": "second",
    "MINUTELY": "minute",
    "HOURLY": "hour",
    "DAILY": "day",
    "WEEKLY": "week",
    "MONTHLY": "month",
    "YEARLY": "year",
}


def describe_rule(rule: str, *, now: datetime | None = None, zone: ZoneInfo | None = None) -> str:
    """An RRULE value in words: "every other Friday at 09:00, until Fri 3 April".

    Years are left out where they are those of `now`; an UNTIL in UTC is told in `zone`.
    """
    parts = dict(piece.upper().split("=", 1) for piece in rule.strip().split(";") if "=" in piece)
    said = _how_often(parts) + _at(parts)
    end = _ending(parts, now, zone)
    return f"{said}, {end}" if end else said


def _how_often(parts: dict[str, str]) -> str:
    freq = parts.get("FREQ", "")
    interval = _number(parts.get("INTERVAL", "1"))
    days = [code for code in parts.get("BYDAY", "").split(",") if code]
    if freq in ("WEEKLY", "DAILY") and days:
        return _weekly(days, interval)
    base = _ADVERBS.get(freq, "repeating") if interval == 1 else _each(interval, freq)
    on = _on(parts, days)
    return f"{base} {on}" if on else base


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 6 else 1


def _each(interval: int, freq: str) -> str:
    unit = _UNITS.get(freq, "time")
    return f"every other {unit}" if interval == 2 else f"every {interval} {unit}s"


def _weekly(days: list[str], interval: int) -> str:
    """Weekdays in words, the whole work week and the weekend by their names."""
    if interval == 1 and set(days) == _WORKDAYS:
        return "every weekday"
    if interval == 1 and set(days) == _WEEKEND:
        return "every weekend"
    if interval == 1 and len(set(days)) == 7:
        return "daily"
    if len(days) == 1 and interval <= 2:
        return ("every other " if interval == 2 else "every ") + _weekday(days[0])
    names = _listed([_short(code) for code in days])
    return f"weekly on {names}" if interval == 1 else f"{_each(interval, 'WEEKLY')} on {names}"


def _weekday(code: str) -> str:
    return WEEKDAY_NAMES[_CODES.index(code[-2:])].capitalize() if code[-2:] in _CODES else code


def _short(code: str) -> str:
    return _weekday(code)[:3]


def _listed(names: list[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + " and " + names[-1]


def _on(parts: dict[str, str], days: list[str]) -> str:
    """The days of a month or year: "on the 2nd Tuesday of November"."""
    months = [
        MONTH_NAMES[int(m) - 1].capitalize()
        for m in parts.get("BYMONTH", "").split(",")
        if m.isdigit() and 1 <= int(m) <= 12
    ]
    numbers = [n for n in parts.get("BYMONTHDAY", "").split(",") if n]
    place = parts.get("BYSETPOS", "")
    if numbers and months and not days:
        return "on " + _listed([f"{n} {month}" for month in months for n in numbers])
    of = f" of {_listed(months)}" if months else ""
    if numbers:
        return "on the " + _listed([_nth(n, "day") for n in numbers]) + of
    if days and place:
        name = "weekday" if set(days) == _WORKDAYS else _listed([_short(d) for d in days])
        return f"on the {_nth(place, name)} {name}" + of
    if days:
        return "on " + _listed([_nth_weekday(code) for code in days]) + of
    return "in " + _listed(months) if months else ""


def _nth(text: str, noun: str) -> str:
    """A place in a month: "2nd", "last day", "2nd to last day"."""
    n = int(text) if text.lstrip("+-").isdigit() and len(text) < 5 else 0
    if n == -1:
        return "last day" if noun == "day" else "last"
    ending = "th" if 10 < abs(n) % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(abs(n) % 10, "th")
    word = f"{abs(n)}{ending}"
    if n < 0:
        return f"{word} to last" + (" day" if noun == "day" else "")
    return word


def _nth_weekday(code: str) -> str:
    n = code[:-2]
    return f"the {_nth(n, 'weekday')} {_weekday(code)}" if n else _weekday(code)


def _at(parts: dict[str, str]) -> str:
    hour, minute = parts.get("BYHOUR", ""), parts.get("BYMINUTE", "0")
    if not (hour.isdigit() and minute.isdigit()):
        return ""
    return f" at {int(hour):02d}:{int(minute):02d}"


def _ending(parts: dict[str, str], now: datetime | None, zone: ZoneInfo | None) -> str:
    if "COUNT" in parts:
        count = _number(parts["COUNT"])
        return "once" if count == 1 else f"{count} times"
    if "UNTIL" not in parts:
        return ""
    last = _until_day(parts["UNTIL"], zone)
    return "until " + day_words(last, now.date() if now else last) if last else ""


def _until_day(text: str, zone: ZoneInfo | None) -> date | None:
    try:
        if text.endswith("Z"):
            at = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            return at.astimezone(zone or UTC).date()
        return datetime.strptime(text[:8], "%Y%m%d").replace(tzinfo=UTC).date()
    except ValueError:
        return None


def describe(told: Meaning, *, zone: ZoneInfo, now: datetime) -> str:
    """A meaning in one line: "Tue 17 March 2026 14:00–15:30 (Europe/Berlin)"."""
    if told.kind is Kind.LENGTH:
        return length_words(told.length or timedelta())
    if told.kind is Kind.RULE:
        said = describe_rule(told.rule or "", now=now, zone=zone)
        return f"{said[:1].upper()}{said[1:]}, first {_stretch(told, zone)}"
    return _stretch(told, zone)


def _stretch(told: Meaning, zone: ZoneInfo) -> str:
    start, end = told.start, told.end
    if isinstance(start, datetime) or isinstance(end, datetime):
        first = start.astimezone(zone) if isinstance(start, datetime) else None
        last = end.astimezone(zone) if isinstance(end, datetime) else None
        opens = "from " if told.kind is Kind.SPAN and first and not last else ""
        return f"{opens}{_instants(first, last)} ({zone.key})"
    if start is None:
        return f"until {_day(end - timedelta(days=1))}" if end else "any day"
    if end is None:
        return _day(start) if told.kind in (Kind.DAY, Kind.RULE) else f"from {_day(start)}"
    final = end - timedelta(days=1)
    days = _day(start) if final <= start else f"{_day(start)} – {_day(final)}"
    hours = told.hours
    return f"{days}, {hours[0]:%H:%M}–{hours[1]:%H:%M}" if hours else days


def _instants(start: datetime | None, end: datetime | None) -> str:
    if start is None:
        return f"until {_minute(end)}" if end else "any time"
    if end is None:
        return _minute(start)
    if start.date() == end.date():
        return f"{_minute(start)}–{end:%H:%M}"
    return f"{_minute(start)} – {_minute(end)}"


def _minute(at: datetime) -> str:
    time = f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"
    return f"{_day(at.date())} {time}"


def _day(day: date) -> str:
    return day_words(day, date(1, 1, 1))


def length_words(length: timedelta) -> str:
    """A length in words: "1 hour 30 minutes", "2 days"."""
    seconds = int(abs(length).total_seconds())
    units = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))
    said = []
    for name, size in units:
        count, seconds = divmod(seconds, size)
        if count:
            said.append(f"{count} {name}" + ("" if count == 1 else "s"))
    words = " ".join(said) or "no time"
    return words + (" earlier" if length < timedelta() else "")
