"""Changes come to their end when nobody waits for them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from calendar_core.changes.change import ChangeId, ChangeStatus, PendingChange
from calendar_core.clock import StandingClock
from calendar_core.database import Database
from calendar_core.errors import TryLater
from scheduler.embedded import EmbeddedQueue
from scheduler.finishing import EXPIRE, FINISH, UPKEEP, Finishing, Upkeep
from scheduler.notices import ChangeSettled
from scheduler.stepping import advance_to
from scheduler.worker import Worker
from tests.fakes.notifier import FakeNotifier
from tests.scheduler.rig import ANA, MONDAY

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def a_change(name: str, status: ChangeStatus = ChangeStatus.PROPOSED) -> PendingChange:
    """A change that expires in a day."""
    return PendingChange(
        id=ChangeId(name),
        owner=ANA,
        place="",
        status=status,
        edits=(),
        writes=(),
        glimpses=(),
        count=1,
        remarks=(),
        public=False,
        proposed_at=MONDAY,
        expires_at=MONDAY + DAY,
    )


class FakeDesk:
    """A desk with some changes on it."""

    def __init__(self, clock: StandingClock, *changes: PendingChange) -> None:
        self._clock = clock
        self.changes = {change.id: change for change in changes}
        self.away = 0

    async def waiting_to_finish(self) -> Sequence[PendingChange]:
        return [c for c in self.changes.values() if c.status is ChangeStatus.CONFIRMED]

    async def finish(self, change_id: ChangeId) -> PendingChange:
        if self.away:
            self.away -= 1
            return self.changes[change_id]
        return self._set(change_id, ChangeStatus.APPLIED)

    async def expire_due(self) -> Sequence[PendingChange]:
        now = self._clock.now()
        due = [c for c in self.changes.values() if c.is_open and c.expires_at <= now]
        return [self._set(change.id, ChangeStatus.EXPIRED) for change in due]

    def _set(self, change_id: ChangeId, status: ChangeStatus) -> PendingChange:
        self.changes[change_id] = replace(self.changes[change_id], status=status)
        return self.changes[change_id]


class Room:
    """Finishing with everything real but the desk, the clock and the one who tells."""

    def __init__(self, database: Database, *changes: PendingChange) -> None:
        self.clock = StandingClock(MONDAY)
        self.desk = FakeDesk(self.clock, *changes)
        self.notifier = FakeNotifier(self.clock)
        self.queue = EmbeddedQueue(database)
        self.finishing = Finishing(self.desk, self.queue, self.clock, self.notifier)
        self.worker = Worker(database, self.clock, {FINISH: self.finishing, EXPIRE: self.finishing})

    async def advance(self, by: timedelta) -> None:
        await advance_to(self.clock.now() + by, self.clock, self.worker)

    @property
    def told(self) -> list[tuple[str, datetime]]:
        return [
            (one.change_id, self.notifier.at[one.key])
            for one in self.notifier.said.values()
            if isinstance(one, ChangeSettled)
        ]


async def test_a_proposal_is_closed_at_its_instant(database: Database) -> None:
    room = Room(database, a_change("one"))
    await room.finishing.watch(room.desk.changes[ChangeId("one")])
    await room.advance(DAY - HOUR)
    assert room.told == []
    await room.advance(2 * HOUR)
    assert room.told == [("one", MONDAY + DAY)]


async def test_a_decided_one_is_left_alone(database: Database) -> None:
    room = Room(database, a_change("one", ChangeStatus.DECLINED))
    await room.finishing.watch(room.desk.changes[ChangeId("one")])
    await room.advance(2 * DAY)
    assert room.told == []


async def test_what_a_crash_left_confirmed_is_written_at_start_up(database: Database) -> None:
    room = Room(database, a_change("one", ChangeStatus.CONFIRMED), a_change("two"))
    await room.finishing.begin()
    await room.worker.start_up()
    assert room.told == [("one", MONDAY)]


async def test_what_expired_while_nothing_ran_is_closed_at_start_up(database: Database) -> None:
    room = Room(database, a_change("one"), a_change("two"))
    room.clock.advance(2 * DAY)
    await room.finishing.begin()
    await room.worker.start_up()
    assert [one for one, _ in room.told] == ["one", "two"]


async def test_a_write_that_was_put_off_is_tried_until_it_stands(database: Database) -> None:
    room = Room(database, a_change("one", ChangeStatus.CONFIRMED))
    room.desk.away = 3
    await room.finishing.finish_soon(ChangeId("one"))
    await room.advance(HOUR)
    assert [one for one, _ in room.told] == ["one"]
    assert room.desk.changes[ChangeId("one")].status is ChangeStatus.APPLIED


@pytest.mark.parametrize("fails", [0, 1])
async def test_upkeep_does_its_chores_once_a_day(database: Database, fails: int) -> None:
    clock, queue, done = StandingClock(MONDAY), EmbeddedQueue(database), list[datetime]()
    failures = [TryLater("busy")] * fails

    async def fails_sometimes() -> None:
        if failures:
            raise failures.pop()

    async def chore() -> None:
        done.append(clock.now())

    upkeep = Upkeep(queue, clock, [fails_sometimes, chore])
    worker = Worker(database, clock, {UPKEEP: upkeep})
    await upkeep.begin()
    await worker.start_up()
    await advance_to(MONDAY + 2 * DAY, clock, worker)
    assert done[-2:] == [
        datetime(2026, 3, 10, 3, 30, tzinfo=UTC),
        datetime(2026, 3, 11, 3, 30, tzinfo=UTC),
    ]
    assert len(done) == 3 + fails
