"""A thread in direct messages goes on from the message that it was begun under."""

from datetime import timedelta

from bot.chat.messages import IncomingMessage
from tests.bot.house import House, a_sender, direct


async def says(house: House, words: str, *, under: timedelta) -> str:
    """Ana writes in the thread of a message that was written so long ago."""
    await house.engine.on_message(
        IncomingMessage(
            id=f"t{len(house.platform.said)}{words}",
            place=direct("Ana", thread=f"{under.total_seconds()}"),
            sender=a_sender("Ana"),
            text=words,
            at=house.clock.now(),
            branched_at=house.clock.now() - under,
        )
    )
    return house.platform.last.text


async def test_a_thread_under_a_card_is_about_that_card(house: House) -> None:
    await house.say("lunch tomorrow at 12")
    house.clock.advance(timedelta(minutes=10))
    await house.say("gym on friday at 18:00")
    house.clock.advance(timedelta(minutes=5))
    lunch = house.platform.said[0]
    said = await says(house, "make it 13:00", under=timedelta(minutes=15, seconds=1))
    assert lunch.text.startswith("Replaced by a newer card")
    assert said.startswith('Create "Lunch"?')
    assert "13:00–14:00" in said
    assert (await says(house, "yes", under=timedelta(minutes=15, seconds=1))).startswith(
        '✓ Created "Lunch"'
    )
    gym = await says(house, "make it 19:00", under=timedelta(minutes=5))
    assert gym.startswith('Create "Gym"?')


async def test_a_thread_that_has_begun_keeps_to_itself(house: House) -> None:
    await house.say("lunch tomorrow at 12")
    await says(house, "dinner tomorrow at 19:00", under=timedelta(seconds=1))
    said = await says(house, "make it 20:00", under=timedelta(seconds=1))
    assert said.startswith('Create "Dinner"?')
    assert "20:00–21:00" in said
