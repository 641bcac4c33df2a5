"""Taking a change back: the same writes the other way round, if what was written still stands.
Pure.

Guests' answers that came meanwhile do not stand in the way, and are kept where the guest stays; nor
do those who signed up for a channel's event.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from calendar_core.changes.answers import (
    only_answers_differ,
    only_sign_ups_differ,
    signed_up,
    with_new_answers,
)
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
            may_sign_up=change.public,
        )
        for write in reversed(change.writes)
    )


def signed_up_meanwhile(change: PendingChange, inverse: PendingChange) -> str:
    """Who had put themselves on the list of what a change made, when it was taken back; in a
    sentence, empty for nobody."""
    made = {(one.calendar_id, one.uid): one.after for one in change.writes if one.before is None}
    names: dict[str, None] = {}
    for write in inverse.writes:
        after = made.get((write.calendar_id, write.uid))
        if after is not None and write.before is not None and write.after is None:
            found = signed_up(after, write.before)
            names |= dict.fromkeys(one.name or one.email or "a guest" for one in found)
    if not names:
        return ""
    *first, last = names
    told = f"{', '.join(first)} and {last}" if first else last
    return f"{told} had signed up and {'are' if first else 'is'} told."


def turned(glimpses: tuple[Glimpse, ...]) -> tuple[Glimpse, ...]:
    """What the card of the undoing shows."""
    return tuple(replace(one, before=one.after, after=one.before) for one in glimpses)


def _back(
    write: Write, now: Resource | None, version: str, at: datetime, *, may_sign_up: bool
) -> Write:
    if (now is None) != (write.after is None):
        raise ChangedMeanwhile("This has changed meanwhile, so it can't be undone.")
    restored = write.before
    if now is not None and write.after is not None and now.etag != version:
        holds = only_sign_ups_differ if may_sign_up else only_answers_differ
        if not holds(write.after, now.ics):
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
