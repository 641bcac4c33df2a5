"""What that Discord holds: an application with its bot, a server with a channel, people and
messages; and its objects in the shapes of docs.discord.com."""

import itertools
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

APPLICATION = "1000"
BOT = {"id": APPLICATION, "username": "Convene", "discriminator": "0", "avatar": None, "bot": True}
GUILD = "2000"
TEAM = "3000"
ANA = "4000"
MOST_CONTENT = 2000
MOST_COMPONENTS = 40


def user(id: str, name: str = "ana") -> Json:
    """Somebody."""
    return {"id": id, "username": name, "global_name": name, "discriminator": "0", "avatar": None}


def member(id: str) -> Json:
    """Somebody on the server."""
    return {
        "user": user(id),
        "roles": [],
        "joined_at": "2026-01-01T00:00:00+00:00",
        "deaf": False,
        "mute": False,
        "flags": 0,
    }


def thread(id: str) -> Json:
    """A thread of the channel, as it is told when it is asked for."""
    return {
        "id": id,
        "guild_id": GUILD,
        "parent_id": TEAM,
        "type": 11,
        "name": "plans",
        "owner_id": ANA,
        "message_count": 1,
        "member_count": 1,
        "rate_limit_per_user": 0,
        "thread_metadata": {
            "archived": False,
            "auto_archive_duration": 1440,
            "archive_timestamp": "2026-01-01T00:00:00+00:00",
            "locked": False,
        },
    }


def guild() -> Json:
    """The server, as GUILD_CREATE tells it."""
    return {
        "id": GUILD,
        "name": "A server",
        "owner_id": "1",
        "roles": [
            {
                "id": GUILD,
                "name": "@everyone",
                "permissions": "1024",
                "position": 0,
                "color": 0,
                "hoist": False,
                "managed": False,
                "mentionable": False,
            }
        ],
        "channels": [
            {"id": TEAM, "type": 0, "name": "team", "position": 0, "permission_overwrites": []}
        ],
        "members": [],
        "threads": [],
        "emojis": [],
        "stickers": [],
        "features": [],
        "member_count": 2,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "premium_tier": 0,
        "preferred_locale": "en-US",
        "system_channel_flags": 0,
        "nsfw_level": 0,
        "joined_at": "2026-01-01T00:00:00+00:00",
        "large": False,
        "unavailable": False,
    }


@dataclass
class World:
    """The state of that Discord."""

    numbers: "itertools.count[int]" = field(
        default_factory=lambda: itertools.count(1_400_000_000_000_000_000)
    )
    messages: dict[str, Json] = field(default_factory=dict)
    marks: dict[tuple[str, str], str] = field(default_factory=dict)
    """Channel and nonce → the message that was sent with it."""
    commands: list[Json] = field(default_factory=list)
    threads: set[str] = field(default_factory=set)
    """Threads of the channel that nobody was told of."""
    directs: dict[str, str] = field(default_factory=dict)
    responses: dict[str, list[Json]] = field(default_factory=dict)
    """Interaction token → its callbacks, in order."""
    originals: dict[str, str] = field(default_factory=dict)
    """Interaction token → the message that answers it."""

    def new_id(self) -> str:
        """A snowflake."""
        return str(next(self.numbers))

    def said_by(self, author: Json, channel: str, parts: Json) -> Json:
        """A message as people see it; one with a mark that was used stands already."""
        mark = (channel, str(parts.get("nonce", "")))
        if parts.get("enforce_nonce") and mark in self.marks:
            return self.messages[self.marks[mark]]
        message = {
            "id": self.new_id(),
            "channel_id": channel,
            "author": author,
            "content": parts.get("content") or "",
            "timestamp": "2026-03-10T09:00:00+00:00",
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            "embeds": [],
            "pinned": False,
            "type": 0,
            "flags": parts.get("flags", 0),
            "components": parts.get("components", []),
        }
        if parts.get("nonce"):
            message["nonce"] = parts["nonce"]
            self.marks[mark] = message["id"]
        self.messages[message["id"]] = message
        return message

    def edit(self, id: str, parts: Json) -> Json | None:
        """A message anew."""
        message = self.messages.get(id)
        if message is None:
            return None
        known = {name: part for name, part in parts.items() if name in message}
        message.update({name: "" if part is None else part for name, part in known.items()})
        return message


def fault_of(parts: Json) -> str | None:
    """Why a message is refused: too long, or empty, or two kinds of it at once."""
    content = parts.get("content") or ""
    components = parts.get("components") or []
    is_layout = bool(int(parts.get("flags") or 0) & 1 << 15)
    if len(content) > MOST_CONTENT:
        return "content: Must be 2000 or fewer in length."
    if is_layout and (content or parts.get("embeds")):
        return "The 'content' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
    if not content and not components and not parts.get("embeds"):
        return "Cannot send an empty message"
    if _count(components) > MOST_COMPONENTS:
        return "components: too many"
    return None


def _count(components: list[Json]) -> int:
    return sum(1 + _count(one.get("components", [])) for one in components)
