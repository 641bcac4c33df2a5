"""The index of words: it follows whatever becomes of events, and is made for those there."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from calendar_core.database import Database
from calendar_core.ics.writing import new_resource
from calendar_core.opening import MIGRATIONS
from calendar_core.search import MOST_EVENTS
from calendar_core.when import TimeSpan
from tests.builders import BERLIN, NOW, an_event
from tests.calendar_core.house import ANA, ME, House, a_house, at, span, weekly

LATER = TimeSpan(start=at("00:00"), end=at("00:00") + timedelta(days=30))


async def titles(house: House, words: str, within: TimeSpan | None = None) -> list[str]:
    """What is found, best first."""
    found = await house.mirror.search((ME,), words, zone=BERLIN, span=within)
    return [one.title for one in found]


async def _indexed(house: House, word: str) -> int:
    """In how many events of anybody the index has a word."""
    counts = {
        True: "SELECT count(*) FROM event_words WHERE event_words MATCH :word",
        False: "SELECT count(*) FROM events WHERE words @@ CAST(:word AS tsquery)",
    }
    async with house.database.reading() as session:
        statement = text(counts[house.database.is_sqlite]).bindparams(word=word)
        return await session.scalar(statement) or 0


async def test_the_index_follows_edits_and_deletions(house: House) -> None:
    dentist = await house.create(an_event("Dentist", location="Main street"))
    assert await _indexed(house, "dentist") == 1

    await house.amend(dentist, title="Teeth cleaning")
    assert await titles(house, "dentist") == []
    assert await titles(house, "teeth main") == ["Teeth cleaning"]

    await house.mirror.remove_calendar(house.mine.id, ME)
    assert await _indexed(house, "teeth") == 0


async def test_calendars_are_looked_at_apart(house: House) -> None:
    await house.create(an_event("Dentist", uid="one"))
    await house.create(an_event("Dentist", uid="two"), owner=ANA)
    found = await house.mirror.search((ME,), "dentist", zone=BERLIN)
    assert [one.owner for one in found] == [ME]
    assert await titles(house, house.mine.id) == []


async def test_signs_between_letters_are_looked_for_too(house: House) -> None:
    for title in ("1:1 Bo", "Call at 11", "C++ class", "C minor", "Zoom & co", "Party 🎉"):
        await house.create(an_event(title, uid=title))
    wanted = {
        "1:1": ["1:1 Bo"],
        "c++": ["C++ class"],
        "&": ["Zoom & co"],
        "🎉": ["Party 🎉"],
        "b": ["1:1 Bo"],
    }
    assert {words: await titles(house, words) for words in wanted} == wanted


async def test_addresses_are_found_whole_and_by_their_beginning(house: House) -> None:
    await house.create(
        an_event("Lunch", description="Ask ana.lind@example.org or https://a.test/x")
    )
    for words in ("ana.lind@example.org", "ana.li", "lind@example", "example.org", "a.test/x"):
        assert await titles(house, words) == ["Lunch"], words
    assert await titles(house, "lind@example.net") == []


async def test_of_very_many_the_titled_and_the_near_are_looked_at(house: House) -> None:
    events = [
        an_event(
            f"Lunch {number}",
            TimeSpan(
                start=at("12:00") + timedelta(days=number), end=at("13:00") + timedelta(number)
            ),
            uid=f"l{number}",
            description="with Ana",
        )
        for number in range(1, MOST_EVENTS + 20)
    ]
    events.append(an_event("Ana's party", span("20:00", "22:00", at("20:00").date()), uid="party"))
    events.append(
        an_event(
            "Ana in Rome",
            TimeSpan(start=at("20:00") + timedelta(900), end=at("21:00") + timedelta(900)),
            uid="rome",
        )
    )
    await house.mirror.absorb(house.mine.id, [new_resource(one, at=NOW) for one in events])
    assert (await titles(house, "ana"))[:4] == ["Ana's party", "Ana in Rome", "Lunch 1", "Lunch 2"]


async def test_a_window_holds_what_touches_it(house: House) -> None:
    await house.create(weekly("Choir practice"))
    await house.create(an_event("Choir tour", TimeSpan(start=at("08:00"), end=LATER.end), uid="t"))
    await house.create(an_event("Choir party", span("18:00", "19:00"), uid="p"))
    week = timedelta(days=7)
    within = TimeSpan(start=at("10:00") + week, end=at("10:00") + 2 * week)
    found = await house.mirror.search((ME,), "choir", zone=BERLIN, span=within)
    assert {(one.title, one.when.start) for one in found if isinstance(one.when, TimeSpan)} == {
        ("Choir practice", at("09:00") + 2 * week),
        ("Choir tour", at("08:00")),
    }


async def test_without_an_index_the_texts_are_looked_at(house: House) -> None:
    if not house.database.is_sqlite:
        pytest.skip("PostgreSQL always has one")
    async with house.database.session() as session:
        for what in ("added", "changed", "removed"):
            await session.execute(text(f"DROP TRIGGER event_words_{what}"))
        await session.execute(text("DROP TABLE event_words"))
        await session.execute(text("DROP TABLE event_numbers"))
    for title in ("Party", "Art class"):
        await house.create(an_event(title, uid=title))
    assert await titles(house, "art") == ["Art class"]
    assert await titles(house, "rty") == ["Party"]


async def test_the_index_is_made_for_what_is_there(database: Database) -> None:
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import Connection

    house = await a_house(database)
    await house.create(an_event("Dentist"))

    def down_and_up(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.downgrade(config, "0019")
        command.upgrade(config, "head")

    async with house.database.session() as session:
        await (await session.connection()).run_sync(down_and_up)
    assert await titles(house, "dent") == ["Dentist"]
    assert await _indexed(house, "dentist") == 1
