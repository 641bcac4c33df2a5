"""How much a message may ask of the database: a count, for times depend on the machine."""

import re
from datetime import timedelta

from bot.chat.messages import Place, PlaceKind
from calendar_core.database import Base
from tests.bot.house import House
from tests.statements import counted

QUESTION = 8
"""Heard; who and which calendars; what was said, who is near, what waits; the day; what is kept."""
PROPOSAL = 19
CONFIRMATION = 43
"""Deciding, writing, absorbing, reminding, making sure that the card tells it even after a crash;
PostgreSQL takes one lock more than SQLite."""


TEAM = Place(platform="fake", workspace="w1", channel="C1", kind=PlaceKind.CHANNEL, name="team")
_ALL = re.compile(r"SCAN (\w+)(?: USING .*)?$|SEARCH (\w+) USING .*\(platform=\?\)$")


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


async def test_nobody_waits_while_whole_tables_are_read(house: House) -> None:
    if not house.database.is_sqlite:
        return  # a server plans by what its tables hold
    for name in ("Ana", "Bo", "Cleo"):
        await house.welcome(name)
    with counted() as statements:
        await house.say("what's on today?")
        await house.say("lunch with Bo tomorrow at noon")
        await house.press("Confirm")
        await house.say("move it to 1pm")
        await house.press("Confirm")
        await house.press("Undo")
        await house.say("remind me to stretch in 10 minutes")
        await house.say("when are Bo and Cleo free tomorrow?")
        await house.say("what's on tomorrow?", place=TEAM)
        await house.say("find lunch")
        await house.advance(timedelta(minutes=10))
    plans = [await _plan(house, one) for one in dict.fromkeys(statements)]
    slow = [one for one in plans if _reads_all(one)]
    assert not slow, "\n".join(", ".join(one) for one in slow)


async def _plan(house: House, statement: str) -> tuple[str, ...]:
    """How SQLite would go about a statement, a step each; first the statement."""
    empty = tuple(None for _ in range(statement.count("?")))
    plan = await house.database.read(
        lambda connection: connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN {statement}", empty
        ).all()
    )
    return (statement, *(step.detail for step in plan))


def _reads_all(plan: tuple[str, ...]) -> bool:
    """Whether a table is read from its beginning to its end, or all that a platform has in it."""
    _, *steps = plan
    found = [match for step in steps if (match := _ALL.match(step))]
    return any((one[1] or one[2]).rstrip("_0123456789") in Base.metadata.tables for one in found)
