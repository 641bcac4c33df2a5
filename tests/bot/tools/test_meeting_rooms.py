"""Meeting rooms: which one is meant, whether it is free, and what the card says of it."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.outside_busy import OutsideBusy
from bot.tools.meeting_rooms import Wish, wish_of
from calendar_core.accounts import Accounts, FoundCalendar, Linked
from calendar_core.errors import NotAllowed, TryLater
from calendar_core.events import Calendar, Repeat
from calendar_core.ics.writing import new_resource
from calendar_core.rooms import Room
from calendar_core.vault import Vault, new_key
from tests.bot.tools.asking import Asking
from tests.builders import NOW, a_guest, a_span, an_event
from tests.fakes.colleagues import FakeColleagues
from tests.fakes.rooms import FakeRooms

AQUARIUM = Room(address="aquarium@corp.example", name="Aquarium", capacity=8)
LAGOON = Room(address="lagoon@corp.example", name="Lagoon", capacity=4)
SHED = Room(address="shed@corp.example", name="Shed")


class Office:
    """Ana's account at Microsoft, with rooms."""

    def __init__(self, ask: Asking) -> None:
        self.rooms = FakeRooms(listed=(AQUARIUM, LAGOON))
        free = {one.address: () for one in (AQUARIUM, LAGOON)}
        self.maker = FakeColleagues(taken=dict(free), rooms=self.rooms)
        self.house = ask.house
        vault = Vault(Path("/nowhere"), new_key())
        self.accounts = Accounts(self.house.database, self.house.clock, vault, self.house.mirror)
        contexts = ask._contexts
        outside = OutsideBusy(self.accounts, {"microsoft": self.maker}, within=0.2)
        contexts._world = replace(contexts.world, outside=outside)

    async def link(self, ask: Asking) -> Calendar:
        """The account with its one calendar, read."""
        linked = Linked(
            provider="microsoft",
            address="ana@corp.example",
            url="",
            credentials={"token": "t"},
            calendars=(
                FoundCalendar(remote="w", name="Office", address="mailto:ana@corp.example"),
            ),
        )
        account = await self.accounts.link(ask.there.ana.id, linked)
        [calendar] = await self.accounts.calendars(account.id)
        read = replace(calendar, unread_since=None, synced_at=self.house.clock.now())
        await self.house.mirror.update_calendar(read)
        return read


@pytest.fixture
async def office(ask: Asking) -> Office:
    there = Office(ask)
    await there.link(ask)
    return there


@pytest.mark.parametrize(
    ("words", "name", "seats"),
    [
        ("any", "", None),
        ("a meeting room", "", None),
        ("any for 6", "", 6),
        ("a room for 12 people", "", 12),
        ("Aquarium", "Aquarium", None),
        ("room 4", "room 4", None),
        ("the Aquarium for 6", "the Aquarium", 6),
    ],
)
def test_what_is_said_of_a_room(words: str, name: str, seats: int | None) -> None:
    assert wish_of(words) == Wish(name=name, seats=seats)


def said_on(card: str) -> list[str]:
    """The lines of a card, without what they are set in with."""
    return [" ".join(line.split()) for line in card.splitlines()]


def wishing(**more: object) -> dict[str, object]:
    return {"title": "Review", "when": "tomorrow 14:00", "calendar": "Office", **more}


async def test_a_room_by_name_stands_on_a_line_of_its_own(ask: Asking, office: Office) -> None:
    card = await ask.card("create_event", **wishing(room="the aquarium"))
    lines = said_on(card)
    assert "room: Aquarium" in lines
    assert not any(line.startswith(("place", "guests", "note")) for line in lines)
    assert "mailed" not in card
    result = await ask("create_event", **wishing(room="aquarium", location="Berlin"))
    assert result.proposed is not None
    event = result.proposed.glimpses[0].after
    assert event is not None
    assert (event.location, event.rooms) == ("Berlin", (AQUARIUM.guest,))
    assert event.organizer is not None
    assert event.organizer.address == "mailto:ana@corp.example"


async def test_a_taken_room_is_said_on_the_card(ask: Asking, office: Office) -> None:
    office.maker.taken[AQUARIUM.address] = (a_span(11, "14:30"),)
    card = await ask.card("create_event", **wishing(room="aquarium"))
    assert "Aquarium is taken then" in card


