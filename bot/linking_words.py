"""What people call the makers of calendars, and what they wish about linking them. Pure.

Joining accounts of chat platforms is another matter: `account_words`.
"""

import re
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import urlsplit

from calendar_core.linking import Account

BEGIN, FORM, AGAIN = "linknew", "linkform", "relink"
"""Verbs of buttons: begin linking, fill in its form, link an account again."""
ENTER, DROP = "linkcode", "linkdrop"
"""Verbs of the card of an account that waits to be kept."""
UNLINK, ERASE = "unlink", "unlinkit"
"""Verbs: ask before unlinking; do it."""
CALENDARS, CALENDAR = "calendars", "calendar"
"""Verbs: one's calendars; what one of them is for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A sort of account that can be linked, as people know it."""

    name: str
    """As in `/cal link google`."""
    provider: str
    """Who reads and writes it."""
    title: str
    has_form: bool
    """Whether it is linked by a form; else on its vendor's page."""


GOOGLE = Kind(name="google", provider="google", title="Google", has_form=False)
MICROSOFT = Kind(name="microsoft", provider="microsoft", title="Microsoft", has_form=False)
ICLOUD = Kind(name="icloud", provider="caldav", title="iCloud", has_form=True)
CALDAV = Kind(name="caldav", provider="caldav", title="CalDAV", has_form=True)
FEED = Kind(name="feed", provider="feed", title="calendar feed", has_form=True)
KINDS = {one.name: one for one in (GOOGLE, MICROSOFT, ICLOUD, CALDAV, FEED)}
_APPLE = "icloud.com"

