"""Taking in what calendars hold: the only writer of the mirror's events and occurrences.

Reading and expanding the texts comes first, in a thread when there are many; then one short unit of
work stores a batch, as rows (`keeping`). Telling the followers in that same unit of work is
`mirror`.
"""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core import vocabulary
from calendar_core.calendars import calendar_from
from calendar_core.comparing import exactly
from calendar_core.errors import BadCalendarData, NotFound
from calendar_core.events import Calendar, CalendarId, EventId, Resource, event_id
from calendar_core.indexing import FORGOTTEN, Horizon, Indexed, forgotten, index, is_over
from calendar_core.keeping import write_index
from calendar_core.occurrences import FOREVER
from calendar_core.report import UNLINKED, Changed, EventNews, Report
from calendar_core.tables import (
    CalendarRow,
    ComponentRow,
    EventRow,
    OccurrenceRow,
    SyncStateRow,
    TouchedRow,
    WordRow,
)

_A_FEW = 3
"""So many are read at once without leaving the event loop's thread."""
_Times = frozenset[tuple[str, int, int, int]]
Written = Mapping[EventId, str]
"""Events that were just written to their provider, with the version that each write was drawn up
from; empty for a new one."""
NOTHING: Written = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Resources of one calendar, read and expanded, ready to be stored."""

    calendar: Calendar
    horizon: Horizon
    """What the calendar's was when they were expanded."""
    indexed: tuple[Indexed, ...]
    removed: tuple[EventId, ...]
    unreadable: tuple[str, ...]
    """UIDs whose text is not iCalendar."""


async def calendar_and_horizon(
    session: AsyncSession, calendar_id: CalendarId
) -> tuple[Calendar, Horizon]:
    """A calendar, and how far its series are indexed. Raises NotFound."""
    row = await session.get(CalendarRow, calendar_id)
    if row is None:
        raise NotFound("There is no such calendar.")
    return calendar_from(row), Horizon(since=row.indexed_since, until=row.indexed_until)


async def fresh(
    session: AsyncSession, calendar: Calendar, changed: Sequence[Resource]
) -> Sequence[Resource]:
    """Those of many that the mirror does not hold already, so that only they are read."""
    if len(changed) <= _A_FEW:
        return changed
    known = await _texts(session, [event_id(calendar.id, one.uid) for one in changed])
    return [
        one
        for one in changed
        if known.get(event_id(calendar.id, one.uid))
        not in ((one.etag, one.ics), (one.etag, FORGOTTEN))
    ]


async def prepare(
    calendar: Calendar,
    horizon: Horizon,
    changed: Sequence[Resource],
    removed: Sequence[str] = (),
    keep_since: int | None = None,
) -> Prepared:
    """Read and expand what is to be stored; what cannot be read is named and left out. Of what was
    over before `keep_since` (microseconds) no more than its version is kept."""
    work = (calendar, horizon, changed, keep_since)
    if len(changed) > _A_FEW:
        indexed, unreadable = await asyncio.to_thread(_index_all, *work)
    else:
        indexed, unreadable = _index_all(*work)
    return Prepared(
        calendar=calendar,
        horizon=horizon,
        indexed=indexed,
        removed=tuple(event_id(calendar.id, uid) for uid in removed),
        unreadable=unreadable,
    )


def _index_all(
    calendar: Calendar, horizon: Horizon, changed: Iterable[Resource], keep_since: int | None
) -> tuple[tuple[Indexed, ...], tuple[str, ...]]:
    indexed: dict[str, Indexed] = {}
    unreadable = []
    for resource in changed:
        try:
            one = index(resource, calendar, horizon)
            is_past = keep_since is not None and is_over(one, keep_since)
            indexed[resource.uid] = forgotten(one) if is_past else one
        except BadCalendarData:
            unreadable.append(resource.uid)
    return tuple(indexed.values()), tuple(unreadable)


