"""Lines of a card → Discord's markdown. Foreign text is shown, never obeyed.

https://support.discord.com: Markdown Text 101; docs.discord.com, reference: message formatting.
"""

import re
from datetime import datetime
from typing import assert_never
from urllib.parse import quote

from bot.chat.cards import Line, Link, Moment, Quiet, Span, Strong

# Control characters and bidirectional overrides (Unicode TR 36, 3.2); the zero-width joiner stays.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
_SPECIAL = re.compile(r"([\\*_~`|<>\[\]()])")
_AT_START = re.compile(r"^(\s*)([#+-]|\d+(?=[.)]))")
_ADDRESS = re.compile(r"(?<=[A-Za-z]):(?=//)")
_MENTION = re.compile(r"@(?=everyone|here|[!&]?\d)")
_CLOCK = re.compile(r"\d{1,2}(?:[:.]\d\d)?\s*(?:am|pm)?", re.IGNORECASE)
_WEEKDAY = re.compile(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)", re.IGNORECASE)
_DISTANCE = re.compile(r"^in \d|\bago$")

_BREAK = "\u200b"
"""A zero-width space: what it stands in is no mention to any reader of the text."""


def escaped(text: str) -> str:
    """A foreign text as one line that reads as it was written and does nothing else."""
    text = _UNSAFE.sub(" ", text)
    text = _SPECIAL.sub(r"\\\1", text)
    text = _AT_START.sub(_escape_start, text)
    text = _ADDRESS.sub(r"\\:", text)
    return _MENTION.sub("@" + _BREAK, text)


def _escape_start(match: re.Match[str]) -> str:
    space, sign = match.groups()
    return f"{space}{sign}\\" if sign.isdigit() else f"{space}\\{sign}"


def marked(line: Line) -> str:
    """A line as markdown; one that is quiet as a whole becomes small print."""
    if line and all(isinstance(span, Quiet) for span in line):
        return "-# " + "".join(escaped(span.text) for span in line if isinstance(span, Quiet))
    return "".join(_span(span) for span in line)


def _span(span: Span) -> str:
    match span:
        case str():
            return escaped(span)
        case Strong():
            return f"**{escaped(span.text)}**" if span.text.strip() else escaped(span.text)
        case Quiet():
            return escaped(span.text)
        case Link():
            return _link(span)
        case Moment():
            return moment(span.at, span.text)
        case _:
            assert_never(span)


def _link(span: Link) -> str:
    if not is_web_address(span.url):
        return escaped(span.text)
    return f"[{escaped(span.text)}](<{quote(span.url, safe=_URL_SAFE)}>)"


_URL_SAFE = ":/?#[]@!$&'*+,;=%-._~"
"""What stays in an address; brackets that would end the link are not among it."""


def is_web_address(url: str) -> bool:
    """Whether Discord lets a link or a button lead there."""
    return re.fullmatch(r"https?://[^\s<>]+", url) is not None


def moment(at: datetime, text: str) -> str:
    """A time that each reader sees on their own clock, as long as the text that it stands for."""
    return f"<t:{int(at.timestamp())}:{_style(text)}>"


def _style(text: str) -> str:
    if _DISTANCE.search(text):
        return "R"
    if _CLOCK.fullmatch(text.strip()):
        return "t"
    return "F" if _WEEKDAY.search(text) else "f"
