"""A colleague's calendar on one's own list: theirs, and shown where it is asked for."""

from dataclasses import replace

import pytest

from calendar_core.accounts import FoundCalendar, Linked
from calendar_core.events import Answer, Calendar, Guest
from calendar_core.ics.writing import new_resource
from tests.bot.tools.asking import Asking
from tests.bot.tools.test_colleagues import Office
from tests.builders import NOW, a_guest, a_span, an_event
from tests.fakes.colleagues import FakeColleagues

ANA, KIM = "mailto:ana@corp.example", "mailto:kim@corp.example"
GROUP = "mailto:crew@group.calendar.google.com"


async def link(ask: Asking) -> tuple[Office, dict[str, Calendar]]:
    """Ana's Google account: her own calendar, one of a group, and Kim's, which she may write."""
    there = Office(
        ask, {"google": FakeColleagues(taken={"kim@corp.example": (a_span(11, "15:00"),)})}
    )
    linked = Linked(
        provider="google",
        address="ana@corp.example",
        url="",
        credentials={"token": "t"},
        calendars=(
            FoundCalendar(remote="a", name="Ana's", address=ANA),
            FoundCalendar(remote="g", name="Crew", address=GROUP),
            FoundCalendar(remote="k", name="Kim's", address=KIM, counts_as_busy=False),
        ),
    )
    account = await there.accounts.link(ask.there.ana.id, linked)
    calendars = await there.accounts.calendars(account.id)
    for one in calendars:
        await there.read(one)
    return there, {one.name: one for one in calendars}


async def put(there: Office, calendar: Calendar, title: str, clock: str, *to: str) -> None:
    """An invitation of Bo's, not answered, on the morning of the eleventh."""
    guests = tuple(Guest(address=one, answer=Answer.OPEN) for one in to)
    bo = a_guest("Bo Lindt", address="mailto:bo@corp.example", answer=Answer.ACCEPTED)
    event = an_event(title, a_span(11, clock), uid=title, organizer=bo, guests=(bo, *guests))
    await there.house.mirror.absorb(calendar.id, [new_resource(event, at=NOW)])


@pytest.mark.parametrize(
    ("name", "is_anothers"), [("Ana's", False), ("Crew", False), ("Kim's", True)]
)
async def test_a_calendar_that_goes_by_another_address_is_anothers(
    ask: Asking, name: str, is_anothers: bool
) -> None:
    _, calendars = await link(ask)
    assert calendars[name].is_anothers is is_anothers
    assert calendars[name].in_digests is not is_anothers


async def test_a_colleague_whose_calendar_is_on_the_list_is_not_oneself(ask: Asking) -> None:
    await link(ask)
    said = await ask.text("check_availability", who=["kim@corp.example"], when="tomorrow 15:00")
    assert said.startswith("No, not Wed 11 March 15:00–16:00: kim@corp.example is busy.")


async def test_what_stands_on_anothers_calendar_is_told_where_it_is_asked_for(ask: Asking) -> None:
    there, calendars = await link(ask)
    await put(there, calendars["Ana's"], "Planning", "10:00", KIM, ANA)
    await put(there, calendars["Kim's"], "Planning", "10:00", KIM, ANA)
    await put(there, calendars["Kim's"], "Salary talk", "11:00", KIM)
    assert (await ask.text("get_schedule", when="tomorrow")).count("Planning") == 1
    assert "Salary" not in await ask.text("get_schedule", when="tomorrow")
    assert "Salary talk" in await ask.text("get_schedule", when="tomorrow", calendar="Kim's")
    await there.house.mirror.update_calendar(replace(calendars["Kim's"], in_digests=True))
    assert "Salary talk" in await ask.text("get_schedule", when="tomorrow")


async def test_anothers_invitations_wait_for_their_own_answer(ask: Asking) -> None:
    there, calendars = await link(ask)
    await put(there, calendars["Ana's"], "Planning", "10:00", KIM, ANA)
    await put(there, calendars["Kim's"], "Planning", "10:00", KIM, ANA)
    await put(there, calendars["Kim's"], "Salary talk", "11:00", KIM)
    waiting = await ask("search_events", unanswered=True)
    titles = [one["title"] for one in waiting.facts["events"]]
    assert (titles.count("Planning"), titles.count("Salary talk")) == (1, 0)
    card = await ask.card("respond_to_invitation", event="Planning", answer="accept")
    assert "Ana's" in card


async def test_everything_that_is_cancelled_is_ones_own(ask: Asking) -> None:
    there, calendars = await link(ask)
    await put(there, calendars["Ana's"], "Planning", "10:00", KIM, ANA)
    await put(there, calendars["Kim's"], "Salary talk", "11:00", KIM)
    found = await ask("search_events", when="tomorrow 10:00-12:00")
    assert "Salary talk" not in [one["title"] for one in found.facts["events"]]


async def test_ones_own_meetings_are_ones_own_whatever_their_maker_calls_one(ask: Asking) -> None:
    there, calendars = await link(ask)
    me = a_guest("Ana R. Ruiz", address=ANA, answer=Answer.ACCEPTED)
    guests = (a_guest("Kim", address=KIM), replace(me, answer=Answer.OPEN))
    event = an_event("Retro", a_span(11, "10:00"), uid="retro", organizer=me, guests=guests)
    await there.house.mirror.absorb(calendars["Ana's"].id, [new_resource(event, at=NOW)])
    told = await ask.text("get_schedule", when="tomorrow")
    assert "Retro" in told
    assert "from Ana" not in told
    waiting = await ask("search_events", unanswered=True)
    assert "Retro" not in [one["title"] for one in waiting.facts["events"]]
