"""From what somebody typed to their calendars: DNS, well-known addresses, principal, home
(RFC 6764, RFC 5397, RFC 4791 §6.2.1).

Wherever a server points, the password goes to the typed host, those below it, and iCloud's
partitions alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urljoin, urlsplit

from calendar_core.errors import NotAllowed, NotFound
from calendar_core.linking import FoundCalendar
from calendar_core.providers.caldav import multistatus as xml
from calendar_core.providers.caldav.client import Answer, Door, Refused, is_apple
from calendar_core.providers.caldav.multistatus import APPLE_ICAL, CS, C, D, Entry, address, entries

_WELL_KNOWN = "/.well-known/caldav"
_TURNS = 5
_APPLE = "https://caldav.icloud.com/"
_APPLE_DOMAINS = ("icloud.com", "me.com", "mac.com")
_WRITES = {f"{D}{name}" for name in ("all", "write", "write-content", "bind")}
_NOWHERE = (
    "I found no calendars there. Give the address of your calendar server, as its help page for "
    "CalDAV tells it."
)


class Names(Protocol):
    """What DNS says of calendar servers."""

    async def servers(self, domain: str) -> Sequence[str]:
        """The servers of a domain (RFC 6764 §3), best first: `https://host:port/path`; none where
        it names none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An account's place on a server."""

    principal: str
    """The address of the person on the server; the calendar itself where the server has none."""
    calendars: tuple[FoundCalendar, ...]


async def candidates(typed: str, names: Names) -> tuple[str, ...]:
    """Where to look for what somebody typed: a server's address, its bare name, or a mail address.

    Raises NotFound for what is none of these.
    """
    typed = typed.strip()
    if "://" in typed:
        return _with_well_known(typed)
    domain = typed.rpartition("@")[2].partition("/")[0].strip().lower()
    if not domain or any(one.isspace() for one in typed):
        raise NotFound(_NOWHERE)
    if domain in _APPLE_DOMAINS:
        return (_APPLE,)
    if "@" not in typed and "/" in typed:
        return _with_well_known(f"https://{typed}")
    named = [one for one in await names.servers(domain.partition(":")[0]) if _same(domain, one)]
    return (*named, *_with_well_known(f"https://{domain}/"))


async def discover(door: Door, start: str) -> Found:
    """The principal and the calendars behind an address.

    Raises NotFound (no calendars there), SignInNeeded, NotAllowed, TryLater.
    """
    there = await _principal(door, start)
    if there is None:
        raise NotFound(_NOWHERE)
    calendars = await calendars_of(door, there)
    if not calendars:
        raise NotFound(_NOWHERE)
    return Found(principal=there, calendars=calendars)


async def calendars_of(door: Door, principal: str) -> tuple[FoundCalendar, ...]:
    """The calendars for events of a principal; of a calendar that stands alone, itself."""
    wanted = (f"{C}calendar-home-set", f"{C}calendar-user-address-set", f"{D}resourcetype")
    _, (person, *_) = await asked(door, principal, 0, *wanted, f"{C}schedule-inbox-URL")
    homes = [address(principal, href) for href in person.hrefs(f"{C}calendar-home-set")]
    mails = [one.lower() for one in person.hrefs(f"{C}calendar-user-address-set")]
    mail = next((one for one in mails if one.startswith("mailto:")), "")
    default = await _default(door, principal, person)
    found: dict[str, FoundCalendar] = {}
    alone = f"{C}calendar" in person.names(f"{D}resourcetype")
    for home in homes or [principal]:
        check_host(principal, home)
        _, listed = await asked(door, home, 0 if alone else 1, *_LISTED)
        for one in listed:
            if is_for_events(one):
                found[one.url] = _calendar(one, mail, one.url == default)
    return tuple(found.values())


_LISTED = (
    *(f"{D}resourcetype", f"{D}displayname", f"{D}current-user-privilege-set"),
    *(f"{C}supported-calendar-component-set", f"{APPLE_ICAL}calendar-color"),
)


def is_for_events(entry: Entry) -> bool:
    """Whether it is a calendar that holds events: no reminders list, no inbox, no subscription."""
    types = entry.names(f"{D}resourcetype")
    if f"{C}calendar" not in types or f"{CS}subscribed" in types:
        return False
    listed = entry.props.get(f"{C}supported-calendar-component-set")
    if listed is None or not len(listed):
        return True
    return any((one.get("name") or "").upper() == "VEVENT" for one in listed)


