"""What the model made of a request: a call to make, a question to ask, or words to say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Pointed(StrEnum):
    """What exactly a question wants to know of an event."""

    WHEN = "when"
    WHERE = "where"
    WHO = "who"
    HOW_LONG = "how long"
    HOW_MANY = "how many"
    WEATHER = "weather"
    ANSWERS = "answers"
    END = "end"
    WHETHER = "whether"
    FIRST = "first"
    LAST = "last"
    LONGEST = "longest"
    SHORTEST = "shortest"
    CLASHES = "clashes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One thing to do. Without `ask` the call is complete."""

    tool: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    ask: str | None = None
    """The one short question that must be answered first."""
    pointed: Pointed | None = None
    """For looking: the one fact that is wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the model does with one step of a turn."""

    frames: tuple[Frame, ...] = ()
    """Tools to call."""
    text: str = ""
    """Words to say."""
    asks_for: str | None = None
    known: Mapping[str, Any] = field(default_factory=dict)


def as_reply(frames: tuple[Frame, ...]) -> Reply:
    """Calls, or the first question that is open."""
    asked = next((frame for frame in frames if frame.ask), None)
    if asked is None:
        return Reply(frames=frames)
    return Reply(text=asked.ask or "", asks_for=asked.tool, known=asked.arguments)


def filled(**arguments: Any) -> dict[str, Any]:
    """Arguments that say something: None, False and empty ones are left out."""
    return {name: value for name, value in arguments.items() if value not in (None, False, "", [])}
