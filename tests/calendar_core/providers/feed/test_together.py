"""A feed through the sync engine into the mirror: what came, what went, what is not believed."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from sqlalchemy import text

from bot.app.providers import feed
from bot.settings import Settings
from calendar_core.accounts import Accounts
from calendar_core.clock import StandingClock
from calendar_core.database import Database
from calendar_core.errors import TryLater
from calendar_core.events import Calendar
from calendar_core.linking import Wish
from calendar_core.mirror import Mirror
from calendar_core.sync.engine import SyncEngine
from calendar_core.sync.plan import LOOK_AGAIN, Came
from calendar_core.sync.reader import CalendarReader
from calendar_core.sync.state import SyncStates
from calendar_core.vault import Vault, new_key
from tests.calendar_core.house import ME, at
from tests.calendar_core.providers.feed.test_reader import made
from tests.servers.feed import FeedServer


@dataclass
class FeedHouse:
    """A person who linked a feed."""

    server: FeedServer
    clock: StandingClock
    mirror: Mirror
    engine: SyncEngine
    reader: CalendarReader
    calendar: Calendar

    async def sync(self) -> Came:
        return await self.engine.sync(self.calendar.id, self.reader)

    async def mirrored(self) -> list[str]:
        return sorted(one.uid for one in await self.mirror.resources(self.calendar.id, (ME,)))


async def a_house(
    database: Database, server: FeedServer, *, free_busy_only: bool = False
) -> FeedHouse:
    clock = StandingClock(at("08:00"))
    mirror = Mirror(database, clock, [])
    accounts = Accounts(database, clock, Vault(Path("/nowhere"), new_key()), mirror)
    provider = feed(Settings(allow_private=True, _env_file=None))(accounts, database)  # type: ignore[call-arg]
    begun = await provider.linking.begin(Wish(owner=ME, server=server.feed))
    assert begun.linked is not None
    account = await accounts.link(ME, begun.linked, free_busy_only=free_busy_only)
    (calendar,) = await accounts.calendars(account.id)
    engine = SyncEngine(mirror, SyncStates(database, clock), clock)
    return FeedHouse(server, clock, mirror, engine, provider.reader, calendar)


async def test_a_feed_is_mirrored_and_its_changes_follow(
    database: Database, server: FeedServer
) -> None:
    server.hold(made("Review"), made("Retro"), made("Lunch", "12:00"))
    house = await a_house(database, server)
    first = await house.sync()
    nothing = await house.sync()
    server.hold(made("Retro", "16:00"), made("Demo"))
    server.held.pop("lunch@test")
    second = await house.sync()

    assert house.calendar.read_only
    assert first == Came(added=3, read=3, full=True)
    assert nothing == Came()
    assert second == Came(added=1, moved=1, removed=1, read=2)
    assert await house.mirrored() == ["demo@test", "retro@test", "review@test"]


async def test_a_feed_that_is_suddenly_empty_is_not_believed_at_once(
    database: Database, server: FeedServer
) -> None:
    server.hold(*(made(f"E{one}") for one in range(20)))
    house = await a_house(database, server)
    await house.sync()
    held = dict(server.held)
    server.body = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"

    doubted = await house.sync()
    assert (doubted.doubted, doubted.removed) == (20, 0)
    assert len(await house.mirrored()) == 20

    server.body = None
    assert (await house.sync()).is_news is False
    assert len(await house.mirrored()) == len(held)

    server.body = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"
    await house.sync()
    house.clock.advance(LOOK_AGAIN + timedelta(seconds=1))
    assert (await house.sync()).removed == 20
    assert await house.mirrored() == []


async def test_a_failing_feed_keeps_what_is_mirrored(
    database: Database, server: FeedServer
) -> None:
    server.hold(made("Review"))
    house = await a_house(database, server)
    await house.sync()
    server.trouble = web.Response(status=503)

    with pytest.raises(TryLater):
        await house.sync()

    server.trouble = None
    assert await house.mirrored() == ["review@test"]
    assert await house.sync() == Came()


async def test_a_feed_linked_for_its_times_alone_keeps_no_titles(
    database: Database, server: FeedServer
) -> None:
    server.hold(made("Secret plans"))
    house = await a_house(database, server, free_busy_only=True)

    await house.sync()
    assert await house.sync() == Came()

    (kept,) = await house.mirror.resources(house.calendar.id, (ME,))
    assert "Secret" not in kept.ics.replace("secret plans@test", "")


async def test_the_address_of_a_feed_stands_nowhere_in_the_open(
    database: Database, server: FeedServer
) -> None:
    server.hold(made("Review"))
    await a_house(database, server)

    async with database.reading() as session:
        rows = [*await session.execute(text("SELECT * FROM linked_accounts"))]
        rows += [*await session.execute(text("SELECT * FROM calendars"))]
    assert rows
    assert "private-3fa9c1" not in str(rows)
