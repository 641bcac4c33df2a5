"""`convene serve` as a process of its own, beside servers in the test's own loop."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.nursery import ROOT, Life, nursery
from tests.servers.slack import SlackServer, Workspace

PATIENCE = 30.0
"""Seconds that anything may take here: two cores, many tests."""
OPEN = "Serving. Ctrl-C stops."
KEPT = ("PATH", "HOME", "CONVENE_DATABASE_URL")
"""What the process has of this one's environment: the last as `configured_database` sets it."""


@dataclass
class Serving:
    """A process, and what it has said so far."""

    process: Process | Life
    _ending: "asyncio.Task[int]"
    said: list[str] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def says(self, words: str, within: float = PATIENCE) -> str:
        """Wait for a line with these words; the line."""
        async with asyncio.timeout(within):
            while not (found := [line for line in self.said if words in line]):
                assert not self._has_ended, f"it ended: {self.said} {self.logged}"
                self._news.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), 0.2)
        return found[0]

    async def ends(self, within: float = PATIENCE) -> int:
        """Wait for its end; the exit code."""
        async with asyncio.timeout(within):
            return await asyncio.shield(self._ending)

    def tell(self, number: int) -> None:
        """Send a signal."""
        self.process.send_signal(number)

    async def stops(self, within: float = PATIENCE) -> int:
        """Ask it to stop, and wait for its end."""
        self.tell(signal.SIGTERM)
        return await self.ends(within)

    @property
    def words(self) -> str:
        """All that it said and logged."""
        return "\n".join([*self.said, *self.logged])

    @property
    def _has_ended(self) -> bool:
        return self.process.returncode is not None

    async def read(self, stream: asyncio.StreamReader, into: list[str]) -> None:
        """Write down what it says."""
        async for line in stream:
            into.append(line.decode().rstrip("\n"))
            self._news.set()


Begun = tuple[Process | Life, asyncio.StreamReader, asyncio.StreamReader]
"""A process, what it says and what it logs."""
Begin = Callable[[Sequence[str], Path, Mapping[str, str]], Awaitable[Begun]]
"""Starts the command with arguments, in a folder, with an environment."""


async def in_the_nursery(arguments: Sequence[str], folder: Path, env: Mapping[str, str]) -> Begun:
    """A process that has the libraries already."""
    said, out = os.pipe()
    logged, err = os.pipe()
    nothing = os.open(os.devnull, os.O_RDONLY)
    streams = (nothing, out, err)
    life = await asyncio.to_thread(nursery().begin, arguments, folder, env, streams)
    for stream in streams:
        os.close(stream)
    return life, await _reader(said), await _reader(logged)


async def in_a_python_of_its_own(
    arguments: Sequence[str], folder: Path, env: Mapping[str, str]
) -> Begun:
    """As an operator starts it."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        cwd=folder,
        env=dict(env),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    return process, process.stdout, process.stderr


async def _reader(file: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(file, "rb")
    )
    return reader


@asynccontextmanager
async def serving(
    folder: Path,
    settings: Mapping[str, str],
    *arguments: str,
    command: str = "serve",
    begin: Begin = in_the_nursery,
) -> AsyncIterator[Serving]:
    """The command on a data folder, with these settings and no others but the database; killed at
    the end."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    env = kept | {"PYTHONPATH": str(ROOT), "CONVENE_WEB_PORT": "0"} | dict(settings)
    process, said, logged = await begin(
        (command, "--data", str(folder / "data"), *arguments), folder, env
    )
    running = Serving(process, asyncio.create_task(process.wait()))
    reading = [
        asyncio.create_task(running.read(said, running.said)),
        asyncio.create_task(running.read(logged, running.logged)),
    ]
    try:
        yield running
    finally:
        if process.returncode is None:
            process.kill()
        await running.ends()
        await asyncio.gather(*reading)


def of_slack(slack: SlackServer, workspace: Workspace) -> dict[str, str]:
    """Settings for one workspace over Socket Mode."""
    return {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
    }
