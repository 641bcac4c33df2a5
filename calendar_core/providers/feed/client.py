"""Fetching a feed: one address, asked only for what is new (RFC 9110 §13), every hop looked at.

A feed's address is often all it takes to read somebody's calendar, so it is a credential: it stands
in no message, and in no log.
"""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx2

from calendar_core.errors import CalendarError, NotAllowed, NotFound, SignInNeeded, TryLater
from calendar_core.linking import Credentials
from calendar_core.outside import CONNECT_WITHIN, Outside
from calendar_core.providers.feed.wire import CheckedTransport, Resolve, system_addresses

LARGEST = 20 * 1024 * 1024
"""Bytes of a feed: some 40,000 events."""
HOPS = 5
"""Redirects that are followed."""
_MOVED = {301, 302, 303, 307, 308}
_PACKED = {"", "identity", "gzip", "x-gzip", "deflate"}
"""Encodings that can't make much out of very little: a piece is unpacked at a time."""
_HEADERS = {
    "User-Agent": "Convene (calendar assistant)",
    "Accept": "text/calendar, text/plain;q=0.5, */*;q=0.1",
    "Accept-Encoding": "gzip",
}


class Gone(NotFound):
    """There is nothing at the address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a server said by which it knows the version that we have."""

    etag: str = ""
    modified: str = ""

    def headers(self) -> dict[str, str]:
        """To be sent along; empty where there are none."""
        told = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in told.items() if value}


NONE = Validators()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A feed as it is now."""

    body: bytes = field(repr=False)
    validators: Validators


class Feeds:
    """Fetches feeds."""

    def __init__(self, outside: Outside, resolve: Resolve = system_addresses) -> None:
        self._outside = outside
        self._resolve = resolve
        self._trusted: ssl.SSLContext | None = None

    async def fetch(self, credentials: Credentials, known: Validators = NONE) -> Fetched | None:
        """A feed, or None where it is what we have.

        Raises SignInNeeded (it wants a password, or another), Gone, NotFound (no such server, or
        no calendar), NotAllowed (an address that may not be reached), TryLater.
        """
        url, auth = httpx2.URL(address(credentials["address"], self._outside)), _auth(credentials)
        try:
            async with asyncio.timeout(self._outside.longest):
                return await self._fetch(url, auth, known)
        except TimeoutError as err:
            raise TryLater("The feed's server is too slow.") from err
        except httpx2.TimeoutException as err:
            raise TryLater("The feed's server does not answer in time.") from err
        except httpx2.ConnectError as err:
            raise _not_reached(err) from err
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol) as err:
            raise NotFound("The feed's address leads to one that can't be used.") from err
        except httpx2.DecodingError as err:
            raise NotFound("What that address answers can't be unpacked.") from err
        except (httpx2.HTTPError, httpx2.StreamError) as err:
            raise TryLater("The feed's server broke off its answer.") from err

    async def _fetch(
        self, url: httpx2.URL, auth: httpx2.BasicAuth | None, known: Validators
    ) -> Fetched | None:
        if self._trusted is None:
            self._trusted = await asyncio.to_thread(_trusting, self._outside.ca_file)
        transport = CheckedTransport(self._outside, self._resolve, self._trusted)
        timeout = httpx2.Timeout(self._outside.silence, connect=CONNECT_WITHIN)
        async with httpx2.AsyncClient(
            transport=transport, timeout=timeout, trust_env=False, follow_redirects=False
        ) as client:
            for _ in range(HOPS + 1):
                asked = {**_HEADERS, **known.headers()}
                async with client.stream("GET", url, headers=asked, auth=auth) as answer:
                    if answer.status_code not in _MOVED:
                        return await self._taken(answer)
                    there = url.join(answer.headers.get("location", ""))
                    check(str(there), self._outside)
                    if not _is_same_server(url, there):
                        auth = None  # a password is for whom it was given
                    url = there
        raise NotFound("That address sends from one to the next and never ends.")

    async def _taken(self, answer: httpx2.Response) -> Fetched | None:
        if answer.status_code == 304:
            return None
        if answer.status_code != 200:
            raise _refused(answer)
        if answer.headers.get("content-encoding", "").strip().lower() not in _PACKED:
            raise NotFound("That address answers in a way that I can't unpack.")
        parts, size = [], 0
        async for part in answer.aiter_bytes():
            size += len(part)
            if size > self._outside.largest:
                most = self._outside.largest // 1024 // 1024
                raise NotFound(f"That feed is larger than I can read: more than {most} MB.")
            parts.append(part)
        told = answer.headers
        return Fetched(
            body=b"".join(parts),
            validators=Validators(
                etag=told.get("etag", ""), modified=told.get("last-modified", "")
            ),
        )


def address(typed: str, outside: Outside) -> str:
    """A feed's address as it is asked for; `webcal:` means https. Raises NotAllowed."""
    plain = typed.strip()
    scheme, colon, rest = plain.partition("://")
    if scheme.lower() in ("webcal", "webcals"):
        plain = f"https{colon}{rest}"
    check(plain, outside)
    return plain


def check(url: str, outside: Outside) -> None:
    """See that an address may be asked; raises NotAllowed."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as err:
        raise NotAllowed(_NO_ADDRESS) from err
    if parts.scheme not in ("https", "http") or not host:
        raise NotAllowed(_NO_ADDRESS)
    if parts.scheme == "http" and not outside.private:
        raise NotAllowed(
            "I read feeds over https only, since whoever knows the address can read the calendar. "
            "Give the address that begins with https:// or webcal://."
        )


_NO_ADDRESS = "That is no address of a feed: it begins with https:// or webcal://."


def _trusting(ca_file: str | None) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=ca_file)


def _auth(credentials: Credentials) -> httpx2.BasicAuth | None:
    user, password = credentials.get("user", ""), credentials.get("password", "")
    return httpx2.BasicAuth(user, password) if user or password else None


def _is_same_server(one: httpx2.URL, other: httpx2.URL) -> bool:
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)


def _not_reached(err: httpx2.ConnectError) -> CalendarError:
    cause: BaseException | None = err
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return NotAllowed("The certificate of the feed's server is not to be trusted.")
        cause = cause.__cause__ or cause.__context__
    return TryLater("The feed's server can't be reached.")


def _refused(answer: httpx2.Response) -> CalendarError:
    """What an answer that is no feed means."""
    match answer.status_code:
        case 401 | 403:
            return SignInNeeded(
                "The feed's server refuses its address. Copy the feed's address again, and link it."
            )
        case 404 | 410:
            return Gone("There is nothing at that address.")
        case 408 | 425 | 429:
            return TryLater("The feed's server asks to wait.", _after(answer.headers))
        case status if status >= 500:
            problem = f"The feed's server has a problem of its own ({status})."
            return TryLater(problem, _after(answer.headers))
        case status:
            return NotFound(f"The feed's server does not give a calendar ({status}).")


def _after(headers: Mapping[str, str]) -> timedelta | None:
    """Retry-After, in seconds, or as a date beside the server's own (RFC 9110 §10.2.3)."""
    told = headers.get("retry-after", "").strip()
    if told.isascii() and told.isdigit():
        return timedelta(seconds=min(int(told[:9]), 86_400))
    try:
        until, now = _date(told), _date(headers.get("date", ""))
    except ValueError:
        return None
    return min(max(until - now, timedelta()), timedelta(days=1))


def _date(told: str) -> datetime:
    at = parsedate_to_datetime(told)
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
