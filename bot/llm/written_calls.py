"""Tool calls that a model wrote into its words instead of making them, as small models do.

They are read as calls where they can be, and never shown: JSON and markers are no answer.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.llm.model import ToolCall
from bot.llm.schema import NOT_JSON, loosen

_SUSPICIOUS = "{[`<"
_THINKS, _THOUGHT = "<think>", "</think>"
_MARKS = re.compile(
    r"</?(?:tool_call|tool_calls|function_call|function|tools)\b[^>]*>|<\|[^|]*\|>|\[/?TOOL_CALLS\]"
    r"|```\w*",
    re.IGNORECASE,
)
_DECODER = json.JSONDecoder()


class Thoughts:
    """Drops what a model thinks aloud before its answer, between `<think>` and `</think>`."""

    def __init__(self) -> None:
        self._held = ""
        self._is_over = False

    def add(self, delta: str) -> str:
        """What of the new text is answer."""
        if self._is_over:
            return delta
        self._held += delta
        bare = self._held.lstrip()
        if bare.startswith(_THINKS):
            _, end, rest = bare.partition(_THOUGHT)
            if not end:
                return ""
            self._is_over, self._held = True, ""
            return rest.lstrip()
        if _THINKS.startswith(bare):
            return ""
        return self.rest()

    def rest(self) -> str:
        """What is left when the text is over; thinking without an end is no answer."""
        held, self._held, self._is_over = self._held, "", True
        return "" if held.lstrip().startswith(_THINKS) else held


class Words:
    """Words as they stream in; from the first line that begins like a call, they are held back."""

    def __init__(self) -> None:
        self.held = ""
        self._at_line_start = True

    def add(self, delta: str) -> str:
        """What of the new words may be shown at once."""
        if self.held:
            self.held += delta
            return ""
        for place, letter in enumerate(delta):
            if self._at_line_start and letter in _SUSPICIOUS:
                self.held = delta[place:]
                return delta[:place]
            self._at_line_start = letter == "\n" or (self._at_line_start and letter.isspace())
        return delta


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What held words turned out to be: calls, or words after all, or neither."""

    calls: tuple[ToolCall, ...] = ()
    text: str = ""


def read_held(held: str) -> Read:
    """Read words that were held back. Raw data that is no call is dropped."""
    bare = _MARKS.sub(" ", held).strip()
    values = list(_json_values(bare))
    if values:
        calls = [call for value in values for call in calls_in(value)]
        named = [ToolCall(id=f"written-{n}", tool=t, arguments=a) for n, (t, a) in enumerate(calls)]
        return Read(calls=tuple(named))
    is_marked = _MARKS.search(held.replace("```", "")) is not None
    return Read(text="" if is_marked else held)


def _json_values(text: str) -> Iterator[Any]:
    """The JSON objects and lists that make up a text; nothing when it has other words in front."""
    while text[:1] in ("{", "["):
        try:
            value, end = _DECODER.raw_decode(text)
        except (ValueError, RecursionError):
            return
        yield value
        text = text[end:].lstrip(" \n\r\t,;")


def calls_in(value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The tool calls in a JSON value, in the shapes that models give them; none in other data."""
    if isinstance(value, list):
        for one in value:
            yield from calls_in(one)
        return
    if not isinstance(value, Mapping):
        return
    inner = value.get("function", value)
    if not isinstance(inner, Mapping):
        inner = {**value, "name": inner}
    name = inner.get("name") or inner.get("tool")
    if isinstance(name, str) and ("arguments" in inner or "parameters" in inner):
        yield name, arguments_of(inner.get("arguments", inner.get("parameters")))


def arguments_of(found: Any) -> dict[str, Any]:
    """Arguments, an object or JSON of one; `NOT_JSON` for anything else."""
    if isinstance(found, str):
        try:
            found = json.loads(found)
        except (ValueError, RecursionError):
            return {NOT_JSON: True}
    return loosen(found) if isinstance(found, Mapping) else {NOT_JSON: True}
