"""The Discord door: one client, opened and closed.

discord.py reconnects by itself; what ends it nevertheless is begun anew here, except what only a
person can mend, which the health line says.
"""

import asyncio
import logging
from contextlib import suppress
from math import ceil
from typing import Any

import aiohttp
import discord
from discord.http import Route

from adapters.discord.addresses import Addresses
from adapters.discord.calls import Again, call
from adapters.discord.client import UNREADABLE, ConveneClient, ShardedClient
from adapters.discord.forms import Drafts
from adapters.discord.listeners import Listeners, Sole
from adapters.discord.platform import DiscordPlatform
from adapters.discord.pointing import Pointing
from adapters.discord.ports import PostedKeys, SyncedCommands
from adapters.discord.work import Unfinished, Work
from bot.chat.cards import message
from bot.chat.platform import ChatHandler, MenuHandler, PlatformError
from calendar_core.clock import Clock

log = logging.getLogger("convene.discord")

READY_TIME = 20.0
"""Seconds that `start` waits for the servers to be known."""
GRACE = 10.0
"""Seconds that turns have to finish when the door closes."""
GOODBYE = 5.0
"""Seconds to tell those who wait in vain: also where Discord is away."""
TOLD_TIME = 5.0
"""Seconds for Discord to say how many connections it wants."""
_FIRST_WAIT, _LONGEST_WAIT = 2.0, 120.0
"""Seconds before beginning anew."""
_STOPPED = "I was stopped before I could answer. Please ask me again in a minute."
_BAD_TOKEN = (
    "Discord refuses the token. Make a new one in the developer portal (your application, Bot, "
    "Reset Token) and set DISCORD_TOKEN to it."
)
_BAD_INTENTS = (
    "Discord refuses what the bot wants to hear. Look into the developer portal (your "
    "application, Bot): no privileged intent is needed."
)
_TOO_MANY_SERVERS = (
    "Discord refuses the number of connections for so many servers. Restart: how many it wants is "
    "asked at each start."
)
_NO_STARTS = "it connected too often today, and may again in {hours} h {minutes} min"
_SHARDS = (4010, 4011)
"""Close codes: a shard that is none, and too many servers for one connection."""
_BAD_STATE = "Discord ended the connection for good (code {code})."


class DiscordUnusable(PlatformError):
    """Discord refuses this bot for good; the message is the sentence for whoever runs it."""


