"""Spans as Slack's mrkdwn, and the one place where foreign text is escaped for it.

See Slack's "Formatting message text" and "Text object". Whole cards are `render`'s.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bot.chat.cards import Line, Link, Moment, Quiet, Span, Strong

_ADDRESS = r"https?://[^\s<>|]+"
_TRAILING = ".,;:!?)]}'\""
_DAY = "{date_long_pretty} at {time}"
"""Reads as "tomorrow at 15:00" or "Wednesday, March 11th, 2026 at 15:00", in the viewer's own zone
and clock: what is confirmed shows its weekday."""
_CLOCK = "{time}"
_TO = "–"


def escaped(text: str) -> str:
    """Text in which nothing is a mention, a link or a date (Slack: escape &, < and >)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def text_object(text: str, *, marked: bool = False) -> dict[str, object]:
    """A text of a block. What is marked is taken as it stands: addresses are links already, and
    no @name becomes a mention. Slack takes no blank text: a dash stands for it."""
    text = text if text.strip() else "–"
    if marked:
        return {"type": "mrkdwn", "text": text, "verbatim": True}
    return {"type": "plain_text", "text": text, "emoji": False}


class Ink:
    """Writes the lines of one card; the times that it tells are shown in each viewer's own zone."""

    def __init__(self, moments: Iterable[Moment] = ()) -> None:
        self._moments = {moment.text: moment for moment in moments if moment.text}
        told = sorted(self._moments, key=len, reverse=True)
        times = "|".join(map(re.escape, told))
        self._special = re.compile(
            rf"(?P<address>{_ADDRESS})" + (rf"|(?<!\w)(?P<time>{times})(?!\w)" if told else "")
        )

    def needs_markup(self, line: Line) -> bool:
        """Whether a line is more than plain characters: else it needs no escaping, and gets
        none."""
        return any(not isinstance(span, str) or self._special.search(span) for span in line)

    def mrkdwn(self, line: Line) -> str:
        """A line with its markup."""
        return "".join(map(self._span, line))

    def _span(self, span: Span) -> str:
        match span:
            case str():
                return self._text(span)
            case Strong():
                return self._around("*", span.text)
            case Quiet():
                return self._around("_", span.text)
            case Link():
                return _link(span)
            case Moment():
                return date(span)

    def _around(self, mark: str, text: str) -> str:
        """Marked text; Slack sees no mark beside a space, nor over a line break."""
        inner = text.strip()
        if not inner or mark in inner or "\n" in inner:
            return self._text(text)
        before, _, after = text.partition(inner)
        return f"{before}{mark}{self._text(inner)}{mark}{after}"

    def _text(self, text: str) -> str:
        """Text whose addresses can be followed and whose times are the viewer's."""
        return "".join(map(self._part, self._found(text)))

    def _part(self, part: str | Link | Moment) -> str:
        match part:
            case str():
                return escaped(part)
            case Link():
                return f"<{escaped(part.url)}>"
            case Moment():
                return date(part)

    def parts(self, span: Span) -> Iterator[Span]:
        """A span with the addresses and times that stand in its text apart."""
        if isinstance(span, Link | Moment):
            yield span
        else:
            yield from self._found(span if isinstance(span, str) else span.text)

    def _found(self, text: str) -> Iterator[str | Link | Moment]:
        at = 0
        for found in self._special.finditer(text):
            yield text[at : found.start()]
            if found["address"]:
                address = found["address"].rstrip(_TRAILING)
                yield Link(address, address)
                at = found.start() + len(address)
            else:
                yield self._moments[found["time"]]
                at = found.end()
        yield text[at:]


class Token(NamedTuple):
    """An instant that Slack shows on each viewer's own clock."""

    at: int
    """Seconds since 1970, UTC."""
    form: str
    """How, in Slack's words for dates."""
    text: str
    """What stands where that can't be shown."""


def tokens_of(moment: Moment) -> tuple[Token | str, ...]:
    """A time, or a stretch, as instants and what stands between them."""
    first, between, last = moment.text.partition(_TO)
    form = _DAY if moment.with_day else _CLOCK
    if moment.until is None or not between:
        return (Token(int(moment.at.timestamp()), form, moment.text),)
    same_day = moment.until.astimezone(moment.at.tzinfo).date() == moment.at.date()
    start = Token(int(moment.at.timestamp()), form, first.strip())
    end = Token(int(moment.until.timestamp()), _CLOCK if same_day else form, last.strip())
    return (start, _TO if same_day else f" {_TO} ", end)


def date(moment: Moment) -> str:
    """A time, or a stretch, as Slack shows it to each viewer."""
    return "".join(
        one if isinstance(one, str) else f"<!date^{one.at}^{one.form}|{_fallback(one.text)}>"
        for one in tokens_of(moment)
    )


def is_address(text: str) -> bool:
    """Whether Slack takes it for an address."""
    return re.fullmatch(_ADDRESS, text) is not None


def _link(link: Link) -> str:
    if not is_address(link.url):
        return escaped(link.text)
    return f"<{escaped(link.url)}|{_fallback(link.text)}>"


def _fallback(text: str) -> str:
    """Text inside angle brackets: no pipe, no line break."""
    return escaped(" ".join(text.replace("|", "/").split()))
