"""The occurrence that is meant by an event's id: the one that was named, or the next. Finding
events by their words is `search`."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core.events import Calendar, Occurrence, RecurrenceId, Resource, Target
from calendar_core.occurrences import in_order, micros, occurrence_of
from calendar_core.tables import ComponentRow, OccurrenceRow
from calendar_core.timeline import OCCURRENCE
from calendar_core.when import TimeSpan

_REACHES = (timedelta(days=62), timedelta(days=800), timedelta(days=8_000))
"""How far ahead the next occurrences of one event are looked for, step by step."""


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
    looks_like = and_(
        ComponentRow.event_id == OccurrenceRow.event_id,
        ComponentRow.number == OccurrenceRow.component,
    )
    which = (
        select(*OCCURRENCE)
        .select_from(OccurrenceRow)
        .join(ComponentRow, looks_like)
        .where(OccurrenceRow.event_id == target.event_id)
    )
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
