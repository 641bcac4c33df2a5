"""Words: a text cut into tokens that the grammar walks over by position.

Cutting is one pass of a regular expression without nested repeats, so its work grows with the
length of the text and no faster. What the words mean is the grammar's business.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar, cast

from calendar_core.phrases.lexicon import (
    CORRECTABLE,
    MISSPELT,
    MONTHS,
    NOT_SLIPS,
    WEEKDAYS,
)

T = TypeVar("T")

_TOKEN = re.compile(
    r"(?P<half>[ap]\.\s?m\b\.?|[ap]\s?m(?![^\W_]))"
    r"|(?P<word>[^\W\d_]+(?:['’`][^\W\d_]+)*)"
    r"|(?P<digits>[0-9]+)"
    r"|(?P<mark>\S)",
    re.IGNORECASE,
)
_DASHES = frozenset("-–—−‐")
_KEEPS_DASH = frozenset({*WEEKDAYS, *MONTHS, "am", "pm", "noon", "midnight"})
_PADDING = 12
DEEPEST = 24
"""How many readers may stand inside each other; people nest three or four."""
_LONGEST_NUMBER = 8


class TooMuchWork(Exception):
    """A text needed more steps than any phrase of people does; it is refused."""


class Words:
    """One text's tokens, looked at by position; looking past the end finds nothing.

    `t` holds the lower-case texts, `v` the values of digit runs (-1 for others), `glued` whether a
    token stands right behind the one before it. `steps` counts work, so that it can be bounded.
    """

    __slots__ = (
        "_memo",
        "depth",
        "editing",
        "ends",
        "glued",
        "limit",
        "n",
        "starts",
        "steps",
        "t",
        "v",
        "whole",
    )

    def __init__(self, text: str, *, limit: int, whole: bool) -> None:
        self.t: list[str] = []
        self.v: list[int] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.glued: list[bool] = []
        self.steps = 0
        self.depth = 0
        self.editing = False
        self.limit = limit
        self.whole = whole
        self._memo: dict[tuple[Callable[..., object], int], object] = {}
        self._cut(text)
        self.n = len(self.t)
        self.t.extend([""] * _PADDING)
        self.v.extend([-1] * _PADDING)
        self.glued.extend([False] * _PADDING)

    def _cut(self, text: str) -> None:
        """Fill the lists from the text."""
        end = -1
        for match in _TOKEN.finditer(text):
            kind, raw = match.lastgroup, match.group()
            start = match.start()
            glued = start == end
            end = match.end()
            value = -1
            if kind == "digits":
                word = raw
                value = int(raw) if len(raw) <= _LONGEST_NUMBER else -1
            elif kind == "half":
                word = raw[0].lower() + "m"
            elif kind == "word":
                word = plain(raw.lower())
            else:
                word = "-" if raw in _DASHES else raw
            if word == "time" and self.t and self.t[-1] in ("some", "any"):
                self.t[-1], self.ends[-1] = self.t[-1] + word, end
                continue
            if self._is_hyphen_before(word, glued):
                self._drop_last()
                glued = True
                if word == "end" and self.t[-1] == "week":
                    self.t[-1], self.ends[-1] = "weekend", end
                    continue
            self.t.append(word)
            self.v.append(value)
            self.starts.append(start)
            self.ends.append(end)
            self.glued.append(glued)

    def _is_hyphen_before(self, word: str, glued: bool) -> bool:
        """Whether the dash just read only joins two words ("late-afternoon", "twenty-first")."""
        if not (glued and len(self.t) > 1 and self.t[-1] == "-" and self.glued[-1]):
            return False
        before = self.t[-2]
        return (
            word[:1].isalpha()
            and before[:1].isalpha()
            and word not in _KEEPS_DASH
            and before not in _KEEPS_DASH
        )

    def _drop_last(self) -> None:
        for column in (self.t, self.v, self.starts, self.ends, self.glued):
            column.pop()

    def once(self, read: "Callable[[Words, int], T]", i: int) -> T:
        """What a reader finds at a position; every reader looks at a position only once."""
        key = (read, i)
        if key in self._memo:
            return cast(T, self._memo[key])
        self.step()
        self.depth += 1
        found = read(self, i)
        self.depth -= 1
        self._memo[key] = found
        return found

    def step(self) -> None:
        """Count one piece of work."""
        self.steps += 1
        if self.steps > self.limit:
            raise TooMuchWork

    def phrase(self, i: int, *words: str) -> bool:
        """Whether exactly these words stand at a position."""
        return tuple(self.t[i : i + len(words)]) == words


@lru_cache(maxsize=4096)
def plain(word: str) -> str:
    """A lower-case word without its possessive and without a common slip."""
    if "'" in word or "’" in word or "`" in word:
        word = word.replace("’", "'").replace("`", "'")
        if word == "o'clock":
            return "oclock"
        word = word[:-2] if word.endswith("'s") else word
    if word in MISSPELT:
        return MISSPELT[word]
    if len(word) < 5 or len(word) > 11 or word in NOT_SLIPS or word in _TARGETS:
        return word
    return _corrected(word)


def _skeleton(word: str) -> str:
    """A word's consonants, doubled ones once: what a bad speller gets right."""
    bones = [letter for letter in word if letter not in "aeiou"]
    return "".join(a for a, b in zip(bones, [*bones[1:], ""], strict=True) if a != b)


def _shorter(word: str) -> list[str]:
    return [word[:k] + word[k + 1 :] for k in range(len(word))]


_TARGETS = frozenset(CORRECTABLE)
_SKELETONS = {_skeleton(word): word for word in CORRECTABLE if len(word) > 6}
_ONE_SHORT = {short: word for word in CORRECTABLE for short in _shorter(word)[1:]}


def _corrected(word: str) -> str:
    """The correctable word that is one slip away, or the word itself."""
    if word in _ONE_SHORT:
        return _ONE_SHORT[word]
    for short in _shorter(word)[1:]:
        if short in _TARGETS:
            return short
        meant = _ONE_SHORT.get(short)
        if meant is not None and len(meant) == len(word) and _one_slip(word, meant):
            return meant
    meant = _SKELETONS.get(_skeleton(word)) if len(word) > 5 else None
    return meant if meant and meant[:2] == word[:2] else word


def _one_slip(word: str, meant: str) -> bool:
    """Whether two words of one length differ in one letter or in two swapped neighbours."""
    wrong = [k for k in range(len(word)) if word[k] != meant[k]]
    if len(wrong) == 1:
        return True
    return (
        len(wrong) == 2
        and wrong[1] == wrong[0] + 1
        and word[wrong[0]] == meant[wrong[1]]
        and word[wrong[1]] == meant[wrong[0]]
    )
