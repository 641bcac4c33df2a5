"""The way to Microsoft Graph v1.0: requests, answers and errors.

One client for all accounts; at most four calls at a time a mailbox, which is all that Exchange
takes. Its errors become ours in one function. What is asked is `collection`, `reader` and their
like; signing in is `tokens`.
"""

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urljoin, urlsplit
from weakref import WeakValueDictionary

import httpx2

from calendar_core.errors import (
    CalendarError,
    ChangedMeanwhile,
    CursorDied,
    NotAllowed,
    NotFound,
    SignInNeeded,
    TryLater,
)

Json = dict[str, Any]
AT_ONCE = 4
"""Calls to one mailbox; beyond, Graph answers 429."""
_CONNECT_WITHIN = 10.0
SILENCE = 30.0
"""Seconds without a byte, after which a call is given up."""
LARGEST = 64 * 1024 * 1024
"""Bytes of an answer."""
_SYNC_STATE = ("syncstate", "resyncrequired")
"""What the codes of a cursor that died begin with, in lower case."""
_LONGEST_WAIT = 86_400.0
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_SAFE = "$,()'/:=@"


class Unanswered(TryLater):
    """No answer came, or none that says anything: what was asked may have been done."""


class Elsewhere(TryLater):
    """A link leads to another server than Graph's, or to where Graph was before."""


class Refused(NotAllowed):
    """Graph does not do that."""

    def __init__(self, message: str, status: int, code: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        """Graph's own word for it."""


GetToken = Callable[[str], Awaitable[str]]
"""An access token; another one than the given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    status: int
    body: Json
    after: timedelta | None
    """How long Graph asks to wait."""
    challenge: str = ""


class Graph:
    """Graph, for all accounts."""

    def __init__(self, api: str, *, ca_file: str | None = None, silence: float = SILENCE) -> None:
        self._api = api.rstrip("/")
        trusted = True if ca_file is None else ssl.create_default_context(cafile=ca_file)
        self._client = httpx2.AsyncClient(
            timeout=httpx2.Timeout(silence, connect=min(silence, _CONNECT_WITHIN)),
            limits=httpx2.Limits(max_connections=200, max_keepalive_connections=20),
            follow_redirects=False,
            headers={"User-Agent": "Convene", "Accept": "application/json"},
            verify=trusted,
        )
        self._gates: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    def mailbox(self, key: str, token: GetToken) -> "Mailbox":
        """One account's; `key` tells it from others."""
        gate = self._gates.get(key)
        if gate is None:
            gate = self._gates[key] = asyncio.Semaphore(AT_ONCE)
        return Mailbox(self, gate, token)

    def close(self) -> None:
        """End its connections, on the loop that they are on; where that is over, they are too."""
        with contextlib.suppress(RuntimeError):
            self._closing = asyncio.get_running_loop().create_task(self._client.aclose())

    def address(self, path: str, params: Mapping[str, str]) -> str:
        """Where a path of the API is; of a link, itself. Raises Elsewhere for a link that leads to
        another server: tokens go nowhere but to Graph."""
        if "://" not in path:
            return f"{self._api}{path}{_query(params)}"
        if _origin(path) != _origin(self._api):
            raise Elsewhere("Microsoft's answer leads to another server.")
        return path

    def linked(self, said: str) -> str:
        """A link to further pages, which may be told from where the API is."""
        return urljoin(f"{self._api}/", said) if said else ""

    async def asked(
        self,
        method: str,
        url: str,
        body: Json | None,
        headers: dict[str, str],
    ) -> _Answer:
        """One exchange. Raises Unanswered."""
        content = None if body is None else json.dumps(body).encode()
        if content is not None:
            headers = {**headers, "Content-Type": "application/json"}
        try:
            async with self._client.stream(
                method,
                url,
                content=content,
                headers=headers,
            ) as answer:
                return await _read(answer)
        except httpx2.InvalidURL as err:
            raise NotFound("That is no address of Microsoft's.") from err
        except (httpx2.HTTPError, httpx2.StreamError, OSError) as err:
            raise Unanswered("Microsoft does not answer.") from err


def _origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port; the names of this machine are one."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError as err:
        raise Elsewhere("Microsoft's answer leads nowhere.") from err
    host = (parts.hostname or "").lower()
    return parts.scheme, "localhost" if host in _THIS_MACHINE else host, port


def _query(params: Mapping[str, str]) -> str:
    """A query whose blanks are `%20`: in OData a plus sign is one."""
    said = "&".join(f"{name}={quote(value, safe=_SAFE)}" for name, value in params.items())
    return f"?{said}" if said else ""


async def _read(answer: httpx2.Response) -> _Answer:
    parts, size = [], 0
    async for part in answer.aiter_bytes():
        size += len(part)
        if size > LARGEST:
            raise Unanswered("Microsoft's answer is too long.")
        parts.append(part)
    text = b"".join(parts)
    try:
        body = json.loads(text) if text.strip() else {}
    except ValueError as err:
        if answer.status_code < 300:
            raise Unanswered("Microsoft's answer can't be read.") from err
        body = {}
    if not isinstance(body, dict):
        raise Unanswered("Microsoft's answer can't be read.")
    return _Answer(
        status=answer.status_code,
        body=body,
        after=_wait(answer.headers.get("Retry-After"), answer.headers.get("Date")),
        challenge=answer.headers.get("WWW-Authenticate", ""),
    )


def _wait(said: str | None, now: str | None) -> timedelta | None:
    """Seconds, or a date, which is told by the server's own clock."""
    if said is None:
        return None
    try:
        seconds = float(said)
    except ValueError:
        try:
            until, since = parsedate_to_datetime(said), parsedate_to_datetime(now or "")
            seconds = (until - since).total_seconds()
        except (ValueError, TypeError):
            return None
    return timedelta(seconds=min(max(seconds, 0.0), _LONGEST_WAIT))


class Mailbox:
    """One account's way to Graph."""

    def __init__(self, graph: Graph, gate: asyncio.Semaphore, token: GetToken) -> None:
        self._graph = graph
        self._gate = gate
        self._token = token

    async def get(
        self, path: str, params: Mapping[str, str] | None = None, *, html: bool = False
    ) -> Json:
        """What stands at a path; `html` as it is marked up, else as plain text.

        Raises NotFound, NotAllowed, SignInNeeded, TryLater, CursorDied.
        """
        return await self._call("GET", path, params=params, html=html)

    async def pages(
        self, path: str, params: Mapping[str, str] | None = None, *, size: int
    ) -> AsyncIterator[Json]:
        """The pages of a list, whole; each link is followed only to Graph itself. Raises as
        `get`."""
        seen = set()
        while path:
            page = await self._call("GET", path, params=params, size=size)
            if not isinstance(page.get("value"), list):
                raise Unanswered("Microsoft's answer can't be read.")
            yield page
            path, params = self._graph.linked(str(page.get("@odata.nextLink") or "")), None
            if path in seen:
                raise Unanswered("Microsoft's list goes round in circles.")
            seen.add(path)

    def going_on(self, link: str, *, size: int) -> AsyncIterator[Json]:
        """As `pages`, from a link on that was kept."""
        return self.pages(self._graph.linked(link), size=size)

    async def listed(
        self, path: str, params: Mapping[str, str] | None = None, *, size: int
    ) -> list[Json]:
        """All of a list."""
        return [one async for page in self.pages(path, params, size=size) for one in page["value"]]

    async def post(self, path: str, body: Json) -> Json:
        """Add, or have something done. Raises as `get`; Unanswered when that is open."""
        return await self._call("POST", path, body=body)

    async def patch(self, path: str, body: Json, etag: str = "") -> Json:
        """Change what is named, if it is still that version. Raises ChangedMeanwhile besides."""
        return await self._call("PATCH", path, body=body, etag=etag)

    async def delete(self, path: str, etag: str = "") -> None:
        """Delete, if it is still that version; what is gone is gone. Raises as `patch`."""
        try:
            await self._call("DELETE", path, etag=etag)
        except NotFound:
            return

    async def _call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Json | None = None,
        etag: str = "",
        size: int = 0,
        html: bool = False,
    ) -> Json:
        url = self._graph.address(path, params or {})
        headers = {"Prefer": _prefer(size, html)}
        if etag:
            headers["If-Match"] = etag
        old = ""
        for is_last in (False, True):
            token = await self._token(old)
            async with self._gate:
                headers["Authorization"] = f"Bearer {token}"
                answer = await self._graph.asked(method, url, body, headers)
            if answer.status == 401 and not is_last:
                old = token
                continue
            if 200 <= answer.status < 300:
                return answer.body
            raise refused(answer.status, answer.body, answer.after)
        raise AssertionError("the second answer is the last")


