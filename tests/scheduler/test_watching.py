"""Makers that tell of changes: what is promised, told, believed, and what becomes of it."""

import json
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import text

from calendar_core.accounts import FoundCalendar
from calendar_core.database import Database
from calendar_core.errors import CalendarError, NotAllowed, NotFound, SignInNeeded, TryLater
from calendar_core.sync.watcher import Watcher
from scheduler.embedded import EmbeddedQueue
from scheduler.syncing import KIND as SYNC
from scheduler.syncing import WATCHED_EVERY, Syncing
from scheduler.watches import Watches
from scheduler.watching import KIND, REFUSED_FOR, SETTLE, TRY_AGAIN, PushAnswer, Watching
from scheduler.worker import Worker
from tests.calendar_core.house import ME, an_event
from tests.calendar_core.sync.linked import LINKED, LinkedHouse, a_linked_house
from tests.fakes.notifier import FakeNotifier
from tests.fakes.watcher import WEEK, FakeWatcher

PUBLIC = "https://convene.example.org"
HALF = WEEK / 2
MINUTE = timedelta(minutes=1)


@dataclass
class Made:
    """A maker, as far as telling goes."""

    watcher: Watcher | None


@dataclass
class Maker:
    """One that is there already."""

    watcher: Watcher | None

    async def made(self) -> Made:
        return Made(self.watcher)


class Rig:
    """A linked house whose maker tells of changes."""

    def __init__(self, house: LinkedHouse, public_url: str | None = PUBLIC) -> None:
        self.house = house
        self.queue = EmbeddedQueue(house.database)
        self.watches = Watches(house.database)
        self.watcher = FakeWatcher(house.clock)
        self.syncing = Syncing(
            house.accounts,
            house.states,
            house.engine,
            {"fake": house.provider.reader},
            self.queue,
            house.clock,
            FakeNotifier(house.clock),
            self.watches,
        )
        self.watching = self.at(public_url)
        self.worker = Worker(house.database, house.clock, {SYNC: self.syncing, KIND: self.watching})

    def at(self, public_url: str | None, watcher: Watcher | None = None) -> Watching:
        """The same house at an address."""
        return Watching(
            self.house.accounts,
            {"fake": Maker(watcher or self.watcher), "deaf": Maker(None)},
            self.watches,
            self.syncing,
            self.queue,
            self.house.clock,
            public_url,
        )

    async def linked(self) -> None:
        """The account was just linked: it is read, and watched."""
        await self.syncing.soon(self.house.account.id)
        await self.watching.soon(self.house.account.id)
        await self.wait(MINUTE)

    async def wait(self, length: timedelta) -> None:
        """Let time pass, running what falls due at its instant."""
        await self._wait(length, self.worker)

    async def later(self, length: timedelta) -> None:
        """Let much time pass, in which watches are looked after, and nothing is read."""
        clock, handlers = self.house.clock, {KIND: self.watching}
        await self._wait(length, Worker(self.house.database, clock, handlers))

    async def _wait(self, length: timedelta, worker: Worker) -> None:
        until = self.house.clock.now() + length
        while (due := await worker.next_due()) is not None and due <= until:
            self.house.clock.move_to(max(due, self.house.clock.now()))
            await worker.run_due()
        self.house.clock.move_to(until)

    async def told(self, body: bytes | None = None, provider: str = "fake") -> int:
        """Something comes to the address; how it was answered."""
        body = self.watcher.telling() if body is None else body
        return (await self.watching.told(provider, {}, {}, body)).status

    async def counted(self) -> tuple[int, int]:
        return await self.watches.count(self.house.clock.now())


@pytest.fixture
async def rig(database: Database) -> Rig:
    return Rig(await a_linked_house(database))


async def test_a_linked_calendar_is_watched_and_a_change_that_is_told_is_read(rig: Rig) -> None:
    await rig.linked()
    assert rig.watcher.addresses == [f"{PUBLIC}/push/fake"]
    rig.house.remote(an_event("New"))
    reads = rig.house.provider.reads

    assert await rig.told() == 202
    assert rig.house.provider.reads == reads, "the maker is answered first"
    await rig.wait(SETTLE)

    assert rig.house.provider.reads == reads + 1
    assert await rig.house.is_in_step()


async def test_a_burst_is_one_round(rig: Rig) -> None:
    await rig.linked()
    reads = rig.house.provider.reads
    for number in range(20):
        rig.house.remote(an_event(f"E{number}"))
        assert await rig.told() == 202
    await rig.wait(MINUTE)

    assert rig.house.provider.reads == reads + 1
    assert await rig.house.is_in_step()
    rig.house.remote(an_event("Later"))
    await rig.told()
    await rig.wait(SETTLE)
    assert rig.house.provider.reads == reads + 2


