"""What goes on, shown while an answer takes a moment."""

import asyncio
from dataclasses import replace

import pytest

from adapters.slack.incoming import place
from bot.chat.cards import message
from bot.chat.messages import IncomingMessage
from tests.adapters.slack.house import AT_ONCE, House, open_house

HELLO = message("Hello.")


async def test_what_goes_on_is_shown_and_ends_with_the_answer(house: House) -> None:
    async def answer(heard: IncomingMessage) -> None:
        await house.platform.working(heard.place, heard.sender, "Looking at Tuesday")
        await house.slack.until(lambda: bool(house.slack.statuses))
        await house.platform.post(heard.place, HELLO)
        await house.platform.working(heard.place, heard.sender, "")

    house.heard.answer = answer
    await house.ana.dms("what's on?")
    await house.ana.sees("Hello.")
    await house.door.settle()
    assert [bool(one.text) for one in house.slack.statuses] == [True, False]
    [shown, *_] = house.slack.calls("assistant.threads.setStatus")
    assert shown.args["loading_messages"] == ["Looking at Tuesday"]


async def test_in_a_channel_only_that_something_goes_on_is_shown(house: House) -> None:
    async def answer(heard: IncomingMessage) -> None:
        await house.platform.working(heard.place, heard.sender, "Looking at Ben's Tuesday")
        await house.slack.until(lambda: bool(house.slack.statuses))
        await house.platform.post(heard.place, HELLO, seen_by=heard.sender)
        await house.platform.working(heard.place, heard.sender, "")

    house.heard.answer = answer
    await house.ben.mentions(house.team, "am I free?")
    assert await house.slack.until(lambda: len(house.slack.statuses) == 2)
    assert [bool(one.text) for one in house.slack.statuses] == [True, False]
    assert "Tuesday" not in str([call.args for call in house.slack.calls(
        "assistant.threads.setStatus")])  # fmt: skip


async def test_a_quick_answer_shows_no_status() -> None:
    async with open_house(pace=replace(AT_ONCE, status_after=60.0)) as house:
        await house.ana.dms("what's on?")
        await house.slack.until(lambda: bool(house.heard.messages))
        [heard] = house.heard.messages
        await house.platform.working(heard.place, heard.sender, "Looking")
        await house.platform.working(heard.place, heard.sender, "")
        assert house.slack.calls("assistant.threads.setStatus") == []


@pytest.mark.parametrize(("error", "tries"), [("missing_scope", 1), ("thread_not_found", 3)])
async def test_a_status_that_slack_refuses_stops_nothing(
    house: House, error: str, tries: int
) -> None:
    house.slack.fault("assistant.threads.setStatus", error=error, times=9)
    asked = await house.ana.dms("what's on?")
    direct = place(house.acme.id, house.ana.dm.id, thread=asked.ts)
    for _ in range(3):
        await house.platform.working(direct, house.sender(house.ana), "Looking")
        await asyncio.sleep(0.05)
        await house.platform.working(direct, house.sender(house.ana), "")
    shown = [one for one in house.slack.calls("assistant.threads.setStatus") if one.args["status"]]
    assert len(shown) == tries
