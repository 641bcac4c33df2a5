"""Finding events: by words and people, or by the id of the one that was meant.

Words are compared without case and accents, and all of them must fit in title, place, description,
guests or categories: as the beginnings of words there, or, where no event has them so, anywhere in
words. `search_alike` lets slips of the finger pass (`spelling`). A series stands for itself by its
next occurrence (within a window: its first there). Best first: the title itself, a title that
begins so, words in the title, anything else; then what is nearest in time.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import add
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core.calendars import calendar_from
from calendar_core.events import Calendar, EventId, Occurrence, RecurrenceId, Resource, Target
from calendar_core.folding import folded
from calendar_core.occurrences import in_order, micros, occurrence_of, span_of, touches
from calendar_core.people import PersonId
from calendar_core.spelling import pieces, stands_in
from calendar_core.tables import CalendarRow, ComponentRow, EventRow, OccurrenceRow
from calendar_core.timeline import OCCURRENCE
from calendar_core.when import TimeSpan

MOST_EVENTS = 400
"""Events that are looked at for one search."""
MOST_ALIKE = 500
"""Events that are looked at for one search that lets slips pass."""
ALIKE_LETTERS = 300
"""How much of an event's texts is looked at then: title, place, guests."""
MOST_WORDS = 8
_WORD = re.compile(r"[^\W_]+")
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
    return await _best(session, events, calendars, wanted, now, zone)


async def search_alike(
    session: AsyncSession,
    owners: Sequence[PersonId],
    wanted: Wanted,
    now: datetime,
    zone: ZoneInfo,
) -> tuple[Occurrence, ...]:
    """The same for words that may hold slips: for when `search` found nothing."""
    words = folded(f"{wanted.words} {wanted.person}").split()[:MOST_WORDS]
    if not words:
        return ()
    calendars = await _calendars(session, owners)
    events = await _events_alike(session, list(calendars), words)
    return await _best(session, events, calendars, wanted, now, zone)


async def _best(
    session: AsyncSession,
    events: Sequence[str],
    calendars: dict[str, Calendar],
    wanted: Wanted,
    now: datetime,
    zone: ZoneInfo,
) -> tuple[Occurrence, ...]:
    words = folded(wanted.words).split()[:MOST_WORDS]
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
    session: AsyncSession, calendars: Sequence[str], words: Sequence[str]
) -> Sequence[str]:
    """Ids of events in whose texts all the words stand; where there are very many, the latest."""
    begun = and_(*(_begins_a_word(word) for word in words))
    rows = (
        await session.execute(
            select(EventRow.id, EventRow.sought)
            .where(EventRow.calendar_id.in_(calendars), *(_holds(word) for word in words))
            .order_by(
                case((begun, 0), else_=1), EventRow.is_series.desc(), EventRow.first_start.desc()
            )
            .limit(MOST_EVENTS)
        )
    ).all()
    # The database knows blanks and lines; what else parts words ("(cafe") is seen here.
    starts = [re.compile(rf"(?<![^\W_]){re.escape(word)}") for word in words]
    whole = [id_ for id_, sought in rows if all(start.search(sought) for start in starts)]
    return whole or [id_ for id_, _ in rows]


async def _events_alike(
    session: AsyncSession, calendars: Sequence[str], words: Sequence[str]
) -> Sequence[str]:
    """Ids of events with words near all of these: those first that share most parts of them."""
    parts = [[_holds(part) for part in pieces(word)] for word in words]
    shared = reduce(add, (case((part, 1), else_=0) for each in parts for part in each))
    rows = await session.execute(
        select(EventRow.id, func.substr(EventRow.sought, 1, ALIKE_LETTERS))
        .where(EventRow.calendar_id.in_(calendars), *(or_(*each) for each in parts))
        .order_by(shared.desc(), EventRow.first_start.desc())
        .limit(MOST_ALIKE)
    )
    near: dict[tuple[str, str], bool] = {}

    def fits(word: str, others: Iterable[str]) -> bool:
        for other in others:
            if (word, other) not in near:
                near[word, other] = stands_in(word, (other,))
            if near[word, other]:
                return True
        return False

    found = ((id_, set(_WORD.findall(sought))) for id_, sought in rows)
    return [id_ for id_, there in found if all(fits(word, there) for word in words)][:MOST_EVENTS]


def _holds(part: str) -> ColumnElement[bool]:
    return EventRow.sought.like(f"%{_literally(part)}%", escape="\\")


def _begins_a_word(word: str) -> ColumnElement[bool]:
    literal = _literally(word)
    return or_(
        *(EventRow.sought.like(f"{before}{literal}%", escape="\\") for before in ("", "% ", "%\n"))
    )


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
    return 2 if all(f" {word}" in f" {title}" for word in words) else 3


def _distance(one: Occurrence, now: datetime, zone: ZoneInfo) -> timedelta:
    """How far from now; what is over counts as further than what comes."""
    span = span_of(one.when, zone)
    return abs(span.start - now) * (2 if span.end <= now else 1)
