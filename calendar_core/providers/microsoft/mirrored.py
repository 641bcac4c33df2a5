"""What the mirror remembers of a calendar: the version of each event, and which events are far from
the window that Graph is asked for."""

from typing import Protocol

from sqlalchemy import exists, select

from calendar_core.events import CalendarId
from calendar_core.occurrences import micros
from calendar_core.sync.versions import MirroredVersions, Versions
from calendar_core.tables import EventRow, OccurrenceRow
from calendar_core.when import TimeSpan


class Mirrored(Versions, Protocol):
    """What the mirror holds of a calendar."""

    async def outside(self, calendar_id: CalendarId, span: TimeSpan) -> frozenset[str]:
        """The UIDs of events of which nothing happens in a window."""
        ...


class MirroredEvents(MirroredVersions):
    """The mirror's own rows; whose a calendar is was asked when it was linked."""

    async def outside(self, calendar_id: CalendarId, span: TimeSpan) -> frozenset[str]:
        """The UIDs of events of which nothing happens in a window."""
        happens = exists().where(
            OccurrenceRow.event_id == EventRow.id,
            OccurrenceRow.starts < micros(span.end),
            OccurrenceRow.ends > micros(span.start),
        )
        wanted = select(EventRow.uid).where(EventRow.calendar_id == calendar_id, ~happens)
        async with self._database.reading() as session:
            return frozenset(await session.scalars(wanted))
