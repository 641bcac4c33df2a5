"""Signing up for an event of a channel: who comes, on one card, live."""

import asyncio
from datetime import timedelta

import pytest

from bot.chat.messages import PlaceKind
from bot.signup_cards import list_of
from calendar_core.events import Answer, Guest
from tests.bot.house import TEAM, House, a_sender, direct
from tests.fakes.platform import Said

LUNCH = '✓ Created "Team lunch", Wed 11 March 12:00–13:00.'


async def a_lunch(house: House, by: str = "Ana", words: str = "Team lunch tomorrow at 12") -> Said:
    """An event on the channel's own calendar, made there."""
    await house.say(f"{words} in the team calendar", by, TEAM)
    card = house.card_with("Confirm")
    assert card.seen_by is None, card.text
    await house.press("Confirm", by, card)
    await house.settle()
    return card


async def press(house: House, label: str, by: str, card: Said) -> list[Said]:
    """Somebody signs up; what the bot said new."""
    said = await house.press(label, by, card)
    await house.settle()
    return said


def test_the_list_names_who_comes() -> None:
    names = (("Ana", Answer.ACCEPTED), ("Kim", Answer.TENTATIVE), ("Bo", Answer.ACCEPTED))
    guests = [Guest(address=name, name=name, answer=answer) for name, answer in names]
    guests.append(Guest(address="x", name="Xi", answer=Answer.OPEN))
    assert list_of(guests) == "In: Ana, Bo · Maybe: Kim"
    many = [Guest(address=f"{n}", name=f"P{n}", answer=Answer.ACCEPTED) for n in range(25)]
    assert list_of(many).endswith("P19 and 5 more")
    assert list_of([]) == ""


async def test_presses_change_ones_own_answer_and_the_one_card(house: House) -> None:
    card = await a_lunch(house)
    assert [one.label for one in card.card.buttons] == ["I'm in", "Maybe", "Can't", "Undo"]
    said = len(house.platform.said)
    await press(house, "I'm in", "Ana", card)
    await press(house, "I'm in", "Bo", card)
    await press(house, "Maybe", "Kim", card)
    assert card.text == f"{LUNCH}\nIn: Ana, Bo · Maybe: Kim"
    await press(house, "Can't", "Bo", card)
    await press(house, "I'm in", "Kim", card)
    assert card.text == f"{LUNCH}\nIn: Ana, Kim · Can't: Bo"
    assert len(house.platform.said) == said


async def test_pressing_twice_is_once(house: House) -> None:
    card = await a_lunch(house)
    await press(house, "I'm in", "Bo", card)
    [said] = await press(house, "I'm in", "Bo", card)
    assert said.text == "You are in already."
    assert said.seen_by == a_sender("Bo")
    assert card.text == f"{LUNCH}\nIn: Bo"
    assert len(await house.changes("Bo")) == 1


async def test_many_at_once_are_all_on_the_list(house: House) -> None:
    card = await a_lunch(house)
    names = ["Bo", "Kim", "Zed", "Mia", "Lou"]
    for name in names:
        await house.say("hello", name)
    await asyncio.gather(*(house.press("I'm in", name, card) for name in names))
    await house.settle()
    listed = card.text.splitlines()[-1].removeprefix("In: ").split(", ")
    assert sorted(listed) == sorted(names)


async def test_nobody_of_many_who_are_told_is_left_out(house: House) -> None:
    card = await a_lunch(house)
    names = ["Bo", "Kim", "Zed", "Mia", "Lou", "Ida", "Jon", "Gil", "Hal", "Fay"]
    for name in names:
        await house.say("hello", name)
        await press(house, "I'm in", name, card)
    await house.say("cancel the team lunch", "Ana", TEAM)
    asked = house.card_with("Confirm")
    assert " and 2 more are told here in chat" in asked.text


async def test_cant_of_somebody_who_never_signed_up_writes_nothing(house: House) -> None:
    card = await a_lunch(house)
    [said] = await press(house, "Can't", "Bo", card)
    assert said.text == 'That is fine: you were not on the list of "Team lunch" anyway.'
    assert await house.changes("Bo") == []


async def test_who_is_in_is_reminded_directly_and_gets_no_invitation(house: House) -> None:
    card = await a_lunch(house)
    await press(house, "I'm in", "Bo", card)
    before = [one.text for one in house.platform.said if one.ref.place.key == direct("Bo").key]
    await house.advance(timedelta(days=2))
    told = [one.text for one in house.platform.said if one.ref.place.key == direct("Bo").key]
    assert before == []
    assert told == [
        "⏰ Team lunch in 1 day, Wed 11 March 12:00–13:00.",
        "⏰ Team lunch in 10 minutes, 12:00–13:00.",
    ]
    assert "Team lunch" in await house.titles("Bo")


async def test_who_can_not_come_any_more_is_not_reminded(house: House) -> None:
    card = await a_lunch(house)
    await press(house, "I'm in", "Bo", card)
    await press(house, "Can't", "Bo", card)
    await house.advance(timedelta(days=2))
    assert all(one.ref.place.key != direct("Bo").key for one in house.platform.said)


async def test_the_card_follows_the_event_when_it_moves(house: House) -> None:
    card = await a_lunch(house)
    await press(house, "I'm in", "Bo", card)
    await house.say("move team lunch to tomorrow at 13:00", place=TEAM)
    await house.press("Confirm")
    await house.settle()
    assert card.text == f"{LUNCH}\nNow: Wed 11 March 13:00–14:00.\nIn: Bo"
    await press(house, "I'm in", "Kim", card)
    assert card.text.endswith("In: Bo, Kim")


