"""The port to a language model, in neutral words.

Vendors' wires are `openai`; rules without a model are `offline`.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol, TypeAlias
from zoneinfo import ZoneInfo

from bot.transcript import Part
from calendar_core.phrases.meaning import Policy

CLOCK = "The next days:"
"""The line of a prompt from which on it is another at each message: dates, waiting cards, the time.
What stands before it stays, and vendors may keep it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolSpec:
    """A tool as a model sees it."""

    name: str
    description: str
    parameters: Mapping[str, Any]
    """JSON schema of its arguments, plain (pydantic's); each vendor's file makes its own dialect
    of it."""
    kind: str
    """reads | proposes | notes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where and when a turn takes place: what every model needs to know, as data."""

    now: datetime
    """Aware, in `zone`."""
    zone: ZoneInfo
    speaker: str
    """The person's name."""
    in_channel: bool = False
    place_name: str = ""
    people: tuple[str, ...] = ()
    """Names of the people known here, the speaker left out."""
    groups: tuple[str, ...] = ()
    """Names of the speaker's own lists of people."""
    calendars: tuple[str, ...] = ()
    policy: Policy = field(default_factory=Policy)
    clock_24h: bool = True
    default_length: timedelta = timedelta(hours=1)
    open_cards: int = 0
    """How many cards of the speaker wait for a press here."""

    @property
    def names(self) -> tuple[str, ...]:
        """All names that are told as they stand and that others may have chosen."""
        return (*self.calendars, *self.people, self.place_name)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCapabilities:
    """What a model can do, as data."""

    tools: bool = True
    """Whether it calls tools by itself. Without, it is given the agenda in its request and may
    propose through a structured answer."""
    streaming: bool = True
    """Whether its words come while they are made."""
    structured: bool = True
    """Whether an answer can be held to a JSON schema."""
    context: int = 128_000
    """Tokens that a request and its answer may have together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRequest:
    """One step of a turn: everything said so far, and what may be called."""

    prompt: str
    """The system prompt; the clock stands last in it."""
    parts: tuple[Part, ...]
    tools: tuple[ToolSpec, ...]
    setting: Setting
    agenda: str = ""
    """What tools would have told of the days ahead, fenced as they fence it: for models without
    tool calls, else empty."""
    form: Mapping[str, Any] | None = None
    """JSON schema that the answer has to keep to, where the model can be held to one."""


@dataclass(frozen=True, slots=True)
class TextDelta:
    """More words of the answer."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """The model wants a tool called; complete, with arguments parsed from JSON."""

    id: str
    tool: str
    arguments: Mapping[str, Any]


class Stop(StrEnum):
    """Why a reply ended."""

    ANSWERED = "answered"
    CALLED = "called"
    CUT = "cut"
    """The length ran out: what was called is not to be trusted."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The end of a reply; always the last event."""

    stop: Stop
    asks_for: str | None = None
    """When the words are a question: the tool that it is for."""
    known: Mapping[str, Any] = field(default_factory=dict)
    """With `asks_for`: the arguments known so far."""
    tokens_in: int = 0
    """All that the model read, what it had kept from before included."""
    tokens_cached: int = 0
    """Of `tokens_in`: what the vendor had kept from before, and charges less for."""
    tokens_stored: int = 0
    """Of `tokens_in`: what the vendor keeps from now on, where it charges more for that."""
    tokens_out: int = 0
    vendor: Mapping[str, Any] | None = None
    """What the vendor wants to see again with this reply; see `AssistantSaid.vendor`."""


ModelEvent: TypeAlias = TextDelta | ToolCall | Finished


class ModelUnavailable(Exception):
    """The model is down, slow, over quota or talks nonsense; the offline model takes over.

    `seconds` is how long it asked to be left alone, where it did.
    """

    def __init__(self, message: str = "", seconds: float | None = None) -> None:
        super().__init__(message)
        self.seconds = seconds


class LanguageModel(Protocol):
    """Answers a request with words, tool calls, or both."""

    @property
    def name(self) -> str:
        """As chosen in the settings: `offline`, `openai:gpt-x`."""
        ...

    @property
    def capabilities(self) -> ModelCapabilities:
        """What it can do; does not change while it lives."""
        ...

    def reply(self, request: ModelRequest) -> AsyncIterator[ModelEvent]:
        """Stream the reply; a `Finished` comes last, exactly once.

        Raises ModelUnavailable, also in the middle.
        """
        ...
