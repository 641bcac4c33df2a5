"""The web door over real HTTP: how the house is, routes that are handed in, where it listens."""

import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO

import aiohttp
import pytest
from aiohttp import web

from adapters.web.ports import Route
from adapters.web.server import LARGEST_BODY, AddressTaken, WebServer


@dataclass(frozen=True)
class Told:
    """How a part is."""

    part: str
    is_well: bool
    words: str


@dataclass
class House:
    """A house whose health a test decides."""

    parts: list[Told] = field(default_factory=lambda: [Told("database", True, "answers")])

    async def signs(self) -> Sequence[Told]:
        return self.parts

    async def figures(self) -> str:
        return "convene_door_up 1.0\n"


async def shout(request: web.Request) -> web.Response:
    return web.Response(text=(await request.text()).upper())


SHOUT = Route(method="POST", path="/shout", answer=shout)


@asynccontextmanager
async def opened(house: House, *routes: Route) -> AsyncIterator[str]:
    server = WebServer(house, routes, host="127.0.0.1", port=0)
    await server.start()
    try:
        yield server.address
    finally:
        await server.stop()


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        yield session


async def test_a_house_that_is_well_says_so(browser: aiohttp.ClientSession) -> None:
    async with opened(House()) as address, browser.get(f"{address}/healthz") as answer:
        assert answer.status == 200
        assert await answer.json() == {
            "well": True,
            "parts": {"database": {"well": True, "is": "answers"}},
        }


async def test_one_part_that_is_unwell_makes_the_house_unwell(
    browser: aiohttp.ClientSession,
) -> None:
    house = House()
    house.parts.append(Told("Slack", False, "not reachable"))
    async with opened(house) as address, browser.get(f"{address}/healthz") as answer:
        assert answer.status == 503
        told = await answer.json()
        assert (told["well"], told["parts"]["Slack"]["is"]) == (False, "not reachable")
        assert told["parts"]["database"]["well"] is True


async def test_figures_are_plain_text(browser: aiohttp.ClientSession) -> None:
    async with opened(House()) as address, browser.get(f"{address}/metrics") as answer:
        assert (answer.status, answer.content_type) == (200, "text/plain")
        assert await answer.text() == "convene_door_up 1.0\n"


async def test_routes_that_are_handed_in_answer_and_no_others(
    browser: aiohttp.ClientSession,
) -> None:
    async with opened(House(), SHOUT) as address:
        async with browser.post(f"{address}/shout", data="hello") as answer:
            assert (answer.status, await answer.text()) == (200, "HELLO")
        async with browser.get(f"{address}/shout") as answer:
            assert answer.status == 405
        async with browser.get(f"{address}/slack/install") as answer:
            assert answer.status == 404


async def test_nobody_can_fill_its_memory(browser: aiohttp.ClientSession) -> None:
    body = BytesIO(b"x" * (LARGEST_BODY + 1))
    async with (
        opened(House(), SHOUT) as address,
        browser.post(f"{address}/shout", data=body) as answer,
    ):
        assert answer.status == 413


async def test_a_taken_address_is_told_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        server = WebServer(House(), [], host="127.0.0.1", port=port)
        with pytest.raises(AddressTaken, match=f"127.0.0.1:{port}.*CONVENE_WEB_PORT"):
            await server.start()
        await server.stop()


async def test_it_listens_where_it_is_told_and_nowhere_else() -> None:
    server = WebServer(House(), [], host="127.0.0.2", port=0)
    await server.start()
    port = int(server.address.rsplit(":", 1)[1])
    assert server.address == f"http://127.0.0.2:{port}"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=2)
    await server.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port), timeout=2)
