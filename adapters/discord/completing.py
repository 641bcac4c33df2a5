"""What Discord may leave out and discord.py must have: filled in before it reads an event. Pure.

Discord documents channels of interactions as partial, and many fields as optional; discord.py
2.7.1 ends its connection where one that it asks for is missing. Unread parts that it stumbles over
(a poll without an end) are taken out. What still can't be read is passed over by `client`.
"""

from collections.abc import Iterable
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

_TEXT, _DIRECT = 0, 1
_THREADS = (10, 11, 12)
_ROOMS = (0, 2, 3, 4, 5, 13, 15, 16)
_CHANNEL: Json = {"name": "", "position": 0, "bitrate": 0, "user_limit": 0}
_THREAD: Json = {"name": "", "owner_id": "0", "message_count": 0, "member_count": 0}
_METADATA: Json = {
    "archived": False,
    "auto_archive_duration": 60,
    "archive_timestamp": "2015-01-01T00:00:00+00:00",
    "locked": False,
}
_APPLICATION: Json = {
    "name": "",
    "icon": None,
    "description": "",
    "bot_public": True,
    "bot_require_code_grant": False,
    "owner": {"id": "0"},
    "verify_key": "",
    "flags": 0,
}
_MESSAGE: Json = {"content": "", "type": 0}
_INTERACTION: Json = {"attachment_size_limit": 0, "version": 1}
_UNREAD = ("poll", "call", "application", "thread", "role_subscription_data")
"""Parts of messages that nothing here looks at."""


def complete(event: str, data: Any) -> None:
    """Fill in what an event of the gateway lacks; others stay as they are."""
    if not isinstance(data, dict):
        return
    match event:
        case "READY":
            _fill(data, {"guilds": []})
            _fill(data.get("application") or {}, {"flags": 0})
        case "MESSAGE_CREATE":
            _fill_message(data)
        case "INTERACTION_CREATE":
            _fill_interaction(data)
        case "GUILD_CREATE":
            _fill_channels([*data.get("channels", ()), *data.get("threads", ())])


def complete_application(told: Any) -> None:
    """Fill in what an application lacks that Discord tells of itself."""
    _fill(told, _APPLICATION)
    _fill(told["owner"], {"username": ""})
    _fill_user(told["owner"])


def _fill(what: Json, usual: Json) -> None:
    for name, value in usual.items():
        if what.get(name) is None:
            what[name] = dict(value) if isinstance(value, dict) else value


def _fill_channels(channels: Iterable[Json]) -> None:
    for one in channels:
        if one.get("type") in _THREADS and one.get("parent_id"):
            _fill(one, _THREAD)
            one["thread_metadata"] = _METADATA | (one.get("thread_metadata") or {})
        else:
            _fill(one, _CHANNEL)


def _fill_message(message: Json) -> None:
    _fill(message, _MESSAGE)
    for name in ("embeds", "attachments", "mentions", "mention_roles", "components"):
        _fill(message, {name: []})
    for name in _UNREAD:
        message.pop(name, None)
    for one in (message.get("author"), *message["mentions"]):
        _fill_user(one)


def _fill_user(user: Any) -> None:
    if isinstance(user, dict):
        user.setdefault("discriminator", "0")
        user.setdefault("avatar", None)


def _fill_interaction(asked: Json) -> None:
    _fill(asked, _INTERACTION)
    on_server = asked.get("guild_id") is not None
    channel = asked["channel"] = asked.get("channel") or {}
    _fill(channel, {"id": asked.get("channel_id"), "type": _TEXT if on_server else _DIRECT})
    if on_server:
        is_thread = channel["type"] in _THREADS and channel.get("parent_id")
        if not is_thread and channel["type"] not in _ROOMS:
            channel["type"] = _TEXT
        _fill_channels([channel])
        _fill_member(asked)
    _fill_user(asked.get("user"))
    if isinstance(asked.get("message"), dict):
        _fill_message(asked["message"])


def _fill_member(asked: Json) -> None:
    """Who asked, on a server; told as a user alone, they have no rights there."""
    if asked.get("member") is None and asked.get("user") is not None:
        asked["member"] = {"user": asked["user"], "permissions": "0"}
    member = asked.get("member") or {}
    _fill(member, {"roles": [], "joined_at": None, "flags": 0})
    _fill_user(member.get("user"))
