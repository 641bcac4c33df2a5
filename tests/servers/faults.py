"""A proxy on loopback that breaks what a test wants broken, before or after the server did it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from multidict import CIMultiDict

_HOP = {"transfer-encoding", "connection", "content-encoding", "content-length", "keep-alive"}


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one request."""

    method: str
    """Of the request; PUT, REPORT …, or as the server in question calls it."""
    status: int | None = None
    """Answered in the server's stead; None: the connection is cut, or hangs."""
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    after: bool = False
    """Whether the server has done it before its answer is lost."""
    hangs: bool = False
    matches: str = ""
    """Part of the request's body."""
    rewrite: Callable[[str], str] | None = None
    """Changes the server's answer, which goes through otherwise."""


FaultT = TypeVar("FaultT")


def next_fault(
    once: list[FaultT], forever: Sequence[FaultT], fits: Callable[[FaultT], bool]
) -> FaultT | None:
    """What goes wrong with a request: the first that fits; one that happens once is used up."""
    for one in (*once, *forever):
        if fits(one):
            if one in once:
                once.remove(one)
            return one
    return None


def cut(request: web.Request) -> web.Response:
    """Cut the connection; nothing of what is returned arrives."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@dataclass
class FaultyProxy:
    """Passes on what is asked; each fault happens once, in order, to the first request it fits."""

    upstream: str
    faults: list[Fault] = field(default_factory=list)
    forever: list[Fault] = field(default_factory=list)
    """Faults that stay."""
    asked: list[str] = field(default_factory=list)
    """Methods of all requests."""
    url: str = ""

    def at(self, url: str) -> str:
        """An address of the server, by way of the proxy."""
        return url.replace(self.upstream.rstrip("/"), self.url.rstrip("/"))

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One request."""
        body = await request.text()
        self.asked.append(request.method)
        fault = next_fault(
            self.faults,
            self.forever,
            lambda one: one.method == request.method and one.matches in body,
        )
        if fault is None:
            return await self._passed(request, body)
        if fault.rewrite is not None:
            answer = await self._passed(request, body)
            answer.text = fault.rewrite(answer.text or "")
            return answer
        if fault.after:
            await self._passed(request, body)
        if fault.hangs:
            await asyncio.sleep(30)
        if fault.status is None:
            return cut(request)
        return web.Response(
            status=fault.status, text=fault.body, headers=CIMultiDict(fault.headers)
        )

    async def _passed(self, request: web.Request, body: str) -> web.Response:
        headers = {k: v for k, v in request.headers.items() if k.lower() not in {"host", *_HOP}}
        async with (
            aiohttp.ClientSession() as session,
            session.request(
                request.method,
                f"{self.upstream.rstrip('/')}{request.raw_path}",
                data=body.encode(),
                headers=headers,
                allow_redirects=False,
            ) as answer,
        ):
            kept = {k: v for k, v in answer.headers.items() if k.lower() not in _HOP}
            return web.Response(status=answer.status, body=await answer.read(), headers=kept)


@asynccontextmanager
async def faulty(upstream: str) -> AsyncIterator[FaultyProxy]:
    """A running proxy."""
    proxy = FaultyProxy(upstream)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", proxy.handle)
    async with TestServer(app, host="127.0.0.1") as server:
        proxy.url = str(server.make_url("/"))
        yield proxy
