"""`convene serve`: every configured door and due work, until it is told to stop."""

import asyncio
import logging
import signal
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

from adapters.console.ports import CannotStart
from bot.commands.zones import machine_zone, zone_named
from calendar_core.errors import CalendarError

STOPPING = "Stopping: what is being answered comes to its end."
STOPPED = "Stopped."


def run(*, data: Path, tz: str | None, verbose: bool) -> int:
    """Serve until SIGTERM or Ctrl-C; the exit code."""
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.INFO,
        format="%(asctime)s %(levelname)-7s %(name)s %(message)s",
        stream=sys.stderr,
    )
    for chatty in ("apscheduler", "slack_bolt", "slack_sdk", "discord", "aiohttp"):
        logging.getLogger(chatty).setLevel(logging.INFO if verbose else logging.WARNING)
    try:
        zone = zone_named(tz) if tz is not None else machine_zone()
        asyncio.run(_serve(data, zone))
    except (CannotStart, CalendarError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


async def _serve(data: Path, zone: ZoneInfo) -> None:
    from bot.app.serve import open_served_house
    from bot.settings import read_settings
    from calendar_core.clock import SystemClock

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    settings = read_settings()
    print(f"Convene is opening its doors on {data} …", flush=True)
    async with open_served_house(
        data=data, settings=settings, clock=SystemClock(), zone=zone
    ) as house:
        for line in await house.told():
            print(f"  {line}", flush=True)
        for line in settings.missing():
            print(f"  {line}", flush=True)
        print("Serving. Ctrl-C stops.", flush=True)
        await stop.wait()
        print(STOPPING, flush=True)
    print(STOPPED, flush=True)
