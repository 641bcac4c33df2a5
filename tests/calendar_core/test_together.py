"""Units of work that wait at the same time: done in one go, each with its own answer."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext
from typing import Any, cast

import pytest
from sqlalchemy import Connection

from calendar_core.errors import DatabaseUnusable
from calendar_core.together import Together, Work


class Trips:
    """Trips that end when they are told to."""

    def __init__(self) -> None:
        self.taken: list[int] = []
        """Of each trip, how many units it did."""
        self._ended: list[Callable[[], None]] = []

    def go(self, works: Sequence[Work]) -> "asyncio.Future[list[Any]]":
        self.taken.append(len(works))
        future = asyncio.get_running_loop().create_future()

        def end() -> None:
            try:
                future.set_result([work(cast(Connection, None)) for work in works])
            except LookupError as err:
                future.set_exception(err)

        self._ended.append(end)
        return future

    async def end(self) -> None:
        """Let all end that are under way, and those that begin then."""
        await asyncio.sleep(0.001)
        while self._ended:
            self._ended.pop(0)()
            await asyncio.sleep(0.001)


def _says(word: str) -> Work:
    return lambda connection: word


def _fails(connection: Connection) -> str:
    raise LookupError("of its own")


async def test_what_comes_during_a_trip_goes_together_in_the_next() -> None:
    trips = Trips()
    together = Together(trips.go, nullcontext)
    first = asyncio.create_task(together.add(_says("first")))
    await asyncio.sleep(0.001)
    rest = [asyncio.create_task(together.add(_says(f"{n}"))) for n in range(3)]
    await trips.end()
    assert [await one for one in (first, *rest)] == ["first", "0", "1", "2"]
    assert trips.taken == [1, 3]


@pytest.mark.parametrize("later", range(8))
async def test_what_comes_when_a_trip_ends_is_done_as_well(later: int) -> None:
    loop, trips = asyncio.get_running_loop(), 0

    def at_once(works: Sequence[Work]) -> "asyncio.Future[list[Any]]":
        nonlocal trips
        trips += 1
        future = loop.create_future()
        future.set_result([work(cast(Connection, None)) for work in works])
        return future

    together = Together(at_once, nullcontext)
    first = asyncio.create_task(together.add(_says("first")))
    for _ in range(later):
        await asyncio.sleep(0)
    async with asyncio.timeout(1):
        assert await together.add(_says("second")) == "second"
    assert (await first, trips) in {("first", 1), ("first", 2)}


async def test_one_that_fails_takes_no_other_along() -> None:
    trips = Trips()
    together = Together(trips.go, nullcontext)
    work = (_says("one"), _fails, _says("two"))
    asked = [asyncio.create_task(together.add(one)) for one in work]
    await trips.end()
    one, failed, two = await asyncio.gather(*asked, return_exceptions=True)
    assert (one, str(failed), two) == ("one", "of its own", "two")
    assert trips.taken == [3, 1, 1, 1]


async def test_whoever_is_broken_off_before_it_began_is_so_at_once() -> None:
    trips = Trips()
    together = Together(trips.go, nullcontext)
    first = asyncio.create_task(together.add(_says("first")))
    await asyncio.sleep(0.001)
    second = asyncio.create_task(together.add(_says("second")))
    await asyncio.sleep(0)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    await trips.end()
    assert await first == "first"
    assert trips.taken == [1]


async def test_whoever_is_broken_off_under_way_is_so_when_it_has_ended() -> None:
    trips = Trips()
    together = Together(trips.go, nullcontext)
    asked = asyncio.create_task(together.add(_says("done")))
    await asyncio.sleep(0.001)
    asked.cancel()
    await asyncio.sleep(0.001)
    assert not asked.done()
    await trips.end()
    assert asked.cancelled()


async def test_who_gets_no_turn_is_told_and_the_next_may_try_again() -> None:
    trips, is_locked = Trips(), [True]

    @asynccontextmanager
    async def turn() -> AsyncIterator[None]:
        if is_locked.pop():
            raise DatabaseUnusable("In use.")
        yield

    together = Together(trips.go, turn)
    both = [asyncio.create_task(together.add(_says("word"))) for _ in range(2)]
    told = await asyncio.gather(*both, return_exceptions=True)
    assert [str(one) for one in told] == ["In use.", "In use."]
    is_locked.append(False)
    again = asyncio.create_task(together.add(_says("word")))
    await trips.end()
    assert await again == "word"
