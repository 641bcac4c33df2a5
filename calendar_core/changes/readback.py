"""What the makers of calendars put onto an event when it was written: a video link, the address of
its page. Pure.

All else that the outcome tells was on the card; these two nobody knew before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from calendar_core.changes.change import Glimpse, PendingChange
from calendar_core.changes.difference import occurrence
from calendar_core.changes.writer import Written
from calendar_core.events import CalendarId, Event, RecurrenceId, Scope

_TELLING = ("X-CONVENE-LINK", "CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMS")


def may_tell(written: Written) -> bool:
    """Whether an event came back with one of them, seen without reading it."""
    ics = "" if written.resource is None else written.resource.ics
    return any(name in ics for name in _TELLING)


def told(change: PendingChange, written: Sequence[Written]) -> PendingChange:
    """The change with what came back on the events that it shows."""
    texts = {
        (one.calendar_id, one.uid): one.resource.ics
        for one in written
        if one.resource is not None and not one.is_copy
    }
    return replace(change, glimpses=tuple(_told(one, texts) for one in change.glimpses))


def _told(glimpse: Glimpse, texts: Mapping[tuple[CalendarId, str], str]) -> Glimpse:
    after = glimpse.after
    ics = None if after is None else _text(glimpse.calendar_id, after, glimpse.scope, texts)
    if after is None or ics is None:
        return glimpse
    now = occurrence(ics, after.recurrence_id) or occurrence(ics, RecurrenceId(""))
    if now is None:
        return glimpse
    waits = after.video_wanted and not now.video_url
    came = replace(after, video_url=now.video_url, link=now.link, video_wanted=waits)
    return replace(glimpse, after=came)


def _text(
    calendar_id: CalendarId,
    event: Event,
    scope: Scope | None,
    texts: Mapping[tuple[CalendarId, str], str],
) -> str | None:
    """What was written of an event; of a series from one occurrence on its part from there."""
    parts = (
        ics
        for (one, uid), ics in texts.items()
        if one == calendar_id and uid.startswith(f"{event.uid}_R")
    )
    part = next(parts, None) if scope is Scope.FOLLOWING else None
    return part or texts.get((calendar_id, event.uid))
