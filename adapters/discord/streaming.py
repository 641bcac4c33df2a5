"""An answer that grows: one message, edited at a gentle pace. What is quick is said once, whole."""

import asyncio
import logging
from typing import Protocol

from adapters.discord.render import growing
from bot.chat.cards import Card
from bot.chat.messages import MessageRef, Place
from bot.chat.platform import PlaceGone, PlatformError

log = logging.getLogger("convene.discord")

HOLD = 0.6
"""Seconds that an answer may take before its beginning is shown."""
PACE = 1.2
"""Seconds between two edits: Discord takes five in five seconds for a channel."""


class Growing(Protocol):
    """What a stream needs of the platform."""

    async def post(self, place: Place, card: Card) -> MessageRef:
        """Say a finished card."""
        ...

    async def grow(self, ref: MessageRef | None, place: Place, text: str) -> MessageRef:
        """Show a text in the making."""
        ...

    async def grown(self, ref: MessageRef, card: Card) -> None:
        """Edit what grew into a finished card."""
        ...


class DiscordStream:
    """A message that grows and becomes the finished card."""

    def __init__(self, platform: Growing, place: Place) -> None:
        self._platform = platform
        self._place = place
        self._text = ""
        self._ref: MessageRef | None = None
        self._next = asyncio.get_running_loop().time() + HOLD

    async def append(self, text: str) -> None:
        """Show more. A part that cannot be shown now is shown with the next, or at the end."""
        self._text += text
        now = asyncio.get_running_loop().time()
        if now < self._next or not self._text.strip():
            return
        self._next = now + PACE
        try:
            self._ref = await self._platform.grow(self._ref, self._place, growing(self._text))
        except PlatformError as err:
            log.info("not growing place=%s error=%s", self._place.key, err)

    async def finish(self, card: Card) -> MessageRef:
        """The card takes the place of what grew. Raises PlaceGone, PlatformBusy."""
        if self._ref is None:
            return await self._platform.post(self._place, card)
        try:
            await self._platform.grown(self._ref, card)
        except PlaceGone:  # somebody removed it meanwhile
            return await self._platform.post(self._place, card)
        return self._ref
