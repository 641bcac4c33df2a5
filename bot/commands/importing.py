"""`convene import` and `convene export`: calendars in and out of files. Both act as the terminal's
person."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.bringing import Bringing, Progress
from bot.people import Person
from bot.zones import UnknownZone, find_zone
from calendar_core.errors import CalendarError

WIDTH = 24


def run_import(file: str, calendar: str | None, data: Path, tz: str | None) -> int:
    """Bring an .ics file in; the exit code."""
    try:
        zone = find_zone(tz) if tz else None
        return asyncio.run(_import(Path(file), calendar, data, zone))
    except (CalendarError, UnknownZone) as err:
        print(err, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; nothing was changed.", file=sys.stderr)
        return 130


async def _import(file: Path, calendar: str | None, data: Path, zone: ZoneInfo | None) -> int:
    async with _bringing(data, zone) as (bringing, person):
        with _bar() as progress:
            lines = await bringing.bring_file(
                person, file, calendar=calendar, zone=zone, progress=progress
            )
    print("\n".join(lines))
    return 0


def run_export(file: str, calendar: str | None, data: Path) -> int:
    """Write a calendar out; the exit code."""
    try:
        return asyncio.run(_export(file, calendar, data))
    except CalendarError as err:
        print(err, file=sys.stderr)
        return 1


async def _export(file: str, calendar: str | None, data: Path) -> int:
    async with _bringing(data, None) as (bringing, person):
        chunks, count = await bringing.give_out(person, calendar)
        if file == "-":
            out = sys.stdout.buffer
            for chunk in chunks:
                out.write(chunk.encode())
            out.flush()
            return 0
        target = Path(file)
        partial = target.with_name(target.name + ".part")
        try:
            with partial.open("wb") as written:
                for chunk in chunks:
                    written.write(chunk.encode())
            partial.replace(target)
        except OSError as err:
            print(f"I can't write {file}: {err.strerror}. Name another file.", file=sys.stderr)
            return 1
    print(f"Wrote {count} event{'' if count == 1 else 's'} to {file}.")
    return 0


@asynccontextmanager
async def _bringing(data: Path, zone: ZoneInfo | None) -> AsyncIterator[tuple[Bringing, Person]]:
    from bot.app import make_core
    from bot.settings import read_settings
    from bot.welcome import ConsoleWelcome
    from calendar_core.clock import SystemClock
    from calendar_core.folder import make_folder
    from calendar_core.opening import open_database

    make_folder(data)
    database = await open_database(read_settings().database_url or data)
    try:
        clock = SystemClock()
        core = make_core(database, clock, zone or _machine_zone())
        welcome = ConsoleWelcome(
            core.people, core.mirror, core.desk, clock, zone or _machine_zone()
        )
        person = await welcome.person(await welcome.known_person() or "me")
        yield Bringing(core.mirror, core.desk, clock), person
    finally:
        await database.dispose()


def _machine_zone() -> ZoneInfo:
    from tzlocal import get_localzone_name

    try:
        return ZoneInfo(get_localzone_name())
    except (LookupError, ValueError, OSError):
        return ZoneInfo("UTC")


class _bar:
    """A progress line on stderr, where a person looks; silent elsewhere and for what is quick."""

    def __enter__(self) -> Progress | None:
        if not sys.stderr.isatty():
            return None
        return self._show

    def _show(self, what: str, done: int, total: int) -> None:
        if total < 500 or (done % 100 and done != total):
            return
        filled = WIDTH * done // max(total, 1)
        bar = "█" * filled + "░" * (WIDTH - filled)
        print(f"\r{what:<8} {bar} {done:>6} of {total}", end="", file=sys.stderr, flush=True)
        self._shown = True

    def __exit__(self, *_: object) -> None:
        if getattr(self, "_shown", False):
            print(file=sys.stderr)
