"""What the door remembers over restarts, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest

from adapters.discord.ports import Posted
from adapters.discord.store import KEPT, Store
from bot.chat.messages import MessageRef, Place, PlaceKind
from calendar_core.clock import StandingClock
from calendar_core.database import Database

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
THREAD = Place(
    platform="discord",
    workspace="77",
    channel="5",
    thread="6",
    kind=PlaceKind.CHANNEL,
    name="#team",
)


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(NOW)


@pytest.fixture
def store(database: Database, clock: StandingClock) -> Store:
    return Store(database, clock)


async def test_what_was_never_tried_is_unknown_and_then_known_as_tried(store: Store) -> None:
    assert await store.intend("k") is None
    assert await store.intend("k") == Posted(since=NOW)


async def test_what_was_posted_stands_where_it_was_posted(store: Store) -> None:
    await store.intend("k")
    ref = MessageRef(place=THREAD, id="123456789012345678")
    await store.keep("k", ref)
    assert await store.intend("k") == Posted(since=NOW, ref=ref)


async def test_what_was_refused_may_be_tried_anew(store: Store) -> None:
    await store.intend("k")
    await store.drop("k")
    assert await store.intend("k") is None


async def test_old_keys_are_forgotten(store: Store, clock: StandingClock) -> None:
    await store.intend("old")
    clock.advance(KEPT + timedelta(days=1))
    await store.intend("new")
    assert await store.intend("old") is None


async def test_commands_are_told_for_each_application(store: Store) -> None:
    assert await store.told("1") is None
    await store.tell("1", "mark")
    await store.tell("1", "other mark")
    assert (await store.told("1"), await store.told("2")) == ("other mark", None)
