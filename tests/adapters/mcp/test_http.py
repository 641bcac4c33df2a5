"""The same over real HTTP on loopback: who is let in, what is sent away, what is loaded when."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from adapters.mcp import http
from adapters.mcp.http import PATH, ToolAnswers, names_of
from adapters.web.ports import Route
from tests.adapters.mcp.doors import TOKEN, GivenDoor
from tests.adapters.web.test_server import House, opened

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping", "params": {}}
CALL = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/call",
    "params": {"name": "look", "arguments": {}},
}
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def door() -> GivenDoor:
    return GivenDoor()


@pytest.fixture
async def url(door: GivenDoor) -> AsyncIterator[str]:
    answers = ToolAnswers(
        door, "1", public_url="https://convene.example.org", listens=("127.0.0.1", 8080)
    )
    routes = [Route(method=one, path=PATH, answer=answers.answer) for one in ("GET", "POST")]
    async with opened(House(), *routes) as address:
        yield f"{address}{PATH}"
        await answers.stop()


@asynccontextmanager
async def connected(url: str, mode: Any, token: str = TOKEN) -> AsyncIterator[Client]:
    """The protocol's own client."""
    async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}) as sending:
        client = Client(streamable_http_client(url, http_client=sending), mode=mode)
        async with client as ready:
            yield ready


async def asked(
    url: str, body: Any = PING, headers: dict[str, str] | None = None, method: str = "POST"
) -> tuple[int, str]:
    """One request as anybody may send it: the status, and what was said."""
    sent = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, url, data=data, headers={**sent, **(headers or {})}) as answer,
    ):
        return answer.status, await answer.text()


@pytest.mark.parametrize("mode", ["2026-07-28", "auto", "legacy"])
async def test_an_assistant_lists_and_calls(url: str, door: GivenDoor, mode: str) -> None:
    async with connected(url, mode) as client:
        assert [one.name for one in (await client.list_tools()).tools] == ["look", "move"]
        assert (await client.call_tool("look", {})).structured_content == {"free": True}
        with pytest.raises(MCPError, match="no tool of that name"):
            await client.call_tool("confirm", {})


async def test_who_introduced_itself_is_kept_where_there_are_no_sessions(
    url: str, door: GivenDoor
) -> None:
    async with connected(url, "legacy"):
        pass
    assert door.one.clients == ["mcp"]


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({}, "The token is missing"),
        ({"Authorization": "Bearer convene-other"}, "not valid, or was revoked"),
        ({"Authorization": f"Basic {TOKEN}"}, "The token is missing"),
    ],
)
async def test_nobody_is_let_in_without_a_token(
    url: str, headers: dict[str, str], words: str
) -> None:
    status, said = await asked(url, headers=headers)
    assert status == 401
    assert words in said
    assert "convene mcp token new" in said


async def test_a_revoked_token_opens_nothing_from_then_on(url: str, door: GivenDoor) -> None:
    assert (await asked(url, CALL, BEARER))[0] == 200
    door.is_revoked = True
    assert (await asked(url, CALL, BEARER))[0] == 401
    assert len(door.one.called) == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Origin": "https://evil.example"}, 403),
        ({"Host": "convene.example.org", "Origin": "https://convene.example.org"}, 200),
        ({"Host": "convene.example.org:443"}, 200),
    ],
)
async def test_a_page_elsewhere_can_not_make_its_name_lead_here(
    url: str, headers: dict[str, str], status: int
) -> None:
    assert (await asked(url, CALL, {**BEARER, **headers}))[0] == status


async def test_what_is_no_request_is_sent_away(url: str, door: GivenDoor) -> None:
    assert (await asked(url, b"{", BEARER))[0] == 400
    assert (await asked(url, [PING, PING], BEARER))[0] == 400
    assert (await asked(url, b"x" * (http.LARGEST + 1), BEARER))[0] == 413
    assert (await asked(url, PING, BEARER, method="GET"))[0] == 405
    assert door.one.called == []


async def test_one_token_has_so_many_requests_at_a_time(
    url: str, door: GivenDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    door.one.waits = 0.2
    statuses = [
        status for status, _ in await asyncio.gather(*(asked(url, CALL, BEARER) for _ in range(10)))
    ]
    assert door.one.most <= http.EACH
    assert sorted(set(statuses)) == [200, 429]
    assert (await asked(url, CALL, BEARER))[0] == 200


async def test_a_request_that_takes_too_long_ends(
    url: str, door: GivenDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "LONGEST", 0.05)
    door.one.waits = 5
    assert (await asked(url, CALL, BEARER))[0] == 504


def test_the_names_by_which_it_may_be_called() -> None:
    hosts, origins = names_of("http://desk.example:8443", "192.0.2.7", 8080)
    assert {"desk.example:8443", "192.0.2.7:8080", "127.0.0.1:*"} <= set(hosts)
    assert {"http://desk.example:8443", "http://192.0.2.7:8080"} <= set(origins)
    assert not any("0.0.0.0" in one for one in names_of(None, "0.0.0.0", 8080)[0])


def test_the_library_is_not_loaded_before_somebody_is_let_in() -> None:
    looks = (
        "import sys, bot.app.serve, bot.app.mcp, adapters.mcp.http, bot.assistants; "
        "print(sorted({'mcp', 'mcp_types', 'starlette', 'uvicorn'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", looks], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "[]\n"
