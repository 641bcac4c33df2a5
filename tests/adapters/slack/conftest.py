"""A door, open, on a Slack of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml

from adapters.slack.door import Pace, SlackDoor
from calendar_core.clock import SystemClock
from tests.adapters.slack.house import House, Listener, RememberedEnterprises, RememberedKeys
from tests.servers.slack import SlackServer

MANIFEST = yaml.safe_load(Path("app_manifest.yml").read_text(encoding="utf-8"))
AT_ONCE = Pace(status_after=0.0, stream_after=0.0, stream_every=0.0, edits_apart=0.05)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """Everything over Socket Mode, with the scopes and events of our own manifest."""
    async with SlackServer(MANIFEST, retry_after=(0.0, 0.0, 0.0)) as slack:
        acme = slack.workspace("acme")
        ana = acme.user("Ana Ash", email="ana@acme.test", is_admin=True)
        ben = acme.user("Ben Birch", tz="America/New_York", email="ben@acme.test")
        eve = acme.user("Eve Elm")
        team = acme.channel("team", ben, ana)
        keys, heard = RememberedKeys(), Listener()
        door = SlackDoor(
            clock=SystemClock(),
            keys=keys,
            enterprises=RememberedEnterprises(),
            bot_token=acme.bot_token,
            app_token=slack.app_token,
            api_url=slack.api_url,
            pace=AT_ONCE,
        )
        door.open_to(heard, heard)
        await door.start()
        await slack.connected()
        yield House(slack, acme, ana, ben, eve, team, door, heard, keys)
        await door.stop()
