"""The served house: every configured door, the web door and due work, in one process."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from adapters.console.ports import CannotStart
from adapters.web.feeds import FeedAnswers
from adapters.web.linking import LinkPages
from adapters.web.ports import Route
from adapters.web.push import PushAnswers
from adapters.web.server import AddressTaken, WebServer
from bot.app.core import Core
from bot.app.house import make_engine
from bot.app.linking import setup_of
from bot.app.mcp import make_tool_answers, tool_routes
from bot.app.meaning import make_embedder
from bot.app.models import make_models, ways_of
from bot.app.providers import makers
from bot.app.running import RunningHouse
from bot.app.sealed import make_vault
from bot.chat.platform import PlatformError
from bot.engine import Engine
from bot.health import Counts, Health, Look, Sign
from bot.settings import Settings
from bot.store import Conversations
from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.folder import FolderLock, make_folder
from calendar_core.opening import open_database
from calendar_core.vault import Vault

if TYPE_CHECKING:
    from adapters.discord.door import DiscordDoor
    from adapters.slack.door import Installations, SlackDoor

log = logging.getLogger("convene.serve")

NOTHING_CONFIGURED = (
    "There is nothing to serve yet. Set SLACK_BOT_TOKEN and SLACK_APP_TOKEN for Slack, or "
    "DISCORD_TOKEN for Discord, in the environment or in .env; the README says where they come "
    "from. For feeds and linking alone, without a chat, set CONVENE_PUBLIC_URL. To try Convene "
    "without any of it: convene chat."
)
EVENTS = "/slack/events"
_ANSWERS = "discord/answers"
"""Under which it is noted which process answers an interaction: Discord tells each of them."""
_LOOKS_AT_MOST = 3.0
"""Seconds that asking a door how it is may take."""
NO_PUBLIC_URL = (
    "Many workspaces can install the Slack app only where a browser reaches Convene: set "
    "CONVENE_PUBLIC_URL to its address, like https://convene.example.org. For one workspace, set "
    "SLACK_BOT_TOKEN instead of SLACK_CLIENT_ID and SLACK_CLIENT_SECRET."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """The doors that are configured."""

    slack: "SlackDoor | None" = None
    discord: "DiscordDoor | None" = None

    @property
    def all(self) -> "list[SlackDoor | DiscordDoor]":
        """Those that there are."""
        return [door for door in (self.slack, self.discord) if door is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedHouse:
    """A house whose doors are open."""

    core: Core
    engine: Engine
    doors: Doors
    health: Health
    web: WebServer
    settings: Settings
    vault: Vault


def _nothing_served(settings: Settings) -> str:
    """What to set, by name where something of Slack is set already."""
    if not settings.names_slack:
        return NOTHING_CONFIGURED
    missing = settings.missing()[0].partition("set ")[2]
    return (
        f"There is nothing to serve yet: Slack is configured in part. Set {missing} as well, in "
        "the environment or in .env; the README says where it comes from."
    )


@asynccontextmanager
async def open_served_house(
    *, data: Path, settings: Settings, clock: Clock, zone: ZoneInfo
) -> AsyncIterator[ServedHouse]:
    """Everything, for as long as it serves: doors open last and close first.

    `zone` is that of people whose platform tells none. Raises CannotStart and CalendarError with a
    sentence for whoever runs it.
    """
    if not (settings.has_slack or settings.has_discord or settings.public_url):
        raise CannotStart(_nothing_served(settings))
    make_folder(data)
    async with AsyncExitStack() as stack:
        stack.enter_context(FolderLock(data))
        database = await open_database(settings.database_url or data)
        stack.push_async_callback(database.dispose)
        vault = make_vault(settings, data)
        core = _make_core(database, clock, zone, settings, vault)
        model = make_models(settings, clock)
        platforms: dict[str, Any] = {}
        counts = Counts()
        setup, ways = setup_of(settings, serves=True), ways_of(settings)
        engine = make_engine(core, platforms, model, zone, counts, setup, ways, remembers=True)
        doors = _make_doors(core, engine, settings, vault)
        platforms |= {door.platform.name: door.platform for door in doors.all}
        watches = core.watches if core.watching.is_on else None
        health = Health(database, core.queue, clock, _looks(doors), counts, watches)
        assistants = make_tool_answers(core, settings, platforms)
        stack.push_async_callback(assistants.stop)
        routes = [*_routes(doors, settings, core), *tool_routes(assistants)]
        web = WebServer(health, routes, host=settings.web_host, port=settings.web_port)
        running = RunningHouse(core, engine, model)
        stack.push_async_callback(running.stop)
        try:
            stack.push_async_callback(engine.stop)
            await web.start()
            stack.push_async_callback(web.stop)
            stack.push_async_callback(_close, doors)
            await _open(doors)
        except AddressTaken as err:
            raise CannotStart(str(err)) from err
        except PlatformError as err:
            raise CannotStart(f"{err} To have everything looked at: convene doctor.") from err
        # What is due by itself rests first: it speaks through the doors.
        stack.push_async_callback(running.rest)
        await running.start()
        yield ServedHouse(
            core=core,
            engine=engine,
            doors=doors,
            health=health,
            web=web,
            settings=settings,
            vault=vault,
        )


def _make_core(
    database: Database, clock: Clock, zone: ZoneInfo, settings: Settings, vault: Vault
) -> Core:
    return Core(
        database,
        clock,
        zone,
        vault=vault,
        makers=makers(settings),
        public_url=settings.public_url,
        retention=settings.retention,
        embedder=make_embedder(settings),
    )


def _make_doors(core: Core, engine: Engine, settings: Settings, vault: Vault) -> Doors:
    """Only what is configured is imported."""
    return Doors(
        slack=_slack(core, engine, settings, vault) if settings.has_slack else None,
        discord=_discord(core, engine, settings) if settings.has_discord else None,
    )


def _slack(core: Core, engine: Engine, settings: Settings, vault: Vault) -> "SlackDoor":
    from adapters.slack.door import SlackDoor
    from adapters.slack.store import EnterpriseStore, KeyStore

    keys = KeyStore(core.database)
    core.upkeep.also(lambda: keys.forget_old(core.clock.now()))
    door = SlackDoor(
        clock=core.clock,
        keys=keys,
        enterprises=EnterpriseStore(core.database),
        bot_token=_secret(settings.slack_bot_token),
        app_token=_secret(settings.slack_app_token),
        signing_secret=_secret(settings.slack_signing_secret),
        installations=_installations(core, settings, vault),
        api_url=settings.slack_api_url,
    )
    door.open_to(engine, engine)
    return door


def _installations(core: Core, settings: Settings, vault: Vault) -> "Installations | None":
    """How many workspaces install the app, where there is no token of one."""
    if not settings.installs_slack:
        return None
    if settings.public_url is None:
        raise CannotStart(NO_PUBLIC_URL)
    from adapters.slack.door import REDIRECT_PATH, Installations
    from adapters.slack.installations import InstallationStore, StateStore

    client_id = settings.slack_client_id or ""
    if vault.has_keys:
        vault.check()
    return Installations(
        store=InstallationStore(core.database, vault, client_id),
        states=StateStore(core.database, core.clock),
        client_id=client_id,
        client_secret=_secret(settings.slack_client_secret),
        redirect_url=f"{settings.public_url}{REDIRECT_PATH}",
    )


def _discord(core: Core, engine: Engine, settings: Settings) -> "DiscordDoor":
    from adapters.discord.door import DiscordDoor
    from adapters.discord.store import Store

    store = Store(core.database, core.clock)
    heard = Conversations(core.database, core.clock)

    async def is_first(interaction: str) -> bool:
        return await heard.hear(_ANSWERS, interaction)

    return DiscordDoor(
        _secret(settings.discord_token),
        engine,
        engine,
        posted=store,
        synced=store,
        clock=core.clock,
        sole=None if core.database.is_sqlite else is_first,
        api_url=settings.discord_api_url,
        gateway_url=settings.discord_gateway_url,
    )


def _secret(value: Any) -> str:
    return value.get_secret_value() if value is not None else ""


async def _open(doors: Doors) -> None:
    """All at once: one that is not reachable yet keeps no other waiting. Raises what refuses."""
    begun = await asyncio.gather(*(door.start() for door in doors.all), return_exceptions=True)
    for error in begun:
        if error is not None:
            raise error


async def _close(doors: Doors) -> None:
    await asyncio.gather(*(door.stop() for door in doors.all))


async def _of_slack(door: "SlackDoor") -> Sign:
    is_well, trouble = await door.is_healthy(), "not reachable, trying again"
    if is_well:
        try:
            async with asyncio.timeout(_LOOKS_AT_MOST):
                await door.missing_scopes()  # who the token is, where that was not told yet
        except (PlatformError, TimeoutError) as err:
            is_well, trouble = False, str(err) or trouble
    told = (await door.health()).removeprefix("Slack: ")
    words = told if is_well or door.is_removed else f"{told}; {trouble}"
    return Sign(part="Slack", is_well=is_well, words=words)


def _looks(doors: Doors) -> Mapping[str, Look]:
    looks: dict[str, Look] = {}
    if doors.slack is not None:
        slack = doors.slack

        async def of_slack() -> Sign:
            return await _of_slack(slack)

        looks["slack"] = of_slack
    if doors.discord is not None:
        discord = doors.discord

        async def of_discord() -> Sign:
            told = discord.health.removeprefix("Discord: ")
            return Sign(part="Discord", is_well=discord.is_connected, words=told)

        looks["discord"] = of_discord
    return looks


def _routes(doors: Doors, settings: Settings, core: Core) -> list[Route]:
    """What Slack calls, where it speaks HTTP, and what browsers open to install the app or to link
    an account."""
    routes = [
        *LinkPages(core.linking.door).routes(),
        *FeedAnswers(core.feeds).routes(),
        *PushAnswers(core.watching).routes(),
    ]
    slack = doors.slack
    if slack is None:
        return routes
    if settings.slack_signing_secret:
        routes += [
            Route(method="POST", path=EVENTS, answer=slack.receive),
            Route(method="GET", path=EVENTS, answer=slack.looked_at),
        ]
    if settings.installs_slack:
        from adapters.slack.door import INSTALL_PATH, REDIRECT_PATH

        routes += [
            Route(method="GET", path=INSTALL_PATH, answer=slack.install),
            Route(method="GET", path=REDIRECT_PATH, answer=slack.finish_install),
        ]
    return routes
