"""The same over HTTP, at one path of the web door: tokens, sizes, numbers, and the bridge to the
library.

The library speaks ASGI, the web door is aiohttp: the bridge below is all that lies between. It is
used without sessions and without streams: each request brings its token, is answered whole, and
leaves nothing behind, so there is nothing to bound in number or to end by time. The library and
what it stands on are loaded with the first request that brings a valid token.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from adapters.mcp.ports import ToolDoor, Visitor

log = logging.getLogger("convene.mcp")

PATH = "/mcp"
LARGEST = 128 * 1024
"""Bytes of one request."""
AT_ONCE = 16
"""Requests that are answered at a time; more are sent away."""
EACH = 4
"""The same, of one token."""
LONGEST = 60.0
"""Seconds that a request may take, from its first byte to the last of its answer."""
VISITOR = "convene.visitor"
"""Where a request carries who asks."""
_SILENT = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Message, Receive, Send], Awaitable[None]]


class ToolAnswers:
    """Answers at `/mcp`, from the first request until `stop`."""

    def __init__(
        self, door: ToolDoor, version: str, *, public_url: str | None, listens: tuple[str, int]
    ) -> None:
        """`public_url` and `listens`, host and port, are the names by which it may be called."""
        self._door = door
        self._version = version
        self._hosts, self._origins = names_of(public_url, *listens)
        self._waiting = 0
        self._of_token: dict[str, int] = {}
        self._app: Asgi | None = None
        self._opening = asyncio.Lock()
        self._end = asyncio.Event()
        self._open: asyncio.Task[None] | None = None

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """POST alone: there are no sessions to end and no streams to listen to."""
        if request.method != "POST":
            return _refused(405, "Send a POST: there are no streams here.", Allow="POST")
        if request.content_length is not None and request.content_length > LARGEST:
            return _refused(413, "That is more than I read at once.")
        if self._waiting >= AT_ONCE:
            return _too_much()
        self._waiting += 1
        try:
            return await self._admitted(request, _bearer(request.headers.get("Authorization", "")))
        finally:
            self._waiting -= 1

    async def _admitted(self, request: web.Request, token: str) -> web.StreamResponse:
        """For whoever has a token."""
        visitor = await self._door.visitor(token) if token else None
        if visitor is None:
            words = "not valid, or was revoked" if token else "missing"
            return _refused(
                401,
                f"The token is {words}. Make one with “connect my assistant” in a chat with "
                "Convene, or convene mcp token new, and send it as Authorization: Bearer TOKEN.",
                **{"WWW-Authenticate": 'Bearer realm="Convene"'},
            )
        busy = self._of_token.get(token, 0)
        if busy >= EACH:
            return _too_much()
        self._of_token[token] = busy + 1
        try:
            return await self._pass_on(request, visitor)
        finally:
            self._of_token[token] -= 1
            if not self._of_token[token]:
                del self._of_token[token]

    async def stop(self) -> None:
        """Answer nobody any more; a second time does nothing."""
        self._end.set()
        task, self._open = self._open, None
        if task is not None:
            await asyncio.wait({task}, timeout=LONGEST)

    async def _pass_on(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        app = await self._ready()
        try:
            async with asyncio.timeout(LONGEST):
                return await _bridged(app, request, visitor)
        except web.HTTPRequestEntityTooLarge:
            return _refused(413, "That is more than I read at once.")
        except TimeoutError:
            log.warning("mcp request took too long")
            return _refused(504, "That took too long. Ask for less at once.")

    async def _ready(self) -> Asgi:
        """The library, loaded and at work."""
        async with self._opening:
            if self._app is None:
                ready: asyncio.Future[Asgi] = asyncio.get_running_loop().create_future()
                self._open = asyncio.create_task(self._hold(ready))
                self._app = await ready
            return self._app

    async def _hold(self, ready: "asyncio.Future[Asgi]") -> None:
        # A task of its own: the library's group of tasks ends in the task that began it.
        async with _library(self._version, self._hosts, self._origins) as app:
            ready.set_result(app)
            await self._end.wait()


@asynccontextmanager
async def _library(
    version: str, hosts: Sequence[str], origins: Sequence[str]
) -> AsyncIterator[Asgi]:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
    from mcp.server.transport_security import TransportSecuritySettings

    from adapters.mcp.server import Context, make_server

    async def who(context: Context) -> Visitor | None:
        found: Visitor | None = context.request.scope.get(VISITOR) if context.request else None
        return found

    manager = StreamableHTTPSessionManager(
        make_server(who, version),
        json_response=True,
        stateless=True,
        max_request_body_size=LARGEST,
        session_idle_timeout=None,
        security_settings=TransportSecuritySettings(
            enable_dns_rebinding_protection=True,
            allowed_hosts=list(hosts),
            allowed_origins=list(origins),
        ),
    )
    async with manager.run():
        yield manager.handle_request


def names_of(public_url: str | None, host: str, port: int) -> tuple[list[str], list[str]]:
    """The hosts and origins that may call: the public address, and this machine's own names. A
    page elsewhere that makes its name lead here is neither (DNS rebinding)."""
    hosts = ["127.0.0.1:*", "localhost:*", "[::1]:*"]
    origins = [f"http://{one}" for one in hosts]
    if host not in ("127.0.0.1", "localhost", "::1", "0.0.0.0", "::"):
        named = f"[{host}]" if ":" in host else host
        hosts += [named, f"{named}:{port}"]
        origins.append(f"http://{named}:{port}")
    if public_url is not None:
        public = urlsplit(public_url)
        hosts.append(public.netloc)
        origins.append(f"{public.scheme}://{public.netloc}")
        if public.port is None:
            hosts.append(f"{public.netloc}:{443 if public.scheme == 'https' else 80}")
    return hosts, origins


def _bearer(said: str) -> str:
    """The token of an Authorization header; empty where there is none (RFC 6750)."""
    kind, _, token = said.partition(" ")
    return token.strip() if kind.casefold() == "bearer" and len(token) < 500 else ""


def _too_much() -> web.Response:
    return _refused(429, "Too much at once. Try again.", **{"Retry-After": "1"})


def _refused(status: int, words: str, **headers: str) -> web.Response:
    body = {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": words}}
    return web.json_response(body, status=status, headers={**_SILENT, **headers})


async def _bridged(app: Asgi, request: web.Request, visitor: Visitor) -> web.StreamResponse:
    """One request through an ASGI application, answered whole (ASGI 3, HTTP)."""
    body = await request.read()
    parts: list[bytes] = []
    begun: list[tuple[int, Mapping[str, str]]] = []
    told = False

    async def receive() -> Message:
        nonlocal told
        if told:
            # Nothing more comes: who hangs up is not told of, for an answer is whole or none.
            await asyncio.Event().wait()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = {
                key.decode("latin-1"): value.decode("latin-1")
                for key, value in message.get("headers", ())
                if key.lower() != b"content-length"
            }
            begun.append((message["status"], headers))
        elif message["type"] == "http.response.body":
            parts.append(message.get("body", b""))

    await app(_scope(request, visitor), receive, send)
    status, headers = begun[0]
    return web.Response(status=status, body=b"".join(parts), headers={**headers, **_SILENT})


def _scope(request: web.Request, visitor: Visitor) -> Message:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.scheme,
        "path": request.path,
        "raw_path": request.raw_path.encode("latin-1"),
        "query_string": request.query_string.encode("latin-1", "replace"),
        "root_path": "",
        "headers": [
            (key.lower(), value)
            for key, value in request.raw_headers
            if key.lower() != b"authorization"
        ],
        "server": None,
        "client": None,
        VISITOR: visitor,
    }
