"""Spans as Slack's mrkdwn, and the one place where foreign text is escaped for it.

See Slack's "Formatting message text" and "Text object". Whole cards are `render`'s.
"""

import re
from collections.abc import Iterable

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
        parts, at = [], 0
        for found in self._special.finditer(text):
            parts.append(escaped(text[at : found.start()]))
            if found["address"]:
                address = found["address"].rstrip(_TRAILING)
                parts.append(f"<{escaped(address)}>")
                at = found.start() + len(address)
            else:
                parts.append(date(self._moments[found["time"]]))
                at = found.end()
        return "".join([*parts, escaped(text[at:])])


def date(moment: Moment) -> str:
    """A time, or a stretch, as Slack shows it to each viewer."""
    first, between, last = moment.text.partition(_TO)
    form = _DAY if moment.with_day else _CLOCK
    if moment.until is None or not between:
        return _token(moment.at.timestamp(), form, moment.text)
    same_day = moment.until.astimezone(moment.at.tzinfo).date() == moment.at.date()
    start = _token(moment.at.timestamp(), form, first.strip())
    end = _token(moment.until.timestamp(), _CLOCK if same_day else form, last.strip())
    return f"{start}{_TO}{end}" if same_day else f"{start} {_TO} {end}"


def _token(instant: float, form: str, text: str) -> str:
    return f"<!date^{int(instant)}^{form}|{_fallback(text)}>"


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
