"""What a round of reading tells those who follow: exactly what others changed, and nothing else."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from calendar_core.changes.change import Create, Proposal
from calendar_core.database import Database
from calendar_core.events import Answer, Event
from calendar_core.report import Changed
from tests.builders import a_guest
from tests.calendar_core.house import ME, MONDAY, PLACE, an_event, days, span
from tests.calendar_core.sync.linked import LinkedHouse, a_linked_house

UTC = ZoneInfo("UTC")
OWNER = a_guest("Me", address="mailto:me@example.org")
BO = a_guest("Bo", answer=Answer.ACCEPTED)


@pytest.fixture
async def house(database: Database) -> LinkedHouse:
    return await a_linked_house(database)


def bos(title: str = "Review", **details: Any) -> Event:
    """An event of Bo's, to which the calendar's owner is invited."""
    return an_event(title, organizer=BO, guests=(BO, OWNER), **details)


async def brought(house: LinkedHouse) -> list[Changed]:
    """What the next round tells exactly."""
    house.followed.told()
    await house.sync()
    return [change for one in house.followed.news for change in one.changes]


async def test_the_first_round_tells_nothing_and_the_next_what_came(house: LinkedHouse) -> None:
    house.remote(bos())
    assert await brought(house) == []
    house.remote(bos("Planning"))
    [came] = await brought(house)
    assert came.before is None
    assert came.after is not None
    assert (came.after.title, came.by, came.mine) == ("Planning", "Bo", Answer.OPEN)


async def test_a_move_a_cancellation_and_nothing_twice(house: LinkedHouse) -> None:
    house.remote(bos(), bos("Planning"), bos("Retro"))
    await house.sync()
    house.remote(bos(when=span("16:00", "17:00")))
    house.remove("planning@test")
    moved, gone = await brought(house)
    assert moved.before is not None
    assert moved.after is not None
    assert (moved.before.when, moved.after.when) == (
        span("14:00", "15:00").within(UTC),
        span("16:00", "17:00").within(UTC),
    )
    assert gone.before is not None
    assert (gone.before.title, gone.after, gone.by) == ("Planning", None, "Bo")
    assert await brought(house) == []


async def test_one_s_own_events_are_told_by_their_answers_alone(house: LinkedHouse) -> None:
    host = replace(OWNER, answer=Answer.ACCEPTED)
    mine = an_event("Party", organizer=host, guests=(host, replace(BO, answer=Answer.OPEN)))
    house.remote(mine, an_event("Dentist"))
    await house.sync()
    house.remote(
        replace(mine, guests=(host, BO)),
        an_event("Dentist", days(MONDAY)),
    )
    [answered] = await brought(house)
    assert [(one.name, one.answer) for one in answered.answers] == [("Bo", Answer.ACCEPTED)]
    assert answered.before == answered.after
    assert answered.by == ""


async def test_of_calendars_read_for_free_busy_only_nothing_is_told(database: Database) -> None:
    house = await a_linked_house(database, free_busy_only=True)
    house.remote(bos())
    await house.sync()
    house.remote(bos(when=span("16:00", "17:00")), bos("Planning"))
    assert await brought(house) == []
    house.remove("review@test")
    assert await brought(house) == []


async def test_what_was_written_from_here_is_not_told(house: LinkedHouse) -> None:
    house.remote(bos())
    await house.sync()
    event = an_event("Party", organizer=OWNER, guests=(OWNER, BO))
    create = Create(calendar_id=house.calendar.id, event=event)
    change = await house.desk.propose(Proposal(owner=ME, place=PLACE, edits=(create,)))
    house.followed.told()
    await house.desk.settle(change.id, ME)
    assert [one.changes for one in house.followed.news] == [()]
    assert await brought(house) == []
