"""Edits that come too fast become one; works and lanes keep their order."""

import asyncio

import pytest

from adapters.slack.edits import Edits
from adapters.slack.works import Lanes, Works


async def test_five_edits_at_once_become_the_first_and_the_last() -> None:
    edits, sent = Edits(gap=0.02), list[int]()

    async def send(number: int) -> None:
        sent.append(number)

    def edit(number: int) -> "asyncio.Task[None]":
        return asyncio.ensure_future(edits.make("m", lambda: send(number)))

    await edit(1)
    await asyncio.gather(*(edit(number) for number in (2, 3, 4, 5)))
    assert sent == [1, 5]


async def test_edits_of_different_messages_do_not_wait_for_each_other() -> None:
    edits, sent = Edits(gap=60), list[str]()

    async def send(name: str) -> None:
        sent.append(name)

    for name in ("a", "b"):
        await edits.make(name, lambda name=name: send(name))  # type: ignore[misc]
    assert sent == ["a", "b"]


async def test_an_edit_that_fails_says_so_and_the_next_one_is_sent() -> None:
    edits, sent = Edits(gap=0.0), list[str]()

    async def fails() -> None:
        raise ConnectionError

    async def send() -> None:
        sent.append("sent")

    with pytest.raises(ConnectionError):
        await edits.make("m", fails)
    await edits.make("m", send)
    assert sent == ["sent"]


async def test_a_lane_is_taken_in_the_order_of_arrival() -> None:
    lanes, order = Lanes(), list[int]()

    async def take(number: int) -> None:
        async with lanes.of("channel"):
            await asyncio.sleep(0)
            order.append(number)

    await asyncio.gather(*(take(number) for number in range(5)))
    assert order == [0, 1, 2, 3, 4]


async def test_work_that_does_not_end_is_broken_off_and_counted() -> None:
    works, done = Works(), list[str]()

    async def short() -> None:
        done.append("short")

    works.begin(short())
    works.begin(asyncio.sleep(60))
    assert await works.finish(0.05) == 1
    assert (done, len(works)) == (["short"], 0)
    assert await works.finish(0.05) == 0


async def test_a_failure_is_logged_and_nothing_else_stops(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def fails() -> None:
        raise LookupError("secret words")

    works = Works()
    works.begin(fails())
    await works.settled()
    await asyncio.sleep(0)
    assert "failed in the Slack door" in caplog.text
