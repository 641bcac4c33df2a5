"""Built-in calendars of two people who become one: what is unused goes, and of an event that both
hold one stays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core.events import Calendar, CalendarId, EventId, event_id
from calendar_core.mirror import Mirror
from calendar_core.providers.local.store import Held, holders, put
from calendar_core.providers.local.tables import LocalResourceRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """One event that stands on two calendars of the same person: a guest's copy, and once more."""

    uid: str
    copy: CalendarId
    """Where it is to go."""
    kept: CalendarId

    @property
    def dropped_event(self) -> EventId:
        """The event that goes."""
        return event_id(self.copy, self.uid)

    @property
    def kept_event(self) -> EventId:
        """The event that stays."""
        return event_id(self.kept, self.uid)


class LocalHandover:
    """Works inside the unit of work in which accounts are joined."""

    def __init__(self, mirror: Mirror) -> None:
        self._mirror = mirror

    async def unused(self, session: AsyncSession, calendar: Calendar) -> bool:
        """Whether nothing ever stood on a calendar."""
        if calendar.provider != "local":
            return False
        held = await session.scalar(
            select(func.count()).where(LocalResourceRow.calendar_id == calendar.id)
        )
        return not held

    async def twins(
        self, session: AsyncSession, own: Sequence[Calendar], moved: Sequence[Calendar]
    ) -> tuple[Twin, ...]:
        """Guests' copies of what their owner holds otherwise: the organizer's own event stays, else
        the copy on one of the `own` calendars."""
        first = [one.id for one in (*own, *moved)]
        uids = await session.scalars(
            select(LocalResourceRow.uid)
            .where(LocalResourceRow.calendar_id.in_(first), LocalResourceRow.ics.is_not(None))
            .group_by(LocalResourceRow.uid)
            .having(func.count() > 1)
            .order_by(LocalResourceRow.uid)
        )
        return tuple(
            [
                Twin(uid=uid, copy=copy, kept=kept)
                for uid in uids.all()
                for copy, kept in _doubles(await holders(session, uid), first)
            ]
        )

    async def drop(self, session: AsyncSession, twins: Sequence[Twin]) -> None:
        """Take the copies away."""
        for twin in twins:
            await put(session, twin.copy, [Held(uid=twin.uid, ics=None)])
            await self._mirror.absorb(
                twin.copy, removed=[twin.uid], origin="joined", session=session
            )


def _doubles(
    there: Mapping[CalendarId, Held], first: Sequence[CalendarId]
) -> list[tuple[CalendarId, CalendarId]]:
    """Which copies go, each with the calendar of what stays in its stead."""
    standing = [(one, there[one]) for one in first if one in there and there[one].ics is not None]
    stays = {calendar: calendar for calendar, held in standing if held.copy_of is None}
    gone = []
    for calendar, held in standing:
        if held.copy_of is None:
            continue
        if held.copy_of in stays:
            gone.append((calendar, stays[held.copy_of]))
        else:
            stays[held.copy_of] = calendar
    return gone
