"""Taking a change back: the same writes the other way round, if what was written still stands.
Pure.

Guests' answers that came meanwhile do not stand in the way, and are kept where the guest stays.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from calendar_core.changes.answers import only_answers_differ, with_new_answers
from calendar_core.changes.change import Glimpse, PendingChange, Write
from calendar_core.errors import ChangedMeanwhile
from calendar_core.events import CalendarId, Resource


def inverse(
    change: PendingChange,
    standing: Mapping[tuple[CalendarId, str], Resource],
    versions: Mapping[tuple[CalendarId, str], str],
    *,
    at: datetime,
) -> tuple[Write, ...]:
    """Writes that take a change back; `versions` are the etags that its own writes got.

    Raises ChangedMeanwhile when something else was written since.
    """
    return tuple(
        _back(
            write,
            standing.get((write.calendar_id, write.uid)),
            versions.get((write.calendar_id, write.uid), ""),
            at,
        )
        for write in reversed(change.writes)
    )


def turned(glimpses: tuple[Glimpse, ...]) -> tuple[Glimpse, ...]:
    """What the card of the undoing shows."""
    return tuple(replace(one, before=one.after, after=one.before) for one in glimpses)


def _back(write: Write, now: Resource | None, version: str, at: datetime) -> Write:
    if (now is None) != (write.after is None):
        raise ChangedMeanwhile("This has changed meanwhile, so it can't be undone.")
    restored = write.before
    if now is not None and write.after is not None and now.etag != version:
        if not only_answers_differ(write.after, now.ics):
            raise ChangedMeanwhile("This has changed meanwhile, so it can't be undone.")
        restored = with_new_answers(write.before, write.after, now.ics, at)
    return Write(
        calendar_id=write.calendar_id,
        uid=write.uid,
        before=now.ics if now else None,
        after=restored,
        etag=now.etag if now else "",
        quiet=write.quiet,
    )
