"""What the mirror holds of events at Google: needed where Google tells less than it did before.

Of a deleted event it may tell the id alone, of a series not each occurrence that was cancelled.
"""

from collections.abc import Collection, Mapping
from typing import Protocol

from sqlalchemy import or_, select

from calendar_core.database import Database
from calendar_core.events import CalendarId, event_id
from calendar_core.tables import EventRow

_BATCH = 50


class Mirrored(Protocol):
    """What is held of a calendar."""

    async def uids(self, calendar_id: CalendarId, keys: Collection[str]) -> Mapping[str, str]:
        """UIDs by the keys that their versions begin with (`ids.key_of`)."""
        ...

    async def texts(self, calendar_id: CalendarId, uids: Collection[str]) -> Mapping[str, str]:
        """Stored texts by UID."""
        ...


class MirrorRows:
    """The mirror's own rows; whose a calendar is was asked when it was linked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def uids(self, calendar_id: CalendarId, keys: Collection[str]) -> Mapping[str, str]:
        """UIDs by the keys that their versions begin with."""
        found: dict[str, str] = {}
        asked = list(keys)
        async with self._database.reading() as session:
            for at in range(0, len(asked), _BATCH):
                some = asked[at : at + _BATCH]
                begins = [EventRow.etag.startswith(f"{key} ", autoescape=True) for key in some]
                rows = await session.execute(
                    select(EventRow.uid, EventRow.etag).where(
                        EventRow.calendar_id == calendar_id, or_(*begins)
                    )
                )
                found |= {row.etag.partition(" ")[0]: row.uid for row in rows}
        return found

    async def texts(self, calendar_id: CalendarId, uids: Collection[str]) -> Mapping[str, str]:
        """Stored texts by UID."""
        ids = [event_id(calendar_id, uid) for uid in uids]
        found: dict[str, str] = {}
        async with self._database.reading() as session:
            for at in range(0, len(ids), _BATCH):
                # Of long past events no text is kept.
                rows = await session.execute(
                    select(EventRow.uid, EventRow.ics).where(
                        EventRow.id.in_(ids[at : at + _BATCH]), EventRow.ics != ""
                    )
                )
                found |= {row.uid: row.ics for row in rows}
        return found
