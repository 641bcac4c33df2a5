"""Rooms at Microsoft: listed where an administrator allows it, booked as attendees."""

from dataclasses import replace

import pytest

from calendar_core.changes.change import Write
from calendar_core.errors import NotAllowed, TryLater
from calendar_core.events import Event, Guest
from calendar_core.ics.reading import read
from calendar_core.ics.writing import new_resource
from calendar_core.linking import AccountId
from calendar_core.patch import Patch
from calendar_core.providers.microsoft.colleagues import MicrosoftColleagues
from calendar_core.providers.microsoft.rooms import MicrosoftRooms
from calendar_core.rooms import Room
from tests.calendar_core.house import BERLIN, MONDAY, an_event, at, days, span
from tests.calendar_core.providers.microsoft.stand import Stand
from tests.calendar_core.providers.microsoft.writes import HOST, create, edit, mirrored
from tests.contracts.calendar_provider import confirmed
from tests.servers.graph.server import Fault

ACCOUNT = AccountId("account")
AQUARIUM = Room(address="aquarium@contoso.example", name="Aquarium", capacity=8)
BO = Guest(address="mailto:bo@contoso.example", name="Bo")


@pytest.fixture
def rooms(stand: Stand) -> MicrosoftRooms:
    stand.server.places.add("aquarium@contoso.example", "Aquarium", 8)
    stand.server.places.add("lagoon@contoso.example", "Lagoon")
    return MicrosoftRooms(stand.mailboxes)


async def test_rooms_are_listed_page_by_page(stand: Stand, rooms: MicrosoftRooms) -> None:
    for number in range(150):
        stand.server.places.add(f"r{number}@contoso.example", f"Room {number:03d}", number)
    every = await rooms.rooms(ACCOUNT, "")
    assert len(every) == 152
    asked = [one for one in stand.server.asked if "/places/" in one]
    assert len(asked) == 2
    assert await rooms.rooms(ACCOUNT, "aquarium") == (AQUARIUM,)
    lagoon = Room(address="lagoon@contoso.example", name="Lagoon")
    assert await rooms.rooms(ACCOUNT, "Lagoon") == (lagoon,)


async def test_who_may_not_ask_is_told_whose_turn_it_is(
    stand: Stand, rooms: MicrosoftRooms
) -> None:
    stand.server.places.granted = False
    with pytest.raises(NotAllowed, match=r"administrator must allow this app Place\.Read\.All"):
        await rooms.rooms(ACCOUNT, "")
    stand.server.places.granted = True
    stand.server.faults.append(Fault("GET", "/places/", status=503))
    with pytest.raises(TryLater):
        await rooms.rooms(ACCOUNT, "")


def a_booking() -> Event:
    event = an_event(guests=(BO, AQUARIUM.guest), organizer=HOST)
    return replace(event, location="Aquarium")


async def test_a_room_is_booked_as_a_resource_and_the_place(
    stand: Stand, rooms: MicrosoftRooms
) -> None:
    await create_of(stand, a_booking())

    (record,) = stand.server.box.records.values()
    assert [(one["type"], one["emailAddress"]["name"]) for one in record.fields["attendees"]] == [
        ("required", "Bo"),
        ("resource", "Aquarium"),
    ]
    assert record.fields["location"]["locationEmailAddress"] == "aquarium@contoso.example"
    day = days(MONDAY).within(BERLIN)
    taken = await MicrosoftColleagues(stand.mailboxes).busy_of(ACCOUNT, [AQUARIUM.address], day)
    assert [one.within(BERLIN) for one in taken[AQUARIUM.address]] == [span("14:00", "15:00")]


async def create_of(stand: Stand, event: Event) -> None:
    made = new_resource(event, at=at("07:00"))
    write = Write(calendar_id=stand.calendar.id, uid=made.uid, before=None, after=made.ics)
    await stand.writer.apply(confirmed(write, id="book"))


async def test_a_room_that_said_yes_stays_when_something_else_changes(
    stand: Stand, rooms: MicrosoftRooms
) -> None:
    await create_of(stand, a_booking())
    stand.server.places.answer()

    (told,) = read((await mirrored(stand)).ics)
    (room,) = told.rooms
    assert (room.name, room.answer.value) == ("Aquarium", "ACCEPTED")
    assert [one.name for one in told.people] == ["Bo"]
    await edit(stand, Patch(title="Other"))
    (record,) = stand.server.box.records.values()
    assert record.fields["subject"] == "Other"
    assert [one["type"] for one in record.fields["attendees"]] == ["required", "resource"]


async def test_a_room_is_put_onto_an_event_and_taken_off_again(
    stand: Stand, rooms: MicrosoftRooms
) -> None:
    record = await create(stand)
    await edit(
        stand, Patch(guests_added=(AQUARIUM.guest,), organizer=HOST, location="Aquarium"), id="on"
    )
    assert [one["type"] for one in record.fields["attendees"]] == ["resource"]
    assert record.fields["location"]["displayName"] == "Aquarium"
    await edit(stand, Patch(guests_removed=(AQUARIUM.guest.address,), location=""), id="off")
    assert record.fields["attendees"] == []
    assert record.fields["location"]["displayName"] == ""
