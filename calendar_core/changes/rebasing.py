"""Whether a confirmed change still holds though its event was written to meanwhile, and the same
change upon what stands now. Pure.

Law 2 is kept: the change is drawn up again from its own edits and holds only if the card would say
the same. That is so when nothing differs but what the change neither touches nor shows: guests'
answers, or the notes while the time is moved. Anything else makes it stale.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from calendar_core.changes.change import (
    Amend,
    Bring,
    Create,
    Edit,
    Glimpse,
    PendingChange,
    Remove,
    Reply,
    Write,
)
from calendar_core.changes.difference import differing, occurrence
from calendar_core.changes.planning import Planned, Standing, plan
from calendar_core.errors import BadCalendarData, CalendarError
from calendar_core.events import Answer, Calendar, Event, RecurrenceId, event_id
from calendar_core.ics.reading import read
from calendar_core.indexing import addresses_of

UNSHOWN = frozenset(
    {"answers", "description", "occupancy", "visibility", "color", "categories", "alarms"}
    | {"location", "video_url", "video_wanted", "mail_alarms", "url"}
)
"""Fields of which a card says nothing unless the change is about them."""
_ANSWERS = frozenset({"answers"})


def rebased(change: PendingChange, standing: Standing, *, at: datetime) -> Planned | None:
    """The same change upon what stands now; None when the person has to look at it again."""
    if change.undoes is not None or not change.edits:
        return None
    if any(isinstance(edit, Create | Bring) for edit in change.edits):
        return None
    if not all(_holds(change, write, standing) for write in change.writes):
        return None
    try:
        again = plan(change.edits, standing, at=at)
    except CalendarError:
        return None
    return again if not again.asks_scope and _says_the_same(change, again) else None


def _holds(change: PendingChange, write: Write, standing: Standing) -> bool:
    """Whether what a write was drawn from says what it said, in all that the change is about."""
    id_ = event_id(write.calendar_id, write.uid)
    stored = standing.events.get(id_)
    if write.before is None or stored is None:
        return write.before is None and stored is None
    edits = [
        edit
        for edit in change.edits
        if not isinstance(edit, Create | Bring) and edit.target.event_id == id_
    ]
    loose = UNSHOWN.difference(*map(_touched, edits))
    try:
        pairs = _pairs(write.before, stored.resource.ics)
    except BadCalendarData:
        return False
    given = {address for edit in edits for address in _answered(edit, stored.calendar)}
    return all(
        loose.issuperset(differing(one, other)) and _answers(one, given) == _answers(other, given)
        for one, other in pairs
    )


def _touched(edit: Edit) -> frozenset[str]:
    """The fields that an edit sets: what stood there is what its person replaced."""
    match edit:
        case Amend(patch=patch):
            set_ = {name for name in UNSHOWN if getattr(patch, name, None) not in (None, False)}
            video = {"video_url", "video_wanted"}
            return frozenset(set_ | video if set_ & video else set_) - _ANSWERS
        case Remove():
            return UNSHOWN - _ANSWERS
        case _:
            return frozenset()


def _answered(edit: Edit, calendar: Calendar) -> Collection[str]:
    """The guests whose answer an edit sets."""
    match edit:
        case Amend(patch=patch):
            return patch.answers.keys()
        case Reply():
            return addresses_of(calendar)
        case _:
            return ()


def _answers(event: Event, of: Collection[str]) -> dict[str, Answer]:
    return {guest.address: guest.answer for guest in event.guests if guest.address in of}


def _pairs(before: str, now: str) -> list[tuple[Event, Event]]:
    """Master and changed occurrences of two texts beside each other; one that is written out on
    one side only is compared with what the other side's series makes of it.

    Raises BadCalendarData when one of them has no such occurrence.
    """
    named = {one.recurrence_id for text in (before, now) for one in read(text)}
    found = []
    for rid in sorted(named):
        one, other = _exactly(before, rid), _exactly(now, rid)
        if one is None or other is None:
            raise BadCalendarData("One side has an occurrence that the other has not.")
        found.append((one, other))
    return found


def _exactly(ics: str, rid: RecurrenceId) -> Event | None:
    found = occurrence(ics, rid)
    return found if found is not None and found.recurrence_id == rid else None


def _says_the_same(change: PendingChange, again: Planned) -> bool:
    """Whether the card of the change drawn up again would be the one that was confirmed."""
    spots = {(write.calendar_id, write.uid, write.after is None) for write in change.writes}
    if spots != {(one.calendar_id, one.uid, one.after is None) for one in again.writes}:
        return False
    if (change.count, len(change.glimpses)) != (again.count, len(again.glimpses)):
        return False
    pairs = zip(change.glimpses, again.glimpses, strict=True)
    return all(_looks_alike(one, other) for one, other in pairs)


def _looks_alike(one: Glimpse, other: Glimpse) -> bool:
    """Whether the card shows two glimpses alike: all but the events, and of these what changes."""
    if replace(one, before=None, after=None) != replace(other, before=None, after=None):
        return False
    changing = _changing(one)
    unseen = UNSHOWN - changing
    return changing == _changing(other) and all(
        (mine is None) == (theirs is None) and unseen.issuperset(differing(mine, theirs))
        for mine, theirs in ((one.before, other.before), (one.after, other.after))
    )


def _changing(glimpse: Glimpse) -> frozenset[str]:
    """The fields of which the card tells was and will be."""
    return frozenset(differing(glimpse.before, glimpse.after)) - _ANSWERS
