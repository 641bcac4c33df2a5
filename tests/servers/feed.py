"""A server on loopback that gives one calendar out as an .ics file, well or badly."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256

from aiohttp import web
from aiohttp.test_utils import TestServer

from calendar_core.events import Resource
from calendar_core.ics.export import calendar_text


@dataclass
class FeedServer:
    """What it gives out, how, and what it was asked."""

    name: str = "Team"
    held: dict[str, Resource] = field(default_factory=dict)
    body: bytes | None = None
    """Given out in place of what is held."""
    stamps: Iterator[int] | None = None
    """Where set, DTSTAMP is another at every request, as some servers have it."""
    tells_etag: bool = True
    tells_modified: bool = False
    wants: tuple[str, str] | None = None
    """User name and password."""
    asked: list[web.Request] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)
    """Status codes of `/team.ics`."""
    url: str = ""
    trouble: web.Response | None = None
    """Answered instead."""

    @property
    def feed(self) -> str:
        """The feed's address."""
        return f"{self.url}/private-3fa9c1/team.ics"

    def hold(self, *resources: Resource) -> None:
        """Give these out, too."""
        self.held |= {one.uid: one for one in resources}

    def text(self, resources: Iterable[Resource] | None = None) -> bytes:
        """The file."""
        if self.body is not None:
            return self.body
        text = "".join(calendar_text(resources or self.held.values(), name=self.name))
        if self.stamps is not None:
            stamp = next(self.stamps)
            lines = text.split("\r\n")
            text = "\r\n".join(
                f"DTSTAMP:20260101T{stamp:06d}Z" if one.startswith("DTSTAMP") else one
                for one in lines
            )
        return text.encode()

    async def give(self, request: web.Request) -> web.StreamResponse:
        """The feed itself."""
        self.asked.append(request)
        answer = self._answer(request)
        self.answered.append(answer.status)
        return answer

    def _answer(self, request: web.Request) -> web.Response:
        if self.trouble is not None:
            return _again(self.trouble)
        if self.wants is not None and request.headers.get("Authorization") is None:
            return web.Response(status=401)
        body = self.text()
        headers = {"Content-Type": "text/calendar; charset=utf-8"}
        if self.tells_etag:
            headers["ETag"] = f'"{sha256(body).hexdigest()[:16]}"'
            if request.headers.get("If-None-Match") == headers["ETag"]:
                return web.Response(status=304, headers=headers)
        if self.tells_modified:
            headers["Last-Modified"] = "Mon, 09 Mar 2026 07:00:00 GMT"
            if request.headers.get("If-Modified-Since") == headers["Last-Modified"]:
                return web.Response(status=304, headers=headers)
        return web.Response(body=body, headers=headers)

    async def send_on(self, request: web.Request) -> web.Response:
        """To wherever `to` says."""
        self.asked.append(request)
        return web.Response(status=302, headers={"Location": request.query["to"]})

    async def send_round(self, request: web.Request) -> web.Response:
        """From one address to the next, without end."""
        self.asked.append(request)
        return web.Response(status=307, headers={"Location": f"{self.url}/round?{len(self.asked)}"})

    async def never_end(self, request: web.Request) -> web.StreamResponse:
        """More and more of it, as fast as it is taken."""
        answer = web.StreamResponse(headers={"Content-Type": "text/calendar"})
        await answer.prepare(request)
        await answer.write(b"BEGIN:VCALENDAR\r\n")
        while True:
            await answer.write(b"X-MORE:" + b"x" * 65_000 + b"\r\n")

    async def explode(self, request: web.Request) -> web.Response:
        """Little over the wire, much when unpacked."""
        return web.Response(
            body=gzip.compress(b"x" * 30_000_000), headers={"Content-Encoding": "gzip"}
        )

    async def dawdle(self, request: web.Request) -> web.StreamResponse:
        """A byte now and then."""
        answer = web.StreamResponse()
        await answer.prepare(request)
        for _ in range(200):
            await answer.write(b"B")
            await asyncio.sleep(0.05)
        return answer

    async def cut(self, request: web.Request) -> web.StreamResponse:
        """Half of what was promised."""
        body = self.text()
        answer = web.StreamResponse(headers={"Content-Length": str(len(body))})
        await answer.prepare(request)
        await answer.write(body[: len(body) // 2])
        assert request.transport is not None
        request.transport.abort()
        return answer


def _again(one: web.Response) -> web.Response:
    """The same answer, to be given once more."""
    return web.Response(status=one.status, body=one.body, headers=one.headers)


@asynccontextmanager
async def feed_server() -> AsyncIterator[FeedServer]:
    """One that runs."""
    served = FeedServer()
    app = web.Application()
    app.router.add_get("/private-3fa9c1/team.ics", served.give)
    app.router.add_get("/elsewhere", served.send_on)
    app.router.add_get("/round", served.send_round)
    app.router.add_get("/endless", served.never_end)
    app.router.add_get("/bomb", served.explode)
    app.router.add_get("/slow", served.dawdle)
    app.router.add_get("/cut", served.cut)
    async with TestServer(app, host="127.0.0.1") as server:
        served.url = str(server.make_url("")).rstrip("/")
        yield served
