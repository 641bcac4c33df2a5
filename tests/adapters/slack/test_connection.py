"""Staying connected: Slack is away at first, an address has died, a connection is cut."""

import asyncio
from typing import Any

import pytest

from adapters.slack import connection
from adapters.slack.connection import Connection, Pauses
from adapters.slack.workspaces import Wire
from tests.adapters.slack.house import House, open_house
from tests.servers.slack import SlackServer


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signs of life, and new tries, within a second."""
    monkeypatch.setattr(connection, "PING", 0.3)
    monkeypatch.setattr(connection, "STALE", 0.6)


@pytest.mark.usefixtures("quick")
async def test_a_dead_address_is_not_tried_for_ever() -> None:
    async with SlackServer() as slack:
        wire = Wire(slack.api_url)
        wire.open()
        client = Connection(slack.app_token, wire.client(None))
        client.wss_uri = "ws://127.0.0.1:9/gone"
        async with asyncio.timeout(10):
            await client.connect()
        assert await client.is_connected()
        await client.close()  # type: ignore[no-untyped-call]
        await wire.close()


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("trouble", [{"error": "internal_error"}, {"cut": True}])
async def test_a_door_opens_though_slack_is_away_at_first(
    monkeypatch: pytest.MonkeyPatch, trouble: dict[str, Any]
) -> None:
    monkeypatch.setattr("adapters.slack.workspaces.retry_handlers", list)
    whole = SlackServer.__aenter__

    async def troubled(slack: SlackServer) -> SlackServer:
        await whole(slack)
        slack.fault("apps.connections.open", times=2, **trouble)
        return slack

    monkeypatch.setattr(SlackServer, "__aenter__", troubled)
    async with open_house() as house:
        assert len(house.slack.calls("apps.connections.open")) == 3
        await _talks(house, "hello")


@pytest.mark.usefixtures("quick")
async def test_a_cut_connection_is_made_again() -> None:
    async with open_house() as house:
        await house.slack.sockets.cut()
        await house.slack.connected(times=2)
        await _talks(house, "still there?")
        assert await house.door.is_healthy()


def test_connections_that_slack_ends_as_they_begin_are_made_less_often() -> None:
    pauses = Pauses()
    assert [pauses.after(3600.0) for _ in range(3)] == [0.0] * 3
    assert [pauses.after(0.1) for _ in range(8)] == [0.0, 0.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    assert pauses.after(20.0) == 0.0


@pytest.mark.usefixtures("quick")
async def test_a_removed_app_says_that_it_was_removed(house: House) -> None:
    assert await house.door.is_healthy()
    await house.acme.post.event(house.acme.id, {"type": "tokens_revoked", "tokens": {"oauth": []}})
    assert await house.door.is_healthy()
    await house.acme.post.event(house.acme.id, {"type": "app_uninstalled"})
    assert await house.slack.until(lambda: house.door.is_removed)
    assert not await house.door.is_healthy()
    assert (await house.door.health()).startswith("Slack: acme removed the app.")


async def _talks(house: House, words: str) -> None:
    await house.ana.dms(words)
    assert await house.slack.until(lambda: bool(house.heard.messages))
    assert [one.text for one in house.heard.messages] == [words]