async def test_a_room_that_nobody_tells_of_is_not_said_to_be_free(
    ask: Asking, office: Office
) -> None:
    del office.maker.taken[AQUARIUM.address]
    card = await ask.card("create_event", **wishing(room="aquarium"))
    assert "I can't tell whether Aquarium is free then" in card


async def test_any_room_is_the_smallest_that_is_free_and_fits(ask: Asking, office: Office) -> None:
    assert "Lagoon" in await ask.card("create_event", **wishing(room="any"))
    assert "Aquarium" in await ask.card("create_event", **wishing(room="any for 6"))
    office.maker.taken[LAGOON.address] = (a_span(11, "14:30"),)
    assert "Aquarium" in await ask.card("create_event", **wishing(room="any"))
    said = await ask.refusal("create_event", **wishing(room="any for 9"))
    assert said == "No room here has 9 seats; the largest is Aquarium with 8."
    office.maker.taken[AQUARIUM.address] = (a_span(11, "13:30"),)
    said = await ask.refusal("create_event", **wishing(room="any"))
    assert said == "No room is free then: Lagoon and Aquarium are taken. Say another time."


async def test_any_room_takes_an_unknown_one_last_and_says_so(ask: Asking, office: Office) -> None:
    office.rooms.listed = (SHED, LAGOON)
    assert "Lagoon" in await ask.card("create_event", **wishing(room="any"))
    office.maker.taken[LAGOON.address] = (a_span(11, "14:30"),)
    card = await ask.card("create_event", **wishing(room="any"))
    assert "I can't tell whether Shed is free then" in card


async def test_a_series_is_asked_for_in_its_first_weeks(ask: Asking, office: Office) -> None:
    office.maker.taken[AQUARIUM.address] = (a_span(18, "14:30"),)
    card = await ask.card(
        "create_event", **wishing(when="every Wednesday at 14:00", room="aquarium")
    )
    assert "Aquarium is taken on 1 of the first 9 dates" in card


async def test_a_meeting_counts_who_comes(ask: Asking, office: Office) -> None:
    guests = [f"p{number}@corp.example" for number in range(4)]
    card = await ask.card("book_meeting", **wishing(guests=guests, room="any"))
    lines = said_on(card)
    assert "room: Aquarium" in lines
    [named] = [line for line in lines if line.startswith("guests:")]
    assert "Aquarium" not in named
    assert "4 guests will all be mailed" in card


async def test_a_name_that_means_several_or_none_is_asked_about(
    ask: Asking, office: Office
) -> None:
    office.rooms.listed = (AQUARIUM, replace(LAGOON, name="Aquarium upstairs"))
    office.rooms.listed = (replace(AQUARIUM, name="Aquarium 1"), office.rooms.listed[1])
    said = await ask.refusal("create_event", **wishing(room="aquarium"))
    assert said == "Which room: Aquarium 1 or Aquarium upstairs?"
    office.rooms.listed = (AQUARIUM, LAGOON)
    said = await ask.refusal("create_event", **wishing(room="Pond"))
    assert said == 'I find no room "Pond". There are Aquarium and Lagoon.'
    office.rooms.listed = ()
    said = await ask.refusal("create_event", **wishing(room="any"))
    assert said == (
        "Your organization has no rooms that I can see; put the room's name as the place."
    )


async def test_a_maker_that_does_not_tell_is_said(ask: Asking, office: Office) -> None:
    office.rooms.fault = NotAllowed("An administrator must allow it.")
    said = await ask.refusal("create_event", **wishing(room="any"))
    assert said == "An administrator must allow it."
    office.rooms.fault = TryLater("Microsoft does not answer.")
    said = await ask.refusal("create_event", **wishing(room="any"))
    assert said.startswith("Microsoft does not answer.")
    office.rooms.fault, office.rooms.hangs = None, True
    said = await ask.refusal("create_event", **wishing(room="any"))
    assert said.startswith("The list of rooms does not come.")


async def test_on_a_built_in_calendar_a_room_is_a_place(ask: Asking) -> None:
    wish = {"title": "Review", "when": "tomorrow 14:00"}
    card = await ask.card("create_event", **wish, room="any")
    assert "can't book rooms on the Personal calendar, so name one as the place" in card
    card = await ask.card("create_event", **wish, room="Aquarium")
    assert "place: Aquarium" in said_on(card)
    assert "I can't book rooms on the Personal calendar, so Aquarium is just the place" in card
    card = await ask.card("create_event", title="Review", when="tomorrow 14:00", location="room 4")
    assert "place: room 4" in said_on(card)


