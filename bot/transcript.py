"""What was said and done in a conversation: pure values, the same for every model and platform.

Vendors' own shapes stand in `bot.llm`; storing conversations is `bot.store`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class UserSaid:
    """A person wrote."""

    text: str
    speaker: str
    """The person's name."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistantSaid:
    """The model answered in words."""

    text: str
    asks_for: str | None = None
    """The tool that a question is for: the answer will complete its arguments."""
    known: Mapping[str, Any] = field(default_factory=dict)
    """With `asks_for`: the arguments that are known so far."""
    vendor: Mapping[str, Any] | None = None
    """What one vendor wants to see again, untouched: `model` names whose it is, all others ignore
    it. The words may be empty when it stands before calls."""
    strangers_text: bool = False
    """Whether the words repeat what strangers wrote: they may be remembered for longer than what
    they came from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCalled:
    """The model called a tool."""

    id: str
    tool: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolReturned:
    """What the tool said to the model."""

    id: str
    tool: str
    content: str
    """JSON text; see `bot.tools` for each tool's result."""
    ok: bool = True
    """False: the content is a sentence that says what to correct or why it can't be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """Something came of a card: confirmed, declined, undone. Told by the engine, never by a
    model."""

    what: str
    """applied | declined | undone | expired | stale | failed | superseded | done | cancelled."""
    text: str
    """The outcome line as the person saw it."""
    at: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)
    """`tool`, and for each event `ref`, `title`, `when`: what "it" and "that" mean from now on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interrupted:
    """Something that nobody had asked for was shown here: a reminder, news. No model is told."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What came before, told in short where a conversation is too long for a model. Made for a
    request, never kept."""

    text: str
    """JSON text: what was asked and answered, what happened, what waits, which events."""
    private: bool
    """Whether some of it is the asker's alone."""
    strangers_text: bool
    """Whether strangers wrote some of it."""


Part: TypeAlias = (
    UserSaid | AssistantSaid | ToolCalled | ToolReturned | Happened | Interrupted | Earlier
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One place's exchange with one person."""

    key: str
    """`Place.key`, and in a channel the person's id behind it: private answers stay apart."""
    parts: tuple[Part, ...] = ()

    def with_parts(self, *parts: Part) -> "Conversation":
        """The conversation, continued."""
        return Conversation(key=self.key, parts=self.parts + parts)
