"""What people wrote on Discord as they read it: the marks of its markdown are not among the words.
Pure. What we write in it is `markup`.

https://support.discord.com: Markdown Text 101; docs.discord.com, reference: message formatting.
"""

import re
from collections.abc import Callable

_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_KEPT = 0xE000
"""Where escaped signs wait in Unicode's private area, so that no mark is made of them."""
_WAITING = re.compile(f"[{chr(_KEPT)}-{chr(_KEPT + 0x7F)}]")
_FENCE = re.compile(r"```(?:[\w+-]{1,20}\n)?([^`]{1,2000})```")
_CODE = re.compile(r"(`{1,2})(?=[^`\s])([^`\n]{1,300})\1")
_AT_START = re.compile(r"^[ \t]*(?:#{1,3}|-#|>>>|>)[ \t]+", re.MULTILINE)
_LINK = re.compile(r"\[([^\]\n]{1,300})\]\(<?(https?://[^\s<>)]+)>?\)")
_BARE_LINK = re.compile(r"<(https?://[^\s<>]+)>")
_PAIR = re.compile(
    r"(?<![^\s(\"'\[])(\*{1,3}|_{1,3}|~~|\|\|)(?=[^\s])([^\n]{1,300}?)(?<=[^\s])\1"
    r"(?![^\s.,;:!?)\"'\]])"
)
_MARK = re.compile(r"[\\*_~`|\[\]<>#]")
_NESTED = 3
"""So deep marks stand in one another at most."""
_PERSON = re.compile(r"<@!?(\d{1,20})>")


def unmarked(text: str, said: Callable[[str], str] = str) -> str:
    """A text without bold, italics, strikes, spoilers, code, headings and quotes; of a link with
    words both stay. `said` puts names for mentions: it is not shown signs that were escaped."""
    text = _WAITING.sub("", text)
    text = _ESCAPED.sub(lambda found: chr(_KEPT + ord(found[1])), text)
    text = _CODE.sub(r"\2", _FENCE.sub(r"\1", text))
    text = _BARE_LINK.sub(r"\1", _LINK.sub(r"\1 \2", _AT_START.sub("", text)))
    for _ in range(_NESTED):
        text = _PAIR.sub(r"\2", text)
    return _WAITING.sub(lambda found: chr(ord(found[0]) - _KEPT), said(text))


def kept(name: str) -> str:
    """A name among words that will be read: none of its signs is taken for a mark."""
    return _MARK.sub(r"\\\g<0>", name)


def people_in(text: str) -> tuple[int, ...]:
    """Whom a text mentions, by their accounts' ids, each once."""
    return tuple(dict.fromkeys(int(id) for id in _PERSON.findall(_ESCAPED.sub("", text))))
