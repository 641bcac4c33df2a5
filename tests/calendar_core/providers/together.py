"""A house whose owner linked a calendar: the real engine, mirror and desk, whoever its maker is."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Generic

from calendar_core.accounts import Accounts
from calendar_core.events import Calendar, RecurrenceId, Resource, Target, event_id
from calendar_core.sync.engine import SyncEngine
from calendar_core.sync.plan import Came
from calendar_core.sync.versions import MirroredVersions
from tests.calendar_core.house import ME, House
from tests.calendar_core.providers.given import ReaderT


@dataclass
class LinkedCalendar(Generic[ReaderT]):
    """A house whose owner linked a calendar."""

    house: House
    accounts: Accounts
    engine: SyncEngine
    reader: ReaderT
    calendar: Calendar

    async def sync(self) -> Came:
        return await self.engine.sync(self.calendar.id, self.reader)

    async def resources_mirrored(self) -> tuple[Resource, ...]:
        """What the mirror has."""
        versions = await MirroredVersions(self.house.database).versions(self.calendar.id)
        return await self.house.mirror.resources(self.calendar.id, (ME,), list(versions))

    async def resources_there(self) -> tuple[Resource, ...]:
        """What the maker has."""
        found: dict[str, Resource] = {}
        async for page in self.reader.changes_since(self.calendar.id, None):
            found |= {one.uid: one for one in page.changed}
        return tuple(found.values())

    def target(self, uid: str, rid: str = "") -> Target:
        id_ = event_id(self.calendar.id, uid)
        return Target(event_id=id_, recurrence_id=RecurrenceId(rid))

    async def settle(self) -> None:
        """Finish what was broken off, and read until nothing is doubted any more."""
        for change in await self.house.desk.waiting_to_finish():
            await self.house.desk.finish(change.id)
        for _ in range(2):
            await self.sync()
            # A mass of removals is believed only at a second look, some time later.
            self.house.clock.advance(timedelta(minutes=15))