async def store(
    session: AsyncSession, prepared: Prepared, origin: str, written: Written = NOTHING
) -> Report:
    """Bring the mirror in step with what was prepared; what it holds already is no news, unless it
    is the read-back of an event that was just `written` for the first time: a sync may have seen it
    sooner.

    Raises NotFound when the calendar went meanwhile.
    """
    prepared = await _as_it_is_now(session, prepared)
    ids = [one.id for one in prepared.indexed]
    known = await _texts(session, [*ids, *prepared.removed])
    if written:
        await _touch(session, prepared, known, written)
    made = {id_ for id_, etag in written.items() if not etag}
    new = [one for one in prepared.indexed if known.get(one.id) != _text(one) or one.id in made]
    gone = [id_ for id_ in prepared.removed if id_ in known]
    before = await _times(session, [one.id for one in new if one.id in known])
    went = await _looks(session, gone)
    if gone:
        await vocabulary.follow(session, prepared.calendar.id, gone)
        await session.execute(delete(EventRow).where(EventRow.id.in_(gone)))
    await write_index(session, prepared.calendar.id, new, known)
    changes = await exactly(prepared.calendar, origin, known, new, went)
    told = [
        _news(
            prepared.calendar,
            one.id,
            "changed" if one.id in known and one.id not in made else "added",
            origin,
            times_changed=_has_moved(one, before.get(one.id)),
            changes=changes.get(one.id, ()),
        )
        for one in new
    ]
    told += [
        replace(
            _news(prepared.calendar, id_, "removed", origin, changes=changes.get(id_, ())),
            title=title,
            by=organizer,
        )
        for id_ in gone
        for title, organizer in [went.get(id_, ("", ""))]
    ]
    return Report(news=tuple(told), unreadable=prepared.unreadable)


def without(prepared: Prepared, held: Collection[EventId]) -> Prepared:
    """The same, save for some events."""
    if not held:
        return prepared
    return replace(
        prepared,
        indexed=tuple(one for one in prepared.indexed if one.id not in held),
        removed=tuple(one for one in prepared.removed if one not in held),
    )


async def _touch(
    session: AsyncSession,
    prepared: Prepared,
    known: Mapping[str, tuple[str, str]],
    written: Written,
) -> None:
    """Note what is stored here without a sync: a round that is under way may have read what was
    there before. Where a sync stored another version since the write was drawn up, it is open which
    of the two is newer."""
    number = await session.scalar(
        update(CalendarRow)
        .where(CalendarRow.id == prepared.calendar.id)
        .values(touched=CalendarRow.touched + 1)
        .returning(CalendarRow.touched)
        .execution_options(synchronize_session=False)
    )
    stored = dict.fromkeys(prepared.removed, "") | {
        one.id: one.resource.etag for one in prepared.indexed
    }
    await session.execute(delete(TouchedRow).where(TouchedRow.event_id.in_(stored)))
    rows = [
        {
            "event_id": id_,
            "calendar_id": prepared.calendar.id,
            "number": number,
            "is_unsure": known.get(id_, ("",))[0] not in (written.get(id_, ""), etag),
        }
        for id_, etag in sorted(stored.items())
    ]
    if rows:
        await session.execute(insert(TouchedRow), rows)


async def empty(session: AsyncSession, calendar: Calendar, now: datetime) -> Report:
    """Forget all events of a calendar, and how far its mirror had come; what went is the report."""
    # In the order of a sync's round: its state, then the calendar.
    await session.execute(delete(SyncStateRow).where(SyncStateRow.calendar_id == calendar.id))
    await session.get(CalendarRow, calendar.id, with_for_update=True, populate_existing=True)
    gone = await session.scalars(
        delete(EventRow).where(EventRow.calendar_id == calendar.id).returning(EventRow.id)
    )
    report = Report(
        news=tuple(_news(calendar, EventId(one), "removed", UNLINKED) for one in gone.all())
    )
    for statement in (
        delete(TouchedRow).where(TouchedRow.calendar_id == calendar.id),
        delete(WordRow).where(WordRow.calendar_id == calendar.id),
        update(CalendarRow)
        .where(CalendarRow.id == calendar.id)
        .values(synced_at=None, unread_since=now),
    ):
        await session.execute(statement.execution_options(synchronize_session=False))
    return report


