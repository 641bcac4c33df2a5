"""The words that stand on calendars: kept in step with their events, and asked for what is inside
words and for slips."""

from datetime import timedelta

import pytest

from calendar_core.database import Database
from calendar_core.ics.writing import new_resource
from calendar_core.search import MOST_FORMS
from calendar_core.tables import LONGEST_WORD
from calendar_core.when import TimeSpan
from tests.builders import BERLIN, NOW, an_event
from tests.calendar_core.house import ANA, ME, House, a_house, at
from tests.calendar_core.words import words_kept, words_there


async def words(house: House) -> set[str]:
    """Those on anybody's calendars."""
    return {word for _, word in await words_kept(house.database)}


async def titles(house: House, said: str, *, alike: bool = False) -> list[str]:
    """What is found, best first."""
    look = house.mirror.search_alike if alike else house.mirror.search
    return [one.title for one in await look((ME,), said, zone=BERLIN)]


async def test_a_word_goes_with_the_last_event_that_has_it(house: House) -> None:
    dentist = await house.create(an_event("Dentist", uid="one", location="Dentist's house"))
    await house.create(an_event("Dentist again", uid="two"))
    assert await words(house) == {"dentist", "s", "house", "again"}

    await house.amend(dentist, title="Teeth cleaning", location="")
    assert await words(house) == {"teeth", "cleaning", "dentist", "again"}
    assert await words_kept(house.database) == await words_there(house.database)

    await house.mirror.absorb(house.mine.id, (), ["two"])
    assert await words(house) == {"teeth", "cleaning"}

    async with house.database.session() as session:
        await house.mirror.empty(house.mine, session)
    assert await words(house) == set()


async def test_words_go_with_their_calendar(house: House) -> None:
    await house.create(an_event("Dentist", uid="mine"))
    await house.create(an_event("Yoga", uid="anas"), owner=ANA)
    await house.mirror.remove_calendar(house.mine.id, ME)
    assert await words(house) == {"yoga"}


async def test_what_nobody_looks_into_is_not_kept(house: House) -> None:
    long = "x" * (LONGEST_WORD + 1)
    await house.create(an_event("Call", description=f"{long} {long[1:]}"))
    assert await words(house) == {"call", long[1:]}
    assert await titles(house, long) == ["Call"]


async def test_what_is_inside_words_is_found_on_ones_own_calendars(house: House) -> None:
    await house.create(an_event("Car inspection", uid="one", location="Torrent street"))
    await house.create(an_event("House inspection", uid="two"), owner=ANA)
    wanted = {
        "spection": ["Car inspection"],
        "spec ar": ["Car inspection"],
        "spec zebra": [],
        "orrent@str": [],
        "use": [],
    }
    assert {said: await titles(house, said) for said in wanted} == wanted


async def test_the_titled_come_first_of_what_is_inside_words_and_of_slips(house: House) -> None:
    sooner = TimeSpan(start=at("09:00"), end=at("10:00"))
    await house.create(an_event("Lunch", sooner, uid="one", description="Zahnarzt"))
    later = TimeSpan(start=sooner.start + timedelta(9), end=sooner.end + timedelta(9))
    await house.create(an_event("Zahnarzt", later, uid="two"))
    assert await titles(house, "arzt") == ["Zahnarzt", "Lunch"]
    assert await titles(house, "zahnartz", alike=True) == ["Zahnarzt", "Lunch"]


async def test_letters_inside_very_many_words_are_found_as_well(house: House) -> None:
    events = [an_event(f"a{number}7b{number}", uid=str(number)) for number in range(MOST_FORMS + 9)]
    events.append(an_event("a5007b500 inspection", uid="it"))
    await house.mirror.absorb(house.mine.id, [new_resource(one, at=NOW) for one in events])
    assert await titles(house, "7b spection") == ["a5007b500 inspection"]
    assert len(await titles(house, "7b")) == 20


@pytest.mark.parametrize("said", ["exmaple.org", "ana@exmaple", "inspectoin 2026"])
async def test_slips_are_let_pass_where_signs_part_words(house: House, said: str) -> None:
    await house.create(an_event("Inspection 2026", description="Ask ana@example.org"))
    assert await titles(house, said, alike=True) == ["Inspection 2026"]
    assert await titles(house, "inspectoin 2027", alike=True) == []


async def test_words_are_counted_for_the_events_that_are_there(database: Database) -> None:
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import Connection

    from calendar_core.opening import MIGRATIONS

    house = await a_house(database)
    await house.create(an_event("Dentist", uid="one", description="Dentist, Main street 12"))
    await house.create(an_event("Yoga", uid="two"), owner=ANA)
    before = await words_kept(database)

    def down_and_up(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.downgrade(config, "0022")
        command.upgrade(config, "head")

    async with database.session() as session:
        await (await session.connection()).run_sync(down_and_up)
    assert await words_kept(database) == before == await words_there(database)
