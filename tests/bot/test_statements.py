"""How much a message may ask of the database: a count, for times depend on the machine."""

from tests.bot.house import House
from tests.statements import counted

QUESTION = 8
"""Heard; who and which calendars; what was said, who is near, what waits; the day; what is kept."""
PROPOSAL = 19
CONFIRMATION = 40
"""Deciding, writing, absorbing, reminding; PostgreSQL takes one lock more than SQLite."""


async def test_a_plain_question_asks_little_of_the_database(house: House) -> None:
    await house.welcome("Ana")
    await house.say("what's on today?")
    with counted() as statements:
        (answer,) = await house.say("what's on today?")
    assert answer.text.startswith("Nothing today")
    assert len(statements) <= QUESTION, "\n".join(statements)


async def test_creating_and_confirming_ask_little_of_the_database(house: House) -> None:
    await house.welcome("Ana")
    await house.say("what's on today?")
    with counted() as proposing:
        await house.say("lunch with Bo tomorrow at noon")
    with counted() as confirming:
        await house.press("Confirm")
    assert "Created" in house.platform.last.text
    assert len(proposing) <= PROPOSAL, "\n".join(proposing)
    assert len(confirming) <= CONFIRMATION, "\n".join(confirming)


async def test_a_longer_conversation_asks_no_more(house: House) -> None:
    await house.welcome("Ana")
    for _ in range(8):
        await house.say("what's on today?")
    with counted() as statements:
        await house.say("what's on today?")
    assert len(statements) <= QUESTION, "\n".join(statements)
