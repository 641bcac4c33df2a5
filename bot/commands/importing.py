"""`convene import` and `convene export`: calendars in and out of files. Both act as the terminal's
person."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.bringing import Bringing, Progress
from bot.commands.zones import machine_zone
from bot.people import Person
from bot.zones import UnknownZone, find_zone
from calendar_core.changes.change import PendingChange
from calendar_core.errors import CalendarError

if TYPE_CHECKING:  # the database's libraries are loaded when a folder is opened
    from bot.app.core import Core

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
    async with _house(data, zone) as (core, bringing, person):
        with _bar() as progress:
            brought = await bringing.bring_file(
                person, file, calendar=calendar, zone=zone, progress=progress
            )
        if brought.change is not None:
            await _leave_card(core, person, brought.change)
    print("\n".join(brought.lines(file.name)))
    return 1 if brought.problems and not brought.read else 0


async def _leave_card(core: "Core", person: Person, change: PendingChange) -> None:
    """Leave the outcome in the person's conversation, with its Undo: the next chat shows it."""
    from adapters.console.incoming import direct
    from adapters.console.store import Store
    from bot.confirmations import Reader, card_of
    from bot.store import Conversations

    account = await core.people.account_of(person.id)
    if account is None:
        return
    now = core.clock.now().astimezone(person.zone)
    card = card_of(change, Reader(zone=person.zone, now=now, calendars={}))
    store = Store(core.database, core.clock)
    post, _ = await store.keep(direct(account.user).channel, card, seen_by=None, key=None)
    await Conversations(core.database, core.clock).posted(change.id, post.ref)


def run_export(file: str, calendar: str | None, data: Path) -> int:
    """Write a calendar out; the exit code."""
    try:
        return asyncio.run(_export(file, calendar, data))
    except CalendarError as err:
        print(err, file=sys.stderr)
        return 1


async def _export(file: str, calendar: str | None, data: Path) -> int:
    async with _house(data, None) as (_, bringing, person):
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
async def _house(
    data: Path, zone: ZoneInfo | None
) -> AsyncIterator[tuple["Core", Bringing, Person]]:
    from bot.app.core import Core
    from bot.settings import read_settings
    from bot.welcome import ConsoleWelcome
    from calendar_core.clock import SystemClock
    from calendar_core.folder import make_folder
    from calendar_core.opening import open_database

    make_folder(data)
    database = await open_database(read_settings().database_url or data)
    try:
        clock = SystemClock()
        core = Core(database, clock, zone or machine_zone())
        welcome = ConsoleWelcome(core.people, core.mirror, core.desk, clock, zone or machine_zone())
        yield core, Bringing(core.mirror, core.desk, clock), await welcome.acting()
    finally:
        await database.dispose()


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
