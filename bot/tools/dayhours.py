"""Hours of the day and days of the week in a person's words, for their preferences."""

import re
from datetime import datetime, time

from bot.tools.times import read_time
from bot.tools.tool import ToolContext, ToolMisused

OFF = frozenset({"off", "none", "never", "no", ""})
"""Words for "not at all"."""
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})")
_RANGE = re.compile(r"\s*(?:\bto\b|\buntil\b|\btill\b|[-–])\s*")


def is_off(words: str) -> bool:
    """Whether somebody wants none of it."""
    return words.casefold().strip() in OFF


def read_clock(ctx: ToolContext, words: str) -> time:
    """An hour of the day; "7:30" without more is in the morning, as clocks are written.

    Raises ToolMisused.
    """
    if plain := _CLOCK.fullmatch(words.strip()):
        hour, minute = int(plain[1]), int(plain[2])
        if hour < 24 and minute < 60:
            return time(hour, minute)
    unread = ToolMisused(f'"{words[:40]}" is not an hour of the day. Say it as "7:30".')
    try:
        found = read_time(ctx, words)
    except ToolMisused as err:
        raise unread from err
    if not isinstance(found.start, datetime) or not found.time_said:
        raise unread
    return found.start.astimezone(ctx.zone).time().replace(fold=0)


def read_working_hours(ctx: ToolContext, words: str) -> tuple[time, time]:
    """From when to when somebody works: in "9 to 5" the second is in the afternoon, in "22 to 6"
    the next morning. Raises ToolMisused."""
    start, end = _ends(ctx, words)
    if time(0) < end <= start and end < time(12) and end.replace(hour=end.hour + 12) > start:
        end = end.replace(hour=end.hour + 12)
    return start, end


def read_quiet_hours(ctx: ToolContext, words: str) -> tuple[time, time]:
    """From when to when nothing rings; "10 to 7" is from ten in the evening. Raises ToolMisused."""
    start, end = _ends(ctx, words)
    bare = words.strip().removeprefix("from ").removeprefix("between ")
    if re.match(r"\d{1,2}\s*(?:to|until|till|and|[-–])", bare) and end < start < time(12):
        start = start.replace(hour=start.hour + 12)
    return start, end


def _ends(ctx: ToolContext, words: str) -> tuple[time, time]:
    """Two hours of the day: "8:30 to 16:00", "between 9 and 5"."""
    bare = words.strip().removeprefix("from ").removeprefix("between ")
    parts = _RANGE.split(bare, maxsplit=1)
    if len(parts) != 2:
        parts = bare.split(" and ", 1)
    if len(parts) != 2:
        raise ToolMisused(f'"{words[:40]}" has no beginning and end. Say it as "9:00 to 17:00".')
    return _one_end(ctx, parts[0]), _one_end(ctx, parts[1])


def _one_end(ctx: ToolContext, words: str) -> time:
    """One end of a range of hours: a bare 8 is eight in the morning."""
    bare = words.strip().removesuffix("h").strip()
    if bare.isdigit() and int(bare) <= 24:
        return time(int(bare) % 24)
    return read_clock(ctx, words.strip())


def read_days(words: str) -> tuple[int, ...]:
    """Weekdays by name, Monday = 0: "Monday to Thursday", "Mon, Wed and Fri", "weekdays".

    Raises ToolMisused.
    """
    text = words.casefold()
    if "weekday" in text or "workday" in text:
        return (0, 1, 2, 3, 4)
    if "weekend" in text:
        return (5, 6)
    if "every day" in text or "daily" in text:
        return tuple(range(7))
    found = [
        next(i for i, day in enumerate(DAYS) if day.startswith(name[:3]))
        for name in re.findall(r"[a-z]+", text)
        if len(name) >= 3 and any(day.startswith(name[:3]) for day in DAYS)
    ]
    if len(found) == 2 and _RANGE.search(text):
        first, last = found
        return tuple(sorted((first + step) % 7 for step in range((last - first) % 7 + 1)))
    if not found:
        raise ToolMisused(f'"{words[:40]}" names no weekdays. Say it as "Monday to Thursday".')
    return tuple(sorted(set(found)))


def say_weekdays(days: tuple[int, ...]) -> str:
    """Says "Mon–Fri", or "Mon, Wed"."""
    names = [DAYS[day][:3].title() for day in sorted(days)]
    if len(days) > 2 and sorted(days) == list(range(min(days), max(days) + 1)):
        return f"{names[0]}–{names[-1]}"
    return ", ".join(names)
