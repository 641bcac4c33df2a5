"""Reading linked calendars.

The first sync of 10,000 events (500 series) from a warm Radicale, beside vdirsyncer on the same
server, which makes a sync token for neither of them then; a round with 10 changes in 10,000 beside
one in 1,000; and 1,000 accounts due in one minute against a slow server. Time on the wall depends
on what else the machine does; the CPU's does not.
"""

import asyncio
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from calendar_core.accounts import Accounts, FoundCalendar, Linked
from calendar_core.clock import SystemClock
from calendar_core.database import Database
from calendar_core.folder import make_folder
from calendar_core.mirror import Mirror
from calendar_core.opening import open_database
from calendar_core.people import PersonId
from calendar_core.providers.caldav.client import Doors
from calendar_core.providers.caldav.reader import MANY, CalDavReader
from calendar_core.providers.caldav.versions import MirroredVersions
from calendar_core.providers.caldav.wire import Outside
from calendar_core.sync.engine import SyncEngine
from calendar_core.sync.state import SyncStates
from calendar_core.vault import Vault
from tests.benchmarks._crowd import crowd
from tests.benchmarks.bench_agenda import EVENTS, many
from tests.servers.caldav import PASSWORD, USER, CalDavServer, radicale

FEW_EVENTS, CHANGES = 1_000, 10
ME = PersonId("me")
PATIENT = Outside(private=True, silence=60.0, longest=300.0)
_IN_MEMORY = Path("/dev/shm")
"""Where there is one: the server writes to its disk what it made of each file."""
_VENV = Path("build") / "vdirsyncer"
_INSTALLS_WITHIN, _SYNCS_WITHIN = 240, 300
"""Seconds."""


def run() -> Iterator[dict[str, object]]:
    """One row a figure."""
    with (
        tempfile.TemporaryDirectory(dir=_IN_MEMORY if _IN_MEMORY.exists() else None) as folder,
        radicale(Path(folder)) as server,
    ):
        urls = {
            count: _filled(server, Path(folder), f"work{count}", count)
            for count in (FEW_EVENTS, EVENTS)
        }
        for url in urls.values():
            _warm(server, url)
        yield from asyncio.run(_first_and_next(Path(folder), server, urls))
        yield from _vdirsyncer(Path(folder), urls[EVENTS])
    yield from asyncio.run(crowd())


def _filled(server: CalDavServer, folder: Path, name: str, count: int) -> str:
    """A calendar with so many events, written where the server keeps them."""
    url = server.make_calendar(name)
    there = folder / "collections" / "collection-root" / USER / name
    for number, one in enumerate(many(count)):
        (there / f"e{number}.ics").write_text(one.ics, newline="")
    return url


@dataclass
class _Counting:
    """Doors that count what is asked through them."""

    doors: Doors
    calls: int = 0

    def of(self, *account: Any) -> Any:
        """A door to an account."""
        return _CountingDoor(self, self.doors.of(*account))


class _CountingDoor:
    def __init__(self, counting: _Counting, door: Any) -> None:
        self._counting, self._door = counting, door

    def __getattr__(self, name: str) -> Any:
        return getattr(self._door, name)

    async def ask(self, *what: Any, **how: Any) -> Any:
        """Count, and ask."""
        self._counting.calls += 1
        return await self._door.ask(*what, **how)


@dataclass
class _House:
    """A person with one linked calendar."""

    database: Database
    mirror: Mirror
    engine: SyncEngine
    reader: CalDavReader
    doors: _Counting
    calendar: Any

    async def sync(self) -> dict[str, object]:
        """One round, measured."""
        before, began, worked = self.doors.calls, perf_counter(), process_time()
        came = await self.engine.sync(self.calendar.id, self.reader)
        return {
            "ms": round((perf_counter() - began) * 1000, 1),
            "cpu_ms": round((process_time() - worked) * 1000, 1),
            "calls": self.doors.calls - before,
            "events": came.added or came.changed + came.moved,
        }