async def test_what_is_told_during_a_round_is_read_after_it(rig: Rig) -> None:
    await rig.linked()

    async def told_meanwhile() -> None:
        rig.house.provider.hooks.clear()
        rig.house.provider.has_lost_all = False
        await rig.told()

    rig.house.provider.hooks["page"] = told_meanwhile
    await rig.syncing.soon(rig.house.account.id)
    await rig.worker.run_due()
    rig.house.remote(an_event("While it was read"))
    await rig.wait(SETTLE)

    assert await rig.house.is_in_step()


async def test_where_changes_are_told_it_is_read_less_often_and_never_not(rig: Rig) -> None:
    await rig.linked()
    before = rig.house.provider.reads
    await rig.wait(timedelta(hours=2))

    assert rig.house.provider.reads - before in (3, 4)
    assert timedelta(hours=2) / WATCHED_EVERY == 4


async def test_a_watch_is_renewed_when_half_of_it_is_over(rig: Rig) -> None:
    await rig.linked()
    await rig.later(HALF - 2 * MINUTE)
    assert rig.watcher.asked == ["watch"]
    old = rig.watcher.telling()
    await rig.later(3 * MINUTE)

    assert rig.watcher.asked == ["watch", "watch"]
    assert await rig.counted() == (1, 0)
    assert await rig.told(old) == 404
    assert await rig.told() == 202
    await rig.later(WEEK * 3)
    assert await rig.counted() == (1, 0)
    assert await rig.told() == 202


async def test_a_maker_that_prolongs_keeps_id_and_secret(rig: Rig) -> None:
    rig.watcher.prolongs = True
    await rig.linked()
    old = rig.watcher.telling()
    await rig.later(WEEK * 2)

    assert set(rig.watcher.asked) == {"watch", "renew"}
    assert rig.watcher.asked.count("watch") == 1
    assert await rig.counted() == (1, 0)
    assert await rig.told(old) == 202


async def test_a_watch_that_lapsed_is_made_anew_and_all_is_read(rig: Rig) -> None:
    await rig.linked()
    lapsed = rig.watcher.telling(lapsed=True)
    rig.watcher.live.clear()
    rig.house.remote(an_event("Never told"))
    assert await rig.told(lapsed) == 202
    assert await rig.counted() == (0, 1)
    await rig.wait(MINUTE)

    assert rig.watcher.asked == ["watch", "watch"]
    assert await rig.counted() == (1, 0)
    assert await rig.house.is_in_step()


async def test_a_watch_that_is_gone_when_it_is_renewed_is_made_anew(rig: Rig) -> None:
    rig.watcher.prolongs = True
    await rig.linked()
    rig.watcher.live.clear()
    await rig.later(HALF + 5 * MINUTE)

    assert rig.watcher.asked == ["watch", "renew", "watch"]
    assert await rig.counted() == (1, 0)


async def test_a_maker_may_ask_for_renewal(rig: Rig) -> None:
    rig.watcher.prolongs = True
    await rig.linked()

    assert await rig.told(rig.watcher.telling(renew=True, changed=False)) == 202
    await rig.wait(MINUTE)

    assert rig.watcher.asked == ["watch", "renew"]


@pytest.mark.parametrize(
    "fault", [TryLater("busy"), SignInNeeded("no"), NotFound("gone"), TryLater("x", HALF / 80)]
)
async def test_failing_to_watch_never_stops_reading(rig: Rig, fault: CalendarError) -> None:
    rig.watcher.faults.extend([fault] * 3)
    rig.house.many(3)
    await rig.linked()
    assert await rig.house.is_in_step()
    assert await rig.counted() == (0, 1)
    rig.house.remote(an_event("New"))
    await rig.wait(timedelta(minutes=7))
    assert await rig.house.is_in_step()

    await rig.later(timedelta(hours=5))
    assert rig.watcher.asked == ["watch"] * 4
    assert await rig.counted() == (1, 0)


async def test_a_failed_renewal_leaves_what_lives_and_is_tried_again(rig: Rig) -> None:
    await rig.linked()
    rig.watcher.faults.extend([TryLater("busy")] * 2)
    await rig.later(HALF)
    assert await rig.counted() == (1, 0)
    assert await rig.told() == 202
    await rig.later(3 * TRY_AGAIN)

    assert rig.watcher.asked == ["watch"] * 4
    assert await rig.counted() == (1, 0)


async def test_a_calendar_that_its_maker_does_not_watch_is_left_alone_for_a_day(rig: Rig) -> None:
    rig.watcher.faults.append(NotAllowed("Not this one."))
    await rig.linked()
    await rig.later(REFUSED_FOR - timedelta(hours=1))
    assert (rig.watcher.asked, await rig.counted()) == (["watch"], (0, 0))
    await rig.later(timedelta(hours=2))

    assert await rig.counted() == (1, 0)


