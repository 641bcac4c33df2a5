"""Discord: messages a second, and how soon they are answered, beside a bare discord.py echo.

Fifty people write to the bot in direct messages; gateway, REST and people are in one process, the
app in another, the real discord.py between them. Answers are matched in order by conversation.
`flood` sends all at once; `steady` fifty a second. Aim: 0.7 of the bare echo's messages a second.
Discord has no acks of messages; those of interactions are given before anything is asked. The
server keeps no limits; Discord itself takes fifty requests a second of one bot.
"""

import asyncio
import sys
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from statistics import median
from time import perf_counter

import psutil

from tests.servers.discord.server import TOKEN, DiscordServer, serving
from tests.servers.discord.world import APPLICATION, Json, user

PEOPLE = 50
MESSAGES = 500
RATE = 50
"""Messages a second when steady."""
PATIENCE = 120.0
WORDS = "what's on today?"
ASIDE = "your time zone"
"""Stands in what newcomers are told besides, once."""
Row = dict[str, object]


def run() -> Iterator[Row]:
    """A row an app and a load, and one that compares."""
    yield from asyncio.run(_rows())


class _People:
    """Those who write, and when each was asked and answered."""

    app: psutil.Process
    """The process that answers."""

    def __init__(self, server: DiscordServer) -> None:
        self._worked = 0.0
        self._server = server
        self._said_by = server.world.said_by
        server.world.said_by = self._note  # type: ignore[method-assign]
        self.channels = {f"{5000 + n}": server.world.new_id() for n in range(PEOPLE)}
        server.world.directs.update(self.channels)
        self.asked: dict[str, list[float]] = defaultdict(list)
        self.answered: dict[str, list[float]] = defaultdict(list)
        self._expected = 0
        self._done = asyncio.Event()

    def _note(self, author: Json, channel: str, parts: Json) -> Json:
        if author["id"] != APPLICATION:
            self.asked[channel].append(perf_counter())
        elif ASIDE not in str(parts):
            self.answered[channel].append(perf_counter())
        if sum(map(len, self.answered.values())) >= self._expected:
            self._done.set()
        return self._said_by(author, channel, parts)

    async def ask(self, messages: int, rate: int | None) -> None:
        """Write in turn, and wait until all is answered."""
        self.asked.clear()
        self.answered.clear()
        self._expected = messages
        self._done.clear()
        begin, people = perf_counter(), list(self.channels.items())
        self._worked = self._cpu()
        for n in range(messages):
            if rate is not None:
                await asyncio.sleep(max(0.0, begin + n / rate - perf_counter()))
            who, channel = people[n % PEOPLE]
            said = self._server.world.said_by(
                user(who, f"person{who}"), channel, {"content": WORDS}
            )
            await self._server.gateway.tell("MESSAGE_CREATE", said)
        async with asyncio.timeout(PATIENCE):
            await self._done.wait()

    def _cpu(self) -> float:
        """Seconds that the app has worked."""
        times = self.app.cpu_times()
        return float(times.user + times.system)

    def row(self, app: str, load: str) -> Row:
        """What came of it."""
        waits = sorted(
            (answered - asked) * 1000
            for channel, times in self.asked.items()
            for asked, answered in zip(times, self.answered[channel], strict=True)
        )
        begin = min(min(times) for times in self.asked.values())
        end = max(max(times) for times in self.answered.values())
        return {
            "benchmark": "discord door",
            "app": app,
            "load": load,
            "messages": len(waits),
            "messages_per_second": round(len(waits) / (end - begin), 1),
            "cpu_ms_each": round((self._cpu() - self._worked) * 1000 / len(waits), 2),
            "answer_ms_median": round(median(waits), 1),
            "answer_ms_p95": round(waits[int(len(waits) * 0.95)], 1),
        }


async def _rows() -> list[Row]:
    rows: list[Row] = []
    speeds: dict[tuple[str, str], float] = {}
    for app in ("bare", "house"):
        with tempfile.TemporaryDirectory() as folder:
            async with _running(app, folder) as people:
                await people.ask(PEOPLE, RATE)
                for load, rate in (("flood", None), ("steady", RATE)):
                    await people.ask(MESSAGES, rate)
                    rows.append(people.row(app, load))
                    speeds[app, load] = float(str(rows[-1]["messages_per_second"]))
    ratios = {
        told: round(speeds["house", load] / speeds["bare", load], 2)
        for told, load in (("unlimited", "flood"), ("at fifty a second", "steady"))
    }
    return [*rows, {"benchmark": "discord door", "house_of_bare": ratios, "aim": 0.7}]


@asynccontextmanager
async def _running(app: str, folder: str) -> AsyncIterator[_People]:
    async with serving() as server:
        people = _People(server)
        arguments = (app, server.api_url, server.gateway_url, TOKEN, folder)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tests.benchmarks._discord_apps", *arguments),
            stdin=asyncio.subprocess.PIPE,
        )
        people.app = psutil.Process(process.pid)
        try:
            async with asyncio.timeout(PATIENCE):
                await server.gateway.connected.wait()
            await asyncio.sleep(1.0)  # the app gets ready
            yield people
        finally:
            if process.stdin is not None:
                process.stdin.close()
            await asyncio.wait_for(process.wait(), PATIENCE)
