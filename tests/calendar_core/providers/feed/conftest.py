"""A feed on loopback, and somebody who linked it."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace

import pytest

from calendar_core.changes.confirmed import ConfirmedChange
from calendar_core.changes.writer import Written
from calendar_core.errors import NotFound
from calendar_core.events import Calendar, CalendarId, Resource
from calendar_core.linking import Account, AccountId, Connection, Credentials
from calendar_core.outside import Outside
from calendar_core.people import PersonId
from calendar_core.providers.feed.client import Feeds
from calendar_core.providers.feed.reader import FeedReader
from calendar_core.sync.reader import Page
from calendar_core.when import TimeSpan
from tests.calendar_core.house import ME
from tests.servers.feed import FeedServer, feed_server

LOOPBACK = Outside(private=True, silence=2.0, longest=5.0, largest=1024 * 1024)


@dataclass
class LinkedFeed:
    """The connections of one feed of ME."""

    calendar: Calendar
    credentials: Credentials

    @property
    def account(self) -> Account:
        return Account(id=AccountId("account"), owner=ME, provider="feed", address="127.0.0.1/…")

    async def connection(self, calendar_id: CalendarId) -> Connection:
        if calendar_id != self.calendar.id:
            raise NotFound("That calendar is no longer linked.")
        return Connection(account=self.account, credentials=self.credentials, remote="feed")

    async def connections(
        self, owner: PersonId, provider: str
    ) -> Sequence[tuple[Account, Credentials]]:
        mine = (owner, provider) == (ME, "feed")
        return ((self.account, self.credentials),) if mine else ()

    async def calendars(self, account_id: AccountId) -> tuple[Calendar, ...]:
        return (self.calendar,)

    async def renew(self, account_id: AccountId, credentials: Credentials) -> None:
        self.credentials = credentials

    async def of_account(self, account_id: AccountId) -> tuple[Account, Credentials]:
        return self.account, self.credentials


@dataclass
class Remembering:
    """A reader whose pages are taken in, as the sync engine does: what the mirror then holds."""

    reader: FeedReader
    held: dict[str, str]

    async def calendars(self, owner: PersonId) -> tuple[Calendar, ...]:
        return await self.reader.calendars(owner)

    async def changes_since(
        self, calendar_id: CalendarId, cursor: str | None
    ) -> AsyncIterator[Page]:
        async for page in self.reader.changes_since(calendar_id, cursor):
            self.held |= {one.uid: one.etag for one in page.changed}
            for uid in page.removed:
                self.held.pop(uid, None)
            yield page

    async def busy(self, calendar_id: CalendarId, span: TimeSpan) -> tuple[TimeSpan, ...]:
        return await self.reader.busy(calendar_id, span)


@dataclass
class Held:
    """The versions that a mirror holds."""

    by_uid: dict[str, str]

    async def versions(self, calendar_id: CalendarId) -> dict[str, str]:
        return dict(self.by_uid)


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
    connections: LinkedFeed
    reader: Remembering

    @property
    def calendar(self) -> Calendar:
        return self.connections.calendar

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
    connections = LinkedFeed(replace(calendar, read_only=True), {"address": server.feed})
    held: dict[str, str] = {}
    reader = FeedReader(Feeds(LOOPBACK), connections, Held(held), page=2)
    return Stand(server, connections, Remembering(reader, held))
