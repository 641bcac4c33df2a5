"""What a mirrored event remembers of its resource on the server: where it is, and its version.

Both stand in `Resource.etag`, so that they are kept in the same unit of work as the event, and no
table of ours can disagree with the mirror after a crash.
"""

import re
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import quote, unquote

from calendar_core.errors import BadCalendarData
from calendar_core.events import Resource
from calendar_core.ics.reading import read
from calendar_core.ics.splitting import uid_of
from calendar_core.providers.caldav.multistatus import C, D, Entry, address
from calendar_core.sync.versions import MirroredVersions as MirroredVersions
from calendar_core.sync.versions import Versions as Versions

_PLAIN_UID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,99}")
_BREAK = re.compile(r"\r*\n")
_LONGEST_NAME, _LONGEST_ETAG = 120, 78
_DIGEST = "#"
"""Begins what stands for something longer; neither an address nor an ETag begins so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One resource as the server holds it."""

    url: str
    etag: str
    """As the server writes it, quotes too; `W/…` for a weak one."""
    ics: str

    def resource(self, calendar: str) -> Resource:
        """As the mirror keeps it."""
        return Resource(
            uid=uid_of(self.ics), ics=self.ics, etag=version(calendar, self.url, self.etag)
        )

    @property
    def is_strong(self) -> bool:
        """Whether a write may be made conditional on the version (RFC 9110 §13.1.1)."""
        return bool(self.etag) and not self.etag.startswith("W/")


def held(entry: Entry) -> Held | None:
    """The event of an entry; None where it has none: it is gone, a to-do, or a collection."""
    text = entry.text(f"{C}calendar-data")
    if entry.status >= 300 or "BEGIN:VEVENT" not in text:
        return None
    # XML has no CR at the end of a line, and RFC 5545 wants one.
    text = text.strip()
    ics = _BREAK.sub("\r\n", text) if "\r" in text else text.replace("\n", "\r\n")
    ics += "\r\n"
    return Held(url=entry.url, etag=entry.text(f"{D}getetag").strip(), ics=ics)


def version(calendar: str, url: str, etag: str) -> str:
    """Where a resource is, and its version, in one text that the mirror has room for."""
    return f"{key_of(calendar, url)} {_short(etag, _LONGEST_ETAG)}"


def key_of(calendar: str, url: str) -> str:
    """The first half of a version: a resource's name within its calendar, elsewhere its address; of
    a long one a digest."""
    base = calendar.rstrip("/") + "/"
    rest = url.removeprefix(base)
    return _short(rest if rest != url and "/" not in unquote(rest) else url, _LONGEST_NAME)


def place_of(calendar: str, version: str) -> str | None:
    """The address of a resource whose version this is; None where it tells no more than a
    digest."""
    where, blank, _ = version.partition(" ")
    if not blank or not where or where[0] == _DIGEST:
        return None
    return address(calendar.rstrip("/") + "/", where)


def place_for(calendar: str, uid: str) -> str:
    """Where a new event goes: always the same place for the same UID."""
    plain = _PLAIN_UID.fullmatch(uid)
    name = uid if plain else blake2b(uid.encode(), digest_size=16).hexdigest()
    return address(calendar, f"{calendar.rstrip('/')}/{quote(name, safe='@')}.ics")


def same(one: str, other: str | None) -> bool:
    """Whether two texts say the same events: servers write lines their own way."""
    if other is None:
        return False
    if one == other:
        return True
    try:
        return read(one) == read(other)
    except BadCalendarData:
        return False


def _short(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    return _DIGEST + blake2b(text.encode(), digest_size=20).hexdigest()
