"""Built-in calendars of others when somebody is erased: their events stay, and another name stands
where they named the one who is gone. Guests keep their copies of what that one organized, as events
of their own.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core.database import Database
from calendar_core.errors import BadCalendarData
from calendar_core.events import CalendarId, Guest
from calendar_core.folding import folded
from calendar_core.mirror import Mirror
from calendar_core.people import PersonId
from calendar_core.providers.local.store import Held, held, put
from calendar_core.providers.local.tables import LocalResourceRow
from calendar_core.providers.local.writer import take_turn
from calendar_core.tables import CalendarRow, EventRow

ERASED = "erased"
"""Origin of the news that a name was replaced: nobody is told."""


class LocalForgetting:
    """Takes a name out of others' events."""

    def __init__(self, database: Database, mirror: Mirror) -> None:
        self._database = database
        self._mirror = mirror

    async def rename(self, person: PersonId, known_as: Collection[str], stand_in: Guest) -> int:
        """Put `stand_in` in the place of these CAL-ADDRESSes (in small letters), an event at a
        time; how many events named them. Repeating it is harmless."""
        done = 0
        for calendar_id, uid in await self._naming(person, known_as):
            async with self._database.session() as session:
                done += await self._rename_in(session, calendar_id, uid, known_as, stand_in)
        return done

    async def release(self, session: AsyncSession, calendars: Sequence[CalendarId]) -> None:
        """Let guests' copies of what stands on these calendars be events of their own."""
        await session.execute(
            update(LocalResourceRow)
            .where(LocalResourceRow.copy_of.in_(calendars))
            .values(copy_of=None)
            .execution_options(synchronize_session=False)
        )

    async def _naming(
        self, person: PersonId, known_as: Collection[str]
    ) -> Sequence[tuple[CalendarId, str]]:
        """Events on others' calendars whose sought words hold one of the addresses."""
        words = [folded(one.removeprefix("mailto:")) for one in known_as]
        wanted = (
            select(EventRow.calendar_id, EventRow.uid)
            .join(CalendarRow, CalendarRow.id == EventRow.calendar_id)
            .where(
                CalendarRow.provider == "local",
                CalendarRow.owner != person,
                or_(*(EventRow.sought.contains(one, autoescape=True) for one in words)),
            )
            .order_by(EventRow.id)
        )
        async with self._database.reading() as session:
            return [(CalendarId(one), uid) for one, uid in await session.execute(wanted)]

    async def _rename_in(
        self,
        session: AsyncSession,
        calendar_id: CalendarId,
        uid: str,
        known_as: Collection[str],
        stand_in: Guest,
    ) -> bool:
        # Late: it needs the iCalendar libraries, which nobody waits for before the first prompt.
        from calendar_core.ics.former import without_person

        await take_turn(session)
        standing = (await held(session, calendar_id, [uid]))[uid]
        if standing.ics is None:
            return False
        try:
            ics = without_person(standing.ics, known_as, stand_in)
        except BadCalendarData:
            return False
        if ics == standing.ics:
            return False
        one = Held(uid=uid, ics=ics, copy_of=standing.copy_of)
        assert one.resource is not None
        await put(session, calendar_id, [one])
        await self._mirror.absorb(calendar_id, [one.resource], origin=ERASED, session=session)
        return True
