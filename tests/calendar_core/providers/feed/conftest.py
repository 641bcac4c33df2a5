"""A feed on loopback, and somebody who linked it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest

from calendar_core.changes.confirmed import ConfirmedChange
from calendar_core.changes.writer import Written
from calendar_core.events import Calendar, CalendarId, Resource
from calendar_core.linking import Account, AccountId
from calendar_core.outside import Outside
from calendar_core.providers.feed.client import Feeds
from calendar_core.providers.feed.reader import FeedReader
from tests.calendar_core.house import ME
from tests.calendar_core.providers.given import GivenConnections, Held, Remembering
from tests.servers.feed import FeedServer, feed_server

LOOPBACK = Outside(private=True, silence=2.0, longest=5.0, largest=1024 * 1024)


@dataclass
class Publisher:
    """Puts events where the feed is made: its owner's program."""

    server: FeedServer

    async def apply(self, change: ConfirmedChange) -> tuple[Written, ...]:
        for one in change.writes:
            self.server.held.pop(one.uid, None)
            if one.after is not None:
                self.server.hold(Resource(uid=one.uid, ics=one.after))
        return tuple(
            Written(calendar_id=one.calendar_id, uid=one.uid, resource=None)
            for one in change.writes
        )


@dataclass
class Stand:
    """A linked feed."""

    server: FeedServer
    connections: GivenConnections
    reader: Remembering[FeedReader]

    @property
    def calendar(self) -> Calendar:
        return self.connections.linked[0]

    def at(self, address: str) -> None:
        """Let the feed be at another address."""
        self.connections.credentials = {"address": address}


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with feed_server() as running:
        yield running


@pytest.fixture
def stand(server: FeedServer) -> Stand:
    calendar = Calendar(
        id=CalendarId("linked"),
        owner=ME,
        name="Team",
        provider="feed",
        account_id="account",
        remote="feed",
    )
    account = Account(id=AccountId("account"), owner=ME, provider="feed", address="127.0.0.1/…")
    linked = replace(calendar, read_only=True)
    connections = GivenConnections(account, [linked], {"address": server.feed})
    held = Held()
    reader = FeedReader(Feeds(LOOPBACK), connections, held, page=2)
    return Stand(server, connections, Remembering(reader, held))
