"""`convene serve`: every configured door and due work, until it is told to stop."""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from adapters.console.ports import CannotStart
from bot.commands.logs import log_of_loop, log_to_stderr
from bot.commands.zones import machine_zone, zone_named
from calendar_core.errors import CalendarError

if TYPE_CHECKING:
    from bot.app.serve import ServedHouse

STOPPING = "Stopping: what is being answered comes to its end. Once more stops at once."
STOPPED = "Stopped."
LONGEST_STOP = 30.0
"""Seconds; what has not come to its end by then does not."""
_LOOK = 2.0
"""Seconds between looks at the doors."""


class Stop:
    """Told to stop once, what goes on comes to its end; told twice, it ends at once."""

    def __init__(self) -> None:
        self.told = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            with suppress(NotImplementedError):  # Windows; there Ctrl-C ends the loop
                loop.add_signal_handler(number, self._tell, number)

    def _tell(self, number: int) -> None:
        if self.told.is_set():
            # Nothing is lost: what is under way stands in the database, and is done at the start.
            os._exit(128 + number)
        self.told.set()
        _say(STOPPING)


def run(*, data: Path, tz: str | None, verbose: bool) -> int:
    """Serve until SIGTERM or Ctrl-C; the exit code."""
    log_to_stderr(verbose=verbose)
    try:
        zone = zone_named(tz) if tz is not None else machine_zone()
        asyncio.run(_serve(data, zone))
    except (CannotStart, CalendarError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


async def _serve(data: Path, zone: ZoneInfo) -> None:
    asyncio.get_running_loop().set_exception_handler(log_of_loop)
    stop, opened = Stop(), asyncio.Event()
    serving = asyncio.create_task(_hold(data, zone, stop.told, opened))
    told = asyncio.create_task(stop.told.wait())
    await asyncio.wait({serving, told}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if not opened.is_set():
        serving.cancel()
    await asyncio.wait({serving}, timeout=LONGEST_STOP)
    if not serving.done():
        _say("Stopped before everything came to its end; the next start goes on with it.")
        os._exit(1)
    with suppress(asyncio.CancelledError):
        await serving
    _say(STOPPED)


async def _hold(data: Path, zone: ZoneInfo, stop: asyncio.Event, opened: asyncio.Event) -> None:
    """Keep the house open until it is told to stop."""
    from bot.app.running import set_apart
    from bot.app.serve import open_served_house
    from bot.settings import read_settings
    from calendar_core.clock import SystemClock

    settings = read_settings()
    _say(f"Convene is opening its doors on {data} …")
    async with open_served_house(
        data=data, settings=settings, clock=SystemClock(), zone=zone
    ) as house:
        opened.set()
        set_apart()
        await _tell(house)
        watching = asyncio.create_task(_watch(house))
        await stop.wait()
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def _tell(house: "ServedHouse") -> None:
    from bot.app.telling import told_at_start

    for line in await told_at_start(house):
        _say(f"  {line}")
    _say("Serving. Ctrl-C stops.")


async def _watch(house: "ServedHouse") -> None:
    """Say when a door is lost, and when it is back."""
    known = {sign.part: sign for sign in await house.health.doors()}
    while True:
        await asyncio.sleep(_LOOK)
        for sign in await house.health.doors():
            if sign.is_well != known[sign.part].is_well:
                _say(f"  {sign.part}: {sign.words}")
                known[sign.part] = sign


def _say(line: str) -> None:
    with suppress(OSError):  # nobody reads it any more: that is no reason to end
        print(line, flush=True)
