"""An answer that comes as JSON, read while it comes: its words at once, its calls in the end.

`{"say": "...", "calls": [{"tool": "...", "arguments": {...}}]}`, and whatever small models make of
it: in a fence, with words in front, arguments in a string, or no JSON at all. What a model without
tool calls is asked for is `toolless`.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.llm.model import ToolCall
from bot.llm.written_calls import Read, Words, arguments_of, calls_in, read_held

_FENCE = re.compile(r"^\s*(?:```\w*\s*)?")
_MARKS = "{`<"
_DECODER = json.JSONDecoder(strict=False)
_SURROGATES = range(0xD800, 0xDC00)
_SAID = ("say", "answer", "text", "message")
"""What models call their words, the asked for first."""


class Reading:
    """One answer while it comes."""

    def __init__(self, *, step: int) -> None:
        self._step = step
        self._raw = ""
        self._say: SaidInJson | None = None
        self._words: Words | None = None

    def add(self, delta: str) -> str:
        """What of the new text may be shown at once."""
        self._raw += delta
        if self._words is not None:
            return self._words.add(delta)
        if self._say is not None:
            return self._say.add(delta)
        bare = self._raw[_fence_end(self._raw) :]
        if bare.startswith(("{", "[")):
            self._say = SaidInJson()
            return self._say.add(bare)
        if bare and not self._raw.lstrip().startswith(tuple(_MARKS)):
            self._words = Words()
            return self._words.add(self._raw)
        return ""

    def end(self) -> Read | None:
        """What is left to show, and the calls; None when the whole is no answer."""
        if self._words is not None:
            return self._of_held(self._words.held)
        if self._say is None:
            return self._of_held(self._raw)
        value = _value(self._raw[_fence_end(self._raw) :])
        if value is None:
            # Broken: words that came whole still count, calls never do.
            return Read() if self._say.is_whole and '"calls"' not in self._raw else None
        read = self._of_value(value)
        return replace(read, text="") if read and self._say.shown else read

    def _of_held(self, held: str) -> Read | None:
        """Words that were held back, from where they began to look like data."""
        if not held.strip():
            return Read()
        place = held.find("{")
        value = _value(held[place:]) if place >= 0 else None
        if isinstance(value, Mapping) and (read := self._of_value(value)) is not None:
            return read
        read = read_held(held)
        return read if read.text or read.calls else None

    def _of_value(self, value: Any) -> Read | None:
        if not isinstance(value, Mapping):
            read = read_held(json.dumps(value))
            return read if read.calls else None
        says = next((value[key] for key in _SAID if isinstance(value.get(key), str)), None)
        made = list(_calls(value.get("calls")))
        if says is None and not made and "calls" not in value:
            made = list(calls_in(value))
            if not made:
                return None
        calls = tuple(
            ToolCall(id=f"json-{self._step}-{number}", tool=tool, arguments=arguments)
            for number, (tool, arguments) in enumerate(made)
        )
        # Half a pair of surrogates is JSON, and no text.
        return Read(calls=calls, text=(says or "").encode(errors="replace").decode())


class SaidInJson:
    """The words of a JSON answer, letter by letter: the string under the outermost `say`."""

    def __init__(self) -> None:
        self.shown = ""
        """All words so far."""
        self.is_whole = False
        """Whether the string came to its end."""
        self._depth = 0
        self._is_key = False
        self._key = ""
        self._string: list[str] | None = None
        self._escape = ""
        self._high = 0

    def add(self, delta: str) -> str:
        """The new words in it."""
        found: list[str] = []
        for letter in delta:
            if self._string is None:
                self._outside(letter)
            elif said := self._inside(letter):
                found.append(said)
        new = "".join(found)
        self.shown += new
        return new

    def _outside(self, letter: str) -> None:
        match letter:
            case '"':
                self._string = []
            case "{" | "[":
                self._depth += 1
                self._is_key = self._depth == 1
            case "}" | "]":
                self._depth -= 1
            case "," if self._depth == 1:
                self._is_key = True
            case ":" if self._depth == 1:
                self._is_key = False

    def _inside(self, letter: str) -> str:
        """Take a letter of a string; it is returned when it is one of the words."""
        assert self._string is not None
        if not self._escape and letter == '"':
            self._close()
            return ""
        if self._escape or letter == "\\":
            self._escape += letter
            letter = self._escaped()
            if not letter:
                return ""
        self._string.append(letter)
        return letter if self._is_said() else ""

    def _is_said(self) -> bool:
        is_value = self._depth == 1 and not self._is_key and self._key == "say"
        return is_value and not self.is_whole

    def _close(self) -> None:
        if self._depth == 1 and self._is_key:
            self._key = "".join(self._string or ())
        elif self._is_said():
            self.is_whole = True
        self._string, self._high = None, 0

    def _escaped(self) -> str:
        """The letter that an escape stands for, when it is whole; two escapes make some letters."""
        if len(self._escape) < (6 if self._escape[1:2] == "u" else 2):
            return ""
        try:
            letter = str(json.loads(f'"{self._escape}"'))
        except ValueError:
            letter = self._escape[1:]
        self._escape = ""
        if len(letter) == 1 and ord(letter) in _SURROGATES:
            self._high = ord(letter)
            return ""
        if self._high and len(letter) == 1 and 0xDC00 <= ord(letter) < 0xE000:
            letter = chr(0x10000 + ((self._high - 0xD800) << 10) + ord(letter) - 0xDC00)
        self._high = 0
        return letter if not "\ud800" <= letter[:1] <= "\udfff" else "\ufffd"


def _fence_end(raw: str) -> int:
    found = _FENCE.match(raw)
    return found.end() if found else 0


def _value(text: str) -> Any | None:
    """The JSON value that a text begins with; None when there is none."""
    try:
        value, _ = _DECODER.raw_decode(text.lstrip())
    except (ValueError, RecursionError):
        return None
    return value


def _calls(value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The calls of an answer: a list, or one alone; arguments may be left out."""
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, Mapping):
            continue
        name = one.get("tool") or one.get("name")
        if isinstance(name, str) and name:
            yield name, arguments_of(one.get("arguments", one.get("parameters")) or {})
        else:
            yield from calls_in(one)
