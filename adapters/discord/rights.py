"""What somebody may do on a server, asked afresh each time."""

import logging
from typing import Any

import discord

from adapters.discord.addresses import Addresses
from adapters.discord.calls import call
from bot.chat.messages import Place, Sender
from bot.chat.platform import PlaceGone, PlatformError, Right

log = logging.getLogger("convene.discord")

_NOT_THERE = (
    "I'm not on this server, so I can answer here but not post by myself. Somebody with the "
    'permission "Manage Server" can bring me onto it. Nothing was changed.'
)
_IN_GROUP = (
    "Apps are no members of such conversations, so I can answer here but not post by myself. "
    "Nothing was changed."
)


class Rights:
    """Asks Discord for somebody's roles, and what they amount to in a channel."""

    def __init__(self, client: discord.Client, addresses: Addresses) -> None:
        self._client = client
        self._addresses = addresses

    async def has(self, sender: Sender, place: Place, right: Right) -> bool:
        """Whether somebody may do that in a channel. Raises PlatformBusy, and PlatformError where
        nobody may."""
        allowed = await self._allowed(sender, place)
        if allowed is None:
            return False
        if right is Right.SPEAK:
            return allowed.view_channel
        if right is Right.GOVERN:
            return allowed.manage_guild
        return self._may_manage(place, allowed)

    def _may_manage(self, place: Place, allowed: discord.Permissions) -> bool:
        """Raises PlatformError where it would be of no use, for the bot can only answer there."""
        if not place.workspace:
            raise PlatformError(_IN_GROUP)
        may = allowed.view_channel and (allowed.manage_guild or allowed.manage_channels)
        if may and self._client.get_guild(int(place.workspace)) is None:
            raise PlatformError(_NOT_THERE)
        return may

    async def _allowed(self, sender: Sender, place: Place) -> discord.Permissions | None:
        guild = (
            self._client.get_guild(int(place.workspace)) if place.workspace.isdecimal() else None
        )
        if guild is None or guild.unavailable:
            return self._told(sender, place)
        channel = await self._room(guild, place)
        if channel is None:
            return self._told(sender, place)
        try:
            member = await call(lambda: guild.fetch_member(int(sender.user)))
        except PlaceGone:
            return None
        try:
            allowed: discord.Permissions = channel.permissions_for(member)
        except discord.ClientException:  # a thread of a channel that the bot may not see
            return self._told(sender, place)
        return allowed

    def _told(self, sender: Sender, place: Place) -> discord.Permissions | None:
        """Where the bot is no member, or may not look: what came with somebody's last interaction
        there."""
        live = self._addresses.of_person(place, sender.user)
        if live is None:
            return None
        if not place.workspace:
            return discord.Permissions(view_channel=True)
        return live.interaction.permissions

    async def _room(self, guild: discord.Guild, place: Place) -> Any:
        """The channel, or the thread, which may be archived and then has to be asked for."""
        if place.thread is None:
            return guild.get_channel(int(place.channel))
        thread = guild.get_thread(int(place.thread))
        if thread is not None:
            return thread
        try:
            return await call(lambda: guild.fetch_channel(int(place.thread or place.channel)))
        except PlaceGone:
            return guild.get_channel(int(place.channel))
