"""When linked accounts are read, and what their failures mean."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from calendar_core.database import Database
from calendar_core.errors import SignInNeeded, TryLater
from calendar_core.sync.plan import LOOK_AGAIN, Came
from scheduler.breaker import OPEN_FOR, OPENS_AFTER, Breaker
from scheduler.embedded import EmbeddedQueue
from scheduler.notices import AccountUnwell
from scheduler.syncing import AT_START, EVERY, KIND, SELDOM, Syncing, next_look, spread
from scheduler.worker import Worker
from tests.calendar_core.house import ME, an_event, at
from tests.calendar_core.sync.linked import LINKED, LinkedHouse, a_linked_house
from tests.fakes.calendars import LISTING
from tests.fakes.notifier import FakeNotifier

LOST = TryLater("The server does not answer.")
REFUSED = SignInNeeded("The password is no longer accepted.")


class Rig:
    """A linked house and the worker that reads it."""

    def __init__(self, house: LinkedHouse) -> None:
        self.house = house
        self.notifier = FakeNotifier(house.clock)
        self.queue = EmbeddedQueue(house.database)
        self.syncing = Syncing(
            house.accounts,
            house.states,
            house.engine,
            {"fake": house.provider.reader},
            self.queue,
            house.clock,
            self.notifier,
        )
        self.worker = Worker(house.database, house.clock, {KIND: self.syncing})

    async def wait(self, length: timedelta) -> None:
        """Let time pass, running what falls due at its instant."""
        until = self.house.clock.now() + length
        while (due := await self.worker.next_due()) is not None and due <= until:
            self.house.clock.move_to(max(due, self.house.clock.now()))
            await self.worker.run_due()
        self.house.clock.move_to(until)

    def unwell(self) -> Sequence[AccountUnwell]:
        """What was said about accounts."""
        return [one for one in self.notifier.said.values() if isinstance(one, AccountUnwell)]


@pytest.fixture
async def rig(database: Database) -> Rig:
    return Rig(await a_linked_house(database))


async def test_accounts_are_read_at_the_start_and_every_few_minutes(rig: Rig) -> None:
    rig.house.many(3)
    await rig.syncing.begin()
    await rig.wait(AT_START)
    first = rig.house.provider.reads
    rig.house.remote(an_event("New"))
    await rig.wait(EVERY + AT_START)

    assert (first, rig.house.provider.reads) == (1, 2)
    assert await rig.house.is_in_step()


def test_feeds_are_asked_less_often() -> None:
    now = at("08:00")
    usual, feeds = next_look("a", (), now), next_look("a", (), now, SELDOM["feed"])

    assert feeds - usual == SELDOM["feed"] - EVERY == timedelta(minutes=10)


async def test_what_was_just_linked_is_read_at_once(rig: Rig) -> None:
    rig.house.many(3)
    await rig.syncing.soon(rig.house.account.id)
    await rig.worker.run_due()

    assert await rig.house.is_in_step()


async def test_the_round_that_makes_a_first_cursor_follows_at_once(rig: Rig) -> None:
    rig.house.tell_cursors_late()
    rig.house.many(3)
    (first,) = await rig.syncing.sync(rig.house.account)
    rounds = rig.house.provider.reads
    rig.house.remote(an_event("New"))
    (second,) = await rig.syncing.sync(rig.house.account)

    assert (first.came, first.error, rounds) == (Came(added=3, read=3, full=True), None, 2)
    assert second.came == Came(added=1, read=1)


async def test_a_job_that_took_long_leaves_the_first_cursor_to_the_next(rig: Rig) -> None:
    async def slowly() -> None:
        rig.house.clock.advance(timedelta(minutes=3))

    rig.house.tell_cursors_late()
    rig.house.many(3)
    rig.house.provider.hooks[LISTING] = slowly
    (first,) = await rig.syncing.sync(rig.house.account)
    rig.house.provider.hooks.clear()
    (second,) = await rig.syncing.sync(rig.house.account)

    assert first.came == Came(added=3, read=3, full=True, again=True)
    assert second.came == Came(full=True)


async def test_what_came_stays_told_when_the_round_behind_it_fails(rig: Rig) -> None:
    rig.house.tell_cursors_late()
    rig.house.many(3)
    rig.house.provider.fail(LISTING, None, LOST)
    await rig.syncing.soon(rig.house.account.id)
    await rig.worker.run_due()
    mirrored, failures = len(await rig.house.mirrored()), (await rig.house.state()).failures
    rig.house.remove("e1@test")
    await rig.wait(timedelta(minutes=2))

    assert (mirrored, failures) == (3, 1)
    assert (await rig.house.state()).failures == 0
    assert await rig.house.is_in_step()


async def test_a_server_that_is_away_is_asked_less_and_less(rig: Rig) -> None:
    rig.house.provider.fail(LISTING, *[LOST] * 6)
    await rig.syncing.soon(rig.house.account.id)
    asked = []
    for _ in range(6):
        await rig.wait(timedelta(minutes=10))
        asked.append(rig.house.provider.reads)

    assert asked == [4, 5, 5, 6, 6, 6]
    assert (await rig.house.state()).failures == 6
    await rig.wait(timedelta(minutes=10))
    assert (await rig.house.state()).failures == 0


async def test_a_refused_account_is_told_of_once_and_well_when_linked_again(rig: Rig) -> None:
    rig.house.provider.fail(LISTING, *[REFUSED] * 50)
    await rig.syncing.soon(rig.house.account.id)
    await rig.wait(timedelta(hours=5))
    (unwell,) = await rig.house.accounts.of(ME)
    asked, told = rig.house.provider.reads, rig.unwell()
    rig.house.provider.faults.clear()
    await rig.house.accounts.link(ME, LINKED)
    await rig.syncing.soon(rig.house.account.id)
    await rig.worker.run_due()
    (well,) = await rig.house.accounts.of(ME)

    assert await rig.house.is_in_step()
    assert 5 < asked < 15
    assert [(one.owner, one.address, one.why) for one in told] == [
        (ME, "me@example.org", str(REFUSED))
    ]
    assert (unwell.unwell_since, unwell.why) == (at("08:00"), str(REFUSED))
    assert (well.unwell_since, well.why) == (None, "")


async def test_a_mass_that_seems_gone_is_looked_at_again_in_time(rig: Rig) -> None:
    events = rig.house.many(25)
    await rig.syncing.soon(rig.house.account.id)
    await rig.worker.run_due()
    rig.house.remove(*(one.uid for one in events))
    await rig.wait(EVERY + AT_START)
    doubted = len(await rig.house.mirrored())
    await rig.wait(LOOK_AGAIN + EVERY)

    assert doubted == 25
    assert await rig.house.is_in_step()


async def test_an_account_that_was_unlinked_is_not_read_again(rig: Rig) -> None:
    await rig.syncing.begin()
    await rig.house.accounts.unlink(rig.house.account.id, ME)
    await rig.wait(timedelta(hours=1))

    assert rig.house.provider.reads == 0
    assert (await rig.queue.count()).waiting == 0


def test_accounts_are_spread_over_the_time_there_is() -> None:
    minute = timedelta(minutes=1)
    parts = [spread(f"{one:032x}", minute) for one in range(1000)]
    by_ten = [sum(one // timedelta(seconds=6) == part for one in parts) for part in range(10)]

    assert parts[7] == spread(f"{7:032x}", minute)
    assert min(by_ten) > 50
    assert max(by_ten) < 150


def test_a_server_that_fails_everybody_is_left_alone_and_tried_by_one() -> None:
    breaker, now = Breaker(), at("08:00")
    for _ in range(OPENS_AFTER):
        assert breaker.left_alone_until("server", now) is None
        breaker.failed("server", now)

    later = now + OPEN_FOR
    assert breaker.left_alone_until("server", now) == later
    assert breaker.left_alone_until("other", now) is None
    assert breaker.left_alone_until("server", later) is None
    assert breaker.left_alone_until("server", later) == later + OPEN_FOR
    breaker.answered("server")
    assert breaker.left_alone_until("server", later) is None
