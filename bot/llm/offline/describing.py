"""What is said beside a request for an event: its description, a guest's address, how to answer."""

import re
from dataclasses import dataclass, replace

from bot.llm.offline.frame import Frame

_NOTES = r"(?:description|details|notes?|comment)"
_QUOTE = r"(?:\"(?P<{0}1>[^\"]+)\"|“(?P<{0}2>[^”]+)”|'(?P<{0}3>[^']+(?:'\w[^']*)*)'(?!\w))"
_PLAIN = r"(?P<{0}4>[^\"“'\s](?:[^.]|\.(?=\w))*)"
_ANY = rf"(?:{_QUOTE}|{_PLAIN})\s*\.*"
_WITH = re.compile(
    r"[,;]?\s+(?:(?:and )?with|and) (?:an? |the )?description"
    r"(?: of| saying| that says| being|:)?\s+" + _ANY.format("a"),
    re.IGNORECASE,
)
_NOTED = re.compile(
    rf"[,;]?\s+(?:and )?with (?:an? |the )?{_NOTES}"
    rf"(?:(?: of| saying| that says|:)\s+{_ANY.format('c')}|\s+{_QUOTE.format('d')}\s*\.*)",
    re.IGNORECASE,
)
_IS = re.compile(
    rf"(?:[,;.]\s*(?:and )?|\s+and )(?:(?:the|its|for the) )?{_NOTES}"
    r"(?:\s*:| (?:should be|shall be|is|says|should say|to be))\s*" + _ANY.format("b"),
    re.IGNORECASE,
)
_MAIL = re.compile(
    r"[.,;]\s*(?:her|his|their|the|(?:\w+'s)) (?:e-?mail(?: address)?|address|mail)(?: is|:)\s*"
    r"['\"“]?(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)['\"”]?\s*\.*",
    re.IGNORECASE,
)
_FORM = re.compile(
    r"(?<=[.?!])\s+(?:please )?(?:tell me|give (?:me|it)|answer|reply|return|say it|show it)"
    r"(?: (?:that|it|them|the (?:result|answer|time|date)s?))? (?:in|as|with) (?:the |this |an? )?"
    r"(?:format|form|summary|list)\b[^.?!]*[.?!]*$"
    r"|(?<=[.?!])\s+(?:please )?give me (?:an? )?(?:short |brief )?summary of[^.?!]*[.?!]*$",
    re.IGNORECASE,
)
_MAKES = ("create_event", "book_meeting")


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What was set apart from a request."""

    description: str = ""
    mails: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.description or self.mails)

    def put_on(self, frames: tuple[Frame, ...]) -> tuple[Frame, ...] | None:
        """The one event that is made, with it; None where it belongs to nothing there."""
        if not self:
            return frames
        if len(frames) != 1 or frames[0].tool not in _MAKES:
            return None
        known = dict(frames[0].arguments)
        if self.description:
            known["description"] = self.description
        if self.mails:
            known["guests"] = [*known.get("guests", ()), *self.mails]
        return (replace(frames[0], arguments=known),)


def set_apart(text: str) -> tuple[str, Beside]:
    """A request without what is said beside it, and that."""
    bare = _FORM.sub("", text)
    mails = tuple(match["mail"] for match in _MAIL.finditer(bare))
    bare = _MAIL.sub("", bare)
    description = ""
    for pattern in (_IS, _WITH, _NOTED):
        match = pattern.search(bare)
        if match and not description:
            description = next(told for told in match.groups() if told).strip(" .\"'“”")
            bare = f"{bare[: match.start()]} {bare[match.end() :]}".strip()
    return bare, Beside(description=description[:2_000], mails=mails)
