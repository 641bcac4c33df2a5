"""Finding events: by words and people, or by the id of the one that was meant.

Words are compared without case and accents, and all of them must fit in title, place, description,
guests or categories. A series stands for itself by its next occurrence (within a window: its first
there). Best first: the title itself, a title that begins so, words in the title, anything else;
then what is nearest in time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core.calendars import calendar_from
from calendar_core.events import Calendar, EventId, Occurrence, RecurrenceId, Resource, Target
from calendar_core.folding import folded
from calendar_core.occurrences import in_order, micros, occurrence_of, span_of, touches
from calendar_core.people import PersonId
from calendar_core.tables import CalendarRow, ComponentRow, EventRow, OccurrenceRow
from calendar_core.timeline import OCCURRENCE
from calendar_core.when import TimeSpan

MOST_EVENTS = 400
"""Events that are looked at for one search."""
MOST_WORDS = 8
_DAY = 86_400_000_000
_REACHES = (timedelta(days=62), timedelta(days=800), timedelta(days=8_000))
"""How far ahead the next occurrences of one event are looked for, step by step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody looks for."""

    words: str
    span: TimeSpan | None = None
    person: str = ""
    """Name or mail address, or a part of it."""
    limit: int = 20


async def search(
    session: AsyncSession,
    owners: Sequence[PersonId],
    wanted: Wanted,
    now: datetime,
    zone: ZoneInfo,
) -> tuple[Occurrence, ...]:
    """Occurrences that fit on the calendars of these owners, best first."""
    words = folded(wanted.words).split()[:MOST_WORDS]
    if not words and not wanted.person:
        return ()
    calendars = await _calendars(session, owners)
    events = await _events(session, list(calendars), [*words, *folded(wanted.person).split()])
    found = await _nearest(session, events, calendars, wanted.span, now, zone)
    ranked = sorted(found, key=lambda one: (_rank(one, words), _distance(one, now, zone)))
    return tuple(ranked[: wanted.limit])


def next_of(
    resource: Resource, calendar: Calendar, since: datetime, limit: int, zone: ZoneInfo
) -> tuple[Occurrence, ...]:
    """Occurrences of one event that end after an instant (or stand at it), in order."""
    from calendar_core.indexing import begins, expand_live

    found: list[Occurrence] = []
    start = max(since, begins(resource))
    for reach in _REACHES:
        window = TimeSpan(start=start, end=start + reach)
        found = expand_live(resource, calendar, window, zone)
        if len(found) >= limit:
            break
    return tuple(sorted(found, key=lambda one: in_order(one, zone))[:limit])


async def occurrence_of_target(
    session: AsyncSession,
    resource: Resource,
    calendar: Calendar,
    target: Target,
    now: datetime,
    zone: ZoneInfo,
) -> Occurrence | None:
    """The occurrence that is meant; without `recurrence_id` the next, else the last one."""
    which = _of_event(target.event_id)
    if target.recurrence_id:
        which = which.where(OccurrenceRow.recurrence_id == target.recurrence_id)
    else:
        ahead = case((OccurrenceRow.ends > micros(now), 0), else_=1)
        which = which.order_by(ahead, func.abs(OccurrenceRow.starts - micros(now)))
    row = (await session.execute(which.limit(1))).first()
    if row is not None:
        return occurrence_of(row, calendar, zone)
    return _unindexed(resource, calendar, target.recurrence_id, now, zone)


def _unindexed(
    resource: Resource,
    calendar: Calendar,
    recurrence_id: RecurrenceId,
    now: datetime,
    zone: ZoneInfo,
) -> Occurrence | None:
    from calendar_core.indexing import expand_live

    at = datetime.fromisoformat(recurrence_id) if recurrence_id else now
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    span = TimeSpan(start=at - timedelta(days=2), end=at + timedelta(days=2))
    found = expand_live(resource, calendar, span, zone)
    return next(
        (one for one in found if not recurrence_id or one.recurrence_id == recurrence_id), None
    )


async def _calendars(session: AsyncSession, owners: Sequence[PersonId]) -> dict[str, Calendar]:
    rows = await session.scalars(select(CalendarRow).where(CalendarRow.owner.in_(owners)))
    return {row.id: calendar_from(row) for row in rows}


async def _events(
    session: AsyncSession, calendars: Sequence[str], words: Iterable[str]
) -> Sequence[str]:
    """Ids of events in whose texts all the words stand; where there are very many, the latest."""
    fits = [EventRow.sought.like(f"%{_literally(word)}%", escape="\\") for word in words]
    return (
        await session.scalars(
            select(EventRow.id)
            .where(EventRow.calendar_id.in_(calendars), *fits)
            .order_by(EventRow.is_series.desc(), EventRow.first_start.desc())
            .limit(MOST_EVENTS)
        )
    ).all()


def _literally(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


async def _nearest(
    session: AsyncSession,
    events: Sequence[str],
    calendars: dict[str, Calendar],
    span: TimeSpan | None,
    now: datetime,
    zone: ZoneInfo,
) -> list[Occurrence]:
    """Of each event the occurrence that stands for it: the first in the window, else the next,
    else the last."""
    which = _of_events(events)
    if span is not None:
        since, until = micros(span.start) - _DAY, micros(span.end) + _DAY
        which = which.where(OccurrenceRow.starts < until, OccurrenceRow.ends >= since)
    nearest: dict[str, Occurrence] = {}
    for row in await session.execute(which.order_by(OccurrenceRow.starts)):
        standing = nearest.get(row[1])
        if standing is not None and (span is not None or not _is_over(standing, now, zone)):
            continue
        one = occurrence_of(row, calendars[row[0]], zone)
        if span is None or touches(one.when, span, zone):
            nearest[row[1]] = one
    return list(nearest.values())


def _of_event(event: EventId) -> Select[*tuple[Any, ...]]:
    return _of_events([event])


def _of_events(events: Sequence[str]) -> Select[*tuple[Any, ...]]:
    looks_like = and_(
        ComponentRow.event_id == OccurrenceRow.event_id,
        ComponentRow.number == OccurrenceRow.component,
    )
    return (
        select(*OCCURRENCE)
        .select_from(OccurrenceRow)
        .join(ComponentRow, looks_like)
        .where(OccurrenceRow.event_id.in_(events))
    )


def _is_over(one: Occurrence, now: datetime, zone: ZoneInfo) -> bool:
    return span_of(one.when, zone).end <= now


def _rank(one: Occurrence, words: Sequence[str]) -> int:
    title, sought = folded(one.title), " ".join(words)
    if title == sought:
        return 0
    if title.startswith(sought):
        return 1
    return 2 if all(word in title for word in words) else 3


def _distance(one: Occurrence, now: datetime, zone: ZoneInfo) -> timedelta:
    """How far from now; what is over counts as further than what comes."""
    span = span_of(one.when, zone)
    return abs(span.start - now) * (2 if span.end <= now else 1)
