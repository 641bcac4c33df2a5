"""Tool calls that a model wrote into its words instead of making them, as small models do.

They are read as calls where they can be, and never shown: JSON and markers are no answer.
"""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.llm.model import ToolCall
from bot.llm.schema import NOT_JSON, loosen

_SUSPICIOUS = "{[`<"
_THINKS = {f"<{tag}>": f"</{tag}>" for tag in ("think", "thinking", "thought", "reasoning")}
_MARKS = re.compile(
    r"</?(?:tool_call|tool_calls|function_call|function|tools)\b[^>]*>|<[|｜][^|｜<>]*[|｜]>"
    r"|\[/?TOOL_CALLS\]|```\w*",
    re.IGNORECASE,
)
_PYTHON = re.compile(r"\[\s*[a-z]\w*\(.*\)\s*\]", re.DOTALL)
_LONGEST_PYTHON = 4_000
_DECODER = json.JSONDecoder()


class Thoughts:
    """Drops what a model thinks aloud before its answer, between `<think>` and `</think>` or such
    tags. (Where the first was never sent, `bot.showable` drops what stands before the last.)"""

    def __init__(self) -> None:
        self._held = ""
        self._is_over = False

    def add(self, delta: str) -> str:
        """What of the new text is answer."""
        if self._is_over:
            return delta
        self._held += delta
        bare = self._held.lstrip()
        if ending := _ends_thinking(bare):
            _, end, rest = bare.partition(ending)
            if not end:
                return ""
            self._is_over, self._held = True, ""
            return rest.lstrip()
        if any(opening.startswith(bare) for opening in _THINKS):
            return ""
        return self.rest()

    def rest(self) -> str:
        """What is left when the text is over; thinking without an end is no answer."""
        held, self._held, self._is_over = self._held, "", True
        return "" if _ends_thinking(held.lstrip()) else held


def _ends_thinking(text: str) -> str | None:
    """What ends the thoughts with which a text begins; None where it begins with none."""
    return next((end for begin, end in _THINKS.items() if text.startswith(begin)), None)


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
    if calls := list(_python_calls(bare)):
        return Read(
            calls=tuple(
                ToolCall(id=f"written-{n}", tool=tool, arguments=arguments)
                for n, (tool, arguments) in enumerate(calls)
            )
        )
    is_marked = _MARKS.search(held.replace("```", "")) is not None
    return Read(text="" if is_marked else held)


def _python_calls(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """`[look(when="today")]`, as Llama's models write calls; nothing where a text is not just
    that."""
    if len(text) > _LONGEST_PYTHON or not _PYTHON.fullmatch(text):
        return
    try:
        found = ast.parse(text, mode="eval").body
        assert isinstance(found, ast.List)
        calls = [(_name_of(one), _arguments_of(one)) for one in found.elts]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    yield from calls


def _name_of(node: ast.expr) -> str:
    """Raises ValueError for what is no call."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.args:
        return node.func.id
    raise ValueError("no call")


def _arguments_of(node: ast.expr) -> dict[str, Any]:
    """Raises ValueError for what is more than values."""
    assert isinstance(node, ast.Call)
    given = {one.arg: ast.literal_eval(one.value) for one in node.keywords}
    if None in given:
        raise ValueError("no names")
    return loosen({str(name): value for name, value in given.items()})


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
