"""What the mirror keeps of the past of linked calendars is bounded, and nothing is read twice for
it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from calendar_core.database import Database
from calendar_core.events import Event, Repeat, event_id
from calendar_core.mirror import Mirror
from calendar_core.when import TimeSpan
from tests.calendar_core.house import BERLIN, ME, an_event, at
from tests.calendar_core.sync.linked import LinkedHouse, a_linked_house
from tests.calendar_core.words import words_kept, words_there

KEPT = timedelta(days=400)


@pytest.fixture
async def linked(database: Database) -> LinkedHouse:
    """A house that keeps a little over a year."""
    return await a_linked_house(database, retention=KEPT)


def some(title: str, days_ago: int, rule: str = "") -> Event:
    """An hour so many days ago, or from then on."""
    start = at("09:00") - timedelta(days=days_ago)
    repeat = Repeat(rule=rule) if rule else None
    return an_event(title, TimeSpan(start=start, end=start + timedelta(hours=1)), repeat=repeat)


EVENTS = (
    some("Old", 500),
    some("Recent", 300),
    some("Coming", -3),
    some("Ended series", 900, rule="FREQ=WEEKLY;COUNT=10"),
    some("Old series that ended lately", 900, rule="FREQ=DAILY;COUNT=600"),
    some("Endless", 900, rule="FREQ=WEEKLY"),
    some("Hourly", 900, rule="FREQ=HOURLY"),
    some("Far off", -1200, rule="FREQ=YEARLY;COUNT=2"),
)
FORGOTTEN = {"Old", "Ended series"}


async def titles(linked: LinkedHouse) -> set[str]:
    """What the mirror gives out."""
    found = await linked.mirrored()
    return {
        line.removeprefix("SUMMARY:")
        for one in found.values()
        for line in one.ics.splitlines()
        if line.startswith("SUMMARY:")
    }


async def rows(database: Database, statement: str) -> list[tuple[Any, ...]]:
    async with database.reading() as session:
        return [tuple(row) for row in await session.execute(text(statement))]


async def test_what_is_long_over_is_not_taken_in(linked: LinkedHouse) -> None:
    linked.remote(*EVENTS)
    await linked.sync()
    assert await titles(linked) == {one.title for one in EVENTS} - FORGOTTEN
    kept = await rows(linked.database, "SELECT ics FROM events WHERE ics LIKE '%Old%'")
    assert all("lately" in ics for (ics,) in kept)


async def test_what_becomes_old_goes_by_the_daily_chore(linked: LinkedHouse) -> None:
    linked.remote(*EVENTS)
    await linked.sync()
    linked.clock.advance(timedelta(days=150))
    await linked.mirror.forget_past()
    gone = FORGOTTEN | {"Recent", "Old series that ended lately"}
    assert await titles(linked) == {one.title for one in EVENTS} - gone
    assert await words_kept(linked.database) == await words_there(linked.database)
    uid = next(one.uid for one in EVENTS if one.title == "Recent")
    id_ = event_id(linked.calendar.id, uid)
    for table in ("components", "occurrences"):
        assert await rows(linked.database, f"SELECT 1 FROM {table} WHERE event_id = '{id_}'") == []
    await linked.mirror.forget_past()
    assert await titles(linked) == {one.title for one in EVENTS} - gone


async def test_the_chore_alone_forgets_what_was_kept_before(database: Database) -> None:
    linked = await a_linked_house(database)
    linked.remote(*EVENTS)
    await linked.sync()
    assert await titles(linked) == {one.title for one in EVENTS}
    await Mirror(database, linked.clock, (), KEPT).forget_past()
    assert await titles(linked) == {one.title for one in EVENTS} - FORGOTTEN


async def test_a_full_round_brings_nothing_back_and_tells_nothing(linked: LinkedHouse) -> None:
    linked.remote(*EVENTS)
    await linked.sync()
    linked.provider.let_cursors_die()
    came = await linked.sync()
    assert came.full
    assert not came.is_news
    assert await titles(linked) == {one.title for one in EVENTS} - FORGOTTEN


async def test_what_is_moved_out_of_the_past_is_there_again(linked: LinkedHouse) -> None:
    old = some("Old", 500)
    linked.remote(old)
    await linked.sync()
    assert await titles(linked) == set()
    linked.remote(some("Old", -2))
    await linked.sync()
    assert await titles(linked) == {"Old"}


async def test_what_is_moved_into_the_far_past_is_forgotten(linked: LinkedHouse) -> None:
    linked.remote(some("Plan", -2))
    await linked.sync()
    linked.remote(some("Plan", 500))
    await linked.sync()
    assert await titles(linked) == set()
    span = TimeSpan(start=at("00:00"), end=at("00:00") + timedelta(days=10))
    assert (await linked.mirror.occurrences((ME,), span, BERLIN)).occurrences == ()


async def test_a_forgotten_event_that_is_deleted_there_goes_here(linked: LinkedHouse) -> None:
    old, new = some("Old", 500), some("New", -1)
    linked.remote(old, new)
    await linked.sync()
    linked.remove(old.uid)
    await linked.sync()
    assert len(await rows(linked.database, "SELECT id FROM events")) == 1


async def test_built_in_calendars_keep_all(linked: LinkedHouse) -> None:
    calendar = (await linked.mirror.calendars((ME,)))[0]
    from calendar_core.ics.writing import new_resource

    await linked.mirror.absorb(calendar.id, [new_resource(some("Old", 900), at=at("07:00"))])
    await linked.mirror.forget_past()
    assert len(await linked.mirror.resources(calendar.id, (ME,))) == 1
