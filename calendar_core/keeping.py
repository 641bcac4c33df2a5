"""What the index keeps of resources, as rows: their events, looks and occurrences.

Many of them are written at once, so they go to the driver as they are: SQLAlchemy writes the
statements, and is not asked about each value. What is to be kept is decided in `absorbing`.
"""

from collections.abc import Container, Iterator, Sequence
from dataclasses import fields
from functools import lru_cache
from operator import attrgetter
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, registry, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core import vocabulary
from calendar_core.database import Base
from calendar_core.events import CalendarId
from calendar_core.indexing import Indexed, Look
from calendar_core.occurrences import FOREVER
from calendar_core.tables import CalendarRow, ComponentRow, EventRow, OccurrenceRow

_EVENT = (
    *("id", "calendar_id", "uid", "etag", "ics", "is_series", "sought"),
    *("first_start", "covered_since", "covered_until"),
)
_LOOK = tuple(field.name for field in fields(Look))
_COMPONENT = ("event_id", "number", "uid", *_LOOK)
_OCCURRENCE = (
    *("event_id", "number", "component", "calendar_id", "recurrence_id"),
    *("starts", "ends", "kind", "length"),
)
_look = attrgetter(*_LOOK)


async def write_index(
    session: AsyncSession,
    calendar_id: CalendarId,
    indexed: Sequence[Indexed],
    there: Container[str],
) -> None:
    """Store events with their looks and occurrences, in place of what stood `there` before."""
    if not indexed:
        return
    ids = [one.id for one in indexed if one.id in there]
    if ids:
        await session.execute(delete(OccurrenceRow).where(OccurrenceRow.event_id.in_(ids)))
        await session.execute(delete(ComponentRow).where(ComponentRow.event_id.in_(ids)))
    await vocabulary.follow(session, calendar_id, ids, [one.sought for one in indexed])
    connection = await session.connection()
    for row, columns, rows in (
        (EventRow, _EVENT, [_event(calendar_id, one) for one in indexed]),
        (ComponentRow, _COMPONENT, [row for one in indexed for row in _looks(one)]),
        (OccurrenceRow, _OCCURRENCE, [row for one in indexed for row in _when(calendar_id, one)]),
    ):
        if rows:
            statement = _statement(connection.dialect.name, row, columns)
            await connection.exec_driver_sql(statement, rows)
    if any(one.covered_since == FOREVER for one in indexed):
        await session.execute(
            update(CalendarRow).where(CalendarRow.id == calendar_id).values(has_live=True)
        )


@lru_cache(maxsize=8)
def _statement(dialect: str, row: type[Base], columns: tuple[str, ...]) -> str:
    """An INSERT of one row, values by their place; what stands there of an event is replaced."""
    is_postgresql = dialect == "postgresql"
    make: Any = postgresql.insert if is_postgresql else sqlite.insert
    statement = make(row.__table__)
    if row is EventRow:
        changing = {name: statement.excluded[name] for name in columns if name != "id"}
        statement = statement.on_conflict_do_update(index_elements=["id"], set_=changing)
    name, style = ("postgresql.psycopg", "format") if is_postgresql else ("sqlite", "qmark")
    speaks = registry.load(name)(paramstyle=style)
    compiled = statement.compile(dialect=speaks, column_keys=columns)
    assert compiled.positiontup == [*columns]
    return str(compiled)


def _event(calendar_id: CalendarId, one: Indexed) -> tuple[object, ...]:
    return (
        one.id,
        calendar_id,
        one.resource.uid,
        one.resource.etag,
        one.resource.ics,
        one.is_series,
        one.sought,
        one.first_start,
        one.covered_since,
        one.covered_until,
    )


def _looks(one: Indexed) -> Iterator[tuple[object, ...]]:
    for number, look in enumerate(one.looks):
        yield (one.id, number, one.resource.uid, *_look(look))


def _when(calendar_id: CalendarId, one: Indexed) -> Iterator[tuple[object, ...]]:
    for number, placed in enumerate(one.occurrences):
        yield (
            one.id,
            number,
            placed.component,
            calendar_id,
            placed.recurrence_id,
            placed.starts,
            placed.ends,
            int(placed.kind),
            int(placed.is_long),
        )
