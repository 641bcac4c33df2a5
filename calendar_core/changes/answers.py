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


def only_sign_ups_differ(one: str, other: str) -> bool:
    """Whether the other text tells the same events but for answers, and for people who put
    themselves on the list of guests."""
    old, new = read(one), read(other)
    if [event.recurrence_id for event in old] != [event.recurrence_id for event in new]:
        return False
    pairs = zip(old, new, strict=True)
    return all(_bare(was) == _bare(_as_invited(is_now, was)) for was, is_now in pairs)


def signed_up(one: str, other: str) -> tuple[Guest, ...]:
    """Who put themselves on the list since, and comes or may come."""
    there = {guest.address for event in read(one) for guest in event.guests}
    new = {
        guest.address: guest
        for event in read(other)
        for guest in event.guests
        if guest.address not in there and guest.answer in (Answer.ACCEPTED, Answer.TENTATIVE)
    }
    return tuple(new.values())


def _as_invited(event: Event, was: Event) -> Event:
    """An event without those who came to its list since, and without the organizer whom the first
    of them brought."""
    there = {guest.address for guest in was.guests}
    return replace(
        event,
        guests=tuple(one for one in event.guests if one.address in there),
        organizer=event.organizer if was.organizer is not None else None,
    )


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
    return _with_sign_ups(before, after, now, at)


def _with_sign_ups(before: str, after: str, now: str, at: datetime) -> str:
    """The text to restore, with those who came to its list since."""
    held, there = _answers(after), _answers(before)
    for event in read(now):
        rid = event.recurrence_id
        known = {*held.get(rid, {}), *there.get(rid, {})}
        new = tuple(one for one in event.guests if one.address not in known)
        if new and rid in there:
            host = next((one.organizer for one in read(before) if one.organizer), None)
            organizer = None if host is not None else event.organizer
            patch = Patch(guests_added=new, organizer=organizer)
            before = patched(before, rid, patch, at=at)
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
    return tuple(_bare(event) for event in read(ics))


def _bare(event: Event) -> Event:
    return replace(event, sequence=0, guests=tuple(map(unanswered, event.guests)))
