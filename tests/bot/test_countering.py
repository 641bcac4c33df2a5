"""Another time for an invitation: proposed by its guest, told to its organizer, who may move it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.countering import in_digits, move_button, split_move
from calendar_core.when import DaySpan, TimeSpan, When
from tests.bot.house import House, direct
from tests.bot.linked import LinkedCalendar, bos
from tests.builders import BERLIN, a_span, an_occurrence, days
from tests.fakes.platform import Said

UTC = ZoneInfo("UTC")


async def a_meeting(house: House) -> Said:
    """Ana invites Kim to a meeting on Thursday at ten; what Kim is told."""
    await house.say("hello", "Kim")
    await house.say("book a meeting with kim on thursday at 10 called Planning")
    await house.press("Confirm")
    await house.settle()
    return house.card_with("Propose another time")


async def proposes(house: House, when: str = "friday 3pm", **fields: str) -> list[Said]:
    """Kim fills the form."""
    await house.press("Propose another time", "Kim")
    return await house.fill("Kim", when=when, **fields)


def to(house: House, name: str) -> list[str]:
    return [one.text for one in house.platform.said if one.ref.place.key == direct(name).key]


@pytest.mark.parametrize("when", [a_span(12, "15:00"), a_span(12, "23:30"), days(13), days(13, 15)])
def test_a_time_travels_in_a_button_and_in_words(when: When) -> None:
    one = an_occurrence(recurrence_id="2026-03-11T09:30:00+00:00")
    value = move_button(one, when).value
    ref, found = split_move(value.partition(":")[2])
    assert len(value) <= 100
    assert ref == f"{one.event_id}@2026-03-11T09:30:00+00:00"
    assert found == (when.within(UTC) if isinstance(when, TimeSpan) else when)
    assert isinstance(found, DaySpan | TimeSpan)
    assert in_digits(found, BERLIN) == in_digits(when, BERLIN)


def test_a_button_that_was_tampered_with_carries_no_time() -> None:
    for subject in ("", "0123@", "0123@x+y", "0123@12"):
        assert split_move(subject)[1] is None


async def test_a_guest_proposes_and_the_organizer_moves_it(house: House) -> None:
    await a_meeting(house)
    [card] = await proposes(house, note="in Rome that day")
    assert card.text == (
        'Decline "Planning" and propose another time?\n'
        "when: Thu 12 March 10:00–11:00\n"
        "instead: Fri 13 March 15:00–16:00\n"
        "your words: in Rome that day\n"
        "calendar: Personal\n"
        "note: Ana is told here in chat"
    )
    await house.press("Confirm", "Kim", card)
    assert card.text == (
        '✓ Declined "Planning", Thu 12 March 10:00–11:00, and proposed Fri 13 March 15:00–16:00. '
        "Ana was told here in chat."
    )
    await house.settle()
    told = house.card_with("Move it")
    assert told.ref.place.key == direct("Ana").key
    assert told.text == (
        '"Planning", Thu 12 March 10:00–11:00: Kim declined and proposes '
        'Fri 13 March 15:00–16:00: "in Rome that day".'
    )
    [move] = await house.press("Move it")
    assert move.text.splitlines()[:3] == [
        'Move "Planning"?',
        "was: Thu 12 March 10:00–11:00",
        "will be: Fri 13 March 15:00–16:00",
    ]
    await house.press("Confirm", said=move)
    await house.settle()
    moved = 'Ana moved "Planning" from Thu 12 March 10:00–11:00 to Fri 13 March 15:00–16:00.'
    assert moved in to(house, "Kim")
    [again] = await house.press("Move it", said=told)
    assert again.text == "It is at that time already."


async def test_nothing_is_written_before_the_guest_confirms(house: House) -> None:
    await a_meeting(house)
    written = len(house.writer.told)
    await proposes(house)
    assert len(house.writer.told) == written


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("thursday 10am", "That is when it is already. When would you have time?"),
        ("2026-03-09 10:00", "That time is past. When would you have time?"),
        ("frobnicate", ""),
    ],
)
async def test_what_is_no_other_time_is_said(house: House, when: str, words: str) -> None:
    await a_meeting(house)
    [said] = await proposes(house, when)
    assert said.text == words or not words
    assert said.card.buttons == ()


@pytest.mark.parametrize(
    ("words", "question"),
    [
        ("can't make it to planning, propose friday 3pm", "Decline"),
        ("can't make it, propose friday 3pm", "Decline"),
        ("decline planning and suggest friday at 3pm instead", "Decline"),
        ("maybe for planning, but i would prefer friday at 15:00", "Answer maybe to"),
    ],
)
async def test_in_words_it_is_the_same(house: House, words: str, question: str) -> None:
    await a_meeting(house)
    [card] = await house.say(words, "Kim")
    assert card.text.splitlines()[0] == f'{question} "Planning" and propose another time?'
    assert "instead: Fri 13 March 15:00–16:00" in card.text


async def test_a_stranger_to_the_event_moves_and_proposes_nothing(house: House) -> None:
    told = await a_meeting(house)
    [button] = [one for one in told.card.buttons if one.label == "Propose another time"]
    [said] = await house.press_value(button.value, "Zed", place=direct("Zed"))
    assert said.text == "That event is no longer there."


async def test_a_linked_calendar_says_how_the_time_travels(house: House) -> None:
    await LinkedCalendar(house).link(bos())
    [card] = await house.say("decline review and propose friday at 3pm")
    assert "instead: Fri 13 March 15:00–16:00" in card.text
    assert card.text.splitlines()[-1] == (
        "note: its server knows no other times: Bo reads it as a word"
    )


async def test_several_invitations_are_shown_one_by_one(house: House) -> None:
    work = await LinkedCalendar(house).link()
    await work.brings(bos("Review"), bos("Planning", "16:00"))
    await house.advance(timedelta(minutes=5))
    [said] = await house.press('Answer "Planning"')
    assert said.text == 'Bo invites you to "Planning", Thu 12 March 16:00–17:00.'
    assert [one.label for one in said.card.buttons] == [
        *("Accept", "Maybe", "Decline", "Propose another time")
    ]
