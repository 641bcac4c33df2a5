"""Doing in one unit of work what is asked for one by one: while a batch is at it, the next one
gathers."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

In = TypeVar("In")
Out = TypeVar("Out")


class Together(Generic[In, Out]):
    """Calls `do` with all that was asked since the batch before; each asker gets its own result.

    If `do` fails, it fails for the whole batch.
    """

    def __init__(self, do: Callable[[Sequence[In]], Awaitable[Sequence[Out]]]) -> None:
        self._do = do
        self._turn = asyncio.Lock()
        self._gathering: tuple[list[In], asyncio.Task[Sequence[Out]]] | None = None

    async def ask(self, one: In) -> Out:
        """Have it done with the others."""
        if self._gathering is None:
            asked: list[In] = []
            self._gathering = asked, asyncio.create_task(self._flush(asked))
        batch, task = self._gathering
        batch.append(one)
        place = len(batch) - 1
        return (await asyncio.shield(task))[place]

    async def _flush(self, asked: list[In]) -> Sequence[Out]:
        async with self._turn:
            self._gathering = None
            return await self._do(asked)