async def test_who_does_not_know_the_secret_is_not_believed(rig: Rig) -> None:
    await rig.linked()
    reads = rig.house.provider.reads
    (live,) = rig.watcher.live.values()
    forged = [
        {"remote": live.remote, "secret": "guessed"},
        {"remote": live.remote, "secret": ""},
        {"watch_id": live.id, "secret": "guessed", "lapsed": True},
        {"watch_id": live.id, "remote": "another", "secret": live.secret},
        {"remote": "unknown", "secret": live.secret},
    ]

    assert [await rig.told(json.dumps([one]).encode()) for one in forged] == [404] * 5
    assert await rig.told(b"[]") == 404
    assert await rig.told(b"rubbish") == 400
    assert await rig.told(provider="deaf") == 404
    assert await rig.told(provider="nobody") == 404
    await rig.wait(MINUTE)

    assert rig.house.provider.reads == reads
    assert await rig.counted() == (1, 0)
    right = {"watch_id": live.id, "remote": live.remote, "secret": live.secret}
    assert await rig.told(json.dumps([*forged, right]).encode()) == 202


async def test_at_rest_a_secret_is_a_hash(rig: Rig) -> None:
    await rig.linked()
    (live,) = rig.watcher.live.values()

    async with rig.house.database.reading() as session:
        rows = [tuple(one) for one in await session.execute(text("SELECT * FROM watches"))]
    assert len(rows) == 1
    assert live.id in str(rows)
    assert live.secret not in str(rows)


async def test_a_maker_that_looks_whether_we_are_there_is_answered_while_it_is_asked(
    rig: Rig,
) -> None:
    answers: list[PushAnswer] = []

    async def looks(id: str, secret: str) -> None:
        answers.append(await rig.watching.told("fake", {}, {"validate": "hello"}, b""))
        first = json.dumps([{"watch_id": id, "secret": secret, "changed": False}]).encode()
        answers.append(await rig.watching.told("fake", {}, {}, first))

    rig.watcher.before = looks
    await rig.linked()

    assert answers == [PushAnswer(status=200, text="hello"), PushAnswer(status=202)]


async def test_an_account_that_is_unlinked_is_watched_no_more(rig: Rig) -> None:
    await rig.linked()
    told = rig.watcher.telling()
    await rig.watching.end(rig.house.account.id)
    await rig.house.accounts.unlink(rig.house.account.id, ME)

    assert rig.watcher.asked == ["watch", "stop"]
    assert rig.watcher.live == {}
    assert await rig.told(told) == 404
    await rig.later(WEEK)
    assert rig.watcher.asked == ["watch", "stop"]


async def test_a_maker_that_does_not_let_go_does_not_keep_an_account(rig: Rig) -> None:
    await rig.linked()
    told = rig.watcher.telling()
    rig.watcher.faults.append(TryLater("busy"))

    await rig.watching.end(rig.house.account.id)

    assert await rig.told(told) == 404


async def test_a_new_calendar_of_an_account_is_watched_when_it_is_linked_again(rig: Rig) -> None:
    await rig.linked()
    more = (*LINKED.calendars, FoundCalendar(remote="/more/", name="More"))
    again = LINKED.__class__(
        provider="fake",
        address=LINKED.address,
        url=LINKED.url,
        credentials=LINKED.credentials,
        calendars=more,
    )
    await rig.house.accounts.link(ME, again)
    covered = await rig.watches.cover(rig.house.account.id, rig.house.clock.now())
    await rig.watching.soon(rig.house.account.id)
    await rig.wait(MINUTE)

    assert not covered
    assert await rig.counted() == (2, 0)
    assert await rig.watches.cover(rig.house.account.id, rig.house.clock.now())


@pytest.mark.parametrize("url", [None, "http://convene.example.org"])
async def test_without_an_address_on_https_nothing_is_watched(
    database: Database, url: str | None
) -> None:
    rig = Rig(await a_linked_house(database), url)
    await rig.watching.begin()
    await rig.linked()

    assert rig.watcher.asked == []
    assert await rig.told(b"[]") == 404


async def test_at_the_start_promises_to_another_address_count_no_more(rig: Rig) -> None:
    await rig.linked()
    moved = rig.at("https://elsewhere.example.org")
    rig.watching = moved
    rig.worker = Worker(rig.house.database, rig.house.clock, {SYNC: rig.syncing, KIND: moved})
    await moved.begin()
    assert await rig.counted() == (0, 0)
    await rig.wait(2 * MINUTE)

    assert rig.watcher.addresses[-1] == "https://elsewhere.example.org/push/fake"
    assert await rig.counted() == (1, 0)


async def test_a_restart_keeps_what_was_promised(rig: Rig) -> None:
    await rig.linked()
    again = rig.at(PUBLIC)
    await again.begin()
    await rig.wait(2 * MINUTE)

    assert rig.watcher.asked == ["watch"]
    assert await rig.told() == 202


async def test_a_house_without_a_web_door_is_not_told_and_reads_as_often_as_ever(
    rig: Rig,
) -> None:
    await rig.linked()
    terminal = rig.at(None)
    await terminal.begin()

    assert await rig.counted() == (0, 0)
    assert not await rig.watches.cover(rig.house.account.id, rig.house.clock.now())
    assert rig.watcher.asked == ["watch"]
