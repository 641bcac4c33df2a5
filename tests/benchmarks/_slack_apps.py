"""The apps that `bench_slack` measures, each in a process of its own: a bare Bolt echo, our house.

python -m tests.benchmarks._slack_apps bare|house API_URL APP_TOKEN BOT_TOKEN FOLDER
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.door import SlackDoor
from adapters.slack.store import EnterpriseStore, KeyStore
from bot.app.core import Core
from bot.app.house import make_engine
from bot.app.running import RunningHouse, set_apart
from bot.llm.offline.model import OfflineModel
from calendar_core.clock import SystemClock
from calendar_core.opening import open_database

BERLIN = ZoneInfo("Europe/Berlin")


@asynccontextmanager
async def bare(api_url: str, app_token: str, bot_token: str, folder: Path) -> AsyncIterator[None]:
    """The least that Bolt can do: say what was said."""
    client = AsyncWebClient(bot_token, base_url=api_url)
    # Slack's kit has it, and tells to add it: without it, what a limit refuses is never said.
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=20))
    app = AsyncApp(client=client)

    @app.event("message")
    async def echo(event: dict[str, Any], say: Any) -> None:
        if "text" in event and "subtype" not in event:
            await say(event["text"])

    handler = AsyncSocketModeHandler(app, app_token)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    yield
    await handler.close_async()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def house(api_url: str, app_token: str, bot_token: str, folder: Path) -> AsyncIterator[None]:
    """Everything that answers a person: SQLite, the scheduler, the offline model."""
    clock, database = SystemClock(), await open_database(folder)
    core = Core(database, clock, BERLIN)
    door = SlackDoor(
        clock=clock,
        keys=KeyStore(database),
        enterprises=EnterpriseStore(database),
        bot_token=bot_token,
        app_token=app_token,
        api_url=api_url,
    )
    model = OfflineModel()
    engine = make_engine(core, {"slack": door.platform}, model, BERLIN, remembers=True)
    door.open_to(engine, engine)
    running = RunningHouse(core, engine, model)
    await running.start()
    await door.start()
    set_apart()  # as `convene serve` does
    yield
    await door.stop()
    await engine.stop()
    await running.stop()
    await database.dispose()


async def main(name: str, api_url: str, app_token: str, bot_token: str, folder: str) -> None:
    """Run until the standard input ends."""
    kind = {"bare": bare, "house": house}[name]
    async with kind(api_url, app_token, bot_token, Path(folder)):
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:6]))
