"""What others changed in linked calendars: told together, exactly, once."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.chat.cards import plain_text
from calendar_core.errors import TryLater
from calendar_core.events import Answer
from tests.bot.house import House, direct
from tests.bot.linked import ANA, BO, LinkedCalendar, bos
from tests.builders import a_span, an_event
from tests.fakes.platform import Said

MINUTES = timedelta(minutes=1)


@pytest.fixture
async def work(house: House) -> LinkedCalendar:
    """Ana's calendar at work, with Bo's review on it, which she has accepted."""
    return await LinkedCalendar(house).link(bos(answer=Answer.ACCEPTED))


def told(house: House) -> list[Said]:
    """What came to Ana directly."""
    return [one for one in house.platform.said if one.ref.place.key == direct("Ana").key]


async def test_the_first_reading_tells_nothing(house: House, work: LinkedCalendar) -> None:
    await house.advance(10 * MINUTES)
    assert told(house) == []


async def test_a_move_is_told_from_where_to_where(house: House, work: LinkedCalendar) -> None:
    await work.brings(bos(clock="16:00", answer=Answer.ACCEPTED))
    await house.advance(10 * MINUTES)
    [said] = told(house)
    assert said.text == (
        'Bo moved "Review" from Thu 12 March 14:00–15:00 to Thu 12 March 16:00–17:00.'
    )
    assert said.card.buttons == ()


async def test_several_changes_are_one_notice(house: House, work: LinkedCalendar) -> None:
    host = replace(ANA, answer=Answer.ACCEPTED)
    kim = replace(BO, address="mailto:kim@elsewhere.example", name="Kim", answer=Answer.OPEN)
    party = an_event("Party", a_span(13, "19:00"), organizer=host, guests=(host, kim))
    await work.brings(party, bos("Planning"))
    await house.advance(MINUTES)
    await work.brings(
        bos(clock="16:00", answer=Answer.ACCEPTED),
        replace(party, guests=(host, replace(kim, answer=Answer.DECLINED))),
        gone=("planning",),
    )
    await work.brings(bos("Lunch", "12:00", location="Café Oslo"))
    await house.advance(10 * MINUTES)
    [said] = told(house)
    assert said.text == (
        "3 changes in your calendars\n"
        'Bo moved "Review" from Thu 12 March 14:00–15:00 to Thu 12 March 16:00–17:00.\n'
        '"Party", Fri 13 March 19:00–20:00: Kim declined.\n'
        'Bo invites you to "Lunch", Thu 12 March 12:00–13:00.'
    )
    assert [one.label for one in said.card.buttons] == [
        *("Accept", "Maybe", "Decline", "Propose another time")
    ]


async def test_what_comes_soon_after_is_edited_in(house: House, work: LinkedCalendar) -> None:
    await work.brings(bos(clock="16:00", answer=Answer.ACCEPTED))
    await house.advance(3 * MINUTES)
    await work.brings(bos(clock="17:00", answer=Answer.ACCEPTED), bos("Planning", "09:00"))
    await house.advance(5 * MINUTES)
    [said] = told(house)
    assert said.text == (
        "2 changes in your calendars\n"
        'Bo moved "Review" from Thu 12 March 14:00–15:00 to Thu 12 March 17:00–18:00.\n'
        'Bo invites you to "Planning", Thu 12 March 09:00–10:00.'
    )
    await house.advance(15 * MINUTES)
    await work.brings(bos(clock="18:00", answer=Answer.ACCEPTED))
    await house.advance(5 * MINUTES)
    assert told(house)[-1].text == (
        'Bo moved "Review" from Thu 12 March 17:00–18:00 to Thu 12 March 18:00–19:00.'
    )


async def test_what_is_moved_back_before_it_was_told_is_not_told(
    house: House, work: LinkedCalendar
) -> None:
    await work.brings(bos(clock="16:00", answer=Answer.ACCEPTED), bos("Planning"))
    await work.brings(bos(answer=Answer.ACCEPTED), gone=("planning",))
    await house.advance(10 * MINUTES)
    assert told(house) == []


async def test_what_is_moved_back_after_it_was_told_is_told_so(
    house: House, work: LinkedCalendar
) -> None:
    await work.brings(bos(clock="16:00", answer=Answer.ACCEPTED))
    await house.advance(3 * MINUTES)
    await work.brings(bos(answer=Answer.ACCEPTED))
    await house.advance(5 * MINUTES)
    [said] = told(house)
    assert said.text == '"Review" is as it was: Thu 12 March 14:00–15:00.'


async def test_one_s_own_edits_elsewhere_are_not_told(house: House, work: LinkedCalendar) -> None:
    host = replace(ANA, answer=Answer.ACCEPTED)
    party = an_event("Party", a_span(13, "19:00"), organizer=host, guests=(host, BO))
    await work.brings(an_event("Dentist"), party)
    await work.brings(an_event("Dentist", a_span(12, "08:00")), replace(party, location="Attic"))
    await work.brings(bos(answer=Answer.DECLINED))
    await house.advance(10 * MINUTES)
    assert told(house) == []


async def test_what_is_over_or_was_declined_is_not_told(house: House, work: LinkedCalendar) -> None:
    await work.brings(bos(answer=Answer.DECLINED), bos("Old", day=9, answer=Answer.ACCEPTED))
    await work.brings(gone=("review", "old"))
    await house.advance(10 * MINUTES)
    assert told(house) == []


async def test_what_went_is_not_said_to_be_cancelled(house: House, work: LinkedCalendar) -> None:
    await work.brings(gone=("review",))
    await house.advance(10 * MINUTES)
    assert told(house)[-1].text == (
        '"Review" by Bo, Thu 12 March 14:00–15:00, is gone from your calendar.'
    )


async def test_a_mass_of_changes_is_counted(house: House, work: LinkedCalendar) -> None:
    many = [bos(f"Talk {n}", f"{9 + n % 8:02}:00", day=11 + n // 8) for n in range(20)]
    await work.brings(*many)
    await house.advance(10 * MINUTES)
    [said] = told(house)
    lines = said.text.splitlines()
    assert lines[0] == "20 changes in your calendars"
    assert (len(lines), lines[-1]) == (10, "… and 12 more.")
    assert [one.label for one in said.card.buttons] == [
        *('Answer "Talk 0"', 'Answer "Talk 1"', 'Answer "Talk 2"')
    ]


async def test_quiet_hours_are_kept(house: House, work: LinkedCalendar) -> None:
    me = await house.welcome("Ana")
    quiet = replace(me.preferences, quiet=(time(7), time(9)))
    await house.people.save(replace(me, preferences=quiet))
    await work.brings(bos(clock="16:00", answer=Answer.ACCEPTED))
    await house.advance(59 * MINUTES)
    assert told(house) == []
    await house.advance(2 * MINUTES)
    assert len(told(house)) == 1


async def test_who_does_not_want_it_is_not_told(house: House, work: LinkedCalendar) -> None:
    me = await house.welcome("Ana")
    await house.people.save(replace(me, preferences=replace(me.preferences, calendar_news=False)))
    await work.brings(bos(clock="16:00", answer=Answer.ACCEPTED))
    await house.advance(10 * MINUTES)
    assert told(house) == []
    assert await house.rows("event_news") == []


async def test_nothing_of_an_unlinked_calendar_is_told(house: House, work: LinkedCalendar) -> None:
    await work.brings(bos(clock="16:00", answer=Answer.ACCEPTED))
    async with house.database.session() as session:
        await house.mirror.empty(work.calendar, session)
    await house.advance(10 * MINUTES)
    assert told(house) == []


async def test_a_busy_platform_gets_it_later_and_once(
    house: House, work: LinkedCalendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    await work.brings(bos(clock="16:00", answer=Answer.ACCEPTED))

    async def busy(*_: object) -> None:
        raise TryLater("Slow down.", timedelta(minutes=1))

    with monkeypatch.context() as away:
        away.setattr(type(house.core.notifier), "deliver", busy)
        await house.advance(3 * MINUTES)
    await work.brings(bos("Planning"))
    await house.advance(20 * MINUTES)
    assert [plain_text(one.card).count("Review") for one in told(house)] == [1]


async def test_the_one_invitation_is_answered_in_place(house: House, work: LinkedCalendar) -> None:
    await work.brings(bos("Planning"))
    await house.advance(10 * MINUTES)
    [said] = told(house)
    assert [one.value.partition(":")[0] for one in said.card.buttons] == [
        *("accept", "maybe", "refuse", "counter")
    ]
    [key] = await house.rows("event_news", "batch")
    assert said.key == key[0]
