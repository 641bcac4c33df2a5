"""Guests' answers that came between a text and what stands now: they stand in nobody's way. Pure.

Taking back and writing what was confirmed both keep them (law 7). Whatever else came between makes
a change too late, which is `difference`'s to tell.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from calendar_core.changes.change import Write
from calendar_core.events import Answer, Event, Resource
from calendar_core.ics.reading import read
from calendar_core.ics.writing import patch as patched
from calendar_core.patch import Patch


def only_answers_differ(one: str, other: str) -> bool:
    """Whether two texts tell the same events but for guests' answers."""
    return one == other or _unanswered(one) == _unanswered(other)


def with_new_answers(before: str | None, after: str, now: str, at: datetime) -> str | None:
    """The text to restore, with the answers that were given since."""
    if before is None:
        return None
    return _answered(before, _given_since(after, now), at)


def upon(write: Write, now: Resource | None, at: datetime) -> Write | None:
    """A confirmed write upon what stands now, if nothing but answers came between; else None.

    An answer that the write itself gives stays as confirmed, and those to another time are not
    taken for answers to the new one: those guests are asked again.
    """
    if now is None or write.before is None or not only_answers_differ(write.before, now.ics):
        return None
    after = write.after
    if after is not None and _times(after) == _times(write.before):
        own = _given_since(write.before, after)
        given = _given_since(write.before, now.ics)
        after = _answered(after, {who: given[who] for who in given if who not in own}, at)
    return replace(write, before=now.ics, after=after, etag=now.etag)


def _answered(ics: str, given: Mapping[str, Answer], at: datetime) -> str:
    event = read(ics)[0]
    there = {guest.address for guest in event.guests}
    kept = {address: answer for address, answer in given.items() if address in there}
    return patched(ics, event.recurrence_id, Patch(answers=kept), at=at) if kept else ics


def _given_since(then: str, now: str) -> dict[str, Answer]:
    held = _answers(then)
    return {who: answer for who, answer in _answers(now).items() if held.get(who) != answer}


def _answers(ics: str) -> dict[str, Answer]:
    return {guest.address: guest.answer for guest in read(ics)[0].guests}


def _times(ics: str) -> list[object]:
    return [(one.recurrence_id, one.when, one.repeat) for one in read(ics)]


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
