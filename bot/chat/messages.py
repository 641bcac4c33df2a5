"""What comes in from a chat platform: pure values, the same for every platform."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum


def storable(text: str) -> str:
    """Text without what no database keeps: the letter NUL, and halves of letters, which others'
    programs leave where they cut a text short."""
    if "\0" in text:
        text = text.replace("\0", "")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _clean(value: object, *names: str) -> None:
    """Make those texts of a value, which is being made, storable."""
    for name in names:
        text = getattr(value, name)
        kept = storable(text)
        if kept is not text:
            object.__setattr__(value, name, kept)


class PlaceKind(StrEnum):
    """What sort of place it is."""

    DIRECT = "direct"
    """A conversation with one person alone."""
    CHANNEL = "channel"
    """A room that others read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something is said: a direct conversation, a channel, a thread in it."""

    platform: str
    """`console`, `slack`, `discord`."""
    workspace: str
    """Team or server; empty in a terminal."""
    channel: str
    """The platform's id of the channel or direct conversation."""
    thread: str | None = None
    kind: PlaceKind = PlaceKind.DIRECT
    name: str = ""
    """As people call it: "#team". Empty for direct conversations."""

    def __post_init__(self) -> None:
        _clean(self, "name")

    @property
    def key(self) -> str:
        """One text that names the conversation; the same after a restart."""
        return "/".join((self.platform, self.workspace, self.channel, self.thread or ""))

    @property
    def trunk_key(self) -> str | None:
        """In a thread of a direct conversation: the conversation that it branched off from."""
        return replace(self, thread=None).key if self.is_private and self.thread else None

    @classmethod
    def channel_from_key(cls, key: str) -> "Place":
        """The channel, or thread in it, that a key names."""
        platform, workspace, rest = key.split("/", 2)
        channel, _, thread = rest.rpartition("/")
        return cls(
            platform=platform,
            workspace=workspace,
            channel=channel,
            thread=thread or None,
            kind=PlaceKind.CHANNEL,
            name=channel if channel.startswith("#") else "",
        )

    @property
    def is_private(self) -> bool:
        """Whether only one person reads it."""
        return self.kind is PlaceKind.DIRECT

    def is_abroad_for(self, sender: "Sender") -> bool:
        """Whether it is another company's: they share the channel, and are no colleagues there."""
        return sender.workspace not in ("", self.workspace)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """An account on a platform; which person it is, `bot.people` knows."""

    platform: str
    workspace: str
    """Of somebody of another company, who shares a channel and is not served there: the one they
    share it with, and theirs, "T1:T2"."""
    user: str
    """The platform's id."""
    name: str = ""
    zone: str | None = None
    """IANA name, where the platform tells."""
    email: str = ""
    """Where the platform tells."""

    def __post_init__(self) -> None:
        _clean(self, "name", "email")

    @property
    def through(self) -> str:
        """The workspace through which they are spoken with."""
        return self.workspace.partition(":")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRef:
    """A message that the bot posted, so that it can be edited."""

    place: Place
    id: str
    """The platform's id of the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingMessage:
    """Somebody wrote to the bot."""

    id: str
    """The platform's id; the same when the platform delivers twice."""
    place: Place
    sender: Sender
    text: str
    """As people read it: mentions stand as "@Name", the mention of the bot itself is left out."""
    at: datetime
    mentioned: tuple[Sender, ...] = ()
    """The people whom the text mentions, the bot left out."""
    is_addressed: bool = True
    """False for words in a thread that nobody said to the bot: heard only where the thread is a
    conversation of this sender with it."""
    branched_at: datetime | None = None
    """In a thread of a direct conversation: when the message was written under which it began."""
    is_unseen: bool = False
    """Whether nobody else saw these words (a command): what is answered without looking at
    anything is for the sender alone, too."""

    def __post_init__(self) -> None:
        _clean(self, "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonPress:
    """Somebody pressed a button or chose from a select."""

    id: str
    place: Place
    sender: Sender
    value: str
    """What the button carries: `verb:id` and nothing else."""
    at: datetime
    message: MessageRef | None = None
    """The message that the button stands on, where the platform tells."""
    reply: str | None = None
    """The press's own address for edits (Slack's response_url); None where the message itself can
    be edited."""
    trigger: str | None = None
    """What opens a form in answer to this press."""
    on_page: bool = False
    """Whether the button stands on the sender's own page (`PersonalPages`)."""

    def __post_init__(self) -> None:
        _clean(self, "value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A slash command."""

    id: str
    place: Place
    sender: Sender
    name: str
    """The word it is about (`today`, `free`, `link` …), or empty where the text is all there is."""
    text: str
    at: datetime
    trigger: str | None = None
    """What opens a form in answer."""
    mentioned: tuple[Sender, ...] = ()

    def __post_init__(self) -> None:
        _clean(self, "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormAnswer:
    """A form was filled in."""

    id: str
    place: Place
    sender: Sender
    value: str
    """The form's own `verb:id`."""
    at: datetime
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Field name → what was entered; a field left empty is the empty text. A password may be among
    them: they are never printed."""

    def __post_init__(self) -> None:
        kept = {name: storable(text) for name, text in self.fields.items()}
        object.__setattr__(self, "fields", kept)


class ShortcutKind(StrEnum):
    """What a shortcut is for."""

    NEW_EVENT = "new_event"
    """From anywhere: ask what event to make."""
    EVENT_OF_MESSAGE = "event_of_message"
    """From a message: read it and propose an event."""
    TIME_WITH = "time_with"
    """From a person: find a time with them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """A message of somebody else's that a shortcut was used on: a stranger's text."""

    text: str
    author: str
    """Their name."""
    at: datetime
    """When it was written: "tomorrow" in it counts from then."""
    url: str = ""
    """A link to it, where the platform has one."""

    def __post_init__(self) -> None:
        _clean(self, "text", "author")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcut:
    """Somebody chose an entry of a menu."""

    id: str
    kind: ShortcutKind
    place: Place
    """Where it was used; the sender's direct conversation for a global one."""
    sender: Sender
    at: datetime
    trigger: str | None = None
    """What opens a form in answer."""
    message: Quoted | None = None
    """For EVENT_OF_MESSAGE."""
    other: Sender | None = None
    """For TIME_WITH."""


class Page(StrEnum):
    """What somebody opened."""

    HOME = "home"
    """Their own page."""
    TALK = "talk"
    """The empty conversation with the bot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Somebody opened their own page, or the conversation with the bot."""

    id: str
    page: Page
    place: Place
    """Their direct conversation."""
    sender: Sender
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LinksShared:
    """Somebody wrote a message with links to calendars; not to the bot."""

    id: str
    place: Place
    sender: Sender
    at: datetime
    message: MessageRef
    """Theirs."""
    urls: tuple[str, ...]
    """As they stand in it."""


class Wanted(StrEnum):
    """What an autocompletion is about."""

    CALENDAR = "calendar"
    EVENT = "event"
    TIME = "time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typing:
    """What somebody has typed of a command's option so far."""

    wanted: Wanted
    text: str
    place: Place
    sender: Sender

    def __post_init__(self) -> None:
        _clean(self, "text")
