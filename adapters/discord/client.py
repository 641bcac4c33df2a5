"""discord.py's client for this door: what it listens to, and telling Discord our commands.

No privileged intent: words reach the bot where they are said to it.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable, Iterable
from typing import Any

import discord
from discord import app_commands

from adapters.discord.buttons import PressButton, PressSelect, is_taken, value_of
from adapters.discord.calls import LONGEST_WAIT, bound, call
from adapters.discord.commands import add_commands
from adapters.discord.completing import complete, complete_application
from adapters.discord.listeners import Listeners
from adapters.discord.pointing import Pointing
from adapters.discord.ports import SyncedCommands
from bot.chat.platform import PlatformError

log = logging.getLogger("convene.discord")

UNREADABLE = (AttributeError, LookupError, TypeError, ValueError)
"""What discord.py raises where a payload is of another shape than it knows."""
_SYNC_TIME = 20.0
_LOOK_TIME = 5.0
_UNKNOWN = "I don't know this command any more. Try again in a minute, or restart your Discord."


class ConveneClient(discord.Client):
    """Hears what is said to the bot."""

    listeners: Listeners

    def __init__(
        self, synced: SyncedCommands, pointing: Pointing, *, shards: int | None = None
    ) -> None:
        intents = discord.Intents.none()
        intents.guilds = True
        intents.guild_messages = True
        intents.dm_messages = True
        # no voice here: nobody needs to be told which of its libraries are missing
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            max_ratelimit_timeout=LONGEST_WAIT,
            guild_ready_timeout=0.5,
            shard_count=shards,
        )
        bound(self.http)
        self._connection.parsers = {
            name: _reading(name, parse) for name, parse in self._connection.parsers.items()
        }
        self._synced = synced
        self.pointing = pointing
        self.connected = asyncio.Event()
        """Set once the servers are known for the first time."""
        self.tree: Tree = Tree(self)
        self.sync_trouble = ""
        """Why Discord was not told our commands; empty when it was."""

    def listen_with(self, listeners: Listeners) -> None:
        """Whom to tell what is heard."""
        self.listeners = listeners
        add_commands(self.tree, listeners)

    async def application_info(self) -> discord.AppInfo:
        """discord.py's name for it: asked at each login, completed where it must be."""
        told: Any = await self.http.application_info()
        complete_application(told)
        return discord.AppInfo(self._connection, told)

    async def setup_hook(self) -> None:
        self.add_dynamic_items(PressButton, PressSelect)
        try:
            await self._tell_commands()
        except (PlatformError, discord.DiscordException) as err:
            self.sync_trouble = str(err)
            log.warning("commands not synced error=%s", err)

    async def _tell_commands(self) -> None:
        """Only when they changed: Discord limits how often it is told."""
        assert self.application_id is not None
        application = self.application_id
        commands = told_of(self.tree)
        mark = mark_of(self.tree)
        if await self._synced.told(str(application)) == mark and await self._has(commands):
            return
        told: Any = commands
        await call(
            lambda: self.http.bulk_upsert_global_commands(application, told), within=_SYNC_TIME
        )
        await self._synced.tell(str(application), mark)
        log.info("commands synced count=%d", len(commands))

    async def _has(self, commands: list[dict[str, Any]]) -> bool:
        """Whether Discord still has these, by name: another program may have told it others."""
        assert self.application_id is not None
        application = self.application_id
        try:
            known: Any = await call(
                lambda: self.http.get_global_commands(application), within=_LOOK_TIME
            )
            return names_of(commands) <= names_of(known)
        except (PlatformError, discord.DiscordException, *UNREADABLE) as err:
            log.info("commands not looked at error=%s", type(err).__name__)
            return True

    async def on_ready(self) -> None:
        """discord.py's name for it: the servers are known."""
        self.connected.set()

    async def on_message(self, message: discord.Message) -> None:
        """discord.py's name for it."""
        await self.listeners.on_message(message)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Commands and buttons find their own way; forms are read here, so that one that was
        opened before a restart is, too."""
        if interaction.type is discord.InteractionType.modal_submit:
            await self.listeners.on_submitted(interaction)
        elif interaction.type is discord.InteractionType.component and not is_taken(interaction):
            value = value_of(interaction)
            if value is not None:
                await self.listeners.on_pressed(interaction, value)
            else:
                await self.listeners.on_unknown(interaction)

    async def on_pressed(self, interaction: discord.Interaction[Any], value: str) -> None:
        """A button or a select was used."""
        await self.listeners.on_pressed(interaction, value)


class ShardedClient(ConveneClient, discord.AutoShardedClient):
    """The same over several connections, each for some of the servers: what Discord wants of a bot
    on very many."""


def _reading(event: str, parse: Callable[[Any], None]) -> Callable[[Any], None]:
    """Read an event as discord.py does, completed where it must be; one of a shape that it can't
    read is passed over. It would end the whole connection otherwise, again at every resume."""

    def read(data: Any) -> None:
        try:
            complete(event, data)
            parse(data)
        except UNREADABLE:
            log.exception("unreadable event=%s", event)

    return read


def mark_of(tree: app_commands.CommandTree[Any]) -> str:
    """Changes when the commands of a tree do."""
    return hashlib.sha256(json.dumps(told_of(tree), sort_keys=True).encode()).hexdigest()


def told_of(tree: app_commands.CommandTree[Any]) -> list[dict[str, Any]]:
    """The commands of a tree, as Discord is told them."""
    return [one.to_dict(tree) for one in tree.get_commands()]


def names_of(commands: Iterable[Any]) -> set[tuple[int, str]]:
    """What commands are called, with their kind (1 is a word, 2 and 3 are menus)."""
    return {(int(one.get("type") or 1), str(one["name"])) for one in commands}


class Tree(app_commands.CommandTree[ConveneClient]):
    """The commands, with an answer for those that are gone."""

    async def on_error(
        self,
        interaction: discord.Interaction[ConveneClient],
        error: app_commands.AppCommandError,
        /,
    ) -> None:
        if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
            log.warning("unknown command error=%s", error)
            if interaction.type is discord.InteractionType.application_command:
                await call(
                    lambda: interaction.response.send_message(_UNKNOWN, ephemeral=True), within=2.8
                )
            return
        await super().on_error(interaction, error)
