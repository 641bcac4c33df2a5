"""Processes of `convene` that need not load its libraries again: `python -m tests.nursery FD`.

A nursery loads the program once. For each request it forks a process of its own, which gets the
arguments, folder, environment and standard streams that it asks for, and from there on is what
`python -m bot` would be: it runs to its end, or until it is killed. Loading takes a second or two,
which is most of what a short test of the command costs. Tests of what is loaded, and some of each
command, start a Python of their own.
"""

import asyncio
import atexit
import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PRELOADED = (
    "adapters.console.json_screen",
    "adapters.console.render",
    "adapters.console.script",
    "adapters.discord.door",
    "adapters.slack.door",
    "adapters.slack.installations",
    "alembic.command",
    "bot.app.console",
    "bot.app.serve",
    "bot.cli",
    "bot.commands.chat",
    "bot.commands.free",
    "bot.commands.serve",
    "bot.commands.when",
)
_LENGTH = 4
"""Bytes that tell how long a request is."""


@dataclass
class Life:
    """One process, as its parent knows it."""

    pid: int
    returncode: int | None
    _end: socket.socket
    """Where its exit code comes in."""

    def send_signal(self, number: int) -> None:
        """Send it a signal, while it runs."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        """Its exit code, when it has ended: a signal's number below nought."""
        if self.returncode is None:
            self._end.setblocking(False)
            told = await asyncio.get_running_loop().sock_recv(self._end, 64)
            self._note(told)
        assert self.returncode is not None
        return self.returncode

    def wait_here(self, seconds: float) -> int:
        """The same, while nothing else goes on."""
        self._end.settimeout(seconds)
        self._note(self._end.recv(64))
        assert self.returncode is not None
        return self.returncode

    def _note(self, told: bytes) -> None:
        self.returncode = int(told)
        self._end.close()


class Nursery:
    """The process that the others are forked from."""

    def __init__(self) -> None:
        self._here, there = socket.socketpair()
        with there:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.nursery", str(there.fileno())],
                cwd=ROOT,
                env={name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
                pass_fds=[there.fileno()],
            )

    def close(self) -> None:
        """No more of them."""
        self._here.close()
        self._process.wait(10)

    def begin(
        self, arguments: Sequence[str], folder: Path, env: Mapping[str, str], streams: Sequence[int]
    ) -> Life:
        """Start the command; its standard streams are these open files."""
        request = json.dumps([list(arguments), str(folder), dict(env)]).encode()
        mine, its = socket.socketpair()
        with its:
            length = len(request).to_bytes(_LENGTH)
            socket.send_fds(self._here, [length], [*streams, its.fileno()])
            self._here.sendall(request)
        mine.settimeout(60)
        return Life(int(_line(mine)), None, mine)

    def run(
        self, arguments: Sequence[str], folder: Path, env: Mapping[str, str], typed: str = ""
    ) -> "subprocess.CompletedProcess[str]":
        """Run the command to its end, with so few lines on its standard input."""
        read, write = os.pipe()
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            life = self.begin(arguments, folder, env, (read, out.fileno(), err.fileno()))
            os.close(read)
            with suppress(BrokenPipeError), os.fdopen(write, "w", encoding="utf-8") as lines:
                lines.write(typed)
            code = life.wait_here(60)
            said, complained = _all(out), _all(err)
        return subprocess.CompletedProcess(list(arguments), code, said, complained)


@cache
def nursery() -> Nursery:
    """The one of this run: it loads when the first asks for it, and ends with the run."""
    opened = Nursery()
    atexit.register(opened.close)
    return opened


def _all(file: Any) -> str:
    file.seek(0)
    text: str = file.read().decode()
    return text


def _line(end: socket.socket) -> bytes:
    found = b""
    while not found.endswith(b"\n"):
        more = end.recv(1)
        assert more, "the nursery has ended"
        found += more
    return found


# In the nursery


def _serve(asked: socket.socket) -> None:
    """Fork a process for each request; returns in each of them, and never in the nursery."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the keepers
    while True:
        length, files, _, _ = socket.recv_fds(asked, _LENGTH, 4)
        if not length:
            sys.exit()
        request = _exactly(asked, int.from_bytes(length))
        if os.fork() == 0:
            asked.close()
            if _keep(files):
                arguments, folder, env = json.loads(request)
                _become(arguments, folder, env, files)
                return
        for file in files:
            os.close(file)


def _exactly(asked: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count:
        found += asked.recv(count - len(found))
    return found


def _keep(files: list[int]) -> bool:
    """Fork once more and tell how it went; true in the process that is to be the command."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pid = os.fork()
    if pid == 0:
        return True
    *streams, end = files
    for stream in streams:
        os.close(stream)
    os.write(end, b"%d\n" % pid)
    _, status = os.waitpid(pid, 0)
    os.write(end, b"%d" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def _become(arguments: list[str], folder: str, env: dict[str, str], files: list[int]) -> None:
    """Take on what was asked for."""
    for stream, file in enumerate(files[:3]):
        os.dup2(file, stream)
    for file in files:
        os.close(file)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(env)
    sys.argv = ["bot", *arguments]
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - to its end
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(  # noqa: SIM115
        2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False
    )


def main() -> None:
    """Load, wait, and in each process that is asked for run the command."""
    for name in PRELOADED:
        import_module(name)
    gc.freeze()
    _serve(socket.socket(fileno=int(sys.argv[1])))
    runpy.run_module("bot", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
