"""A calendar file cut into its events: a tolerant scan of the text, so that one bad event costs
only itself.

Nothing is understood here but where components begin and end, and their UIDs. Each group of
components becomes a checked resource in `taking`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from types import MappingProxyType

from calendar_core.errors import BadCalendarData
from calendar_core.ics.problems import Problem

_EDGE = re.compile(r"^(BEGIN|END):(VCALENDAR|VEVENT|VTIMEZONE|VTODO|VJOURNAL)[ \t]*$", re.I | re.M)
_UID = re.compile(r"^UID(?:;[^:\r\n]*)?:([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)", re.I | re.M)
_VOLATILE = re.compile(r"^(DTSTAMP|CREATED|LAST-MODIFIED|SEQUENCE)[;:].*\n?", re.I | re.M)
_ID = re.compile(r"^TZID(?:;[^:\r\n]*)?:([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)", re.I | re.M)
_METHOD = re.compile(r"^METHOD:[ \t]*(\w+)", re.I | re.M)
_BREAK = re.compile(r"\r*\n|\r(?=[A-Z][A-Z0-9-]*[:;]|[ \t]|$)", re.I)
"""CRLF, however it was mangled; a CR alone is one only where a new line can begin behind it."""
_FOLD = re.compile(rb"\r*\n[ \t]")
_INDENTED = re.compile(r"^[ \t]+BEGIN:VEVENT", re.I | re.M)
_FLUSH = re.compile(r"^BEGIN:VEVENT", re.I | re.M)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_STEP = 500
"""Events between two reports of progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitFile:
    """What a calendar file holds, not yet understood."""

    calendar_name: str = ""
    """X-WR-CALNAME."""
    default_zone: str = ""
    """X-WR-TIMEZONE, as it is written."""
    timezones: Mapping[str, str]
    """VTIMEZONE text by TZID."""
    components: Mapping[str, tuple[str, ...]]
    """VEVENT texts by UID, in the order of the file."""
    is_cancellation: bool = False
    """Whether it was sent to call its events off (METHOD:CANCEL, RFC 5546 §3.2.5)."""
    problems: tuple[Problem, ...] = ()
    """What was lost already."""


def split(data: bytes, *, on_progress: Callable[[int], None] | None = None) -> SplitFile:
    """Find the events of an .ics file; `on_progress` hears how many so far.

    Raises BadCalendarData when it is no iCalendar file at all.
    """
    text = decoded(data)
    events: dict[str, list[str]] = {}
    timezones: dict[str, str] = {}
    left_out = count = 0
    for name, block in _blocks(text):
        if name == "VTIMEZONE":
            found = _ID.search(block)
            timezones.setdefault(_unescaped(found[1]) if found else "", block)
        elif name == "VEVENT":
            listed = events.setdefault(uid_of(block), [])
            if block not in listed:
                listed.append(block)
            count += 1
            if on_progress is not None and count % _STEP == 0:
                on_progress(count)
        else:
            left_out += 1
    if on_progress is not None:
        on_progress(count)
    return SplitFile(
        calendar_name=_header(text, "X-WR-CALNAME"),
        default_zone=_header(text, "X-WR-TIMEZONE"),
        timezones=MappingProxyType(timezones),
        components=MappingProxyType({uid: tuple(listed) for uid, listed in events.items()}),
        is_cancellation={one.upper() for one in _METHOD.findall(text)} == {"CANCEL"},
        problems=(*_left_out(left_out), *_cut_off(text)),
    )


def _cut_off(text: str) -> tuple[Problem, ...]:
    """A note where the file breaks off before its end."""
    edges = [(edge[1].upper(), edge[2].upper()) for edge in _EDGE.finditer(text)]
    if ("BEGIN", "VCALENDAR") not in edges or edges[-1] == ("END", "VCALENDAR"):
        return ()
    return (Problem("", "it breaks off before its end: something may be missing", lost=False),)


def _left_out(count: int) -> tuple[Problem, ...]:
    if not count:
        return ()
    things = "to-do or journal entry was" if count == 1 else "to-dos and journal entries were"
    return (Problem("", f"{count} {things} left out: only events are read"),)


def decoded(data: bytes) -> str:
    """The text of a file, its lines ended by LF alone and begun without blanks.

    UTF-8, or UTF-16, or else each line as UTF-8 or in Windows' Western encoding. Raises
    BadCalendarData when it is no iCalendar file.
    """
    if data.startswith(b"PK\x03\x04"):
        raise BadCalendarData("This is a zip archive. Unpack it, and name an .ics file of it.")
    text = _text_of(data)
    if "\n" not in text:
        text = text.replace("\r", "\n")
    text = _CONTROLS.sub("", _BREAK.sub("\n", text).replace("\r", " "))
    if _INDENTED.search(text) and not _FLUSH.search(text):
        text = re.sub(r"^[ \t]+", "", text, flags=re.M)
    if not re.search(r"^[ \t]*BEGIN:V(CALENDAR|EVENT)\b", text, re.I | re.M):
        raise BadCalendarData(
            "This is not a calendar file: nothing in it begins with BEGIN:VCALENDAR. "
            "Export your calendar as .ics and name that file."
        )
    return text


def _text_of(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    for encoding, first in (("utf-16-le", b"B\x00"), ("utf-16-be", b"\x00B")):
        if data.startswith(first):
            return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Folded within a letter, as RFC 5545 §3.1 warns, or of several encodings.
        lines = _FOLD.sub(b"", data.removeprefix(b"\xef\xbb\xbf")).split(b"\n")
        return "\n".join(map(_line_of, lines))


def _line_of(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Each component with its text; one without END is closed where the next begins."""
    name, start = "", 0
    for edge in _EDGE.finditer(text):
        kind, found = edge[1].upper(), edge[2].upper()
        if name and (kind == "BEGIN" or found in (name, "VCALENDAR")):
            yield name, _closed(text[start : edge.start()], name)
            name = ""
        if kind == "BEGIN" and found != "VCALENDAR":
            name, start = found, edge.end()
    if name:
        yield name, _closed(text[start:], name)


def _closed(inside: str, name: str) -> str:
    return f"BEGIN:{name}\n{inside.strip()}\nEND:{name}\n"


def uid_of(block: str) -> str:
    """An event's UID; without one, the same for the same content at every import."""
    outside = (part.partition("BEGIN:VALARM")[0] for part in block.split("END:VALARM"))
    found = _UID.search("\n".join(outside))
    uid = re.sub(r"\r?\n[ \t]", "", found[1]).strip() if found else ""
    if uid:
        return uid
    content = _VOLATILE.sub("", block.replace("\r", ""))
    return f"{blake2b(content.encode(), digest_size=12).hexdigest()}@convene"


def _header(text: str, name: str) -> str:
    """A property of the calendar itself."""
    found = re.search(
        rf"^{name}(?:;[^:\r\n]*)?:([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)", text, re.I | re.M
    )
    if found is None:
        return ""
    return _unescaped(found[1])


def _unescaped(value: str) -> str:
    plain = re.sub(r"\r?\n[ \t]", "", value).strip()
    return re.sub(r"\\([\\;,])", r"\1", plain)
