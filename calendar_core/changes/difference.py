"""What became of an event meanwhile, in one clause: for a change that came too late. Pure."""

from calendar_core.events import Event
from calendar_core.ics.reading import read
from calendar_core.when import DaySpan, TimeSpan


def told(before: str | None, now: str | None) -> str:
    """How an event differs from the one that a change was drawn from; empty when nothing tells."""
    if before == now:
        return ""
    if now is None:
        return f'"{read(before or "")[0].title}" is no longer there'
    new = read(now)[0]
    if before is None:
        return f'"{new.title}" stands there already'
    old = read(before)[0]
    return f'"{old.title}" {_clause(old, new)}'


def _clause(old: Event, new: Event) -> str:
    if new.when != old.when:
        return _time(old, new)
    if new.title != old.title:
        return f'is now called "{new.title}"'
    if new.location != old.location:
        return f"is now at {new.location}" if new.location else "has no place any more"
    if new.guests != old.guests:
        return "has other guests or answers now"
    return "was edited"


def _time(old: Event, new: Event) -> str:
    if isinstance(new.when, DaySpan):
        return f"is now on {new.when.first:%A} {new.when.first.day} {new.when.first:%B}"
    same_day = isinstance(old.when, TimeSpan) and old.when.start.date() == new.when.start.date()
    if isinstance(old.when, TimeSpan) and old.when.start == new.when.start:
        return f"now ends at {new.when.end:%H:%M}"
    day = "" if same_day else f" on {new.when.start:%A} {new.when.start.day} {new.when.start:%B}"
    return f"now starts at {new.when.start:%H:%M}{day}"