async def test_the_card_says_when_the_event_was_cancelled(house: House) -> None:
    card = await a_lunch(house)
    await press(house, "I'm in", "Bo", card)
    await house.say("cancel team lunch", place=TEAM)
    await house.press("Confirm")
    await house.settle()
    assert card.text == f"{LUNCH}\nCancelled since."
    [said] = await press(house, "I'm in", "Kim", card)
    assert said.text == "That event was cancelled, so there is nothing to sign up for."
    assert said.seen_by == a_sender("Kim")


async def test_an_answer_from_elsewhere_stands_on_the_card_too(house: House) -> None:
    card = await a_lunch(house)
    await press(house, "I'm in", "Bo", card)
    await house.say("decline team lunch", "Bo")
    await house.press("Confirm", "Bo")
    await house.settle()
    assert card.text == f"{LUNCH}\nCan't: Bo"


async def test_what_is_over_takes_no_sign_ups(house: House) -> None:
    card = await a_lunch(house)
    await house.advance(timedelta(days=2))
    [said] = await house.press("I'm in", "Bo", card)
    assert said.text == '"Team lunch" is over.'


async def test_it_works_after_a_restart(house: House) -> None:
    card = await a_lunch(house)
    again = House(house.database, clock=house.clock, platform=house.platform)
    await press(again, "I'm in", "Bo", card)
    assert card.text == f"{LUNCH}\nIn: Bo"


async def test_only_who_can_speak_in_the_channel_signs_up(house: House) -> None:
    card = await a_lunch(house)
    value = card.card.buttons[0].value
    there = direct("Zed", platform="other")
    said = await house.press_value(value, "Zed", card.ref, there)
    assert said[-1].text == "This is Ana's to decide."
    assert card.text == LUNCH


async def test_a_series_is_signed_up_for_as_a_whole(house: House) -> None:
    card = await a_lunch(house, words="Team lunch every Wednesday at 12")
    await press(house, "I'm in", "Bo", card)
    assert card.text.endswith("\nIn: Bo")
    assert "I'm in" in [one.label for one in card.card.buttons]


async def test_private_events_take_no_sign_ups(house: House) -> None:
    await house.say("Dentist tomorrow at 9")
    await house.press("Confirm")
    assert [one.label for one in house.platform.last.card.buttons] == ["Undo"]


async def test_making_it_is_taken_back_after_people_signed_up(house: House) -> None:
    card = await a_lunch(house)
    await press(house, "I'm in", "Bo", card)
    await press(house, "Maybe", "Kim", card)
    await press(house, "Can't", "Zed", card)
    await press(house, "Undo", "Ana", card)
    assert card.text == (
        'Taken back: "Team lunch" is gone again. Bo and Kim had signed up and are told.'
    )
    assert card.card.buttons == ()
    assert await house.titles("Bo") == []
    told = [one.text for one in house.platform.said if one.ref.place.key == direct("Bo").key]
    assert told == ['Ana cancelled "Team lunch", Wed 11 March 12:00–13:00.']


async def test_a_move_is_taken_back_and_the_list_stays(house: House) -> None:
    card = await a_lunch(house)
    await house.say("move team lunch to tomorrow at 13:00", place=TEAM)
    moved = house.card_with("Confirm")
    await press(house, "Confirm", "Ana", moved)
    await press(house, "I'm in", "Bo", card)
    await press(house, "Undo", "Ana", moved)
    assert moved.text == 'Taken back: "Team lunch" is as it was.'
    assert card.text == f"{LUNCH}\nIn: Bo"


async def test_no_undo_is_shown_that_cant_work(house: House) -> None:
    card = await a_lunch(house)
    await house.say("move team lunch to tomorrow at 13:00", place=TEAM)
    moved = house.card_with("Confirm")
    await press(house, "Confirm", "Ana", moved)
    assert [one.label for one in card.card.buttons] == ["I'm in", "Maybe", "Can't"]
    await press(house, "Undo", "Ana", moved)
    assert [one.label for one in card.card.buttons] == ["I'm in", "Maybe", "Can't", "Undo"]
    await house.say("cancel team lunch", place=TEAM)
    await house.press("Confirm")
    await house.settle()
    assert card.text.endswith("Cancelled since.")
    assert card.card.buttons == ()


async def test_taking_back_a_sign_up_is_its_presser_s_alone(house: House) -> None:
    card = await a_lunch(house)
    await press(house, "I'm in", "Bo", card)
    [change] = await house.changes("Bo")
    await house.desk.undo(change.id, change.owner)
    await house.settle()
    assert card.text == LUNCH


@pytest.mark.parametrize("label", ["I'm in", "Maybe"])
async def test_nothing_of_the_presser_s_own_calendar_shows(house: House, label: str) -> None:
    await house.say("Secret meeting tomorrow at 12:15", "Bo")
    await house.press("Confirm", "Bo")
    card = await a_lunch(house)
    await press(house, label, "Bo", card)
    for one in house.platform.said:
        if one.ref.place.kind is PlaceKind.CHANNEL and one.seen_by is None:
            assert "Secret" not in one.text
            assert "busy" not in one.text
