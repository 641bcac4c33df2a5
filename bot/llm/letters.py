"""Half letters: what is left where a server cut its stream in the middle of a letter (a surrogate
of UTF-16 without its other half). Halves that meet are one letter again; one that stays alone is
U+FFFD, for no text that holds it can be kept, shown or sent. Nor can the letter NUL, which goes.
"""

from collections.abc import Mapping
from typing import Any

from bot.chat.messages import storable

_FIRST_HALVES = range(0xD800, 0xDC00)


class Letters:
    """A text as it streams in: half a letter waits for the other."""

    def __init__(self) -> None:
        self._half = ""

    def add(self, delta: str) -> str:
        """The text that is whole."""
        text, self._half = self._half + delta, ""
        if text and ord(text[-1]) in _FIRST_HALVES:
            text, self._half = text[:-1], text[-1]
        return storable(text)

    def rest(self) -> str:
        """What is left when the text is over."""
        half, self._half = self._half, ""
        return storable(half)


def mended(value: Any) -> Any:
    """JSON values whose texts are whole, keys too."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, Mapping):
        return {mended(key): mended(one) for key, one in value.items()}
    if isinstance(value, list):
        return [mended(one) for one in value]
    return value
