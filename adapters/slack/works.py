"""What is being done for people right now, and the order of it: translation in the order of
arrival, then side by side.

Socket Mode hands over each delivery in a task of its own, without an order between them.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.chat.messages import Place, Sender

log = logging.getLogger("convene.slack.works")


@dataclass(slots=True)
class _Lane:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0


class Lanes:
    """A turn for each name; who comes first goes first."""

    def __init__(self) -> None:
        self._lanes: dict[str, _Lane] = {}

    @asynccontextmanager
    async def of(self, name: str) -> AsyncIterator[None]:
        """Wait for one's turn and hold it."""
        lane = self._lanes.setdefault(name, _Lane())
        lane.users += 1
        try:
            async with lane.lock:
                yield
        finally:
            lane.users -= 1
            if not lane.users:
                self._lanes.pop(name, None)


class Works:
    """Everything under way, so that it can come to its end when the door closes."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting: dict[asyncio.Task[None], tuple[Place, Sender]] = {}
        self.unanswered: list[tuple[Place, Sender]] = []
        """Who waited for what was broken off."""

    def __len__(self) -> int:
        return len(self._tasks)

    def begin(self, work: Coroutine[None, None, None]) -> None:
        """Do something beside everything else."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._note_end)

    def waits(self, place: Place, sender: Sender) -> None:
        """Somebody waits there for the answer of the work that says so."""
        task = asyncio.current_task()
        if task in self._tasks:
            self._waiting[task] = (place, sender)

    def _note_end(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        self._waiting.pop(task, None)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("failed in the Slack door", exc_info=error)

    async def settled(self) -> None:
        """Wait until nothing is under way."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def finish(self, patience: float) -> int:
        """Let everything come to its end for so many seconds, then break it off; how much was
        broken off."""
        if not self._tasks:
            return 0
        _, left = await asyncio.wait(self._tasks, timeout=patience)
        self.unanswered = [self._waiting[task] for task in left if task in self._waiting]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        return len(left)