async def _as_it_is_now(session: AsyncSession, prepared: Prepared) -> Prepared:
    """The same, read anew where its calendar's horizon or address has changed since."""
    # Two absorbs of one calendar take turns (on SQLite every writer does).
    row = await session.get(
        CalendarRow, prepared.calendar.id, with_for_update=True, populate_existing=True
    )
    if row is None:
        raise NotFound("There is no such calendar.")
    calendar, horizon = (
        calendar_from(row),
        Horizon(since=row.indexed_since, until=row.indexed_until),
    )
    known_as = (calendar.owner, calendar.address, calendar.former)
    before = prepared.calendar
    if horizon == prepared.horizon and known_as == (before.owner, before.address, before.former):
        return prepared
    over = tuple(one for one in prepared.indexed if one.resource.ics == FORGOTTEN)
    there = [one.resource for one in prepared.indexed if one.resource.ics != FORGOTTEN]
    anew = await prepare(calendar, horizon, there)
    indexed = (*anew.indexed, *over)
    return replace(anew, indexed=indexed, removed=prepared.removed, unreadable=prepared.unreadable)


async def _looks(session: AsyncSession, ids: Sequence[EventId]) -> dict[EventId, tuple[str, str]]:
    """Title and organizer of events that are about to go."""
    if not ids:
        return {}
    rows = await session.execute(
        select(ComponentRow.event_id, ComponentRow.title, ComponentRow.organizer)
        .where(ComponentRow.event_id.in_(ids))
        .order_by(ComponentRow.number.desc())
    )
    return {EventId(event): (title, by.partition("\n")[0]) for event, title, by in rows}


async def _texts(session: AsyncSession, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    rows = await session.execute(
        select(EventRow.id, EventRow.etag, EventRow.ics).where(EventRow.id.in_(ids))
    )
    return {id_: (etag, ics) for id_, etag, ics in rows}


def _text(one: Indexed) -> tuple[str, str]:
    return one.resource.etag, one.resource.ics


async def _times(session: AsyncSession, ids: Sequence[str]) -> dict[str, _Times]:
    times: dict[str, set[tuple[str, int, int, int]]] = defaultdict(set)
    if ids:
        rows = await session.execute(
            select(
                OccurrenceRow.event_id,
                OccurrenceRow.recurrence_id,
                OccurrenceRow.kind,
                OccurrenceRow.starts,
                OccurrenceRow.ends,
            ).where(OccurrenceRow.event_id.in_(ids))
        )
        for id_, recurrence_id, kind, starts, ends in rows:
            times[id_].add((recurrence_id, kind, starts, ends))
    return {id_: frozenset(whens) for id_, whens in times.items()}


def _has_moved(one: Indexed, before: _Times | None) -> bool:
    if one.covered_since == FOREVER:
        return True
    return bool(one.occurrences) if before is None else before != _times_of(one)


def _times_of(one: Indexed) -> _Times:
    return frozenset(
        (placed.recurrence_id, int(placed.kind), placed.starts, placed.ends)
        for placed in one.occurrences
    )


def _news(
    calendar: Calendar,
    id_: EventId,
    what: str,
    origin: str,
    *,
    times_changed: bool = True,
    changes: tuple[Changed, ...] = (),
) -> EventNews:
    return EventNews(
        event_id=id_,
        calendar_id=calendar.id,
        owner=calendar.owner,
        what=what,
        origin=origin,
        times_changed=times_changed,
        changes=changes,
    )
