"""Google and Microsoft telling of changes, from their small servers through the real door."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from adapters.web.push import PushAnswers
from calendar_core.accounts import Account, AccountId, Accounts, FoundCalendar, Linked
from calendar_core.clock import StandingClock, SystemClock
from calendar_core.database import Database
from calendar_core.events import CalendarId
from calendar_core.linking import Credentials
from calendar_core.mirror import Mirror
from calendar_core.providers.google.client import Google
from calendar_core.providers.google.watcher import GoogleWatcher
from calendar_core.providers.microsoft.client import Graph
from calendar_core.providers.microsoft.connecting import Mailboxes
from calendar_core.providers.microsoft.watcher import MicrosoftWatcher
from calendar_core.sync.watcher import Notification, Watch, Watcher
from calendar_core.vault import Vault, new_key
from scheduler.jobs import Job
from scheduler.watches import Watches
from scheduler.watching import KIND, Watching
from tests.adapters.web.test_server import House, opened
from tests.calendar_core.house import ME
from tests.calendar_core.providers.google.stand import MAIL, an_app, tokens_of
from tests.calendar_core.providers.microsoft.stand import GivenTokens
from tests.fakes.queue import FakeQueue
from tests.scheduler.test_watching import PUBLIC, Maker
from tests.servers.google.server import GoogleServer
from tests.servers.graph.server import GraphServer, graph


@dataclass
class Near:
    """A watcher that gives out an address on loopback instead of ours."""

    inner: Watcher
    url: str = ""

    async def watch(self, calendar_id: CalendarId, address: str, *, id: str, secret: str) -> Watch:
        return await self.inner.watch(calendar_id, self._near(address), id=id, secret=secret)

    async def renew(self, watch: Watch, address: str, *, id: str, secret: str) -> Watch:
        return await self.inner.renew(watch, self._near(address), id=id, secret=secret)

    async def stop(self, watch: Watch) -> None:
        await self.inner.stop(watch)

    def read_notification(
        self, headers: Mapping[str, str], query: Mapping[str, str], body: bytes
    ) -> Notification:
        return self.inner.read_notification(headers, query, body)

    def _near(self, address: str) -> str:
        assert address.startswith(f"{PUBLIC}/push/")
        return address.replace(PUBLIC, self.url)


@dataclass
class Reads:
    """Remembers what is to be read."""

    told_of: list[AccountId] = field(default_factory=list)

    async def told(self, account_id: AccountId, at: datetime) -> None:
        self.told_of.append(account_id)


@dataclass
class Stage:
    """An account at a maker, and the door at which it tells."""

    account: Account
    accounts: Accounts
    watching: Watching
    watches: Watches
    reads: Reads
    url: str
    clock: StandingClock
    queue: FakeQueue
    change: Callable[[], Awaitable[None]]
    """Something changes there, and has been told."""
    moved: Callable[[timedelta], None]
    """The maker's clock goes on, too."""

    def later(self, length: timedelta) -> None:
        """Let time pass, here and there."""
        self.clock.advance(length)
        self.moved(length)

    async def look_after(self) -> None:
        job = Job(
            kind=KIND,
            key="watch",
            run_at=datetime.now(UTC),
            payload={"account": self.account.id},
        )
        await self.watching.run(job, late=False)

    async def told(self) -> int:
        """How often reading was asked for, after a change; a moment is over in between."""
        self.later(timedelta(minutes=1))
        self.reads.told_of.clear()
        await self.change()
        return len(self.reads.told_of)

    async def counted(self) -> tuple[int, int]:
        return await self.watches.count(self.clock.now())


def an_accounts(database: Database) -> Accounts:
    clock = SystemClock()
    return Accounts(
        database, clock, Vault(Path("/nowhere"), new_key()), Mirror(database, clock, [])
    )


async def link(accounts: Accounts, provider: str, remote: str, tokens: Credentials) -> Account:
    linked = Linked(
        provider=provider,
        address=MAIL,
        url="",
        credentials=tokens,
        calendars=(FoundCalendar(remote=remote, name="Work"),),
    )
    return await accounts.link(ME, linked)


@asynccontextmanager
async def a_stage(
    database: Database,
    accounts: Accounts,
    account: Account,
    watcher: Watcher,
    clock: StandingClock,
    change: Callable[[], Awaitable[None]],
    moved: Callable[[timedelta], None],
) -> AsyncIterator[Stage]:
    near, reads, watches = Near(watcher), Reads(), Watches(database)
    queue = FakeQueue()
    watching = Watching(
        accounts,
        {account.provider: Maker(near)},
        watches,
        reads,
        queue,
        clock,
        PUBLIC,
    )
    async with opened(House(), *PushAnswers(watching).routes()) as url:
        near.url = url
        yield Stage(account, accounts, watching, watches, reads, url, clock, queue, change, moved)


