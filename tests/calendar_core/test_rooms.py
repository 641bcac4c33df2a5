"""Which rooms words mean, and rooms on events."""

from dataclasses import replace

from calendar_core.events import Calendar, CalendarId, Event, Guest, Resource
from calendar_core.ics.reading import read
from calendar_core.ics.writing import new_resource, patch
from calendar_core.indexing import expand_live
from calendar_core.patch import Patch
from calendar_core.people import PersonId
from calendar_core.rooms import Room, matching
from tests.builders import NOW, a_span, an_event
from tests.calendar_core.house import BERLIN

AQUARIUM = Room(address="aqua@corp.example", name="Berlin-2-Aquarium (8)", capacity=8)
FOUR = Room(address="four@corp.example", name="Room 4", capacity=4)
FORTY = Room(address="forty@corp.example", name="Room 40", capacity=12)
ANA = Guest(address="mailto:ana@corp.example", name="Ana")
ALL = (FORTY, FOUR, AQUARIUM)


def test_a_room_is_meant_by_its_name_or_words_of_it() -> None:
    assert matching(ALL, "room 4") == (FOUR,)
    assert matching(ALL, "the aquarium room") == (AQUARIUM,)
    assert matching(ALL, "Berlin") == (AQUARIUM,)
    assert matching(ALL, "room") == (FOUR, FORTY)
    assert matching(ALL, "lagoon") == ()
    assert matching((*ALL, FOUR), "") == (AQUARIUM, FOUR, FORTY)


def with_room() -> tuple[Event, Resource]:
    event = an_event("Review", a_span(11, "10:00"), guests=(FOUR.guest,), organizer=ANA)
    return event, new_resource(event, at=NOW)


def test_a_room_is_written_as_one_and_read_as_one() -> None:
    event, made = with_room()
    assert 'ATTENDEE;CUTYPE=ROOM;CN="Room 4";' in made.ics.replace("\r\n ", "")
    (told,) = read(made.ics)
    assert told.rooms == (FOUR.guest,)
    assert told.people == ()
    more = patch(made.ics, event.recurrence_id, Patch(guests_removed=(FOUR.guest.address,)), at=NOW)
    assert read(more)[0].rooms == ()


def test_what_is_booked_but_no_room_is_no_person_either() -> None:
    _, made = with_room()
    (told,) = read(made.ics.replace("CUTYPE=ROOM", "CUTYPE=RESOURCE"))
    assert told.people == ()
    (told,) = read(made.ics.replace("CUTYPE=ROOM", "CUTYPE=INDIVIDUAL"))
    assert told.rooms == ()


def test_a_room_makes_no_meeting_of_an_event_of_ones_own() -> None:
    _, made = with_room()
    mine = Calendar(id=CalendarId("mine"), owner=PersonId("ana"), name="Work", provider="google")
    mine = replace(mine, address="mailto:ana@corp.example")
    (found,) = expand_live(made, mine, a_span(11, "10:00"), BERLIN)
    assert (found.guests, found.organizer) == ((), "")
