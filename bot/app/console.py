"""The house around one terminal."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from adapters.console.platform import ConsolePlatform
from adapters.console.screen import Screen
from adapters.console.store import Store
from bot.app.core import Core
from bot.app.house import make_engine
from bot.app.linking import setup_of
from bot.app.meaning import make_embedder
from bot.app.models import make_models, ways_of
from bot.app.providers import makers
from bot.app.running import RunningHouse
from bot.app.sealed import make_vault
from bot.chat.platform import ChatHandler
from bot.engine import Engine
from bot.models import Models
from bot.settings import Settings, read_settings
from bot.welcome import ConsoleWelcome
from calendar_core.clock import Clock, StandingClock
from calendar_core.database import Database
from calendar_core.folder import FolderLock, make_folder
from calendar_core.opening import open_database
from calendar_core.vault import Vault
from scheduler.stepping import advance_to


class ConsoleHost:
    """The running house as a terminal sees it."""

    def __init__(
        self,
        core: Core,
        engine: Engine,
        platform: ConsolePlatform,
        welcome: ConsoleWelcome,
        zone: ZoneInfo,
        model: Models,
    ) -> None:
        self._running = RunningHouse(core, engine, model)
        self._core = core
        self._engine = engine
        self._platform = platform
        self._welcome = welcome
        self._zone = zone

    @property
    def handler(self) -> ChatHandler:
        """Who answers."""
        return self._engine

    @property
    def platform(self) -> ConsolePlatform:
        """The terminal's own platform."""
        return self._platform

    @property
    def clock(self) -> Clock:
        """What time it is here."""
        return self._core.clock

    @property
    def zone(self) -> ZoneInfo:
        """The default person's zone."""
        return self._zone

    @property
    def welcome(self) -> ConsoleWelcome:
        """Who sits here."""
        return self._welcome

    async def start(self) -> None:
        """Show what waits, run overdue work; with a running clock, begin to tick."""
        await self._platform.show_waiting()
        await self._running.start()

    async def settle(self) -> None:
        """Wait until all work that is due now is done, linked calendars are read."""
        await self._core.worker.run_due()
        await self._core.reader.run_due()

    async def next_due(self, after: datetime) -> datetime | None:
        """The first instant later than `after` at which work falls due."""
        due = await self._core.worker.next_due()
        return due if due is not None and due > after else None

    async def advance_to(self, instant: datetime) -> None:
        """Stand the clock at an instant and run what is due by then."""
        clock = self._core.clock
        assert isinstance(clock, StandingClock), "only a standing clock can be moved"
        await advance_to(instant, clock, self._core.worker)

    async def person(self, name: str) -> None:
        """Make sure that somebody of this name exists."""
        await self._welcome.person(name)

    async def stop(self) -> None:
        """End the ticking; what runs comes to its end."""
        await self._running.stop()


@asynccontextmanager
async def open_console_host(
    screen: Screen, *, data: Path, clock: Clock, zone: ZoneInfo
) -> AsyncIterator[ConsoleHost]:
    """The whole house around a terminal, for as long as it is talked to.

    Raises CannotStart and CalendarError with a sentence for the person.
    """
    settings = read_settings()
    make_folder(data)
    with FolderLock(data):
        database = await open_database(settings.database_url or data)
        try:
            host = make_console_host(
                database, screen, clock, zone, settings, make_vault(settings, data)
            )
            try:
                yield host
            finally:
                await host.stop()
        finally:
            await database.dispose()


def make_console_host(
    database: Database,
    screen: Screen,
    clock: Clock,
    zone: ZoneInfo,
    settings: Settings,
    vault: Vault | None = None,
) -> ConsoleHost:
    """Join everything around one terminal."""
    core = Core(
        database,
        clock,
        zone,
        vault=vault,
        makers=makers(settings, clock),
        public_url=settings.public_url,
        is_reached=False,
        retention=settings.retention,
        embedder=make_embedder(settings),
    )
    store = Store(database, clock, settings.retention)
    core.upkeep.also(store.forget_old)
    platform = ConsolePlatform(store, screen)
    model = make_models(settings, clock)
    setup = setup_of(settings, serves=False)
    ways = ways_of(settings)
    engine = make_engine(core, {"console": platform}, model, zone, setup=setup, ways=ways)
    welcome = ConsoleWelcome(core.people, core.mirror, core.desk, clock, zone)
    return ConsoleHost(core, engine, platform, welcome, zone, model)
