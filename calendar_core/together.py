"""Units of work that wait at the same time, done together: one trip to a thread, one transaction.

Alone, each is done at once. Where many wait, a trip takes all that came during the one before, so
that they share what a trip and a transaction cost. What a trip is, is `sqlite`.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection

from calendar_core.errors import DatabaseUnusable

T = TypeVar("T")
Work: TypeAlias = Callable[[Connection], Any]


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """A unit of work, and whoever waits for what it returns."""

    work: Work
    answer: "asyncio.Future[Any]"


class Together:
    """Does units of work, in one go those that wait at the same time."""

    def __init__(
        self,
        trip: Callable[[Sequence[Work]], "asyncio.Future[list[Any]]"],
        turn: Callable[[], AbstractAsyncContextManager[None]],
        *,
        trips: int = 1,
    ) -> None:
        """`trip` does several, all or none, and returns what each returned; `turn` is held
        meanwhile, and may raise DatabaseUnusable; `trips` may be under way at a time."""
        self._trip = trip
        self._turn = turn
        self._trips = trips
        self._waiting: list[_Asked] = []
        self._going: set[asyncio.Task[Any] | None] = set()

    async def add(self, work: Callable[[Connection], T]) -> T:
        """Have `work` done; what it returns, or raises: one that raises takes no other along.

        It may be run again, after all was undone that it did. Whoever is broken off is so when what
        had begun has ended.
        """
        asked = _Asked(work, asyncio.get_running_loop().create_future())
        self._waiting.append(asked)
        if len(self._going) < self._trips:
            self._going.add(asyncio.create_task(self._go()))
        try:
            done: T = await asyncio.shield(asked.answer)
        except asyncio.CancelledError:
            if asked in self._waiting:
                self._waiting.remove(asked)
            else:
                await asyncio.wait([asked.answer])
            raise
        return done

    async def _go(self) -> None:
        """One trip after another, until nothing waits."""
        batch: list[_Asked] = []
        try:
            while self._waiting:
                async with self._turn():
                    batch, self._waiting = self._waiting, []
                    await self._do(batch)
        except DatabaseUnusable as err:
            batch, self._waiting = self._waiting, []
            for one in batch:
                one.answer.set_exception(err)
        finally:
            # In the very step that saw that nothing waits: what comes next begins anew.
            self._going.discard(asyncio.current_task())
            for one in batch:
                one.answer.cancel()  # no more than those that a broken off trip left

    async def _do(self, batch: Sequence[_Asked]) -> None:
        if not batch:
            return
        doing = self._trip([one.work for one in batch])
        try:
            await asyncio.wait([doing])
        except asyncio.CancelledError:
            await asyncio.wait([doing])
            raise
        error = doing.exception()
        if error is None:
            for one, told in zip(batch, doing.result(), strict=True):
                one.answer.set_result(told)
        elif len(batch) == 1:
            batch[0].answer.set_exception(error)
        else:
            for one in batch:
                await self._do([one])
