"""Whose platform tells no zone is told once which one is taken for theirs."""

from dataclasses import replace

from bot.chat.messages import Command, IncomingMessage, Place, PlaceKind
from tests.bot.house import House, a_sender, direct

TEAM = Place(platform="fake", workspace="w1", channel="C1", kind=PlaceKind.CHANNEL, name="team")
ZOE = replace(a_sender("Zoe"), zone=None)
ASKED = (
    "I don't know your time zone yet, so I take Europe/Berlin, where it is 08:00 now. "
    'If that is not yours, tell me, for example "I\'m in New York".'
)


async def said(house: House, words: str, place: Place, zone: str | None = None) -> list[str]:
    """What somebody who was never here hears."""
    before = len(house.platform.said)
    message = IncomingMessage(
        id=f"z{before}",
        place=place,
        sender=replace(ZOE, zone=zone),
        text=words,
        at=house.clock.now(),
    )
    await house.engine.on_message(message)
    return [one.text for one in house.platform.said[before:]]


async def test_a_newcomer_is_asked_once_after_the_first_answer(house: House) -> None:
    first = await said(house, "what's on today?", direct("Zoe"))
    assert (len(first), first[-1]) == (2, ASKED)
    assert ASKED not in await said(house, "what's on tomorrow?", direct("Zoe"))


async def test_whoever_tells_their_zone_at_once_is_not_asked(house: House) -> None:
    (card,) = await said(house, "hi", direct("Zoe"), zone="America/New_York")
    assert card.startswith("Hello")
    assert ASKED not in await said(house, "hi", direct("Zoe"))


async def test_in_a_channel_nobody_else_reads_it(house: House) -> None:
    answer, asked = await said(house, "what's on today?", TEAM)
    assert asked == ASKED
    assert house.platform.last.ref.place.is_private
    assert await said(house, "what's on today?", TEAM) == [answer]


async def test_whoever_takes_no_direct_messages_is_asked_by_a_command(house: House) -> None:
    directly = await house.platform.reach(ZOE)
    house.platform.gone.add(directly.key)
    assert ASKED not in await said(house, "what's on today?", TEAM)
    command = Command(id="z9", place=TEAM, name="", sender=ZOE, text="today", at=house.clock.now())
    await house.engine.on_command(command)
    asked = house.platform.last
    assert (asked.text, asked.ref.place, asked.seen_by) == (ASKED, TEAM, ZOE)


async def test_a_city_answers_the_question(house: House) -> None:
    await said(house, "hi", direct("Zoe"))
    (card,) = await said(house, "I'm in New York", direct("Zoe"))
    assert "America/New_York" in card


async def test_a_yes_after_it_is_not_taken_for_one_to_the_card_above(house: House) -> None:
    _, asked = await said(house, "lunch tomorrow at noon", direct("Zoe"))
    assert asked == ASKED
    again = await said(house, "yes", direct("Zoe"))
    assert any(text.startswith('Create "Lunch"?') for text in again)
    assert not any("Created" in text for text in again)
