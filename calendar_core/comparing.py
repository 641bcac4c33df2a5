"""What exactly became of an event, from its text before and after: for telling people. Pure.

A series that changed as a whole is one change; else each of its occurrences that did. Of what is no
longer there, and of what is new, the whole is told.
"""

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from calendar_core.errors import BadCalendarData
from calendar_core.events import Answer, Calendar, Event, EventId, Guest, RecurrenceId, Status
from calendar_core.ics.reading import read
from calendar_core.indexing import Indexed, addresses_of
from calendar_core.report import SYNCED, Changed, Stood
from calendar_core.when import DaySpan, TimeSpan, When

MOST_OF_A_SERIES = 5
"""So many occurrences of one series are told one by one."""
_MOST_ANSWERS = 12
_A_FEW = 3
"""So many are compared without leaving the event loop's thread."""
_WHOLE = RecurrenceId("")


async def exactly(
    calendar: Calendar,
    origin: str,
    known: Mapping[str, tuple[str, str]],
    new: Sequence[Indexed],
    went: Mapping[EventId, tuple[str, str]],
) -> Mapping[EventId, tuple[Changed, ...]]:
    """What exactly became of events that others may have changed: invitations, answers, and what a
    linked calendar brings once it was read whole.

    `known` are etag and text as they stood, `went` title and organizer of what is gone.
    """
    by_others = origin in ("invited", "answered") or (
        origin == SYNCED and bool(calendar.account_id) and calendar.synced_at is not None
    )
    if not by_others or calendar.is_anothers:
        # What becomes of somebody else's day is told to them.
        return {}
    texts: dict[EventId, tuple[str | None, str | None]] = {
        one.id: (known[one.id][1] if one.id in known else None, one.resource.ics)
        for one in new
        if any(look.organizer for look in one.looks)
    }
    texts |= {id_: (known[id_][1], None) for id_, (_, organizer) in went.items() if organizer}
    # An event of a calendar that others share is organized by the calendar itself (Google).
    me = {*addresses_of(calendar), f"mailto:{calendar.remote.lower()}"}

    def compare() -> dict[EventId, tuple[Changed, ...]]:
        found = {id_: changes_between(*both, me) for id_, both in texts.items()}
        if calendar.read_only:
            # Of what one merely looks at, one's own invitations are news.
            return {id_: tuple(filter(_is_asked, some)) for id_, some in found.items()}
        return found

    return compare() if len(texts) <= _A_FEW else await asyncio.to_thread(compare)


def _is_asked(one: Changed) -> bool:
    return one.mine is not None


def changes_between(
    before: str | None, after: str | None, me: Collection[str]
) -> tuple[Changed, ...]:
    """What became of a resource; `me` are the CAL-ADDRESSes of the calendar's owner.

    Nothing where no more than the owner's own answer, notes or the like differ, and where a text
    can't be read.
    """
    if before == after:
        return ()
    try:
        old, new = _components(before), _components(after)
    except BadCalendarData:
        return ()
    found = []
    for rid in _told_of(old, new):
        was, is_now = _at(old, rid), _at(new, rid)
        if was is not None or is_now is not None:
            found.append(_changed(rid, was, is_now, me))
    told = [one for one in found if one.before != one.after or one.answers]
    return tuple(told[:MOST_OF_A_SERIES])


def _components(ics: str | None) -> dict[RecurrenceId, Event]:
    return {} if ics is None else {one.recurrence_id: one for one in read(ics)}


def _told_of(
    old: dict[RecurrenceId, Event], new: dict[RecurrenceId, Event]
) -> tuple[RecurrenceId, ...]:
    """All of it, or the occurrences that are told one by one, in order."""
    one, other = old.get(_WHOLE), new.get(_WHOLE)
    written = sorted({*old, *new} - {_WHOLE})
    if one is None and other is None:
        return tuple(written)
    if one is None or other is None or _stood(one) != _stood(other):
        return (_WHOLE,)
    skipped = set(_skipped(one)) ^ set(_skipped(other))
    return (_WHOLE, *sorted({*written, *skipped}))


def _skipped(event: Event) -> Iterator[RecurrenceId]:
    """The occurrences that a series leaves out, as overrides would name them."""
    for at in event.repeat.skipped if event.repeat is not None else ():
        if not isinstance(at, datetime):
            yield RecurrenceId(at.isoformat())
        elif event.floating:
            yield RecurrenceId(at.replace(tzinfo=None).isoformat())
        else:
            yield RecurrenceId(at.astimezone(UTC).isoformat())


def _at(components: dict[RecurrenceId, Event], rid: RecurrenceId) -> Event | None:
    """The occurrence, from the series where it is not written out; None where there is none."""
    written = components.get(rid)
    if written is not None:
        return written
    master = components.get(_WHOLE)
    if master is None or rid in set(_skipped(master)):
        return None
    return replace(master, when=_when(master, rid), recurrence_id=rid, repeat=None)


def _when(master: Event, rid: RecurrenceId) -> When:
    start = datetime.fromisoformat(rid)
    if isinstance(master.when, DaySpan):
        length = master.when.until - master.when.first
        return DaySpan(first=start.date(), until=start.date() + length)
    start = start.replace(tzinfo=UTC) if start.tzinfo is None else start
    start = start.astimezone(master.when.start.tzinfo)
    return TimeSpan(start=start, end=start + master.when.length)


def _changed(
    rid: RecurrenceId, before: Event | None, after: Event | None, me: Collection[str]
) -> Changed:
    event = after or before
    assert event is not None, "one of the two is there"
    host = event.organizer
    is_own = host is None or host.address in me
    return Changed(
        recurrence_id=rid,
        before=_stood(before),
        after=_stood(after),
        answers=_answers(before, after, me) if is_own else (),
        by="" if host is None or is_own else _name(host),
        mine=_mine(event, me),
        is_cancelled=event.status is Status.CANCELLED,
    )


def _stood(event: Event | None) -> Stood | None:
    """An event as it is told; a cancelled one counts as gone."""
    if event is None or event.status is Status.CANCELLED:
        return None
    return Stood(
        title=" ".join(event.title.split()),
        when=_in_utc(event.when),
        location=" ".join(event.location.split()),
        video_url=event.video_url,
        status=event.status,
        rule=event.repeat.rule if event.repeat is not None else "",
    )


def _in_utc(when: When) -> When:
    """The same instants, so that another zone's name alone is no change."""
    if isinstance(when, DaySpan):
        return when
    return TimeSpan(start=when.start.astimezone(UTC), end=when.end.astimezone(UTC))


def _answers(before: Event | None, after: Event | None, me: Collection[str]) -> tuple[Guest, ...]:
    """Guests who were there before and answer otherwise now; a question is no answer."""
    if before is None or after is None:
        return ()
    said = {guest.address: _said(guest) for guest in before.guests}
    host = after.organizer.address if after.organizer is not None else ""
    new = [
        one
        for one in after.guests
        if one.address not in {*me, host}
        and one.answer is not Answer.OPEN
        and said.get(one.address, _said(one)) != _said(one)
    ]
    return tuple(new[:_MOST_ANSWERS])


def _said(guest: Guest) -> tuple[object, ...]:
    return guest.answer, guest.note, guest.proposed


def _mine(event: Event, me: Collection[str]) -> Answer | None:
    return next((one.answer for one in event.guests if one.address in me), None)


def _name(guest: Guest) -> str:
    return " ".join((guest.name or guest.email or guest.address).split())