async def test_a_calendar_that_has_rooms_is_named(ask: Asking, office: Office) -> None:
    card = await ask.card("create_event", title="Review", when="tomorrow 14:00", room="any")
    assert "so name one as the place, or book one on Office" in card


async def with_an_event(
    ask: Asking, office: Office, *, room: bool, repeat: Repeat | None = None
) -> None:
    guests = (a_guest("Kim"), *((AQUARIUM.guest,) if room else ()))
    host = a_guest("Ana", address="mailto:ana@corp.example")
    place = "Aquarium" if room else ""
    made = an_event(
        "Budget", a_span(12, "10:00"), guests=guests, organizer=host, location=place, repeat=repeat
    )
    [work] = [
        one
        for one in await office.house.mirror.calendars((ask.there.ana.id,))
        if one.name.startswith("Office")
    ]
    await office.house.mirror.absorb(work.id, [new_resource(made, at=NOW)])


async def test_a_room_is_put_onto_an_event_and_another_takes_its_place(
    ask: Asking, office: Office
) -> None:
    await with_an_event(ask, office, room=False)
    card = await ask.card("update_event", event="budget", room="aquarium")
    assert 'Change "Budget"?' in card
    assert "Add guests" not in card
    assert "room will be: Aquarium" in said_on(card)
    assert "place" not in card


async def test_another_room_takes_the_place_of_the_first(ask: Asking, office: Office) -> None:
    await with_an_event(ask, office, room=True)
    card = await ask.card("update_event", event="budget", room="lagoon")
    lines = said_on(card)
    assert "room was: Aquarium" in lines
    assert "room will be: Lagoon" in lines
    said = await ask.refusal("update_event", event="budget", room="aquarium")
    assert said == '"Budget" is in Aquarium already.'


async def test_a_room_is_given_back(ask: Asking, office: Office) -> None:
    await with_an_event(ask, office, room=True)
    result = await ask("update_event", event="budget", room="")
    assert result.proposed is not None
    event = result.proposed.glimpses[0].after
    assert event is not None
    assert (event.rooms, event.location) == ((), "")
    assert [one.name for one in event.people] == ["Kim"]


async def test_moving_an_event_says_whether_its_room_is_free_then(
    ask: Asking, office: Office
) -> None:
    await with_an_event(ask, office, room=True)
    own = a_span(12, "10:00")
    office.maker.taken[AQUARIUM.address] = (own,)
    card = await ask.card("update_event", event="budget", when="Thursday 10:30")
    assert "taken" not in card
    office.maker.taken[AQUARIUM.address] = (own, a_span(12, "11:15"))
    card = await ask.card("update_event", event="budget", when="Thursday 10:30")
    assert "Aquarium is taken then" in card


async def test_moving_a_series_says_on_which_dates_its_room_is_taken(
    ask: Asking, office: Office
) -> None:
    weekly = Repeat(rule="FREQ=WEEKLY;BYDAY=TH")
    await with_an_event(ask, office, room=True, repeat=weekly)
    office.maker.taken[AQUARIUM.address] = (
        *(a_span(day, "10:00") for day in (12, 19, 26)),
        *(a_span(day, "11:15") for day in (19, 26)),
        a_span(20, "11:15"),
    )
    moved = {"event": "budget", "when": "Thursday 10:30"}
    card = await ask.card("update_event", scope="all", **moved)
    assert "Aquarium is taken on 2 of the first 9 dates: Thu 19 March and Thu 26 March" in card
    assert "taken" not in await ask.card("update_event", scope="this", **moved)
    card = await ask.card("update_event", event="budget", when="Friday 10:30", scope="all")
    assert "Aquarium is taken on 1 of the first 9 dates: Fri 20 March" in card


async def test_a_room_is_nobody_who_comes(ask: Asking, office: Office) -> None:
    await with_an_event(ask, office, room=True)
    result = await ask("search_events", query="budget")
    assert "Aquarium" in result.text
    [told] = result.facts["events"]
    assert told["guests"] == ["Kim"]
    assert not any("Aquarium" in one for one in told["answers"])
