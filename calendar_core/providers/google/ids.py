"""Event ids at Google, and the UIDs that they stand for.

Google lets a new event have an id of the caller's choice (base32hex, 5 to 1024 letters) or a UID,
not both, and makes its UID of the id. So a UID is told as an id that can be read back, and a repeat
of a write chooses the same one.
"""

import base64
import binascii
import re
from hashlib import blake2b

_PLAIN = re.compile(r"[0-9a-v]{5,1000}")
_SUFFIX = "@google.com"
_MARK = "convene"
"""Begins an id that tells a UID; all its letters are of base32hex."""
_LONGEST_UID = 600
_LONGEST_KEY = 120
_DIGEST = "#"
"""Begins what stands for a longer id; no id begins so."""


def id_for(uid: str) -> str:
    """The id of an event with that UID: always the same."""
    plain = uid.removesuffix(_SUFFIX)
    if plain != uid and _PLAIN.fullmatch(plain) and not plain.startswith(_MARK):
        return plain
    told = uid.encode()
    if len(told) > _LONGEST_UID:
        told = blake2b(told, digest_size=32).hexdigest().encode()
    return _MARK + base64.b32hexencode(told).decode().rstrip("=").lower()


def uid_for(id_: str, ical_uid: str = "") -> str:
    """The UID of an event that Google holds under an id, its `iCalUID` beside it."""
    return _told(id_) or ical_uid or f"{id_}{_SUFFIX}"


def told_uid(id_: str, ical_uid: str = "") -> str:
    """As `uid_for`, empty where only the mirror can know."""
    return _told(id_) or ical_uid


def _told(id_: str) -> str:
    if not id_.startswith(_MARK):
        return ""
    said = id_.removeprefix(_MARK).upper()
    try:
        uid = base64.b32hexdecode(said + "=" * (-len(said) % 8)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return uid if uid.isprintable() and id_for(uid) == id_ else ""


def key_of(id_: str) -> str:
    """An id as versions begin with it; of a long one a digest."""
    if len(id_) <= _LONGEST_KEY:
        return id_
    return _DIGEST + blake2b(id_.encode(), digest_size=20).hexdigest()


def id_in(version: str) -> str:
    """The id that a version begins with; empty where it tells no more than a digest."""
    where, blank, _ = version.partition(" ")
    return where if blank and not where.startswith(_DIGEST) else ""
