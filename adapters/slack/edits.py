"""Edits of a message that come faster than they can be shown: the last one is."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

GAP = 1.0
"""Seconds between two edits of one message."""


@dataclass(slots=True)
class _Message:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    newest: int = 0
    waiting: int = 0
    last: float | None = None


class Edits:
    """One edit of a message at a time; what a later one replaces anyway is never sent."""

    def __init__(self, gap: float = GAP) -> None:
        self._gap = gap
        self._messages: dict[str, _Message] = {}

    async def make(self, name: str, send: Callable[[], Awaitable[None]]) -> None:
        """Send an edit of the message `name`, in turn. Raises what sending raises."""
        message = self._messages.setdefault(name, _Message())
        message.newest += 1
        mine = message.newest
        message.waiting += 1
        try:
            async with message.lock:
                await self._send(message, mine, send)
        finally:
            message.waiting -= 1
            self._forget_old()

    async def _send(
        self, message: _Message, mine: int, send: Callable[[], Awaitable[None]]
    ) -> None:
        now = asyncio.get_running_loop().time()
        if message.newest == mine and message.last is not None:
            await asyncio.sleep(max(0.0, message.last + self._gap - now))
        if message.newest != mine:
            return
        await send()
        message.last = asyncio.get_running_loop().time()

    def _forget_old(self) -> None:
        now = asyncio.get_running_loop().time()
        old = [
            name
            for name, one in self._messages.items()
            if not one.waiting and (one.last is None or one.last + self._gap <= now)
        ]
        for name in old:
            del self._messages[name]
