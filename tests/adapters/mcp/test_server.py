"""The tools as the protocol's own client sees them."""

import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp_types import Implementation

from adapters.mcp.server import Context, make_server
from tests.adapters.mcp.doors import TOKEN, GivenDoor, GivenVisitor

ERAS = ["2026-07-28", "legacy"]
DESK = Implementation(name="desk", title="Desk\u202e", version="1")


@pytest.fixture
def door() -> GivenDoor:
    return GivenDoor()


@pytest.fixture(params=ERAS)
def client(request: pytest.FixtureRequest, door: GivenDoor) -> Client:
    async def who(context: Context) -> GivenVisitor | None:
        return await door.visitor(TOKEN)

    return Client(make_server(who, "1.2"), mode=request.param, client_info=DESK)


async def test_tools_are_listed_with_what_they_do_at_most(client: Client) -> None:
    async with client as connected:
        look, move = (await connected.list_tools()).tools
    assert look.input_schema == {
        "type": "object",
        "properties": {"when": {"type": "string"}},
    }
    told = [
        (
            one.annotations.title,
            one.annotations.read_only_hint,
            one.annotations.destructive_hint,
            one.annotations.idempotent_hint,
            one.annotations.open_world_hint,
        )
        for one in (look, move)
        if one.annotations is not None
    ]
    assert told == [("Look", True, False, True, False), ("Move", False, True, False, True)]


async def test_a_call_comes_back_as_text_and_as_data(client: Client, door: GivenDoor) -> None:
    async with client as connected:
        found = await connected.call_tool("look", {"when": "today"})
    assert [one.model_dump(include={"text"}) for one in found.content] == [
        {"text": "You are free."}
    ]
    assert found.structured_content == {"free": True}
    assert not found.is_error
    assert door.one.called == [("look", {"when": "today"}, "Desk\u202e")]


async def test_what_comes_to_nothing_is_an_error_that_a_model_may_read(client: Client) -> None:
    async with client as connected:
        found = await connected.call_tool("move", {})
    assert found.is_error
    assert found.structured_content is None


async def test_there_is_no_tool_that_is_not_listed(client: Client) -> None:
    async with client as connected:
        with pytest.raises(MCPError, match="There is no tool of that name"):
            await connected.call_tool("confirm", {})


async def test_a_revoked_token_opens_nothing_from_then_on(client: Client, door: GivenDoor) -> None:
    async with client as connected:
        assert (await connected.list_tools()).tools
        door.is_revoked = True
        with pytest.raises(MCPError, match="revoked"):
            await connected.call_tool("look", {})
        with pytest.raises(MCPError, match="revoked"):
            await connected.list_tools()
    assert door.one.called == []


async def test_what_a_program_is_called_is_kept_from_where_it_says_so(door: GivenDoor) -> None:
    async def who(context: Context) -> GivenVisitor | None:
        return await door.visitor(TOKEN)

    endless = Implementation(name="x" * 5_000, version="1")
    async with Client(make_server(who, "1"), mode="legacy", client_info=endless):
        pass
    assert door.one.clients == ["x" * 200]


async def test_a_bug_shows_an_incident_and_never_its_text(client: Client, door: GivenDoor) -> None:
    async with client as connected:
        door.one.is_broken = True
        for work in (connected.list_tools(), connected.call_tool("look", {})):
            with pytest.raises(MCPError, match=r"incident [0-9a-f]{8}") as told:
                await work
            assert "secret" not in str(told.value)
