"""The hours of the parts of a day, from the policy's table."""

from datetime import date, datetime, time

from calendar_core.phrases.frame import Frame, plus
from calendar_core.phrases.meaning import Policy
from calendar_core.phrases.terms import Part
from calendar_core.when import at_wall

_FIXED = {
    "breakfast": (time(7), time(10)),
    "dinner": (time(18), time(21)),
    "early hours": (time(0), time(8)),
    "after school": (time(15), time(21)),
    "after hours": (time(17), time(21)),
    "before school": (time(6), time(8)),
    "daytime": (time(8), time(18)),
    "late in the day": (time(16), time(21)),
}
_EDGE, _LONG = 120, 360
INSTANTS = {"midmorning": time(10), "midafternoon": time(14)}
"""Parts that name a moment."""


def hours_of(part: Part, policy: Policy) -> tuple[time, time]:
    """From when to when a part of the day is; an end at 00:00 is midnight.

    "Early" is its first two hours and "late" its last two; of long ones it is the half.
    """
    start, end = _whole(part.name, policy)
    if part.edge in ("", "rest"):
        return start, end
    first = start.hour * 60 + start.minute
    last = (end.hour * 60 + end.minute) or 1440
    middle = (first + last) // 2
    some = _EDGE if last - first < _LONG else middle - first
    if part.edge == "early":
        return start, _clock(first + some)
    if part.edge == "late":
        return _clock(last - some), end
    return _clock((first + middle) // 2), _clock((middle + last) // 2)


def _clock(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


def _whole(name: str, policy: Policy) -> tuple[time, time]:
    if name in policy.hours:
        return policy.hours[name]
    work_start, work_end = policy.work_day
    named = {
        "morning": policy.morning,
        "afternoon": policy.afternoon,
        "evening": policy.evening,
        "night": policy.night,
        "tonight": policy.tonight,
        "lunch": policy.lunch,
        "work": policy.work_day,
        "first thing": (work_start, _clock(work_start.hour * 60 + work_start.minute + 60)),
        "after lunch": (_clock(policy.lunch[0].hour * 60 + policy.lunch[0].minute + 60), work_end),
        "before lunch": (work_start, policy.lunch[0]),
        "after work": (work_end, policy.evening[1]),
        "before work": (time(6), work_start),
        "after dinner": (time(20), time(0)),
        "before dinner": (work_end, time(18)),
    }
    return named.get(name) or _FIXED.get(name) or (time(0), time(0))


def span_on(day: date, part: Part, frame: Frame) -> tuple[datetime, datetime]:
    """A part of a certain day; its end may be the next midnight."""
    start, end = hours_of(part, frame.policy)
    last = day if end > start else plus(day, 1)
    return (
        at_wall(datetime.combine(day, start), frame.zone),
        at_wall(datetime.combine(last, end), frame.zone),
    )