@asynccontextmanager
async def at_google(database: Database) -> AsyncIterator[Stage]:
    async with GoogleServer() as server:
        server.world.account(MAIL, "Work")
        accounts = an_accounts(database)
        account = await link(accounts, "google", MAIL, tokens_of(server, MAIL))
        google = Google(an_app(server), accounts, SystemClock())

        async def change() -> None:
            server.others.changed(server.world.calendars[MAIL])
            await asyncio.gather(*server.others.telling)

        def moved(length: timedelta) -> None:
            server.world.moved += length

        watcher, clock = GoogleWatcher(google, accounts), StandingClock(datetime.now(UTC))
        async with a_stage(database, accounts, account, watcher, clock, change, moved) as stage:
            yield stage
        google.close()


@pytest.fixture
async def graph_server() -> AsyncIterator[GraphServer]:
    async with graph() as running:
        yield running


@asynccontextmanager
async def at_graph(database: Database, graph_server: GraphServer) -> AsyncIterator[Stage]:
    accounts = an_accounts(database)
    account = await link(accounts, "microsoft", graph_server.calendar, {"token": "x"})
    client = Graph(graph_server.url)
    mailboxes = Mailboxes(client, GivenTokens(), accounts)

    async def change() -> None:
        await graph_server.subscriptions.deliver()

    def moved(length: timedelta) -> None:
        graph_server.subscriptions.now += length

    clock = StandingClock(graph_server.subscriptions.now)
    watcher = MicrosoftWatcher(mailboxes, clock)
    async with a_stage(database, accounts, account, watcher, clock, change, moved) as stage:
        yield stage
    client.close()
    await asyncio.sleep(0)


@pytest.fixture(params=["google", "microsoft"])
async def stage(
    request: pytest.FixtureRequest, database: Database, graph_server: GraphServer
) -> AsyncIterator[Stage]:
    at = at_google(database) if request.param == "google" else at_graph(database, graph_server)
    async with at as made:
        yield made


@pytest.fixture
async def at_microsoft(database: Database, graph_server: GraphServer) -> AsyncIterator[Stage]:
    async with at_graph(database, graph_server) as made:
        yield made


async def test_a_change_is_told_through_renewal_until_the_account_goes(stage: Stage) -> None:
    await stage.look_after()
    assert await stage.counted() == (1, 0)
    assert await stage.told() == 1

    stage.later(timedelta(days=4))
    await stage.look_after()
    assert await stage.counted() == (1, 0)
    assert await stage.told() == 1

    await stage.watching.end(stage.account.id)
    await stage.accounts.unlink(stage.account.id, ME)
    assert await stage.told() == 0


async def test_strangers_are_not_believed(stage: Stage) -> None:
    await stage.look_after()
    stage.reads.told_of.clear()
    ((_, kept),) = (await stage.watches.of(stage.account.id)).items()
    google = {
        "X-Goog-Channel-ID": kept.watch.id,
        "X-Goog-Resource-ID": kept.watch.remote,
        "X-Goog-Resource-State": "exists",
        "X-Goog-Channel-Token": "guessed",
    }
    graph = {"value": [{"subscriptionId": kept.watch.remote, "clientState": "guessed"}]}

    async with aiohttp.ClientSession() as session:
        where = f"{stage.url}/push/{stage.account.provider}"
        async with session.post(where, headers=google, json=graph) as answer:
            assert answer.status == 404
        async with session.post(where, data=b"rubbish") as answer:
            assert answer.status == 400
    assert stage.reads.told_of == []


async def test_a_promise_that_microsoft_takes_back_is_asked_for_anew(
    graph_server: GraphServer, at_microsoft: Stage
) -> None:
    stage = at_microsoft
    await stage.look_after()
    stage.later(timedelta(minutes=1))
    stage.reads.told_of.clear()

    assert await graph_server.subscriptions.lifecycle("subscriptionRemoved") == [202]
    assert await stage.counted() == (0, 1)
    assert stage.reads.told_of == [stage.account.id]
    await stage.look_after()

    assert await stage.counted() == (1, 0)
    assert await stage.told() == 1


async def test_microsoft_may_ask_for_renewal(
    graph_server: GraphServer, at_microsoft: Stage
) -> None:
    stage = at_microsoft
    await stage.look_after()
    stage.later(timedelta(days=2))

    assert await graph_server.subscriptions.lifecycle("reauthorizationRequired") == [202]
    assert list(stage.queue.jobs) == [f"{KIND}:{stage.account.id}"]
    await stage.look_after()

    assert await stage.counted() == (1, 0)
    assert await stage.told() == 1
