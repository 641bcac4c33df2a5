"""The served house: every configured door, the web door and due work, in one process."""

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from adapters.console.ports import CannotStart
from adapters.web.ports import Route
from adapters.web.server import AddressTaken, WebServer
from bot.app.house import Core, make_core, make_engine, make_model
from bot.app.running import RunningHouse
from bot.chat.platform import PlatformError
from bot.engine import Engine
from bot.health import Health, Look, Sign
from bot.settings import Settings
from calendar_core.clock import Clock
from calendar_core.folder import FolderLock, make_folder
from calendar_core.opening import open_database

if TYPE_CHECKING:
    from adapters.discord.door import DiscordDoor
    from adapters.slack.door import SlackDoor

log = logging.getLogger("convene.serve")

NOTHING_CONFIGURED = (
    "There is nothing to serve yet. Set SLACK_BOT_TOKEN and SLACK_APP_TOKEN for Slack, or "
    "DISCORD_TOKEN for Discord, in the environment or in .env; the README says where they come "
    "from. To try Convene without either: convene chat."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """The doors that are configured."""

    slack: "SlackDoor | None" = None
    discord: "DiscordDoor | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedHouse:
    """A house whose doors are open."""

    core: Core
    engine: Engine
    doors: Doors
    health: Health
    web: WebServer

    async def told(self) -> tuple[str, ...]:
        """What it is connected to, a line each."""
        signs = await self.health.signs()
        return (*(f"{one.part}: {one.words}" for one in signs), f"web: {self.web.address}")


@asynccontextmanager
async def open_served_house(
    *, data: Path, settings: Settings, clock: Clock, zone: ZoneInfo
) -> AsyncIterator[ServedHouse]:
    """Everything, for as long as it serves: doors open last and close first.

    `zone` is that of people whose platform tells none. Raises CannotStart and CalendarError with a
    sentence for whoever runs it.
    """
    if not settings.has_slack and not settings.has_discord:
        raise CannotStart(NOTHING_CONFIGURED)
    make_folder(data)
    async with AsyncExitStack() as stack:
        stack.enter_context(FolderLock(data))
        database = await open_database(settings.database_url or data)
        stack.push_async_callback(database.dispose)
        core = make_core(database, clock, zone)
        model = make_model(settings.model, settings)
        platforms: dict[str, Any] = {}
        engine = make_engine(core, platforms, model, zone)
        doors = _make_doors(core, engine, settings, data)
        platforms |= _platforms(doors)
        health = Health(database, core.queue, clock, _looks(doors))
        web = WebServer(
            health, _routes(doors, settings), host=settings.web_host, port=settings.web_port
        )
        running = RunningHouse(core, engine, model)
        stack.push_async_callback(running.stop)
        try:
            await web.start()
            stack.push_async_callback(web.stop)
            await _open(doors, stack)
        except (AddressTaken, PlatformError) as err:
            raise CannotStart(str(err)) from err
        await running.start()
        yield ServedHouse(core=core, engine=engine, doors=doors, health=health, web=web)


def _make_doors(core: Core, engine: Engine, settings: Settings, data: Path) -> Doors:
    """Only what is configured is imported."""
    return Doors(
        slack=_slack(core, engine, settings, data) if settings.has_slack else None,
        discord=_discord(core, engine, settings) if settings.has_discord else None,
    )


def _slack(core: Core, engine: Engine, settings: Settings, data: Path) -> "SlackDoor":
    from adapters.slack.door import SlackDoor
    from adapters.slack.store import EnterpriseStore, KeyStore

    door = SlackDoor(
        clock=core.clock,
        keys=KeyStore(core.database),
        enterprises=EnterpriseStore(core.database),
        bot_token=_secret(settings.slack_bot_token),
        app_token=_secret(settings.slack_app_token),
        signing_secret=_secret(settings.slack_signing_secret),
        api_url=settings.slack_api_url,
    )
    door.open_to(engine, engine)
    return door


def _discord(core: Core, engine: Engine, settings: Settings) -> "DiscordDoor":
    from adapters.discord.door import DiscordDoor
    from adapters.discord.store import Store

    store = Store(core.database, core.clock)
    return DiscordDoor(
        _secret(settings.discord_token),
        engine,
        engine,
        posted=store,
        synced=store,
        clock=core.clock,
        api_url=settings.discord_api_url,
        gateway_url=settings.discord_gateway_url,
    )


def _secret(value: Any) -> str:
    return value.get_secret_value() if value is not None else ""


def _platforms(doors: Doors) -> dict[str, Any]:
    found = (doors.slack, doors.discord)
    return {door.platform.name: door.platform for door in found if door is not None}


async def _open(doors: Doors, stack: AsyncExitStack) -> None:
    for door in (doors.slack, doors.discord):
        if door is not None:
            await door.start()
            stack.push_async_callback(door.stop)


def _looks(doors: Doors) -> Mapping[str, Look]:
    looks: dict[str, Look] = {}
    if doors.slack is not None:
        slack = doors.slack

        async def of_slack() -> Sign:
            told = (await slack.health()).removeprefix("Slack: ")
            return Sign(part="Slack", is_well=await slack.is_healthy(), words=told)

        looks["slack"] = of_slack
    if doors.discord is not None:
        discord = doors.discord

        async def of_discord() -> Sign:
            told = discord.health.removeprefix("Discord: ")
            return Sign(part="Discord", is_well=discord.is_connected, words=told)

        looks["discord"] = of_discord
    return looks


def _routes(doors: Doors, settings: Settings) -> list[Route]:
    """What Slack calls, where it speaks HTTP."""
    if doors.slack is None or not settings.slack_signing_secret:
        return []
    return [
        Route(method="POST", path="/slack/events", answer=doors.slack.receive),
        Route(method="GET", path="/slack/install", answer=doors.slack.install),
        Route(method="GET", path="/slack/oauth_redirect", answer=doors.slack.finish_install),
    ]
