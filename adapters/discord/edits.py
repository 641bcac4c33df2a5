"""Edits of one message, one after the other; of those that wait only the last is made."""

import asyncio
from collections.abc import Awaitable, Callable


class _Lane:
    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.asked = 0
        self.done = 0
        self.latest: Callable[[], Awaitable[None]] | None = None
        self.users = 0


class Edits:
    """Keeps edits of a message in order, and merges those that come faster than Discord takes
    them."""

    def __init__(self) -> None:
        self._lanes: dict[str, _Lane] = {}

    async def edit(self, message: str, doing: Callable[[], Awaitable[None]]) -> None:
        """Returns when this edit, or a later one of the same message, was made.

        Raises what the edit that was made raises.
        """
        lane = self._lanes.setdefault(message, _Lane())
        lane.users += 1
        lane.asked += 1
        mine, lane.latest = lane.asked, doing
        try:
            async with lane.lock:
                if lane.done >= mine:
                    return
                made, latest = lane.asked, lane.latest
                await latest()
                lane.done = made
        finally:
            lane.users -= 1
            if not lane.users:
                self._lanes.pop(message, None)
