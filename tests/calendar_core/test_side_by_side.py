"""Units of work that cross each other: what one began, another does not spoil."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

from calendar_core import absorbing
from calendar_core.events import Answer, Guest
from calendar_core.ics.writing import new_resource
from tests.calendar_core.house import BO, ME, House, an_event, at, weekly


async def test_an_absorb_that_crosses_the_horizons_move_is_whole(house: House) -> None:
    async with house.database.reading() as session:
        calendar, horizon = await absorbing.calendar_and_horizon(session, house.mine.id)
    series = new_resource(weekly(), at=at("08:00"))
    prepared = await absorbing.prepare(calendar, horizon, [series])
    house.clock.advance(timedelta(days=200))
    await house.mirror.extend_horizon()

    async with house.database.session() as session:
        await absorbing.store(session, prepared, "synced")

    far = date(2028, 7, 3)
    assert await house.agenda(first=far) == ["Mon 03 09:00 Standup"]


async def test_an_absorb_that_crosses_a_new_address_knows_its_owner(house: House) -> None:
    async with house.database.reading() as session:
        calendar, horizon = await absorbing.calendar_and_horizon(session, house.mine.id)
    me = Guest(address="mailto:me@example.org", answer=Answer.ACCEPTED)
    event = new_resource(an_event(guests=(me,)), at=at("08:00"))
    prepared = await absorbing.prepare(calendar, horizon, [event])
    await house.mirror.update_calendar(replace(house.mine, address="mailto:me@example.org"))

    async with house.database.session() as session:
        await absorbing.store(session, prepared, "synced")

    [seen] = await house.seen()
    assert seen.my_answer is Answer.ACCEPTED


async def test_of_calendars_added_at_once_one_is_the_default(house: House) -> None:
    names = [f"Calendar {number}" for number in range(8)]
    await asyncio.gather(*(house.mirror.add_calendar(BO, name) for name in names))

    calendars = await house.mirror.calendars((BO,))

    assert sorted(one.name for one in calendars) == names
    assert [one.is_default for one in calendars].count(True) == 1


async def test_when_the_default_calendar_goes_the_next_takes_its_place(house: House) -> None:
    work = await house.mirror.add_calendar(ME, "Work")
    await house.mirror.add_calendar(ME, "Gym")

    await house.mirror.remove_calendar(house.mine.id, ME)

    default = await house.mirror.default_calendar(ME)
    assert default is not None
    assert default.id == work.id
