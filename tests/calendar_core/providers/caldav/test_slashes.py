"""A server that writes collections without a slash at their end and redirects whoever asks for them
so, tells addresses in full, answers 200 to every write and gives no version along with it."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from aiohttp import web
from aiohttp.test_utils import TestServer

from calendar_core.ics.writing import new_resource
from calendar_core.linking import Wish
from calendar_core.providers.caldav.client import Doors
from calendar_core.providers.caldav.linking import CalDavLinking
from tests.calendar_core.house import ME, an_event, at
from tests.calendar_core.providers.caldav.stand import a_stand
from tests.calendar_core.providers.caldav.test_linking import GivenNames
from tests.contracts.calendar_provider import a_write, confirmed, read_since
from tests.servers.caldav import PASSWORD, USER, CalDavServer
from tests.servers.faults import FaultyProxy


class Odd(FaultyProxy):
    """Says the same as its upstream in its own way."""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        last = request.path.rpartition("/")[2]
        if last and "." not in last and last != "caldav":
            there = f"{self.url.rstrip('/')}{request.path}/"
            return web.Response(status=308, headers={"Location": there})
        answer = await super().handle(request)
        assert isinstance(answer, web.Response)
        kept = {k: v for k, v in answer.headers.items() if k.lower() not in ("etag", "location")}
        where = answer.headers.get("Location")
        if where is not None:
            kept["Location"] = where
        text = (answer.text or "") if answer.status == 207 else ""
        if text:
            here = self.url.rstrip("/")
            text = re.sub(r"href>(/[^<]*?)/?<", rf"href>{here}\1<", text)
            kept.pop("Content-Length", None)
            return web.Response(status=207, body=text.encode(), headers=kept)
        status = 200 if answer.status in (201, 204) else answer.status
        return web.Response(status=status, body=answer.body, headers=kept)


@asynccontextmanager
async def odd(upstream: str) -> AsyncIterator[Odd]:
    proxy = Odd(upstream)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", proxy.handle)
    async with TestServer(app, host="127.0.0.1") as server:
        proxy.url = str(server.make_url("/"))
        yield proxy


async def test_an_odd_server_is_linked_read_and_written(
    server: CalDavServer, calendar_url: str, doors: Doors
) -> None:
    spaced = new_resource(an_event("Spaced"), at=at("07:00")).ics
    server.put(f"{calendar_url}a%20b.ics", spaced)
    async with odd(server.url) as proxy:
        wish = Wish(owner=ME, server=proxy.url, user=USER, password=PASSWORD)
        linked = (await CalDavLinking(doors, GivenNames()).begin(wish)).linked
        assert linked is not None
        remote = proxy.at(calendar_url).rstrip("/")
        assert remote in {one.remote for one in linked.calendars}
        stand = a_stand(linked.url, remote, doors)

        first = await read_since(stand.provider, None)
        await stand.writer.apply(confirmed(a_write(stand.provider, "One"), id="1"))
        second = await read_since(stand.provider, first.cursor)
        standing = second.changed["one@test"]
        gone = a_write(stand.provider, "One", before=standing.ics, after=None)
        await stand.writer.apply(confirmed(replace(gone, etag=standing.etag), id="2"))
        third = await read_since(stand.provider, second.cursor)

    assert (list(first.changed), list(second.changed)) == (["spaced@test"], ["one@test"])
    assert third.removed == ["one@test"]
