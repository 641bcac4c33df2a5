"""Rooms at Google: those on somebody's list of calendars, booked by inviting them."""

from dataclasses import replace

import pytest

from calendar_core.changes.change import Write
from calendar_core.errors import TryLater
from calendar_core.events import Guest
from calendar_core.ics.reading import read
from calendar_core.ics.writing import new_resource
from calendar_core.linking import AccountId
from calendar_core.patch import Patch
from calendar_core.providers.google.colleagues import GoogleColleagues
from calendar_core.providers.google.rooms import GoogleRooms
from calendar_core.rooms import Room
from tests.calendar_core.house import BERLIN, MONDAY, an_event, at, days, span
from tests.calendar_core.providers.google.stand import MAIL, Stand
from tests.contracts.calendar_provider import confirmed, read_since
from tests.servers.google.server import Fault

ACCOUNT = AccountId("account")
ID = "c_188aqua@resource.calendar.google.com"
AQUARIUM = Room(address=ID, name="Berlin-2-Aquarium (8)", capacity=8)
HOST = Guest(address=f"mailto:{MAIL}", name="Me")
BO = Guest(address="mailto:bo@x.org", name="Bo")


@pytest.fixture
def rooms(stand: Stand) -> GoogleRooms:
    world = stand.server.world
    mine = world.accounts[MAIL]
    world.calendar(ID, "Berlin-2-Aquarium (8)", mine, "freeBusyReader")
    world.calendar("c_lagoon@resource.calendar.google.com", "Lagoon", mine, "reader")
    world.calendar("team@group.calendar.google.com", "Room for jokes", mine)
    return GoogleRooms(stand.google)


async def test_rooms_are_those_on_the_list(stand: Stand, rooms: GoogleRooms) -> None:
    lagoon = Room(address="c_lagoon@resource.calendar.google.com", name="Lagoon")
    assert await rooms.rooms(ACCOUNT, "") == (AQUARIUM, lagoon)
    assert await rooms.rooms(ACCOUNT, "the aquarium") == (AQUARIUM,)
    assert await rooms.rooms(ACCOUNT, "jokes") == ()
    stand.server.forever.append(Fault("calendarList.list", status=500))
    with pytest.raises(TryLater):
        await rooms.rooms(ACCOUNT, "")


async def booked(stand: Stand) -> Write:
    event = an_event(guests=(BO, AQUARIUM.guest), organizer=HOST)
    made = new_resource(replace(event, location=AQUARIUM.name), at=at("07:00"))
    write = Write(calendar_id=stand.calendar.id, uid=made.uid, before=None, after=made.ics)
    await stand.writer.apply(confirmed(write, id="book"))
    return write


async def test_a_room_is_booked_by_inviting_it(stand: Stand, rooms: GoogleRooms) -> None:
    await booked(stand)

    (item,) = stand.events.values()
    assert [one["email"] for one in item["attendees"]] == ["bo@x.org", ID]
    day = days(MONDAY).within(BERLIN)
    taken = await GoogleColleagues(stand.google).busy_of(ACCOUNT, [ID], day)
    assert [one.within(BERLIN) for one in taken[ID]] == [span("14:00", "15:00")]


async def test_a_room_that_answered_at_once_is_no_other_persons_edit(
    stand: Stand, rooms: GoogleRooms
) -> None:
    write = await booked(stand)
    await stand.writer.apply(confirmed(write, id="book"))
    assert len(stand.events) == 1

    (standing,) = (await read_since(stand.provider, None)).changed.values()
    (told,) = read(standing.ics)
    assert [(one.name, one.answer.value) for one in told.people] == [("Bo", "NEEDS-ACTION")]
    assert [(one.address, one.answer.value) for one in told.rooms] == [(f"mailto:{ID}", "ACCEPTED")]


async def test_a_room_is_taken_off_and_the_guests_stay(stand: Stand, rooms: GoogleRooms) -> None:
    from calendar_core.events import Scope
    from tests.calendar_core.providers.google.writes import edits, written

    await booked(stand)
    (standing,) = (await read_since(stand.provider, None)).changed.values()
    away = Patch(guests_removed=(AQUARIUM.guest.address,), location="")
    await written(stand, *edits(stand, standing, away, Scope.ALL), id="off")
    (item,) = stand.events.values()
    assert [one["email"] for one in item["attendees"]] == ["bo@x.org"]
    assert not item.get("location")
