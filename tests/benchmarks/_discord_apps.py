"""The apps that `bench_discord` measures, each in a process of its own: a bare discord.py echo, our
house.

python -m tests.benchmarks._discord_apps bare|house API_URL GATEWAY_URL TOKEN FOLDER
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import discord

from adapters.discord.completing import complete_application
from adapters.discord.door import DiscordDoor
from adapters.discord.pointing import Pointing
from adapters.discord.store import Store
from bot.app.core import Core
from bot.app.house import make_engine
from bot.app.running import RunningHouse, set_apart
from bot.llm.offline.model import OfflineModel
from calendar_core.clock import SystemClock
from calendar_core.opening import open_database
from tests.builders import BERLIN


class Echo(discord.Client):
    """The least that discord.py can do: say what was said."""

    async def application_info(self) -> discord.AppInfo:
        """The server tells of no owner, without whom discord.py does not log in."""
        told: Any = await self.http.application_info()
        complete_application(told)
        return discord.AppInfo(self._connection, told)

    async def on_message(self, message: discord.Message) -> None:
        """Answer everybody but bots."""
        if not message.author.bot:
            await message.channel.send(message.content)


@asynccontextmanager
async def bare(api_url: str, gateway_url: str, token: str, folder: Path) -> AsyncIterator[None]:
    """An echo, led to the same server by the same means as the house."""
    client = Echo(intents=discord.Intents.default(), max_messages=None)
    Pointing(api_url, gateway_url).point(client)
    running = asyncio.create_task(client.start(token))
    yield
    await client.close()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@asynccontextmanager
async def house(api_url: str, gateway_url: str, token: str, folder: Path) -> AsyncIterator[None]:
    """Everything that answers a person: SQLite, the scheduler, the offline model."""
    clock, database = SystemClock(), await open_database(folder)
    core, model, store = Core(database, clock, BERLIN), OfflineModel(), Store(database, clock)
    platforms: dict[str, Any] = {}
    engine = make_engine(core, platforms, model, BERLIN, remembers=True)
    door = DiscordDoor(
        token,
        engine,
        engine,
        posted=store,
        synced=store,
        clock=clock,
        api_url=api_url,
        gateway_url=gateway_url,
    )
    platforms[door.platform.name] = door.platform
    running = RunningHouse(core, engine, model)
    await running.start()
    await door.start()
    set_apart()  # as `convene serve` does
    yield
    await door.stop()
    await engine.stop()
    await running.stop()
    await database.dispose()


async def main(name: str, api_url: str, gateway_url: str, token: str, folder: str) -> None:
    """Run until the standard input ends."""
    kind = {"bare": bare, "house": house}[name]
    async with kind(api_url, gateway_url, token, Path(folder)):
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:6]))
