"""When to be reminded of an event: a length before it, or a day and an hour told beside it.

"The evening before", "1 day before at noon" and "the morning of" are reckoned from where the event
begins; how long before that is, is what is kept, so that the reminder moves with its event.
"""

import re
from datetime import UTC, date, datetime, timedelta

from bot.tools.times import begins, read_lead, read_length, read_time
from bot.tools.tool import ToolContext, ToolRefused
from bot.wording import say_instant
from calendar_core.phrases import Kind
from calendar_core.when import DaySpan, When, at_wall

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOUR = (
    r"(?:[ ,]+(?:at )?(?P<hour>noon|midday|midnight|\d.*|(?:one|two|three|four|five|six|seven|eight"
    r"|nine|ten|eleven|twelve|half|quarter)\b.*))?"
)
_BESIDE = re.compile(
    rf"(?:on |in )?(?:the )?(?:(?P<part>morning|afternoon|evening|night) (?P<way>before|of)"
    rf"|(?P<weekday>{'|'.join(_DAYS)}) before|(?P<same>day) of){_HOUR}",
    re.I,
)
_BEFORE = re.compile(rf"(?:the )?(?P<length>.+?) (?:before|ahead|earlier){_HOUR}", re.I)


def lead_before(ctx: ToolContext, words: str, title: str, when: When) -> timedelta:
    """How long before an event: a length, or as long as from a day and hour told beside it."""
    at = told_beside(ctx, words, title, when)
    if at is None:
        return read_lead(ctx, words)
    if isinstance(when, DaySpan):
        raise ToolRefused(f'"{title}" fills whole days. How many days before shall I remind you?')
    return when.start.astimezone(UTC) - at.astimezone(UTC)


def told_beside(ctx: ToolContext, words: str, title: str, when: When) -> datetime | None:
    """The instant that is told by a day and an hour beside the event; None for a plain length.

    Raises ToolRefused where the event has begun by then, or the hour is none.
    """
    words = " ".join(words.split())
    beside, before = _BESIDE.fullmatch(words), _BEFORE.fullmatch(words)
    first = begins(when, ctx.zone).date()
    if beside is not None:
        day, part = _day_beside(beside, first), beside["part"] or ""
        at = _hour(ctx, day, part, beside["hour"])
    elif before is not None and before["hour"]:
        ahead = read_length(ctx, re.sub(r"^day\b", "1 day", before["length"], flags=re.I))
        if ahead < timedelta(days=1) or ahead.seconds:
            raise ToolRefused("How long before, and at which hour?")
        at = _hour(ctx, first - ahead, "", before["hour"])
    else:
        return None
    if at >= begins(when, ctx.zone) and not isinstance(when, DaySpan):
        clock_24h = ctx.me.preferences.clock_24h
        start = say_instant(begins(when, ctx.zone), ctx.zone, ctx.now, clock_24h=clock_24h)
        raise ToolRefused(f'"{title}" begins {start}. How long before?')
    return at


def _day_beside(beside: re.Match[str], first: date) -> date:
    if beside["weekday"]:
        back = (first.weekday() - _DAYS.index(beside["weekday"].lower())) % 7 or 7
        return first - timedelta(days=back)
    same = beside["same"] or beside["way"].lower() == "of"
    return first if same else first - timedelta(days=1)


def _hour(ctx: ToolContext, day: date, part: str, hour: str | None) -> datetime:
    """That hour of the day; without one where the part of the day begins, or the hour at which one
    is reminded of whole days."""
    if not part and not hour:
        return at_wall(datetime.combine(day, ctx.me.preferences.all_day_at), ctx.zone)
    told = " ".join(word for word in (day.isoformat(), part, f"at {hour}" if hour else "") if word)
    found = read_time(ctx, told)
    if found.kind not in (Kind.INSTANT, Kind.SPAN) or not isinstance(found.start, datetime):
        raise ToolRefused("At which hour shall I remind you?")
    return found.start
