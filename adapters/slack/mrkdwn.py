"""Spans as Slack's mrkdwn, and the one place where foreign text is escaped for it.

See Slack's "Formatting message text" and "Text object". Whole cards are `render`'s.
"""

import re

from bot.chat.cards import Line, Link, Moment, Quiet, Span, Strong

_ADDRESS = re.compile(r"https?://[^\s<>|]+")
_TRAILING = ".,;:!?)]}'\""
_DATE = "{date_short_pretty} at {time}"
"""Reads as "today at 15:00" or "Mar 11, 2026 at 15:00" in the viewer's own zone and clock."""


def escaped(text: str) -> str:
    """Text in which nothing is a mention, a link or a date (Slack: escape &, < and >)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mrkdwn(line: Line) -> str:
    """A line with its markup."""
    return "".join(map(_span, line))


def needs_markup(line: Line) -> bool:
    """Whether a line is more than plain characters: else it needs no escaping, and gets none."""
    return any(not isinstance(span, str) or "://" in span for span in line)


def text_object(lines: str, *, marked: bool) -> dict[str, object]:
    """A text of a block. What is marked is taken as it stands: addresses are links already, and
    no @name becomes a mention."""
    if marked:
        return {"type": "mrkdwn", "text": lines, "verbatim": True}
    return {"type": "plain_text", "text": lines, "emoji": False}


def _span(span: Span) -> str:
    match span:
        case str():
            return _linked(span)
        case Strong():
            return _around("*", span.text)
        case Quiet():
            return _around("_", span.text)
        case Link():
            return _link(span)
        case Moment():
            return f"<!date^{int(span.at.timestamp())}^{_DATE}|{_fallback(span.text)}>"


def _around(mark: str, text: str) -> str:
    """Marked text; Slack sees no mark beside a space, nor over a line break."""
    inner = text.strip()
    if not inner or mark in inner or "\n" in inner:
        return escaped(text)
    before, _, after = text.partition(inner)
    return f"{before}{mark}{escaped(inner)}{mark}{after}"


def _link(link: Link) -> str:
    if not _ADDRESS.fullmatch(link.url):
        return escaped(link.text)
    return f"<{escaped(link.url)}|{_fallback(link.text)}>"


def _linked(text: str) -> str:
    """Text whose addresses can be followed."""
    parts, at = [], 0
    for found in _ADDRESS.finditer(text):
        address = found[0].rstrip(_TRAILING)
        parts += [escaped(text[at : found.start()]), f"<{escaped(address)}>"]
        at = found.start() + len(address)
    return "".join([*parts, escaped(text[at:])])


def _fallback(text: str) -> str:
    """Text inside angle brackets: no pipe, no line break."""
    return escaped(" ".join(text.replace("|", "/").split()))
