"""`convene chat`: opens the terminal, plays a script, or reads a pipe.

Which of the three, on which clock and in which zone, is decided here; the house is opened by
`bot.app`, the talking is `adapters.console`. Slow libraries are imported after the first prompt.
"""

import asyncio
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager, redirect_stdout
from datetime import UTC, datetime
from getpass import getuser
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO
from zoneinfo import ZoneInfo

from adapters.console.firststart import default_answers
from adapters.console.ports import CannotStart, Host
from adapters.console.screen import Screen
from bot.chat.platform import PlaceGone
from bot.commands.zones import machine_zone, zone_named
from calendar_core.clock import FIRST_YEAR, LAST_YEAR, Clock, StandingClock, SystemClock
from calendar_core.errors import CalendarError
from calendar_core.folder import FolderLock, make_folder

if TYPE_CHECKING:
    from adapters.console.keys import Keys
    from adapters.console.plain_screen import PlainScreen
    from adapters.console.script import ScriptScreen
    from adapters.console.seat import Seat

OpenHouse = Callable[[Screen], AbstractAsyncContextManager[Host]]
BAD_SCRIPT = 2
OLD_FILES = ("convene.db", "history")
"""One of these stands in a data folder where somebody has been before."""


def run(*, data: Path, script: str | None, as_json: bool, now: str | None, tz: str | None) -> int:
    """Talk; the exit code."""
    try:
        return _run(data=data, script=script, as_json=as_json, now=now, tz=tz)
    except (CannotStart, CalendarError) as error:
        print(error, file=sys.stderr)
        return 1
    except (BrokenPipeError, PlaceGone):
        # Whoever read us has gone; Python would complain when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    except KeyboardInterrupt:
        return 130


def _run(*, data: Path, script: str | None, as_json: bool, now: str | None, tz: str | None) -> int:
    if as_json and script is None:
        raise CannotStart("--json goes with --script. Leave it out to talk here.")
    if script is not None:
        return _play_file(data, script, now=now, tz=tz, as_json=as_json)
    if sys.stdin.isatty() and sys.stdout.isatty():
        _tell_a_second_one(data)
        talk = _talk_plainly if _is_dumb_terminal() else _talk
        asyncio.run(talk(data, now, tz))
    else:
        asyncio.run(_read(data, _clock(now, tz), _zone(tz)))
    return 0


def _tell_a_second_one(data: Path) -> None:
    """A second terminal on a folder hears so before it draws a prompt; the house locks again."""
    make_folder(data)
    FolderLock(data).acquire()


async def _talk(data: Path, now: str | None, tz: str | None) -> None:
    from adapters.console.terminal import Opening, Terminal

    def load() -> OpenHouse:
        import adapters.console.render  # noqa: F401 (here, so that the first card need not wait)

        return _house(data, _clock(now, tz), _zone(tz))

    opening = Opening(
        load=load,
        history=data / "history",
        is_fresh=not any((data / name).exists() for name in OLD_FILES),
        name_guess=_user(),
        zone_guess=lambda: _zone(tz).key,
    )
    await Terminal(opening, sys.stdout).run()


def _is_dumb_terminal() -> bool:
    """Whether the cursor can't be moved, so that no line can be edited."""
    return os.environ.get("TERM", "").casefold() in ("dumb", "unknown")


async def _talk_plainly(data: Path, now: str | None, tz: str | None) -> None:
    from adapters.console import reading
    from adapters.console.keys import Keys
    from adapters.console.plain_terminal import PlainTerminal
    from adapters.console.seat import Seat

    keys = Keys()
    seat = Seat(keys, "")
    clock, zone = _clock(now, tz), _zone(tz)
    with _own_stdout() as out:
        screen = _plain(out, seat, keys)
        async with _house(data, clock, zone)(screen) as host:
            terminal = PlainTerminal(
                host, reading.lines(sys.stdin.buffer), screen=screen, seat=seat
            )
            await terminal.run(name_guess=_user(), zone_guess=lambda: zone.key)


