"""Taking a change back: the same writes the other way round, if what was written still stands.
Pure.

Guests' answers that came meanwhile do not stand in the way, and are kept where the guest stays; nor
do those who signed up for a channel's event.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from calendar_core.changes.answers import (
    only_answers_differ,
    only_sign_ups_differ,
    signed_up,
    with_new_answers,
)
from calendar_core.changes.change import Glimpse, PendingChange, Write
from calendar_core.errors import ChangedMeanwhile, NotAllowed
from calendar_core.events import CalendarId, RecurrenceId, Resource, Scope
from calendar_core.ics.reading import read
from calendar_core.patch import Patch
from calendar_core.recurrence import amend

_A_FEW = 20
"""Events that are looked through for a link that stays; an import gets none."""
_STAYS_ALONE = (
    "A video link of this calendar can't be taken off again, so there is nothing to undo."
)


def inverse(
    change: PendingChange,
    standing: Mapping[tuple[CalendarId, str], Resource],
    versions: Mapping[tuple[CalendarId, str], str],
    *,
    at: datetime,
    keeps_video: Collection[CalendarId] = (),
) -> tuple[Write, ...]:
    """Writes that take a change back; `versions` are the etags that its own writes got. A video
    link stays on calendars whose maker keeps it (`keeps_video`).

    Raises ChangedMeanwhile when something else was written since, NotAllowed when nothing can be
    taken back.
    """
    found = tuple(
        _back(
            write,
            standing.get((write.calendar_id, write.uid)),
            versions.get((write.calendar_id, write.uid), ""),
            at,
            may_sign_up=change.public,
            keeps_video=write.calendar_id in keeps_video,
        )
        for write in reversed(change.writes)
    )
    if found and all(one.before == one.after for one in found):
        raise NotAllowed(_STAYS_ALONE)
    return found


def video_left(change: PendingChange, inverse: PendingChange) -> str:
    """What is said where the link of a change that was taken back stays; empty where none does."""
    before = {(one.calendar_id, one.uid): one.before for one in change.writes[:_A_FEW]}
    for write in inverse.writes:
        was = before.get((write.calendar_id, write.uid))
        if was is None or write.after is None:
            continue
        if _has_link(write.after) and not _has_link(was):
            return "Its video link stays: it can't be taken off again."
    return ""


def _has_link(ics: str) -> bool:
    return bool(read(ics)[0].video_url)


def _with_link_of(ics: str, now: Resource, at: datetime) -> str:
    """A text with the video link that stands there now, where it has none of its own."""
    link = read(now.ics)[0].video_url
    if not link or _has_link(ics):
        return ics
    was = replace(now, ics=ics)
    edited = amend(was, Scope.ALL, RecurrenceId(""), Patch(video_url=link), at=at)
    return next((one.after or ics for one in edited if one.uid == now.uid), ics)


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
    write: Write,
    now: Resource | None,
    version: str,
    at: datetime,
    *,
    may_sign_up: bool,
    keeps_video: bool,
) -> Write:
    if (now is None) != (write.after is None):
        raise ChangedMeanwhile("This has changed meanwhile, so it can't be undone.")
    restored = write.before
    if now is not None and write.after is not None and now.etag != version:
        holds = only_sign_ups_differ if may_sign_up else only_answers_differ
        if not holds(write.after, now.ics):
            raise ChangedMeanwhile("This has changed meanwhile, so it can't be undone.")
        restored = with_new_answers(write.before, write.after, now.ics, at)
    if keeps_video and now is not None and restored is not None:
        restored = _with_link_of(restored, now, at)
        restored = now.ics if _same(restored, now.ics) else restored
    return Write(
        calendar_id=write.calendar_id,
        uid=write.uid,
        before=now.ics if now else None,
        after=restored,
        etag=now.etag if now else "",
        quiet=write.quiet,
    )


def _same(one: str, other: str) -> bool:
    """Whether two texts tell the same events, whichever revision they are."""
    parts = ([replace(event, sequence=0, link="") for event in read(text)] for text in (one, other))
    return next(parts) == next(parts)
