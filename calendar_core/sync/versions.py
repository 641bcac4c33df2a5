"""Which version of each event the mirror holds: for readers whose provider tells no more than what
is there now.
"""

from typing import Protocol

from sqlalchemy import select

from calendar_core.database import Database
from calendar_core.events import CalendarId
from calendar_core.tables import EventRow, TouchedRow


class Versions(Protocol):
    """What the mirror holds of a calendar."""

    async def versions(self, calendar_id: CalendarId) -> dict[str, str]:
        """The version of each event by its UID."""
        ...

    async def written(self, calendar_id: CalendarId) -> dict[str, str]:
        """The same of those that were written here since the last round ended. What was removed
        there before the next one, a server need not tell: it never told of it either (RFC 6578
        §3.5)."""
        ...


class MirroredVersions:
    """The mirror's own rows; whose a calendar is was asked when it was linked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def versions(self, calendar_id: CalendarId) -> dict[str, str]:
        """The version of each event by its UID."""
        async with self._database.reading() as session:
            rows = await session.execute(
                select(EventRow.uid, EventRow.etag).where(EventRow.calendar_id == calendar_id)
            )
            return {row.uid: row.etag for row in rows}

    async def written(self, calendar_id: CalendarId) -> dict[str, str]:
        """The same of those that were written here since the last round ended."""
        async with self._database.reading() as session:
            rows = await session.execute(
                select(EventRow.uid, EventRow.etag)
                .join(TouchedRow, TouchedRow.event_id == EventRow.id)
                .where(EventRow.calendar_id == calendar_id)
            )
            return {row.uid: row.etag for row in rows}
