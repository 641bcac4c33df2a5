"""Guests' answers that came between a text and what stands now: taking back keeps them (law 7).
Pure.

Whether a change that was confirmed still holds upon them is `rebasing`.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from calendar_core.events import Answer, Event, RecurrenceId
from calendar_core.ics.reading import read
from calendar_core.ics.writing import patch as patched
from calendar_core.patch import Patch

_Answers = Mapping[RecurrenceId, Mapping[str, Answer]]
"""By component, the master's under the empty id: what each address answered."""


def only_answers_differ(one: str, other: str) -> bool:
    """Whether two texts tell the same events but for guests' answers."""
    return one == other or _unanswered(one) == _unanswered(other)


def with_new_answers(before: str | None, after: str, now: str, at: datetime) -> str | None:
    """The text to restore, with the answers that were given since to what it holds."""
    if before is None:
        return None
    given, held, there = _answers(now), _answers(after), _answers(before)
    for rid, answers in given.items():
        new = {
            address: answer
            for address, answer in answers.items()
            if held.get(rid, {}).get(address) != answer and address in there.get(rid, {})
        }
        if new:
            before = patched(before, rid, Patch(answers=new), at=at)
    return before


def _answers(ics: str) -> _Answers:
    return {
        event.recurrence_id: {guest.address: guest.answer for guest in event.guests}
        for event in read(ics)
    }


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
