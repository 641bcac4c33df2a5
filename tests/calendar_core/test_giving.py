"""What a feed holds and tells: read by a parser of its own kind, and imported back."""

from collections.abc import Sequence
from datetime import timedelta

import icalendar
import pytest

from calendar_core.changes.change import Create
from calendar_core.database import Database
from calendar_core.events import Event, Guest, Occupancy, Occurrence, Resource, Visibility
from calendar_core.giving import GivenFeed, Giving
from calendar_core.ics.giving import Shows
from calendar_core.ics.splitting import split
from calendar_core.ics.taking import resources
from calendar_core.ics.writing import new_resource
from calendar_core.when import DaySpan, TimeSpan
from tests.calendar_core.house import (
    ANA,
    BERLIN,
    ME,
    MONDAY,
    House,
    a_house,
    an_event,
    at,
    days,
    span,
    weekly,
)

YEAR = timedelta(days=365)


@pytest.fixture
async def house(database: Database) -> House:
    return await a_house(database)


async def put(house: House, *events: Event) -> None:
    """Let these stand on ME's calendar."""
    made = [new_resource(one, at=at("07:00")) for one in events]
    await house.mirror.absorb(house.mine.id, [_versioned(one) for one in made], ())


def _versioned(one: Resource) -> Resource:
    return Resource(uid=one.uid, ics=one.ics, etag=str(hash(one.ics)))


async def the_feed(house: House, shows: Shows = Shows.TITLES, salt: str = "salt") -> GivenFeed:
    giving = Giving(house.database, house.clock)
    return await giving.feed((house.mine,), shows, name="Mine", salt=salt)


async def text_of(house: House, shows: Shows = Shows.TITLES) -> str:
    feed = await the_feed(house, shows)
    return "".join([piece async for piece in feed.pieces()])


async def titles(house: House, shows: Shows = Shows.TITLES) -> list[str]:
    parsed = icalendar.Calendar.from_ical(await text_of(house, shows))
    assert parsed.errors == []
    return sorted(str(one["SUMMARY"]) for one in parsed.events)


def seen(occurrences: Sequence[Occurrence]) -> list[tuple[object, ...]]:
    """What somebody sees of an agenda."""
    return [(one.title, one.when, one.location, one.status, one.occupancy) for one in occurrences]


async def test_a_feed_imported_back_is_the_same_agenda(database: Database) -> None:
    house = await a_house(database)
    away = DaySpan(first=MONDAY, until=MONDAY + timedelta(days=3))
    await put(
        house,
        weekly(rule="FREQ=WEEKLY;BYDAY=MO,TH"),
        an_event("Review", location="Room 1, 2nd floor; east"),
        an_event("Away", away, zone=None, occupancy=Occupancy.OUT_OF_OFFICE),
        an_event("Tokyo call", span("23:30", "23:59"), zone="Asia/Tokyo"),
    )
    await house.do(Create(calendar_id=house.mine.id, event=weekly("Yoga", span("18:00", "19:00"))))

    taken = list(resources(split((await text_of(house)).encode()), zone=None))
    back = [one for one in taken if isinstance(one, Resource)]
    assert len(back) == len(taken) == 5
    await house.mirror.absorb(house.anas.id, back, ())

    whole = TimeSpan(start=at("00:00") - YEAR / 2, end=at("00:00") + YEAR)
    mine = await house.mirror.occurrences((ME,), whole, BERLIN)
    copied = await house.mirror.occurrences((ANA,), whole, BERLIN)
    assert len(mine.occurrences) > 150
    assert seen(copied.occurrences) == seen(mine.occurrences)


async def test_private_events_are_told_as_busy_and_nothing_else(house: House) -> None:
    await put(
        house,
        an_event("Review", guests=(Guest(address="mailto:bo@example.org", name="Bo"),)),
        an_event("Therapy", span("16:00", "17:00"), visibility=Visibility.PRIVATE,
                 location="Dr Smith", uid="therapy@clinic"),
        an_event("Merger", span("17:00", "18:00"), visibility=Visibility.CONFIDENTIAL),
    )  # fmt: skip

    with_titles, busy, whole = [await text_of(house, shows) for shows in (
        Shows.TITLES, Shows.BUSY, Shows.ALL)]  # fmt: skip

    assert await titles(house) == ["Busy", "Busy", "Review"]
    assert await titles(house, Shows.BUSY) == ["Busy", "Busy", "Busy"]
    assert await titles(house, Shows.ALL) == ["Merger", "Review", "Therapy"]
    for secret in ("Therapy", "Smith", "clinic", "Merger", "bo@example.org"):
        assert secret not in with_titles
        assert secret in whole
    assert "Review" not in busy
    assert "review@test" not in busy


async def test_what_takes_no_time_is_no_busy(house: House) -> None:
    await put(
        house,
        an_event("Birthday", days(MONDAY), zone=None, occupancy=Occupancy.FREE),
        an_event("Review"),
    )

    assert await titles(house, Shows.BUSY) == ["Busy"]
    assert await titles(house, Shows.TITLES) == ["Birthday", "Review"]


async def test_a_feed_holds_what_is_on_around_now(house: House) -> None:
    def on(title: str, later: timedelta) -> Event:
        return an_event(title, TimeSpan(start=at("14:00") + later, end=at("15:00") + later))

    await put(
        house,
        on("Long ago", -2 * YEAR),
        on("Last summer", -YEAR / 2),
        on("Next year", YEAR),
        on("Far off", 5 * YEAR),
        weekly("Old series", TimeSpan(start=at("09:00") - 3 * YEAR, end=at("09:30") - 3 * YEAR)),
        weekly("Often", rule="FREQ=MINUTELY"),
    )

    assert await titles(house) == ["Last summer", "Next year", "Often", "Old series"]


async def test_the_version_follows_what_is_told(house: House) -> None:
    await put(house, an_event("Review"))
    first = await the_feed(house)
    same = await the_feed(house)
    await put(house, an_event("Retro", uid="review@test"))
    changed = await the_feed(house)

    assert first.version == same.version != changed.version
    assert (await the_feed(house, Shows.BUSY)).version != changed.version
    assert (await the_feed(house, salt="other")).version != changed.version


async def test_an_event_on_two_calendars_is_told_once(house: House) -> None:
    await put(house, an_event("Review"))
    copy = new_resource(an_event("Review (copy)", uid="review@test"), at=at("07:00"))
    await house.mirror.absorb(house.anas.id, [copy], ())
    giving = Giving(house.database, house.clock)

    feed = await giving.feed((house.mine, house.anas), Shows.TITLES, name="Both", salt="x")

    text = "".join([piece async for piece in feed.pieces()])
    assert (feed.count, text.count("SUMMARY:Review\r\n")) == (1, 1)
    assert "copy" not in text


async def test_an_event_that_goes_while_it_is_told_is_left_out(house: House) -> None:
    await put(house, an_event("Review"), an_event("Retro"))
    feed = await the_feed(house)
    await house.mirror.absorb(house.mine.id, (), ("retro@test",))

    text = "".join([piece async for piece in feed.pieces()])

    assert [str(one["SUMMARY"]) for one in icalendar.Calendar.from_ical(text).events] == ["Review"]
