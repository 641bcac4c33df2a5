"""What Discord has not told of and is asked for: the thread or channel that words came from, and
the people whom the words of a command mention by their ids.
"""

import asyncio
import logging
from typing import Any

import discord

from adapters.discord.addresses import Recent
from adapters.discord.calls import call
from adapters.discord.reading import people_in
from bot.chat.platform import PlaceGone, PlatformError

log = logging.getLogger("convene.discord")

_LOOK_TIME = 5.0
"""Seconds that words wait for it."""
_MOST_NAMED = 10
_MOST = 1_000
_HIDDEN = "hidden"
"""A room that the bot may not look at: it is not asked for again."""


class Rooms:
    """What Discord said of rooms that it had not told of."""

    def __init__(self) -> None:
        self._known: Recent[int, Any] = Recent(_MOST)
        self._asking = asyncio.Lock()
        """Words are heard in the order in which they came."""

    async def complete(self, said: discord.Message, client: discord.Client) -> None:
        """Give a message its room; it stays as it came where Discord does not say."""
        if said.guild is None or not isinstance(said.channel, discord.PartialMessageable):
            return
        id = said.channel.id
        async with self._asking:
            room = self._known.get(id) or await self._ask(id, client)
            if room is not None:
                self._known.put(id, room)
        if isinstance(room, discord.Thread | discord.abc.GuildChannel):
            said.channel = room  # type: ignore[assignment]  # discord.py: those for messages

    async def _ask(self, id: int, client: discord.Client) -> Any:
        try:
            return await call(lambda: client.fetch_channel(id), within=_LOOK_TIME)
        except PlaceGone:
            return _HIDDEN
        except (PlatformError, discord.DiscordException, LookupError, TypeError) as err:
            log.info("room unknown channel=%s error=%s", id, type(err).__name__)
            return None


async def people_named(
    text: str, guild: discord.Guild | None, client: discord.Client
) -> list[discord.User | discord.Member]:
    """The people whom a text mentions, as far as Discord tells who they are."""
    asked = (_person(id, guild, client) for id in people_in(text)[:_MOST_NAMED])
    return [one for one in await asyncio.gather(*asked) if one is not None]


async def _person(
    id: int, guild: discord.Guild | None, client: discord.Client
) -> discord.User | discord.Member | None:
    try:
        if guild is not None:
            return await call(lambda: guild.fetch_member(id), within=_LOOK_TIME)
        return await call(lambda: client.fetch_user(id), within=_LOOK_TIME)
    except (PlatformError, discord.DiscordException, LookupError, TypeError) as err:
        log.info("person unknown account=%s error=%s", id, type(err).__name__)
        return None
