"""Addresses in a model's words: shown only where somebody else said them before. Pure.

An address that a model makes up can carry private words out in itself: a picture is fetched when
it is drawn, a link when it is pressed. What stands verbatim in a calendar, or in what the person
said, was there without the model.
"""

import re
from collections.abc import Callable, Iterable
from typing import TypeAlias

LEFT_OUT = "(a link was left out)"
MayShow: TypeAlias = Callable[[str], bool]

_NAMED = re.compile(
    r"(?P<picture>!?)\[(?P<label>[^\[\]\n]{0,300})\]\(\s*<?(?P<address>[^()\s<>]{1,4000})>?"
    r"(?:\s+[\"'(][^\n)]{0,300}[\"')])?\s*\)"
)
_BARE = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,20}://|www\.)[^\s<>\"'`)\]|]+"
    r"|(?<![\w@.-])(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}(?::\d+)?/[^\s<>\"'`)\]|]*"
    r"|(?<![\w@/.-])data:[^\s<>\"'`)\]|]+",
    re.IGNORECASE,
)
_OPEN = re.compile(r"!?\[[^\[\]\n]{0,300}(?:\](?:\([^()\s]{0,4000})?)?$")
_MAY_BE_ONE = re.compile(
    r"[/:]|\w\.\w|^(?:h|ht|htt|https?|w{1,3}\.?|d|da|dat|data)$", re.IGNORECASE
)
_LONGEST = 4_000
_POINTS = ".,;:!?…"


def nowhere(address: str) -> bool:
    """No address was said by anybody."""
    return False


def known_to(texts: Iterable[str]) -> MayShow:
    """Whether an address stands verbatim in one of these texts."""
    told = tuple(texts)
    return lambda address: any(address in text for text in told)


def without_new(text: str, may_show: MayShow) -> str:
    """The text without addresses that may not be shown; a named one keeps its name."""
    text = _NAMED.sub(lambda match: _named(match, may_show), text)
    return _BARE.sub(lambda match: _bare(match[0], may_show), text)


def _named(match: re.Match[str], may_show: MayShow) -> str:
    if match["picture"]:
        return match["label"]
    return match[0] if may_show(match["address"]) else match["label"]


def _bare(address: str, may_show: MayShow) -> str:
    bare = address.rstrip(_POINTS)
    return address if may_show(bare) else LEFT_OUT + address[len(bare) :]


def begun(text: str) -> int:
    """Where an address begins that may still go on at the end of a text; its length where none."""
    bracket = text.rfind("[", max(len(text) - _LONGEST, 0))
    if bracket >= 0 and _OPEN.match(text, bracket):
        return bracket - (text[bracket - 1 : bracket] == "!")
    word = text[-_LONGEST:].split()[-1] if text and not text[-1].isspace() else ""
    return len(text) - len(word) if _MAY_BE_ONE.search(word) else len(text)
