"""Discord's objects → the chat's words. Pure: nothing is asked of Discord here.

A Discord account is the same one on every server, so a `Sender` names no workspace. Discord tells
neither a time zone nor an email address.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import discord

from adapters.discord.reading import unmarked
from bot.chat.messages import (
    ButtonPress,
    IncomingMessage,
    MessageRef,
    Place,
    PlaceKind,
    Quoted,
    Sender,
)

PLATFORM = "discord"

_TOKEN = re.compile(
    r"<(?:@!?(?P<user>\d+)|@&(?P<role>\d+)|#(?P<channel>\d+)"
    r"|a?:(?P<emoji>\w+):\d+|/(?P<command>[^:>]+):\d+|t:(?P<time>-?\d{1,13})(?::[tTdDfFsSR])?)>"
)
_WORDS = (discord.MessageType.default, discord.MessageType.reply)

Account = discord.User | discord.Member
Room = Any
"""A channel as discord.py has it: guild channels, threads, direct and group conversations, and
partial ones of places where the bot is no member."""


def sender_of(user: discord.abc.User) -> Sender:
    """An account."""
    return Sender(platform=PLATFORM, workspace="", user=str(user.id), name=user.display_name)


def direct_place(channel: int | str) -> Place:
    """Somebody's direct conversation with the bot."""
    return Place(platform=PLATFORM, workspace="", channel=str(channel))


def place_of(channel: Room, guild: int | None, *, is_direct: bool) -> Place:
    """A channel, or a thread with its channel."""
    if is_direct:
        return direct_place(channel.id)
    parent = getattr(channel, "parent_id", None) if isinstance(channel, discord.Thread) else None
    room = getattr(channel, "parent", None) or channel if parent else channel
    name = getattr(room, "name", None)
    return Place(
        platform=PLATFORM,
        workspace=str(guild) if guild is not None else "",
        channel=str(parent or channel.id),
        thread=str(channel.id) if parent else None,
        kind=PlaceKind.CHANNEL,
        name=f"#{name}" if name else "",
    )


def place_of_interaction(interaction: discord.Interaction[Any]) -> Place:
    """Where an interaction happened: the bot's own direct conversation, or a room that others
    read, be it a group or somebody else's conversation."""
    is_direct = (
        interaction.guild_id is None
        and isinstance(interaction.channel, discord.DMChannel)
        and not interaction.context.private_channel
    )
    return place_of(interaction.channel, interaction.guild_id, is_direct=is_direct)


def guild_of(message: discord.Message) -> int | None:
    """The server that a message stands on, also where that is not known (yet); None for direct
    ones."""
    if message.guild is not None:
        return message.guild.id
    told: int | None = getattr(message.channel, "guild_id", None)
    return told


def is_for_us(message: discord.Message, bot: int) -> bool:
    """Whether somebody wrote these words to the bot: directly, or mentioning it, as replies to it
    do unless their author turned that off."""
    if message.author.bot or message.webhook_id is not None or message.type not in _WORDS:
        return False
    if guild_of(message) is None:
        return True
    return any(user.id == bot for user in message.mentions) or names_role(message, bot)


def names_role(message: discord.Message, bot: int) -> bool:
    """Whether the words name the role that Discord made for the bot, which is called as it is."""
    return any(_is_role_of(role, bot) for role in message.role_mentions)


def _is_role_of(role: discord.Role, bot: int | None) -> bool:
    return role.tags is not None and role.tags.bot_id == bot and bot is not None


def message_of(message: discord.Message, bot: int) -> IncomingMessage:
    """Words to the bot, as people read them."""
    guild = guild_of(message)
    text = readable(message.content, message.mentions, message.guild, leave_out=bot)
    return IncomingMessage(
        id=str(message.id),
        place=place_of(message.channel, guild, is_direct=guild is None),
        sender=sender_of(message.author),
        text=text or "help",
        at=message.created_at,
        mentioned=tuple(
            sender_of(one) for one in message.mentions if one.id != bot and not one.bot
        ),
    )


def quoted_of(message: discord.Message) -> Quoted:
    """A message that a menu was used on."""
    words = readable(message.content, message.mentions, message.guild)
    shown = words or readable(_embedded(message), message.mentions, message.guild)
    return Quoted(
        text=shown,
        author=message.author.display_name,
        at=message.created_at,
        url=message.jump_url,
    )


def _embedded(message: discord.Message) -> str:
    """The words of a message without content: those of its components or embeds, or of what it
    forwards."""
    shown = list(_shown([one.to_dict() for one in message.components]))
    texts = [text for one in message.embeds for text in (one.title, one.description) if text]
    forwarded = [one.content for one in message.message_snapshots if one.content]
    return "\n".join(shown or texts or forwarded)


def _shown(components: Iterable[Any]) -> Iterator[str]:
    """The texts that components show, however nested."""
    for one in components:
        if one.get("type") == discord.ComponentType.text_display.value:
            yield str(one.get("content") or "")
        yield from _shown(one.get("components") or ())


def readable(
    content: str,
    mentions: Sequence[discord.abc.User],
    guild: discord.Guild | None,
    *,
    leave_out: int | None = None,
) -> str:
    """A text as people read it: without marks, names for mentions, words for emoji, dates for
    timestamps."""
    names = {one.id: one.display_name for one in mentions}

    def say(match: re.Match[str]) -> str:
        if match["user"] is not None:
            user = int(match["user"])
            return "" if user == leave_out else f"@{names.get(user, 'someone')}"
        return _say_other(match, guild, leave_out)

    return _spaced(unmarked(content, lambda words: _TOKEN.sub(say, words)))


def _say_other(match: re.Match[str], guild: discord.Guild | None, leave_out: int | None) -> str:
    if match["role"] is not None:
        role = guild.get_role(int(match["role"])) if guild else None
        if role is not None and _is_role_of(role, leave_out):
            return ""
        return f"@{role.name}" if role else "@role"
    if match["channel"] is not None:
        channel = guild.get_channel_or_thread(int(match["channel"])) if guild else None
        return f"#{channel.name}" if channel else "#channel"
    if match["emoji"] is not None:
        return f":{match['emoji']}:"
    if match["command"] is not None:
        return f"/{match['command']}"
    return _say_time(int(match["time"]))


def _say_time(seconds: int) -> str:
    try:
        at = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return ""
    return at.strftime("%Y-%m-%d %H:%M UTC")


def _spaced(text: str) -> str:
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in text.split("\n"))
    return "\n".join(lines).strip()


def press_of(interaction: discord.Interaction[Any], value: str, *, by_reply: bool) -> ButtonPress:
    """A button that was pressed, or a choice that was made.

    `by_reply` for a message that only this press can edit.
    """
    place = place_of_interaction(interaction)
    message = interaction.message
    return ButtonPress(
        id=str(interaction.id),
        place=place,
        sender=sender_of(interaction.user),
        value=value,
        at=interaction.created_at,
        message=MessageRef(place=place, id=str(message.id)) if message is not None else None,
        reply=str(interaction.id) if by_reply else None,
        trigger=str(interaction.id),
    )


def entered(data: Any) -> dict[str, str]:
    """What was filled in, by field: the values of a modal's components, however nested."""
    return dict(_values(data.get("components", ())))


def _values(components: Iterable[Any]) -> Iterable[tuple[str, str]]:
    for one in components:
        if "custom_id" in one:
            chosen = one.get("values") or [one.get("value") or ""]
            yield str(one["custom_id"]), str(chosen[0])
        inner = one.get("component")
        yield from _values([*one.get("components", ()), *([inner] if inner else ())])
