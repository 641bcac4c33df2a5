"""What is posted under a key is posted once, over crashes too.

Before it is sent it is written down that it will be; afterwards, where it stands. Whoever finds the
first without the second looks in the channel. Within minutes Discord itself refuses a second one by
the same nonce.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeAlias

import discord

from adapters.discord.ports import PostedKeys
from adapters.discord.render import Drawn
from bot.chat.cards import Card
from bot.chat.messages import MessageRef, Place
from bot.chat.platform import PlaceGone

Find: TypeAlias = Callable[[Place, Card, str, datetime], Awaitable[str | None]]
"""Looks in a place for a card that was posted under a key since an instant; the message's id."""


class Keyed:
    """Posts each key once."""

    def __init__(self, posted: PostedKeys, find: Find) -> None:
        self._posted = posted
        self._find = find
        self._locks: dict[str, asyncio.Lock] = {}

    async def once(
        self, key: str, place: Place, card: Card, post: Callable[[], Awaitable[MessageRef]]
    ) -> MessageRef:
        """What stands under the key, posted now if nothing does. Raises what `post` raises."""
        lock = self._locks.setdefault(key, asyncio.Lock())
        try:
            async with lock:
                return await self._once(key, place, card, post)
        finally:
            if not lock.locked():
                self._locks.pop(key, None)

    async def _once(
        self, key: str, place: Place, card: Card, post: Callable[[], Awaitable[MessageRef]]
    ) -> MessageRef:
        known = await self._posted.intend(key)
        if known is not None and known.ref is not None:
            return known.ref
        found = await self._look(key, place, card, known.since) if known is not None else None
        if found is not None:
            ref = MessageRef(place=place, id=found)
        else:
            try:
                ref = await post()
            except PlaceGone:
                await self._posted.drop(key)
                raise
        await self._posted.keep(key, ref)
        return ref

    async def _look(self, key: str, place: Place, card: Card, since: datetime) -> str | None:
        try:
            return await self._find(place, card, key, since)
        except PlaceGone:  # we may not read there: posting tells whether we may speak
            return None


def is_same(sent: discord.Message, drawn: Drawn, nonce: str) -> bool:
    """Whether a message on Discord is this one: by its mark, its buttons, or its words."""
    if sent.nonce is not None and str(sent.nonce) == nonce:
        return True
    buttons = _ids(drawn.view.to_components() if drawn.view is not None else [])
    shown = _ids([one.to_dict() for one in sent.components])
    if buttons or shown:
        return bool(buttons & shown)
    return drawn.content is not None and sent.content == drawn.content


def _ids(components: Any) -> set[str]:
    found: set[str] = set()
    for one in components:
        if "custom_id" in one:
            found.add(one["custom_id"])
        found |= _ids(one.get("components", ()))
    return found
