"""Taking a change back: the same writes the other way round, if what was written still stands.
Pure.

Guests' answers that came meanwhile do not stand in the way, and are kept where the guest stays.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from calendar_core.changes.change import Glimpse, PendingChange, Write
from calendar_core.errors import ChangedMeanwhile
from calendar_core.events import Answer, CalendarId, Event, Resource
from calendar_core.ics.reading import read
from calendar_core.ics.writing import patch as patched
from calendar_core.patch import Patch


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


def only_answers_differ(one: str, other: str) -> bool:
    """Whether two texts tell the same events but for guests' answers."""
    return one == other or _unanswered(one) == _unanswered(other)


def with_new_answers(before: str | None, after: str, now: str, at: datetime) -> str | None:
    """The text to restore, with the answers that were given since."""
    if before is None:
        return None
    given, held = _answers(now), _answers(after)
    new = {address: answer for address, answer in given.items() if held.get(address) != answer}
    there = {guest.address for guest in read(before)[0].guests}
    kept = {address: answer for address, answer in new.items() if address in there}
    if not kept:
        return before
    return patched(before, read(before)[0].recurrence_id, Patch(answers=kept), at=at)


def _answers(ics: str) -> dict[str, Answer]:
    return {guest.address: guest.answer for guest in read(ics)[0].guests}


def _unanswered(ics: str) -> tuple[Event, ...]:
    """The events without their answers and revision."""
    events = [
        replace(
            event,
            sequence=0,
            guests=tuple(replace(guest, answer=Answer.OPEN) for guest in event.guests),
        )
        for event in read(ics)
    ]
    return tuple(events)
