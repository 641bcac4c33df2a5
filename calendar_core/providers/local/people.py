"""The port through which the built-in calendars learn who of the guests is here. The mirror
implements it."""

from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core.events import CalendarId


class LocalPeople(Protocol):
    """Who of the guests has a calendar here."""

    async def calendar_of(
        self, address: str, *, session: AsyncSession | None = None
    ) -> CalendarId | None:
        """The default calendar of the local person whom a CAL-ADDRESS names; None for anybody
        else. Asked within the writer's own unit of work."""
        ...

    async def same_owner(
        self, one: CalendarId, other: CalendarId, *, session: AsyncSession | None = None
    ) -> bool:
        """Whether two calendars belong to one person."""
        ...
