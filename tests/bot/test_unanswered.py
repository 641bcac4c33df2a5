"""Whoever was being answered when something broke is told so: after a crash, after an outage."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.chat.messages import IncomingMessage, Place, PlaceKind
from bot.chat.platform import PlatformBusy
from bot.tables import UnansweredRow
from bot.unanswered import INTERRUPTED, Unanswered
from scheduler.processes import this_process
from tests.bot.house import House, a_sender, direct

TEAM = Place(platform="fake", workspace="w1", channel="C1", kind=PlaceKind.CHANNEL, name="team")
GONE = str(replace(this_process(), pid=2**22 + 1, born="1"))
ELSEWHERE = str(replace(this_process(), host="another machine"))


@pytest.fixture(autouse=True)
def remembers(house: House) -> Unanswered:
    """The house remembers who waits, as one that serves does."""
    house.engine._unanswered = house.core.unanswered
    return house.core.unanswered


async def left_by(house: House, process: str, id: str, place: Place) -> None:
    """What a process had taken on when it died."""
    noting = house.core.unanswered.noting(place, a_sender("Ana"), id)
    await house.database.write(noting)
    mine = update(UnansweredRow).where(UnansweredRow.id == id)
    await house.database.write(lambda connection: connection.execute(mine.values(process=process)))


async def begun(house: House) -> list[str]:
    """What is said when the house begins again."""
    before = len(house.platform.said)
    await house.engine.begin()
    await house.settle()
    return [one.text for one in house.platform.said[before:]]


async def test_whoever_a_crash_left_without_an_answer_is_told_once(house: House) -> None:
    await left_by(house, GONE, "m1", direct("Ana"))
    await left_by(house, GONE, "m2", direct("Ana"))
    await left_by(house, GONE, "m3", TEAM)
    assert await begun(house) == [INTERRUPTED, INTERRUPTED]
    told = house.platform.said[-1]
    assert (told.ref.place, told.seen_by) == (TEAM, a_sender("Ana"))
    assert await begun(house) == []


async def test_whoever_was_answered_is_told_nothing(house: House, remembers: Unanswered) -> None:
    await house.say("what's on today?")
    await remembers.stop()
    assert await house.rows("unanswered") == []
    assert await begun(house) == []


async def test_who_stops_while_it_is_written_down_that_all_were_answered_loses_nothing(
    house: House, remembers: Unanswered, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, write = asyncio.Event(), house.database.write

    async def broken_off(*_: object) -> None:
        asked.set()
        monkeypatch.setattr(house.database, "write", write)
        await asyncio.Event().wait()

    await house.say("what's on today?")
    monkeypatch.setattr(house.database, "write", broken_off)
    await asyncio.wait_for(asked.wait(), 10)
    await remembers.stop()
    assert await house.rows("unanswered") == []


async def test_what_another_process_works_on_is_its_own(house: House) -> None:
    await left_by(house, ELSEWHERE, "m1", direct("Ana"))
    is_alone = house.database.is_sqlite
    assert await begun(house) == ([INTERRUPTED] if is_alone else [])
    await house.advance(timedelta(minutes=21))
    assert [one.text for one in house.platform.said] == [INTERRUPTED]


async def test_what_could_not_be_said_at_all_is_told_when_the_platform_is_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise PlatformBusy("Slack asks me to slow down.", 90.0)

    with monkeypatch.context() as patched:
        patched.setattr(house.platform, "post", away)
        patched.setattr(house.platform, "stream", away)
        assert await house.say("what's on today?") == []
    await house.advance(timedelta(seconds=89))
    assert house.platform.said == []
    await house.advance(timedelta(seconds=1))
    assert [one.text for one in house.platform.said] == [INTERRUPTED]


async def test_what_was_said_to_others_is_no_question(house: House) -> None:
    seen = len(await house.rows("heard"))
    said = IncomingMessage(
        id="m9",
        place=TEAM,
        sender=a_sender("Ana"),
        text="lunch?",
        at=house.clock.now(),
        is_addressed=False,
    )
    await house.engine.on_message(said)
    assert len(await house.rows("heard")) == seen + 1
    assert await house.rows("unanswered") == []
