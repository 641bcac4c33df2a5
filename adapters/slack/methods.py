"""The Web API methods that the door calls, and the scopes that each needs.

The manifest is compared with this list; what is not listed here cannot be called.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One method of the Web API."""

    name: str
    scopes: frozenset[str] = frozenset()
    """All that a bot token needs to use it as we do."""
    reads: bool = False
    """Arguments go into the address: methods that only read take no JSON."""
    repeatable: bool = True
    """Whether doing it twice is as doing it once: then a broken connection is tried again."""


def _scopes(*names: str) -> frozenset[str]:
    return frozenset(names)


_WRITE = _scopes("chat:write")
_CHANNELS = _scopes("channels:read", "groups:read", "mpim:read")
_HISTORY = _scopes("channels:history", "groups:history", "im:history", "mpim:history")
_AGENT = _scopes("assistant:write")

AUTH_TEST = Method(name="auth.test")
POST = Method(name="chat.postMessage", scopes=_WRITE, repeatable=False)
POST_EPHEMERAL = Method(name="chat.postEphemeral", scopes=_WRITE, repeatable=False)
UPDATE = Method(name="chat.update", scopes=_WRITE)
START_STREAM = Method(name="chat.startStream", scopes=_WRITE, repeatable=False)
APPEND_STREAM = Method(name="chat.appendStream", scopes=_WRITE, repeatable=False)
STOP_STREAM = Method(name="chat.stopStream", scopes=_WRITE, repeatable=False)
SET_STATUS = Method(name="assistant.threads.setStatus", scopes=_AGENT)
SET_PROMPTS = Method(name="assistant.threads.setSuggestedPrompts", scopes=_AGENT)
OPEN_CONVERSATION = Method(name="conversations.open", scopes=_scopes("im:write"))
CHANNEL_INFO = Method(name="conversations.info", scopes=_CHANNELS, reads=True)
CHANNEL_MEMBERS = Method(name="conversations.members", scopes=_CHANNELS, reads=True)
HISTORY = Method(name="conversations.history", scopes=_HISTORY, reads=True)
REPLIES = Method(name="conversations.replies", scopes=_HISTORY, reads=True)
USER_INFO = Method(name="users.info", scopes=_scopes("users:read", "users:read.email"), reads=True)
USER_GROUPS = Method(name="usergroups.list", scopes=_scopes("usergroups:read"), reads=True)
USER_GROUP_MEMBERS = Method(
    name="usergroups.users.list", scopes=_scopes("usergroups:read"), reads=True
)
UNFURL = Method(name="chat.unfurl", scopes=_scopes("links:write"))
OPEN_VIEW = Method(name="views.open", repeatable=False)
PUBLISH_VIEW = Method(name="views.publish")

METHODS = (
    AUTH_TEST,
    POST,
    POST_EPHEMERAL,
    UPDATE,
    START_STREAM,
    APPEND_STREAM,
    STOP_STREAM,
    SET_STATUS,
    SET_PROMPTS,
    OPEN_CONVERSATION,
    CHANNEL_INFO,
    CHANNEL_MEMBERS,
    HISTORY,
    REPLIES,
    USER_INFO,
    USER_GROUPS,
    USER_GROUP_MEMBERS,
    UNFURL,
    OPEN_VIEW,
    PUBLISH_VIEW,
)
ONCE = frozenset(method.name for method in METHODS if not method.repeatable)
LOOKUPS = frozenset(method.name for method in METHODS if method.reads)
EVENT_SCOPES = {
    "app_mention": _scopes("app_mentions:read"),
    "message.channels": _scopes("channels:history"),
    "message.groups": _scopes("groups:history"),
    "message.im": _scopes("im:history"),
    "message.mpim": _scopes("mpim:history"),
    "app_home_opened": _scopes(),
    "link_shared": _scopes("links:read"),
    "tokens_revoked": _scopes(),
    "app_uninstalled": _scopes(),
}
"""The events that we listen to, and what hearing them needs."""
COMMAND = "/cal"
COMMAND_SCOPES = _scopes("commands")
