"""An event's own notes, and what Teams keeps in the same text: the way into its meeting.

Teams reads that part of the body; an edit of the notes must leave it as it is.
"""

import html
import re
from html.parser import HTMLParser
from typing import Any

_LINE = re.compile(r"^[ \t]*_{30,}[ \t]*$", re.M)
_MARK = re.compile(r"_{30,}")
_TEAMS = re.compile(r"teams\.(microsoft|live)\.com|Microsoft Teams", re.I)
_HEAD = re.compile(r"<(head|style|script)\b.*?</\1\s*>", re.I | re.S)
_BREAK = re.compile(r"[ \t]*<(?:br|/p|/div|/li|/tr)\b[^>]*>[ \t]*", re.I)
_TAG = re.compile(r"<[^>]*>")
_VOID = {"br", "hr", "img", "meta", "link", "input", "col", "area", "base", "wbr"}


def notes_of(event: dict[str, Any]) -> str:
    """The notes of an event that was read as plain text, without Teams' part."""
    body = event.get("body") or {}
    text = str(body.get("content") or "").replace("\r\n", "\n")
    if str(body.get("contentType") or "").lower() == "html":
        # Asked for as plain text, and told as it is all the same.
        text = plain(text)
    own, _ = parted(text) if event.get("isOnlineMeeting") else (text, "")
    return own.strip()


def plain(markup: str) -> str:
    """HTML as plain text: its breaks kept, its tags gone."""
    body = _HEAD.sub("", markup)
    broken = _BREAK.sub("\n", body.replace("\n", " "))
    return html.unescape(_TAG.sub("", broken)).replace("\xa0", " ")


def parted(text: str) -> tuple[str, str]:
    """Plain text as what people wrote, and Teams' part; the latter is empty where there is none."""
    # Not every server keeps the breaks of what it tells as plain text.
    lines = [one.span() for one in (*_LINE.finditer(text),) or _MARK.finditer(text)]
    if not lines:
        return text, ""
    first, last = lines[0][0], lines[-1][1] if len(lines) > 1 else len(text)
    inside = text[first:last]
    if not _TEAMS.search(inside):
        return text, ""
    return f"{text[:first].rstrip()}\n{text[last:].lstrip()}".strip(), inside


def with_notes(markup: str, notes: str) -> str | None:
    """A body's HTML with other notes and the same part of Teams; None where it has none."""
    reader = _Tops()
    reader.feed(markup)
    reader.close()
    kept = reader.kept(markup)
    if kept is None:
        return None
    told = html.escape(notes).replace("\n", "<br>\r\n")
    return f"<html><body><div>{told}</div>\r\n{kept}</body></html>"


class _Tops(HTMLParser):
    """Finds where the elements begin and end whose parent holds all of Teams' part."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines = [0]
        self._open: list[tuple[str, int]] = []
        self._spans: list[tuple[int, int, int]] = []
        """Depth, begin and end of each element."""

    def feed(self, data: str) -> None:
        """All of a text, at once."""
        for found in re.finditer("\n", data):
            self._lines.append(found.end())
        self._length = len(data)
        super().feed(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where an element begins."""
        if tag not in _VOID:
            self._open.append((tag, self._at()))

    def handle_endtag(self, tag: str) -> None:
        """Note where an element ends; what was left open within it ends with it."""
        if tag not in [name for name, _ in self._open]:
            return
        while self._open:
            name, begin = self._open.pop()
            self._spans.append((len(self._open), begin, self._at() + len(tag) + 3))
            if name == tag:
                return

    def kept(self, markup: str) -> str | None:
        """The smallest run of neighbours that holds everything from the first mark to the last."""
        marks = [one.span() for one in _MARK.finditer(markup)]
        if not marks or not _TEAMS.search(markup, marks[0][0]):
            return None
        first, last = marks[0][0], marks[-1][1]
        if len(marks) == 1:
            last = first + 1
        for depth in sorted({one[0] for one in self._spans}, reverse=True):
            level = sorted(one[1:] for one in self._spans if one[0] == depth)
            begin = next((one for one in level if one[0] <= first < one[1]), None)
            end = next((one for one in level if one[0] <= last - 1 < one[1]), None)
            if begin is not None and end is not None and _TEAMS.search(markup[begin[0] : end[1]]):
                return markup[begin[0] : end[1]]
        return markup[first:]

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column