async def _house(folder: Path, url: str) -> _House:
    database, clock = await open_database(folder), SystemClock()
    mirror = Mirror(database, clock)
    accounts = Accounts(database, clock, Vault(folder), mirror)
    account = await accounts.link(
        ME,
        Linked(
            provider="caldav",
            address=USER,
            url=url.rsplit("/", 2)[0] + "/",
            credentials={"user": USER, "password": PASSWORD},
            calendars=(FoundCalendar(remote=url, name="Work"),),
        ),
    )
    doors: Any = _Counting(Doors(PATIENT))
    [calendar] = await accounts.calendars(account.id)
    return _House(
        database=database,
        mirror=mirror,
        engine=SyncEngine(mirror, SyncStates(database, clock), clock),
        reader=CalDavReader(doors, accounts, MirroredVersions(database)),
        doors=doors,
        calendar=calendar,
    )


def _warm(server: CalDavServer, url: str) -> None:
    """Let the server read its files once: it keeps what it made of them."""
    body = '<D:propfind xmlns:D="DAV:"><D:prop><D:getetag/></D:prop></D:propfind>'
    answer = server.session.request(
        "PROPFIND", url, data=body, headers={"Depth": "1"}, auth=(USER, PASSWORD), timeout=300
    )
    assert answer.status_code == 207, answer.status_code


async def _first_and_next(
    folder: Path, server: CalDavServer, urls: dict[int, str]
) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for count, url in urls.items():
        house = await _house(make_folder(folder / f"house{count}"), url)
        rows.append(_row(f"first sync of {count}", await house.sync()))
        if count > MANY:
            # What the scheduler does next: nobody waits for it, all stands in the mirror.
            rows.append(_row(f"the server's first sync token of {count}", await house.sync()))
        for number, one in enumerate(many(CHANGES)):
            text = one.ics.replace("SUMMARY:", "SUMMARY:Changed ")
            await asyncio.to_thread(server.put, f"{url}e{number}.ics", text)
        rows.append(_row(f"{CHANGES} changes in {count}", await house.sync()))
        rows.append(_row(f"no change in {count}", await house.sync()))
        house.doors.doors.close()
        await house.database.dispose()
    return rows


def _vdirsyncer(folder: Path, url: str) -> Iterator[dict[str, object]]:
    """The same first sync by vdirsyncer, into a folder of files."""
    program = _installed()
    if program is None:
        yield {"bench": "sync", "name": "vdirsyncer", "skipped": "it can't be installed here"}
        return
    there = folder / "vdirsyncer"
    there.mkdir()
    config = there / "config"
    config.write_text(
        f'[general]\nstatus_path = "{there / "status"}"\n'
        '[pair work]\na = "here"\nb = "there"\ncollections = null\n'
        f'[storage here]\ntype = "filesystem"\npath = "{there / "files"}/"\nfileext = ".ics"\n'
        f'[storage there]\ntype = "caldav"\nurl = "{url}"\n'
        f'username = "{USER}"\npassword = "{PASSWORD}"\n'
    )
    (there / "files").mkdir()
    for what in ("discover", "sync"):
        began, worked = perf_counter(), _children()
        done = subprocess.run(
            [str(program), "-c", str(config), what],
            capture_output=True,
            input=b"y\n",
            timeout=_SYNCS_WITHIN,
            check=False,
        )
        figures = {
            "ms": round((perf_counter() - began) * 1000, 1),
            "cpu_ms": round((_children() - worked) * 1000, 1),
        }
    found = len(list((there / "files").glob("*.ics")))
    said = {} if done.returncode == 0 else {"failed": done.stderr.decode()[-200:]}
    yield _row(f"vdirsyncer, first sync of {EVENTS}", {**figures, "events": found, **said})


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _installed() -> Path | None:
    """vdirsyncer in a throw-away environment of its own; None where it can't be had."""
    program = _VENV / "bin" / "vdirsyncer"
    if not program.exists():
        make = [sys.executable, "-m", "venv", str(_VENV)]
        install = [str(_VENV / "bin" / "pip"), "install", "--quiet", "vdirsyncer"]
        for command in (make, install):
            try:
                subprocess.run(command, check=True, capture_output=True, timeout=_INSTALLS_WITHIN)
            except (OSError, subprocess.SubprocessError):
                return None
    return program.resolve() if program.exists() else None


def _row(name: str, figures: dict[str, object]) -> dict[str, object]:
    return {"bench": "sync", "name": name, **figures}


if __name__ == "__main__":
    for row in run():
        print(json.dumps(row))
