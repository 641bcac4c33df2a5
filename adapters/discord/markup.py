"""Lines of a card → Discord's markdown. Foreign text is shown, never obeyed.

https://support.discord.com: Markdown Text 101; docs.discord.com, reference: message formatting.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import assert_never
from urllib.parse import quote

from adapters.discord.limits import UNSAFE
from bot.chat.cards import Line, Link, Moment, Quiet, Span, Strong

_SPECIAL = re.compile(r"([\\*_~`|<>\[\]])")
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
    text = UNSAFE.sub(" ", text)
    text = _SPECIAL.sub(r"\\\1", text)
    text = _AT_START.sub(_escape_start, text)
    text = _ADDRESS.sub(r"\\:", text)
    return _MENTION.sub("@" + _BREAK, text)


def _escape_start(match: re.Match[str]) -> str:
    space, sign = match.groups()
    return f"{space}{sign}\\" if sign.isdigit() else f"{space}\\{sign}"


class Ink:
    """Writes lines of a card as markdown; where one of its times is told, every reader sees their
    own clock."""

    def __init__(self, moments: Iterable[Moment] = ()) -> None:
        self._moments = {one.text: one for one in moments if one.text.strip()}
        longest_first = sorted(self._moments, key=len, reverse=True)
        told = "|".join(re.escape(text) for text in longest_first)
        self._told = re.compile(rf"(?<!\w)(?:{told})(?!\w)") if told else None

    def marked(self, line: Line) -> str:
        """A line as markdown; one that is quiet as a whole becomes small print."""
        if line and all(isinstance(span, Quiet) for span in line):
            return "-# " + self.inline(line)
        return self.inline(line)

    def inline(self, line: Line) -> str:
        """The same where it stands behind other text, where nothing can be small."""
        return "".join(self._span(span) for span in line)

    def _span(self, span: Span) -> str:
        match span:
            case str():
                return self._text(span)
            case Strong():
                text = self._text(span.text)
                return f"**{text}**" if text.strip() else text
            case Quiet():
                return self._text(span.text)
            case Link():
                return _link(span)
            case Moment():
                return moment(span)
            case _:
                assert_never(span)

    def _text(self, text: str) -> str:
        if self._told is None:
            return escaped(text)
        parts: list[str] = []
        at = 0
        for found in self._told.finditer(text):
            parts += [escaped(text[at : found.start()]), moment(self._moments[found.group()])]
            at = found.end()
        return "".join([*parts, escaped(text[at:])])


def _link(span: Link) -> str:
    if not is_web_address(span.url):
        return escaped(span.text)
    text = span.text if span.text.strip() else "link"
    return f"[{escaped(text)}](<{quote(span.url, safe=_URL_SAFE)}>)"


_URL_SAFE = ":/?#[]@!$&'*+,;=%-._~"
"""What stays in an address; brackets that would end the link are not among it."""


def is_web_address(url: str) -> bool:
    """Whether Discord lets a link or a button lead there."""
    return re.fullmatch(r"https?://[^\s<>]+", url) is not None


def moment(told: Moment) -> str:
    """A time, or a stretch, that each reader sees on their own clock."""
    begin = _stamp(told.at, _style(told) if told.until is None else "F" if told.with_day else "t")
    if told.until is None or told.until <= told.at:
        return begin
    same_day = told.until.astimezone(told.at.tzinfo).date() == told.at.date()
    return f"{begin}–{_stamp(told.until, 't' if same_day or not told.with_day else 'F')}"


def _stamp(at: datetime, style: str) -> str:
    return f"<t:{int(at.timestamp())}:{style}>"


def _style(told: Moment) -> str:
    if _DISTANCE.search(told.text):
        return "R"
    if not told.with_day or _CLOCK.fullmatch(told.text.strip()):
        return "t"
    return "F" if _WEEKDAY.search(told.text) else "f"
