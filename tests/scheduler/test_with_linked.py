"""Reminders of events on linked calendars: they follow what a round of reading brings."""

from datetime import timedelta

import pytest

from calendar_core.database import Database
from calendar_core.events import Target, event_id
from scheduler import arming
from scheduler.embedded import EmbeddedQueue
from scheduler.following import ReminderFollower
from scheduler.reminders import Reminders
from scheduler.ringing import ReminderRinger
from scheduler.stepping import advance_to
from scheduler.worker import Worker
from tests.calendar_core.house import BERLIN, ME, an_event, span
from tests.calendar_core.sync.linked import LinkedHouse, a_linked_house
from tests.fakes.notifier import FakeNotifier
from tests.fakes.preferences import FakePreferences


class Rig:
    """A linked calendar with one event at 14:00, and a reminder half an hour before it."""

    def __init__(self, house: LinkedHouse, database: Database) -> None:
        preferences, queue = FakePreferences(), EmbeddedQueue(database)
        self.house, self.notifier = house, FakeNotifier(house.clock)
        mirror = house.mirror
        self.follower = ReminderFollower(queue, house.clock, mirror, preferences)
        self.reminders = Reminders(database, queue, house.clock, mirror, preferences)
        ringer = ReminderRinger(database, queue, house.clock, mirror, preferences, self.notifier)
        self.worker = Worker(database, house.clock, {arming.KIND: ringer})

    async def follow(self, report: object, session: object) -> None:
        await self.follower.follow(report, session)  # type: ignore[arg-type]

    async def rung(self) -> list[str]:
        """When it rang, until the evening."""
        until = self.house.clock.now() + timedelta(hours=12)
        await advance_to(until, self.house.clock, self.worker)
        return [f"{one.due.astimezone(BERLIN):%H:%M}" for one in self.notifier.reminders]


@pytest.fixture
async def rig(database: Database) -> Rig:
    late: list[Rig] = []

    class Follower:
        async def follow(self, report: object, session: object) -> None:
            for one in late:
                await one.follow(report, session)

    house = await a_linked_house(database, [Follower()])
    late.append(Rig(house, database))
    house.remote(an_event("Review"))
    await house.sync()
    target = Target(event_id=event_id(house.calendar.id, "review@test"))
    await late[0].reminders.remind_before(ME, "", target, [timedelta(minutes=30)])
    return late[0]


async def test_it_moves_with_its_event(rig: Rig) -> None:
    rig.house.remote(an_event("Review", span("16:00", "17:00")))
    await rig.house.sync()
    assert await rig.rung() == ["15:30"]


async def test_it_does_not_ring_for_what_was_cancelled(rig: Rig) -> None:
    rig.house.remove("review@test")
    await rig.house.sync()
    assert await rig.rung() == []


async def test_it_rings_for_what_came_back(rig: Rig) -> None:
    rig.house.remove("review@test")
    await rig.house.sync()
    rig.house.remote(an_event("Review"))
    await rig.house.sync()
    assert await rig.rung() == ["13:30"]
