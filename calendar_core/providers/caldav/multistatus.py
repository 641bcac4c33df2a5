"""What is asked of servers and what they answer, as XML (RFC 4918 §13, RFC 4791, RFC 6578)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit
from xml.sax.saxutils import escape

from calendar_core.errors import CalendarError
from calendar_core.providers.caldav.client import Answer, Unanswered, refused

D = "{DAV:}"
C = "{urn:ietf:params:xml:ns:caldav}"
CS = "{http://calendarserver.org/ns/}"
APPLE_ICAL = "{http://apple.com/ns/ical/}"
_SPACES = (
    'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" '
    'xmlns:S="http://calendarserver.org/ns/" xmlns:I="http://apple.com/ns/ical/"'
)
_PREFIX = {D: "D:", C: "C:", CS: "S:", APPLE_ICAL: "I:"}
_STATUS, _PROP = f"{D}status", f"{D}prop"
_SAFE = "!$&'()*+,;=:@~"
_PLAIN = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9_~!$&'()*+,=:@.-]*)+/?")
"""A path that is written as `address` writes it: nothing quoted, no dots to be resolved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a server says of one resource."""

    url: str
    """Absolute, written as `address` writes it."""
    status: int
    """Of the whole resource: 404 when it is gone."""
    props: Mapping[str, Any]
    """The properties that it has: lxml's elements by their name in Clark's notation."""

    def text(self, name: str) -> str:
        """A property's text; empty without one."""
        found = self.props.get(name)
        return "" if found is None else (found.text or "")

    def hrefs(self, name: str) -> tuple[str, ...]:
        """The addresses in a property, as they are written."""
        found = self.props.get(name)
        listed = () if found is None else found.iter(f"{D}href")
        return tuple(one.text.strip() for one in listed if one.text)

    def names(self, name: str) -> frozenset[str]:
        """The names of all elements in a property."""
        found = self.props.get(name)
        listed = () if found is None else found.iterdescendants()
        return frozenset(one.tag for one in listed if isinstance(one.tag, str))


def address(base: str, href: str) -> str:
    """An href as an absolute URL, the same for all ways of writing it."""
    if _PLAIN.fullmatch(href):
        # What servers say of each of thousands of events needs no more than its host before it.
        return _origin(base) + href
    # A semicolon stays what it is: joining takes one at the end for the beginning of nothing.
    parts = urlsplit(urljoin(base, href.strip().replace(";", "%3B")))
    path = "/".join(quote(unquote(one), safe=_SAFE) for one in parts.path.split("/"))
    scheme, host = parts.scheme.lower(), parts.netloc.lower()
    host = host.removesuffix({"https": ":443", "http": ":80"}.get(scheme, ":"))
    return urlunsplit((scheme, host, path or "/", "", ""))


@lru_cache(maxsize=256)
def _origin(base: str) -> str:
    """Scheme and host, as `address` writes them."""
    return address(base, "/x/%2F").removesuffix("/x/%2F")


def entries(answer: Answer, base: str) -> list[Entry]:
    """The resources of a 207 answer. Raises the error of another answer, and Unanswered for what is
    no multistatus."""
    if answer.status != 207:
        raise refused(answer) if answer.status >= 300 else garbage()
    if answer.tree is None or answer.tree.tag != f"{D}multistatus":
        raise garbage()
    return [_entry(one, base) for one in answer.tree.iterchildren(f"{D}response")]


def garbage() -> CalendarError:
    """The error for an answer that makes no sense."""
    return Unanswered("The calendar server's answer makes no sense.")


def sync_token(answer: Answer) -> str:
    """The sync token at the end of an answer; empty without one."""
    return (answer.tree.findtext(f"{D}sync-token") or "").strip()


def _entry(response: Any, base: str) -> Entry:
    href, status, failed = "", 200, 0
    props: dict[str, Any] = {}
    # One way through what stands there: servers tell thousands of events at once.
    for part in response:
        match part.tag:
            case "{DAV:}href":
                href = href or part.text or ""
            case "{DAV:}status":
                status = _code(part.text)
            case "{DAV:}propstat":
                code = _code(part.findtext(_STATUS))
                if code < 300:
                    for prop in part.iterchildren(_PROP):
                        props |= {one.tag: one for one in prop if isinstance(one.tag, str)}
                elif code >= 500:
                    # That the server could not tell is not that there is none.
                    failed = code
    if not href:
        raise garbage()
    return Entry(url=address(base, href), status=failed or status, props=props)


@lru_cache(maxsize=64)
def _code(status: str | None) -> int:
    """The number in "HTTP/1.1 404 Not Found"; 200 where nothing is said."""
    words = (status or "").split()
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 200


def propfind(*names: str) -> str:
    """Asks for properties."""
    return f"<D:propfind {_SPACES}>{_prop(names)}</D:propfind>"


def sync_collection(token: str) -> str:
    """Asks what changed since a token; all with an empty one (RFC 6578 §3.2)."""
    return (
        f"<D:sync-collection {_SPACES}><D:sync-token>{escape(token)}</D:sync-token>"
        f"<D:sync-level>1</D:sync-level>{_prop([f'{D}getetag'])}</D:sync-collection>"
    )


def multiget(urls: Iterable[str]) -> str:
    """Asks for the text of resources (RFC 4791 §7.9)."""
    hrefs = "".join(f"<D:href>{escape(_path(one))}</D:href>" for one in urls)
    return (
        f"<C:calendar-multiget {_SPACES}>{_prop([f'{D}getetag', f'{C}calendar-data'])}"
        f"{hrefs}</C:calendar-multiget>"
    )


def _path(url: str) -> str:
    """What stands behind the host of an address that `address` wrote: it has no query."""
    return "/" + url.split("/", 3)[3]


def query(inner: str) -> str:
    """Asks for the events that a filter lets through (RFC 4791 §7.8)."""
    return _query([f"{D}getetag", f"{C}calendar-data"], inner)


def events() -> str:
    """Asks which events there are."""
    return _query([f"{D}getetag"], "")


def _query(names: Iterable[str], inner: str) -> str:
    return (
        f"<C:calendar-query {_SPACES}>{_prop(names)}"
        f'<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">{inner}'
        "</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"
    )


def time_range(start: str, end: str) -> str:
    """A filter for what touches a stretch, told in RFC 5545's UTC form."""
    return f'<C:time-range start="{start}" end="{end}"/>'


def of_uid(uid: str) -> str:
    """A filter for one UID."""
    match = f'<C:text-match collation="i;octet">{escape(uid)}</C:text-match>'
    return f'<C:prop-filter name="UID">{match}</C:prop-filter>'


def free_busy(start: str, end: str) -> str:
    """Asks when a calendar is taken (RFC 4791 §7.10)."""
    return (
        f"<C:free-busy-query {_SPACES}>"
        f'<C:time-range start="{start}" end="{end}"/></C:free-busy-query>'
    )


def principals_of(user_address: str, *names: str) -> str:
    """Asks for the people of a calendar user address (RFC 3744 §9.4)."""
    return (
        f'<D:principal-property-search {_SPACES} test="anyof"><D:property-search>'
        f"{_prop([f'{C}calendar-user-address-set'])}<D:match>{escape(user_address)}</D:match>"
        f"</D:property-search>{_prop(names)}</D:principal-property-search>"
    )


def _prop(names: Iterable[str]) -> str:
    return f"<D:prop>{''.join(_tags(names))}</D:prop>"


def _tags(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        space, _, local = name.rpartition("}")
        yield f"<{_PREFIX[space + '}']}{local}/>"
