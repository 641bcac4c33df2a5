"""The app as its manifest declares it, and the scopes that methods and events need.

With a real `app_manifest.yml` the server gives tokens exactly its scopes and sends exactly the
events it subscribes to; what the manifest forgets, fails here as it would at Slack.
"""

from dataclasses import dataclass

from tests.servers.slack.world import Json, Kind

GENEROUS: Json = {
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "agent_view": {"agent_description": "Tests."},
        "slash_commands": [{"command": "/cal", "should_escape": True}],
        "unfurl_domains": ["calendar.google.com"],
        "shortcuts": [
            {"name": "New event", "type": "global", "callback_id": "new_event"},
            {"name": "Event of this", "type": "message", "callback_id": "event_of_message"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "app_mentions:read", "assistant:write", "channels:history", "channels:read",
                "chat:write", "commands", "files:write", "groups:history", "groups:read",
                "im:history", "im:read", "im:write", "links:read", "links:write",
                "mpim:history", "mpim:read", "reactions:write", "team:read", "usergroups:read",
                "users:read", "users:read.email",
            ]
        }
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": [
                "agent_session_stopped", "app_home_opened", "app_mention", "app_uninstalled",
                "link_shared",
                "message.channels", "message.groups", "message.im", "message.mpim",
                "tokens_revoked",
            ]
        },
        "interactivity": {"is_enabled": True},
        "org_deploy_enabled": True,
        "socket_mode_enabled": True,
    },
}  # fmt: skip
"""What a server without a manifest of yours takes the app to have asked for."""

EVENT_SCOPES = {
    "app_mention": "app_mentions:read",
    "link_shared": "links:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
    "user_change": "users:read",
    "team_join": "users:read",
    "reaction_added": "reactions:read",
}

_ANY_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
METHOD_SCOPES: dict[str, tuple[str, ...]] = {
    "agents.sessions.rename": ("chat:write",),
    "agents.sessions.setStatus": ("chat:write",),
    "assistant.threads.setStatus": ("chat:write", "assistant:write"),
    "assistant.threads.setSuggestedPrompts": ("assistant:write",),
    "assistant.threads.setTitle": ("assistant:write",),
    "bots.info": ("users:read",),
    "chat.appendStream": ("chat:write",),
    "chat.delete": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.startStream": ("chat:write",),
    "chat.stopStream": ("chat:write",),
    "chat.unfurl": ("links:write",),
    "chat.update": ("chat:write",),
    "conversations.list": _ANY_READ,
    "files.completeUploadExternal": ("files:write",),
    "files.getUploadURLExternal": ("files:write",),
    "reactions.add": ("reactions:write",),
    "team.info": ("team:read",),
    "usergroups.list": ("usergroups:read",),
    "usergroups.users.list": ("usergroups:read",),
    "users.conversations": _ANY_READ,
    "users.info": ("users:read",),
    "users.list": ("users:read",),
    "users.lookupByEmail": ("users:read.email",),
}
"""Any one of these; what depends on the sort of conversation is asked by the method itself."""


def event_name(event: Json) -> str:
    """What an event is called in a subscription."""
    if event["type"] != "message":
        return str(event["type"])
    endings = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}
    return f"message.{endings[event['channel_type']]}"


@dataclass(frozen=True)
class Shortcut:
    """An entry of a menu."""

    name: str
    callback_id: str
    is_global: bool


class Manifest:
    """What the app has declared."""

    def __init__(self, declared: Json | None = None) -> None:
        self.declared = declared or GENEROUS
        self._features: Json = self.declared.get("features", {})
        self._settings: Json = self.declared.get("settings", {})

    @property
    def scopes(self) -> frozenset[str]:
        """The bot's."""
        scopes = self.declared.get("oauth_config", {}).get("scopes", {})
        return frozenset(scopes.get("bot", []))

    @property
    def is_agent(self) -> bool:
        """Whether people meet it in an agent's view."""
        return "agent_view" in self._features

    @property
    def has_home(self) -> bool:
        return bool(self._features.get("app_home", {}).get("home_tab_enabled"))

    @property
    def takes_messages(self) -> bool:
        """Whether people may write to it directly."""
        home = self._features.get("app_home", {})
        enabled = home.get("messages_tab_enabled", False)
        return bool(enabled and not home.get("messages_tab_read_only_enabled", False))

    @property
    def unfurl_domains(self) -> list[str]:
        """Of which links it is told."""
        return list(self._features.get("unfurl_domains", []))

    @property
    def rotates(self) -> bool:
        """Whether tokens live twelve hours and are renewed."""
        return bool(self._settings.get("token_rotation_enabled"))

    @property
    def allows_orgs(self) -> bool:
        """Whether it may be installed on a whole organisation."""
        return bool(self._settings.get("org_deploy_enabled"))

    def escapes(self, command: str) -> bool | None:
        """Whether a command's mentions come as ids; None when there is no such command."""
        for one in self._features.get("slash_commands", []):
            if one["command"] == command:
                return bool(one.get("should_escape"))
        return None

    def shortcut(self, wanted: str) -> Shortcut | None:
        """The shortcut of that name or call-back id."""
        for one in self._features.get("shortcuts", []):
            if wanted in (one["name"], one["callback_id"]):
                return Shortcut(one["name"], one["callback_id"], one["type"] == "global")
        return None

    def why_not(self, event: Json) -> str:
        """Why an event is not sent; empty when it is."""
        name = event_name(event)
        events = self._settings.get("event_subscriptions", {}).get("bot_events", [])
        if name not in events:
            return f"{name} is not subscribed to"
        scope = EVENT_SCOPES.get(name)
        if scope is not None and scope not in self.scopes:
            return f"{name} needs the scope {scope}"
        return ""


def history_scope(kind: Kind) -> str:
    """What reading a conversation needs."""
    return f"{kind.scope}:history"


def read_scope(kind: Kind) -> str:
    """What looking at a conversation itself needs."""
    return f"{kind.scope}:read"
