"""Guests' answers that came between a text and what stands now: taking back keeps them (law 7).
Pure.

Whether a change that was confirmed still holds upon them is `rebasing`.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from calendar_core.events import Answer, Event, Guest, RecurrenceId
from calendar_core.ics.reading import read
from calendar_core.ics.writing import patch as patched
from calendar_core.patch import Patch

_Answers = Mapping[RecurrenceId, Mapping[str, Guest]]
"""By component, the master's under the empty id: each guest as they answered, by address."""


def unanswered(guest: Guest) -> Guest:
    """Who is invited, without what they said to it."""
    return replace(guest, answer=Answer.OPEN, note="", proposed=None)


def only_answers_differ(one: str, other: str) -> bool:
    """Whether two texts tell the same events but for guests' answers."""
    return one == other or _unanswered(one) == _unanswered(other)


def with_new_answers(before: str | None, after: str, now: str, at: datetime) -> str | None:
    """The text to restore, with the answers that were given since to what it holds."""
    if before is None:
        return None
    given, held, there = _answers(now), _answers(after), _answers(before)
    for rid, answers in given.items():
        new = [
            guest
            for address, guest in answers.items()
            if said_by(held.get(rid, {}).get(address)) != said_by(guest)
            and address in there.get(rid, {})
        ]
        if new:
            before = patched(before, rid, saying(new), at=at)
    return before


def saying(guests: Collection[Guest]) -> Patch:
    """What writes these guests' answers down, with all that they said."""
    return Patch(
        answers={one.address: one.answer for one in guests},
        notes={one.address: one.note for one in guests if one.note},
        proposals={one.address: one.proposed for one in guests if one.proposed is not None},
    )


def said_by(guest: Guest | None) -> tuple[object, ...]:
    """All that a guest said to an invitation."""
    return () if guest is None else (guest.answer, guest.note, guest.proposed)


def _answers(ics: str) -> _Answers:
    return {
        event.recurrence_id: {guest.address: guest for guest in event.guests} for event in read(ics)
    }


def _unanswered(ics: str) -> tuple[Event, ...]:
    """The events without their answers and revision."""
    events = [
        replace(
            event,
            sequence=0,
            guests=tuple(map(unanswered, event.guests)),
        )
        for event in read(ics)
    ]
    return tuple(events)
