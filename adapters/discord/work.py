"""What the handler is doing right now, so that a door can wait for it before it closes."""

import asyncio
from collections.abc import Coroutine
from typing import NamedTuple

from bot.chat.messages import Place, Sender


class Unfinished(NamedTuple):
    """Somebody who still waits for an answer."""

    place: Place
    sender: Sender


class Work:
    """Runs what comes in, until it is told to stop."""

    def __init__(self) -> None:
        self._tasks: dict[asyncio.Task[None], Unfinished] = {}
        self.is_stopping = False

    def begin(
        self, place: Place, sender: Sender, doing: Coroutine[None, None, None]
    ) -> asyncio.Task[None]:
        """Begin at once; it is waited for when the door closes."""
        task = asyncio.create_task(doing)
        self._tasks[task] = Unfinished(place, sender)
        task.add_done_callback(lambda done: self._tasks.pop(done, None))
        return task

    async def stop(self, grace: float) -> list[Unfinished]:
        """Take nothing new, wait so many seconds for what goes on; who waits in vain then."""
        self.is_stopping = True
        if not self._tasks:
            return []
        _, late = await asyncio.wait(list(self._tasks), timeout=grace)
        unfinished = [self._tasks[task] for task in late if task in self._tasks]
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return unfinished