def _play_file(data: Path, script: str, *, now: str | None, tz: str | None, as_json: bool) -> int:
    from adapters.console.json_screen import JsonScreen
    from adapters.console.keys import Keys
    from adapters.console.script import DEFAULT_PERSON, ScriptStopped
    from adapters.console.seat import Seat

    clock, zone = _clock(now or datetime.now(UTC).isoformat(), tz), _zone(tz)
    with _script(script) as lines, _own_stdout() as out:
        screen = (
            JsonScreen(out, clock=clock, zone=zone)
            if as_json
            else _plain(out, Seat(Keys(), DEFAULT_PERSON), None)
        )
        try:
            asyncio.run(_play(_house(data, clock, zone), lines, screen))
        except ScriptStopped as error:
            print(error, file=sys.stderr)
            return BAD_SCRIPT
    return 0


async def _play(open_house: OpenHouse, script: BinaryIO, screen: "ScriptScreen") -> None:
    from adapters.console import reading
    from adapters.console.script import play

    async with open_house(screen) as host:
        await play(host, reading.lines(script), screen)


async def _read(data: Path, clock: Clock, zone: ZoneInfo) -> None:
    from adapters.console import piped, reading
    from adapters.console.keys import Keys
    from adapters.console.seat import Seat

    keys = Keys()
    seat = Seat(keys, "")
    with _own_stdout() as out:
        screen = _plain(out, seat, keys)
        async with _house(data, clock, zone)(screen) as host:
            await piped.converse(
                host,
                reading.lines(sys.stdin.buffer),
                screen=screen,
                seat=seat,
                defaults=default_answers(name=_user(), zone=zone.key),
            )


def _house(data: Path, clock: Clock, zone: ZoneInfo) -> OpenHouse:
    from bot.app.console import open_console_host

    return lambda screen: open_console_host(screen, data=data, clock=clock, zone=zone)


def _plain(out: TextIO, seat: "Seat", keys: "Keys | None") -> "PlainScreen":
    from adapters.console.plain_screen import PlainScreen
    from adapters.console.render import Paper

    return PlainScreen(out, Paper(width=shutil.get_terminal_size().columns), seat=seat, keys=keys)


@contextmanager
def _own_stdout() -> Iterator[TextIO]:
    """Standard output in UTF-8 for the conversation alone; whatever else prints goes to stderr."""
    out = sys.stdout
    if isinstance(out, TextIOWrapper):
        out.reconfigure(encoding="utf-8", errors="replace", newline="\n")
    with redirect_stdout(sys.stderr):
        yield out


@contextmanager
def _script(name: str) -> Iterator[BinaryIO]:
    """The lines of a script. Raises CannotStart."""
    if name == "-":
        yield sys.stdin.buffer
        return
    try:
        file = Path(name).open("rb")  # noqa: SIM115 (closed below)
    except OSError as error:
        raise CannotStart(
            f"I can't read the script {name}: {error.strerror}. Name a file, or - for stdin."
        ) from error
    with file:
        yield file


def _clock(now: str | None, tz: str | None) -> Clock:
    """The machine's clock, or one that stands at `now`, wall time where it has no offset."""
    if now is None:
        return SystemClock()
    try:
        at = datetime.fromisoformat(now)
        if not FIRST_YEAR <= at.year < LAST_YEAR:
            raise OverflowError("further than a calendar looks")
        return StandingClock(at.replace(tzinfo=_zone(tz)) if at.tzinfo is None else at)
    except (ValueError, OverflowError) as error:
        raise CannotStart(f"{now!r} is no moment. Write it like 2026-03-10T08:00.") from error


def _zone(tz: str | None) -> ZoneInfo:
    """The zone that was asked for, else the machine's. Raises CannotStart."""
    return zone_named(tz) if tz is not None else machine_zone()


def _user() -> str:
    """What the system calls the person."""
    try:
        return getuser()
    except (OSError, KeyError):
        return "me"
