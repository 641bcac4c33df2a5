"""A server with one team, and the real slack-sdk and slack-bolt against it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack import Member, SlackServer, Workspace
from tests.servers.slack.world import Channel


@dataclass
class Town:
    """A small team: Ana and Ben in #team, which the bot is in, and Eve outside of it."""

    slack: SlackServer
    acme: Workspace
    ana: Member
    ben: Member
    eve: Member
    team: Channel
    client: AsyncWebClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = AsyncWebClient(self.acme.bot_token, base_url=self.slack.api_url)


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with SlackServer(ack_within=0.3, retry_after=(0.0, 0.0, 0.0)) as slack:
        acme = slack.workspace("acme")
        ana = acme.user("Ana Ash", email="ana@acme.test", is_admin=True)
        ben = acme.user("Ben Birch", tz="America/New_York", email="ben@acme.test")
        eve = acme.user("Eve Elm")
        yield Town(slack, acme, ana, ben, eve, acme.channel("team", ana, ben))


@dataclass
class BoltApp:
    """The real Bolt over Socket Mode."""

    app: AsyncApp
    handler: AsyncSocketModeHandler


@pytest.fixture
async def bolt(town: Town) -> AsyncIterator[BoltApp]:
    app = AsyncApp(client=town.client)
    handler = AsyncSocketModeHandler(app, town.slack.app_token)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await town.slack.connected()
    yield BoltApp(app, handler)
    await handler.close_async()  # type: ignore[no-untyped-call]
