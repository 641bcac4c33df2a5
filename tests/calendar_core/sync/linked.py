"""A house with one linked account of a provider in memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from calendar_core.accounts import Account, Accounts, FoundCalendar, Linked
from calendar_core.changes.desk import ChangeDesk
from calendar_core.clock import StandingClock
from calendar_core.database import Database
from calendar_core.events import Calendar, Event, Resource
from calendar_core.ics.writing import new_resource
from calendar_core.mirror import Mirror
from calendar_core.report import EventFollower
from calendar_core.sync.engine import SyncEngine
from calendar_core.sync.plan import Came
from calendar_core.sync.state import SyncStates
from calendar_core.sync.versions import MirroredVersions
from calendar_core.vault import Vault, new_key
from calendar_core.when import TimeSpan
from tests.calendar_core.house import ME, Followed, an_event, at
from tests.fakes.calendars import FakeProvider

LINKED = Linked(
    provider="fake",
    address="me@example.org",
    url="https://calendars.example.org/",
    credentials={"password": "correct horse"},
    calendars=(FoundCalendar(remote="/work/", name="Work"),),
)


@dataclass
class LinkedHouse:
    """All that a test of syncing needs."""

    database: Database
    clock: StandingClock
    mirror: Mirror
    desk: ChangeDesk
    accounts: Accounts
    states: SyncStates
    engine: SyncEngine
    provider: FakeProvider
    followed: Followed
    account: Account
    calendar: Calendar

    async def sync(self) -> Came:
        """One round."""
        return await self.engine.sync(self.calendar.id, self.provider.reader)

    def remote(self, *events: Event) -> None:
        """Put events on the provider's side, as another of the person's programs does."""
        for one in events:
            made = new_resource(one, at=at("07:00"))
            self.provider.put(self.calendar.id, one.uid, made.ics)

    def many(self, number: int) -> list[Event]:
        """Events that are put on the provider's side."""
        start = at("09:00")
        hours = [start + timedelta(hours=one) for one in range(number)]
        events = [
            an_event(f"E{one}", TimeSpan(start=hour, end=hour + timedelta(minutes=30)))
            for one, hour in enumerate(hours)
        ]
        self.remote(*events)
        return events

    def tell_cursors_late(self) -> None:
        """Have the provider tell all before there is a cursor, as of a large calendar."""
        self.provider.mirrored = MirroredVersions(self.database)

    def remove(self, *uids: str) -> None:
        """Take events away on the provider's side."""
        for uid in uids:
            self.provider.put(self.calendar.id, uid, None)

    async def mirrored(self) -> dict[str, Resource]:
        """What the mirror holds, by UID."""
        found: Sequence[Resource] = await self.mirror.resources(self.calendar.id, (ME,))
        return {one.uid: one for one in found}

    async def is_in_step(self) -> bool:
        """Whether the mirror holds just what the provider holds."""
        return await self.mirrored() == self.provider.of(self.calendar.id)

    async def state(self) -> Any:
        """How the calendar is."""
        (state,) = await self.states.all(self.account.id)
        return state


async def a_linked_house(
    database: Database,
    followers: Sequence[EventFollower] = (),
    *,
    free_busy_only: bool = False,
    clock: StandingClock | None = None,
    retention: timedelta | None = None,
) -> LinkedHouse:
    """One person with a built-in calendar and a linked one, which was not read yet."""
    clock, followed = clock or StandingClock(at("08:00")), Followed()
    mirror = Mirror(database, clock, [followed, *followers], retention)
    provider = FakeProvider(page_size=10)
    await mirror.add_calendar(ME, "Personal")
    vault = Vault(Path("/nowhere"), new_key())
    accounts = Accounts(database, clock, vault, mirror)
    account = await accounts.link(ME, LINKED, free_busy_only=free_busy_only)
    provider.listed += await accounts.calendars(account.id)
    states = SyncStates(database, clock)
    return LinkedHouse(
        database=database,
        clock=clock,
        mirror=mirror,
        desk=ChangeDesk(database, mirror, {"fake": provider.writer}, clock),
        accounts=accounts,
        states=states,
        engine=SyncEngine(mirror, states, clock),
        provider=provider,
        followed=followed,
        account=account,
        calendar=provider.listed[0],
    )
