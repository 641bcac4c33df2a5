"""What is asked one by one is done in batches."""

import asyncio
from collections.abc import Sequence

import pytest

from scheduler.together import Together


async def test_while_one_batch_is_at_it_the_next_gathers() -> None:
    batches: list[list[int]] = []
    gate = asyncio.Event()

    async def double(numbers: Sequence[int]) -> Sequence[int]:
        batches.append(list(numbers))
        if len(batches) == 1:
            await gate.wait()
        return [2 * number for number in numbers]

    together = Together(double)
    first = [asyncio.create_task(together.ask(number)) for number in (1, 2)]
    while not batches:  # noqa: ASYNC110 - until the first batch is at it
        await asyncio.sleep(0)
    second = [asyncio.create_task(together.ask(number)) for number in (3, 4, 5)]
    asyncio.get_running_loop().call_soon(gate.set)
    assert await asyncio.gather(*first, *second) == [2, 4, 6, 8, 10]
    assert batches == [[1, 2], [3, 4, 5]]


async def test_who_asked_in_a_batch_that_fails_hears_of_it_and_the_next_goes_on() -> None:
    async def divide(numbers: Sequence[int]) -> Sequence[float]:
        return [1 / number for number in numbers]

    together = Together(divide)
    failed = await asyncio.gather(together.ask(0), together.ask(1), return_exceptions=True)
    assert [type(one) for one in failed] == [ZeroDivisionError] * 2
    with pytest.raises(ZeroDivisionError):
        await together.ask(0)
    assert await together.ask(2) == 0.5