def _calendar(entry: Entry, mail: str, is_default: bool) -> FoundCalendar:
    rights = entry.names(f"{D}current-user-privilege-set")
    return FoundCalendar(
        remote=entry.url,
        name=entry.text(f"{D}displayname").strip() or entry.url.rstrip("/").rpartition("/")[2],
        read_only=bool(rights) and not rights & _WRITES,
        color=entry.text(f"{APPLE_ICAL}calendar-color").strip()[:7],
        address=mail,
        is_default=is_default,
    )


async def _default(door: Door, principal: str, person: Entry) -> str:
    """Where invitations and new events go (RFC 6638 §9.2); empty where the server does not say."""
    for href in person.hrefs(f"{C}schedule-inbox-URL"):
        inbox = address(principal, href)
        if not _may_follow(principal, inbox):
            return ""
        try:
            _, listed = await asked(door, inbox, 0, f"{C}schedule-default-calendar-URL")
        except (NotFound, Refused):
            return ""
        for one in listed[:1]:
            for default in one.hrefs(f"{C}schedule-default-calendar-URL"):
                return address(inbox, default)
    return ""


async def _principal(door: Door, start: str) -> str | None:
    """The principal that an address leads to; the address itself when it is one, or a calendar."""
    wanted = (f"{D}current-user-principal", f"{D}resourcetype", f"{C}calendar-home-set")
    try:
        base, listed = await asked(door, start, 0, *wanted)
    except (NotFound, Refused):
        return None
    for one in listed[:1]:
        if one.names(f"{D}resourcetype") & {f"{C}calendar"}:
            return base
        for href in one.hrefs(f"{D}current-user-principal"):
            principal = address(base, href)
            check_host(start, principal)
            return principal
        if one.hrefs(f"{C}calendar-home-set"):
            return base
    return None


async def asked(door: Door, url: str, depth: int, *names: str) -> tuple[str, list[Entry]]:
    """Properties of an address and, with a depth, of what is in it; where they were found, as
    redirects are followed."""
    start = url
    for _ in range(_TURNS):
        answer = await door.ask("PROPFIND", url, xml.propfind(*names), {"Depth": str(depth)})
        onward = _onward(answer, url)
        if onward is None:
            listed = entries(answer, url)
            if not listed:
                raise NotFound(_NOWHERE)
            return url, listed
        check_host(start, onward)
        url = onward
    raise NotFound("That address leads in circles.")


def _onward(answer: Answer, url: str) -> str | None:
    if answer.status not in (301, 302, 303, 307, 308) or not answer.headers.get("location"):
        return None
    return address(url, answer.headers["location"])


def check_host(typed: str, onward: str) -> None:
    """See that a password may go where a server points. Raises NotAllowed."""
    if not _may_follow(typed, onward):
        host = urlsplit(onward).netloc
        raise NotAllowed(
            f"That server points to another one, {host}, and your password would go there. If that "
            f"is right, give {host} as the address."
        )


def _may_follow(typed: str, onward: str) -> bool:
    here, there = urlsplit(typed), urlsplit(onward)
    if (here.scheme, there.scheme) == ("https", "http"):
        return False
    if is_apple(typed) and is_apple(onward):
        return True
    same_port = (here.port or 443) == (there.port or 443) or here.hostname != there.hostname
    return same_port and _same(here.hostname or "", onward)


def _same(domain: str, url: str) -> bool:
    """Whether a URL's host is a domain or below it."""
    host, plain = (urlsplit(url).hostname or "").lower(), domain.partition(":")[0].lower()
    return bool(plain) and (host == plain or host.endswith(f".{plain}"))


def _with_well_known(url: str) -> tuple[str, ...]:
    """An address, and the well-known one of its host: that first where no path was typed."""
    parts = urlsplit(url)
    if parts.username or parts.password:
        raise NotAllowed("Give the user name and the password apart from the address.")
    if not parts.hostname:
        raise NotFound(_NOWHERE)
    known = urljoin(url, _WELL_KNOWN)
    return (known, address(url, url)) if parts.path in ("", "/") else (address(url, url), known)
