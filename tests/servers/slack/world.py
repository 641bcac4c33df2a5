"""What stands on the server: people, channels, messages, views, tokens; plain state, no rules."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from typing import Any

Json = dict[str, Any]


class Refused(Exception):
    """Slack says no: the `error` of an answer, and what else stands in it."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.more = more


class Kind(StrEnum):
    """What sort of conversation it is; the words that events use."""

    CHANNEL = "channel"
    PRIVATE = "group"
    DIRECT = "im"
    GROUP_DIRECT = "mpim"

    @property
    def scope(self) -> str:
        """The first word of the scopes that govern it (`channels:read`)."""
        return {"channel": "channels", "group": "groups"}.get(self.value, self.value)


@dataclass(eq=False)
class Account:
    """A user of a team: a person or a bot."""

    id: str
    team: str
    name: str
    email: str = ""
    tz: str = "Europe/Berlin"
    is_bot: bool = False
    is_admin: bool = False
    is_owner: bool = False
    is_guest: bool = False
    deleted: bool = False


@dataclass(eq=False)
class UserGroup:
    """A team's own group of people, mentioned by its handle."""

    id: str
    team: str
    handle: str
    users: list[str]


@dataclass(eq=False)
class Channel:
    """A conversation, its members and what was said in it, oldest first."""

    id: str
    team: str
    name: str
    kind: Kind
    members: set[str]
    creator: str = ""
    is_archived: bool = False
    messages: "dict[str, Message]" = field(default_factory=dict)
    threads: "Counter[str]" = field(default_factory=Counter)
    """How many replies that all can see each thread has."""


@dataclass(eq=False)
class Message:
    """Something that was said, as it stands now."""

    ts: str
    channel: Channel
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    seen_by: str | None = None
    """For an ephemeral message, the one who sees it."""
    is_shown: bool = True
    """False for an ephemeral message in a thread that is not active: nobody is shown that."""
    bot_id: str | None = None
    metadata: Json | None = None
    edits: int = 0
    is_streaming: bool = False
    touched: float = 0.0
    """When a stream was last fed."""
    reactions: list[str] = field(default_factory=list)
    client_msg_id: str | None = None
    unfurls: dict[str, list[Json]] = field(default_factory=dict)
    """What an app shows beneath it, by the link that it is about: blocks."""

    @property
    def root(self) -> str:
        """The thread that it stands in or begins."""
        return self.thread_ts or self.ts


@dataclass(eq=False)
class View:
    """A modal or a home page as it stands now."""

    id: str
    team: str
    user: str
    body: Json
    hash: str
    root: str
    previous: str | None = None
    is_open: bool = True
    errors: dict[str, str] = field(default_factory=dict)
    """What the app said is wrong with its fields: block id → sentence."""

    @property
    def type(self) -> str:
        return str(self.body["type"])


@dataclass(eq=False)
class Token:
    """What a caller shows: whose it is and what it allows."""

    value: str
    kind: str
    """`bot`, `user` or `app`."""
    team: str
    """Team or, for an installation on a whole organisation, the enterprise."""
    user: str
    scopes: frozenset[str]
    is_org: bool = False
    expires_at: float | None = None
    refresh: str | None = None
    end: str | None = None
    """The error that it brings since it was revoked or its app removed."""


@dataclass(eq=False)
class Trigger:
    """Leave to open a view: three seconds, once."""

    team: str
    user: str
    at: float
    view: str | None = None
    """The modal in which it was made."""
    is_used: bool = False


@dataclass(eq=False)
class ReplyAddress:
    """A `response_url`: five uses within thirty minutes."""

    team: str
    channel: Channel
    user: str
    at: float
    message: Message | None = None
    """What was pressed on; none for a command."""
    uses: int = 0


@dataclass(frozen=True)
class Call:
    """A call of the Web API, as it came and as it was answered."""

    method: str
    args: Json
    token: str
    at: float
    status: int
    answer: Json

    @property
    def error(self) -> str:
        return str(self.answer.get("error", ""))


@dataclass(frozen=True)
class Status:
    """What an app shows itself to be doing in a thread."""

    channel: str
    thread_ts: str
    text: str
    at: float


class Ids:
    """Ids as Slack makes them, and timestamps that never stand still."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._last = 0

    def new(self, letter: str) -> str:
        """A new id that begins with this letter."""
        return f"{letter}0{next(self._numbers):08X}"

    def ts(self, now: float) -> str:
        """A timestamp later than any before."""
        self._last = max(self._last + 1, int(now * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"


@dataclass
class World:
    """Everything, by id."""

    ids: Ids = field(default_factory=Ids)
    accounts: dict[str, Account] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    groups: dict[str, UserGroup] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    """The published home page of each person."""
    tokens: dict[str, Token] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    addresses: dict[str, ReplyAddress] = field(default_factory=dict)
    directs: dict[tuple[str, str], Channel] = field(default_factory=dict)
    """The direct conversation of a team's bot with somebody."""
    statuses: list[Status] = field(default_factory=list)
    doing: dict[tuple[str, str], str] = field(default_factory=dict)
    """What is shown to go on in a thread now."""
    prompts: dict[str, list[Json]] = field(default_factory=dict)
    """The suggested prompts of a direct conversation."""
    sessions: dict[tuple[str, str], Json] = field(default_factory=dict)
    files: dict[str, Json] = field(default_factory=dict)