class DiscordDoor:
    """Discord, from login to goodbye. `sole`, where several processes serve at once, says whether
    an interaction is this one's to answer."""

    def __init__(
        self,
        token: str,
        handler: ChatHandler,
        menus: MenuHandler,
        *,
        posted: PostedKeys,
        synced: SyncedCommands,
        clock: Clock,
        sole: Sole | None = None,
        api_url: str | None = None,
        gateway_url: str | None = None,
    ) -> None:
        self._token = token
        self._work = Work()
        self._addresses = Addresses()
        self._synced = synced
        self._pointing = Pointing(api_url, gateway_url)
        self.client = ConveneClient(synced, self._pointing)
        self._pointing.point(self.client)
        drafts = Drafts()
        self._platform = DiscordPlatform(self.client, self._addresses, drafts, posted, clock)
        self.client.listen_with(
            Listeners(self._platform, self._addresses, drafts, handler, menus, self._work, clock)
        )
        self.client.listeners.sole = sole
        self._running: asyncio.Task[None] | None = None
        self._refused = ""
        self._trouble = "not started"

    @property
    def platform(self) -> DiscordPlatform:
        """The platform that this door speaks through."""
        return self._platform

    @property
    def health(self) -> str:
        """How it is, in a line: "Discord: connected as Convene, 3 servers"."""
        client = self.client
        if self._refused or client.user is None or not client.is_ready():
            return f"Discord: {self._refused or self._trouble}"
        servers = len(client.guilds)
        where = f"{servers} server" if servers == 1 else f"{servers} servers"
        line = f"Discord: connected as {client.user.name}, {where}"
        if client.sync_trouble:
            line += f"; the /cal commands could not be told to Discord: {client.sync_trouble}"
        return line

    @property
    def is_connected(self) -> bool:
        """Whether what is said on Discord is heard."""
        return not self._refused and self.client.is_ready() and not self.client.is_closed()

    async def start(self) -> None:
        """Log in, and listen in the background; returns when connected, or when that takes long,
        for it is tried on.

        Raises DiscordUnusable when the token is refused.
        """
        self._trouble = "connecting"
        self._running = asyncio.create_task(self._run())
        ready = asyncio.create_task(self.client.connected.wait())
        done, _ = await asyncio.wait(
            {self._running, ready}, timeout=READY_TIME, return_when=asyncio.FIRST_COMPLETED
        )
        ready.cancel()
        if self._running in done:
            await self.stop()
            raise DiscordUnusable(self._refused)

    async def stop(self, grace: float = GRACE) -> None:
        """Take nothing new, let turns finish or say that they could not, and leave."""
        unfinished = await self._work.stop(grace)
        with suppress(TimeoutError):
            async with asyncio.timeout(GOODBYE):
                await asyncio.gather(*(self._say_stopped(one) for one in unfinished))
        self._trouble = "stopped"
        await self.client.close()
        if self._running is not None:
            self._running.cancel()
            with suppress(asyncio.CancelledError):
                await self._running
            self._running = None

    async def _say_stopped(self, unfinished: Unfinished) -> None:
        place, sender = unfinished
        with suppress(PlatformError, discord.DiscordException):
            await self._platform.post(
                place, message(_STOPPED), seen_by=None if place.is_private else sender
            )

    async def _run(self) -> None:
        """Be connected until closed; ends by itself only when a person has to mend something."""
        self.client.pointing.enter()
        wait = _FIRST_WAIT
        while not self._refused:
            try:
                await self._login()
                await self.client.connect(reconnect=True)
                return
            except discord.LoginFailure:
                self._refused = _BAD_TOKEN
            except discord.PrivilegedIntentsRequired:
                self._refused = _BAD_INTENTS
            except discord.ConnectionClosed as err:
                self._refused = _BAD_TOKEN if err.code == 4004 else self._closed_for_good(err)
            except (PlatformError, discord.DiscordException, OSError, aiohttp.ClientError) as err:
                self._trouble = f"not reachable, trying again ({err})"
            except UNREADABLE as err:
                # discord.py 2.7.1 reads its unset socket's sequence when the very first
                # connection fails (Client.connect), and ends at payloads that it can't read;
                # begun anew, the bot is not deaf for good.
                log.exception("discord.py gave up")
                self._trouble = f"not reachable, trying again ({err})"
            if not self._refused:
                log.warning("connection lost seconds=%.0f trouble=%s", wait, self._trouble)
                await self._leave()
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_WAIT)
        log.error("refused reason=%s", self._refused)

    async def _login(self) -> None:
        await call(lambda: self.client.login(self._token), again=Again.NEVER)
        told = await self._told_of_connections()
        await self._wait_for_starts(told)
        shards = told.get("shards")
        if isinstance(shards, int) and shards > 1 and not isinstance(self.client, ShardedClient):
            await self._open_several(shards)

    async def _told_of_connections(self) -> dict[str, Any]:
        """How many connections Discord wants, and may be begun; nothing where it does not say."""
        http = self.client.http
        try:
            told = await call(lambda: http.request(Route("GET", "/gateway/bot")), within=TOLD_TIME)
        except (PlatformError, discord.DiscordException) as err:
            log.info("not told how many connections error=%s", type(err).__name__)
            return {}
        return told if isinstance(told, dict) else {}

    async def _wait_for_starts(self, told: dict[str, Any]) -> None:
        """Begin no connection where none is left for today: Discord would reset the token."""
        match told.get("session_start_limit"):
            case {"remaining": 0, "reset_after": int() | float() as milliseconds}:
                seconds = milliseconds / 1000
                hours, minutes = divmod(ceil(seconds / 60), 60)
                self._trouble = _NO_STARTS.format(hours=hours, minutes=minutes)
                log.error("no connection may be begun seconds=%.0f", seconds)
                await asyncio.sleep(seconds)

    async def _open_several(self, shards: int) -> None:
        """Go on with a client of several connections: before this one has any."""
        log.info("connections=%d", shards)
        former = self.client
        self.client = ShardedClient(self._synced, self._pointing, shards=shards)
        self.client.connected = former.connected
        self._pointing.point(self.client)
        self.client.listen_with(former.listeners)
        self._platform.use(self.client)
        await former.close()
        await call(lambda: self.client.login(self._token), again=Again.NEVER)

    def _closed_for_good(self, err: discord.ConnectionClosed) -> str:
        return _TOO_MANY_SERVERS if err.code in _SHARDS else _BAD_STATE.format(code=err.code)

    async def _leave(self) -> None:
        """Make the client as new, so that it can log in again. `Client.close` would be for good:
        it takes the client's loop away."""
        client = self.client
        if client.ws is not None and client.ws.open:
            await client.ws.close(code=1000)
        await client.http.close()
        client.http.connector = discord.utils.MISSING  # it was closed with its session
        client.clear()