def _prefer(size: int, html: bool) -> str:
    """Wanted of every answer: ids that stay when an event moves, times in UTC, text without
    markup."""
    said = [
        'IdType="ImmutableId"',
        'outlook.timezone="UTC"',
        f'outlook.body-content-type="{"html" if html else "text"}"',
    ]
    if size:
        said.append(f"odata.maxpagesize={size}")
    return ", ".join(said)


def refused(status: int, body: Json, after: timedelta | None) -> CalendarError:
    """What an answer that is no success means."""
    error = body.get("error")
    code = str(error.get("code") or "") if isinstance(error, dict) else ""
    if code.lower().startswith(_SYNC_STATE) or status == 410:
        return CursorDied("Microsoft no longer knows how far this calendar was read.")
    match status:
        case 401:
            return SignInNeeded("Microsoft wants you to sign in again.")
        case 403:
            return Refused(f"Microsoft does not allow that{_named(code)}.", 403, code)
        case 404:
            return NotFound("Microsoft no longer has that.")
        case 412:
            return ChangedMeanwhile("This has changed meanwhile.")
        case 429:
            return TryLater("Microsoft asks to wait.", after)
        case _ if status >= 500 or status < 400:
            return Unanswered(f"Microsoft has a problem of its own ({status}).", after)
        case _:
            return Refused(
                f"Microsoft does not take that{_named(code or str(status))}.", status, code
            )


def _named(code: str) -> str:
    """Its word for it, if that is one."""
    return f" ({code})" if code and len(code) < 60 and code.replace(".", "").isalnum() else ""


def segment(name: str) -> str:
    """An id as part of a path."""
    return quote(name, safe="")