_CALLED = {
    **dict.fromkeys(("google", "gmail", "gsuite", "g suite", "google workspace"), "google"),
    **dict.fromkeys(
        (
            *("microsoft", "outlook", "hotmail", "exchange", "m365", "o365", "ms"),
            *("office 365", "office365", "microsoft 365", "outlook 365", "outlook.com"),
        ),
        "microsoft",
    ),
    **dict.fromkeys(("icloud", "apple", "mac"), "icloud"),
    **dict.fromkeys(
        ("caldav", "fastmail", "nextcloud", "owncloud", "radicale", "zimbra", "yahoo"), "caldav"
    ),
    **dict.fromkeys(("feed", "ics", "ical", "ics feed", "webcal", "ical feed"), "feed"),
}
_NAME = "|".join(re.escape(one) for one in sorted(_CALLED, key=len, reverse=True))
_MY = r"(?:(?:up|my|our|the|an?|another|other|new|work|private|personal|please) )*"
_THING = r"(?:calendars?|cal|accounts?|subscription|too|as well|please|here|now|again)"
_BUSY = r"(?:(?:but |with )?(?:only )?(?:my )?(?:free[/ -]?busy|busy)(?: times?)?(?: only)?)"
_LINK = re.compile(
    rf"(?:please |can you |could you |i want to |i'd like to |let me |let's |how (?:do|can) i )*"
    rf"(?P<verb>link|connect|hook up|sync|add|subscribe to) {_MY}"
    rf"(?P<name>{_NAME})(?P<things>(?: {_THING})*)"
    rf"(?: ?,? ?(?P<busy>{_BUSY}))?(?:[:,]? (?P<rest>\S.*))?",
    re.IGNORECASE,
)
_ANY = re.compile(
    rf"(?:please |can you |could you |i want to |i'd like to |how (?:do|can) i )*"
    rf"(?:link|connect|hook up|sync|add) {_MY}"
    rf"(?:(?:online|outside|external) )?(?:calendars|calendar|calendar accounts?)"
    rf"(?: (?:account|too|please|here|now|with you|to you))*",
    re.IGNORECASE,
)
_ADDRESSED = re.compile(
    rf"(?:please |can you |could you )*(?P<verb>link|connect|hook up|sync|add|subscribe to)"
    rf"(?: to)? {_MY}(?:calendar |feed |at )*<?(?P<address>(?:https?|webcals?)://\S+?)>?"
    rf"(?: as (?:an? )?(?:feed|calendar))?(?: ?,? ?(?P<busy>{_BUSY}))?",
    re.IGNORECASE,
)
_UNLINK = re.compile(
    rf"(?:please )?(?:unlink|disconnect|unsubscribe from) {_MY}(?P<what>\S.{{0,200}}?)",
    re.IGNORECASE,
)
_LOOK = re.compile(
    r"(?:(?:please )?(?:show|list|manage|see) )?(?:me )?(?:my |all |all my )?"
    r"(?:linked )?(?:calendars|calendar accounts|calendar settings)(?: please)?"
    r"|(?:what|which)(?: of my)? (?:calendars|calendar accounts) (?:are|have i) linked"
    r"|(?:what|which) are my (?:linked )?calendars|which calendars do i have",
    re.IGNORECASE,
)
_FILE = re.compile(r"\.(?:ics|ical|ifb)(?:$|[?#])|/ical/", re.IGNORECASE)
_DIRECT = re.compile(r"(?:https?|webcals?)://\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LinkWish:
    """Link this; an empty kind asks which."""

    kind: str
    server: str = ""
    """What was said along: an address of a server or feed, a mail address."""
    free_busy_only: bool = False
    said_too_much: bool = False
    """Whether more was said than an address: it may be a password."""


@dataclass(frozen=True, slots=True)
class UnlinkWish:
    """Unlink what these words mean."""

    what: str


@dataclass(frozen=True, slots=True)
class LookWish:
    """Show my calendars."""


Wish: TypeAlias = LinkWish | UnlinkWish | LookWish


def read_wish(text: str) -> Wish | None:
    """What some words wish about linked calendars; None when they are about something else."""
    words = " ".join(text.replace("`", "").replace("*", "").split()).strip(" .!?")
    words = re.sub(r",? please$", "", words, flags=re.IGNORECASE)
    if len(words) > 400:
        return None
    if words.casefold() == "link" or _ANY.fullmatch(words):
        return LinkWish("")
    found = _LINK.fullmatch(words)
    if found is not None:
        return _link(found)
    found = _ADDRESSED.fullmatch(words)
    if found is not None:
        return _addressed(found)
    found = _UNLINK.fullmatch(words)
    if found is not None:
        return UnlinkWish(found["what"])
    return LookWish() if _LOOK.fullmatch(words) else None


def _link(found: re.Match[str]) -> LinkWish | None:
    kind, rest = KINDS[_CALLED[found["name"].casefold()]], found["rest"] or ""
    verb = found["verb"].casefold()
    is_named = bool(found["things"]) or kind is FEED
    if verb in ("add", "sync", "subscribe to") and not is_named:
        return None
    if rest and not kind.has_form:
        return None
    tail = re.search(rf",? ?{_BUSY}$", rest, re.IGNORECASE)
    parts = rest[: tail.start() if tail else None].split()
    address = parts[0].strip(",;<>") if parts and _is_address(parts[0]) else ""
    if rest and not address and verb not in ("link", "connect"):
        return None
    too_much = len(parts) > bool(address)
    return LinkWish(kind.name, address, bool(found["busy"] or tail), too_much)


def _addressed(found: re.Match[str]) -> LinkWish | None:
    """An address alone says what it is: of a file, or else of a server."""
    address = found["address"]
    is_feed = address.casefold().startswith("webcal") or bool(_FILE.search(address))
    if not is_feed and found["verb"].casefold() not in ("link", "connect"):
        return None
    kind = FEED if is_feed else CALDAV
    return LinkWish(kind.name, address, bool(found["busy"]))


def _is_address(word: str) -> bool:
    return bool(_DIRECT.fullmatch(word)) or "@" in word or "." in word


def kind_called(name: str) -> Kind | None:
    """The kind that a word means: "Outlook", "gmail"."""
    words = [one for one in name.casefold().split() if not re.fullmatch(_THING, one)]
    known = _CALLED.get(" ".join(words))
    return KINDS[known] if known else None


def kind_of(account: Account) -> Kind:
    """Which kind of account this is."""
    if account.provider == "caldav":
        return ICLOUD if _APPLE in account.url else CALDAV
    known = KINDS.get(account.provider)
    provider = account.provider
    return known or Kind(name=provider, provider=provider, title=provider, has_form=False)


def named(account: Account) -> str:
    """For example "Google ana@example.org", "CalDAV ana at cal.example.org"."""
    kind = kind_of(account)
    host = urlsplit(account.url).hostname if kind is CALDAV and "@" not in account.address else ""
    where = f" at {host}" if host else ""
    return f"{kind.title[:1].upper()}{kind.title[1:]} {account.address}{where}".strip()


def meant(accounts: tuple[Account, ...], what: str) -> tuple[Account, ...]:
    """Those of some accounts that words mean: an address, or a kind."""
    words = " ".join(one for one in what.casefold().split() if not re.fullmatch(_THING, one))
    by_address = tuple(one for one in accounts if one.address.casefold() in words.split())
    if by_address:
        return by_address
    kind = kind_called(words) if words else None
    if kind is None:
        return accounts if not words else ()
    return tuple(one for one in accounts if kind_of(one) is kind)
