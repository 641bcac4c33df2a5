"""What is on this machine: the data folder, the database, the keys, zones and the clock."""

import os
import shutil
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.app.sealed import sealed_places
from bot.doctor.finding import Finding, Findings, odd, well, wrong
from bot.doctor.outside import instant
from bot.health import BEHIND
from calendar_core.calendars import Calendars
from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.errors import CalendarError, DatabaseUnusable, KeysUnusable
from calendar_core.opening import known_versions, schema_version
from calendar_core.vault import Vault
from scheduler.embedded import EmbeddedQueue

LITTLE_ROOM = 200 * 1024 * 1024
"""Bytes of a disk below which a database may soon stand still."""
SLIGHT, MUCH = timedelta(seconds=15), timedelta(minutes=2)
"""How far a clock may be off before somebody should look, and before signatures are refused."""
_ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata")
_MOST = 5
"""Incidents and calendars that are named."""


def check_folder(data: Path) -> Findings:
    """The data folder."""
    part = "data folder"
    if not data.exists():
        return [well(part, f"{data} is not there yet; the first start makes it")]
    if not data.is_dir():
        return [wrong(part, f"{data} is no folder", "Choose another with --data.")]
    if not os.access(data, os.R_OK | os.W_OK | os.X_OK):
        todo = "Give it to the one who runs Convene, or choose another with --data."
        return [wrong(part, f"{data} may not be read and written", todo)]
    found = []
    if sys.platform != "win32" and data.stat().st_mode & 0o077:
        found.append(odd(part, f"others may look into {data}", f"Run: chmod 700 {data}"))
    room = shutil.disk_usage(data).free
    if room < LITTLE_ROOM:
        left = f"only {room // (1024 * 1024)} MB of room are left"
        found.append(odd(part, left, "Make room before the database needs it."))
    return found or [well(part, str(data))]


async def check_database(database: Database | None) -> Findings:
    """Whether it is there, of our version, and may be written. None: it is not made yet."""
    part = "database"
    if database is None:
        return [well(part, "not made yet; the first start does")]
    try:
        version = await schema_version(database)
        if version is None:
            return [well(part, "empty; the first start makes its tables")]
        if finding := _of_version(version):
            return [finding]
        async with database.session() as session:
            await session.execute(text("UPDATE alembic_version SET version_num = version_num"))
            await session.rollback()
    except DatabaseUnusable as err:
        return [wrong(part, "not usable", str(err))]
    except (SQLAlchemyError, OSError) as err:
        todo = "Check CONVENE_DATABASE_URL, and that the server runs."
        return [wrong(part, f"does not answer ({type(err).__name__})", todo)]
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    return [well(part, f"{kind}, answers, can be written, version {version}")]


def _of_version(version: str) -> Finding | None:
    known = known_versions()
    if version == known[-1]:
        return None
    if version in known:
        words = f"of version {version}, this Convene's is {known[-1]}"
        return odd("database", words, "The next start brings it up to date; make a backup first.")
    todo = "Update Convene, or restore a backup from before."
    return wrong("database", f"made by a newer Convene (version {version})", todo)


async def check_keys(vault: Vault, database: Database | None) -> Findings:
    """Whether there are keys, and whether they open what is sealed."""
    part = "keys"
    try:
        lost, old, sealed = await _sealed(vault, database)
        count = vault.check() if vault.has_keys else 0
    except KeysUnusable as err:
        return [wrong(part, "not usable", str(err))]
    except (SQLAlchemyError, CalendarError):
        return [odd(part, "what is sealed can't be looked at", "Mend the database first.")]
    if lost:
        todo = (
            "Put the key that sealed them into CONVENE_KEYS, or restore convene.keys from a "
            "backup; without it, install and link anew."
        )
        return [wrong(part, f"{lost} of {sealed} sealed secrets open with none of them", todo)]
    if not count:
        return [well(part, "none yet; the first is made when something is to be sealed")]
    found = []
    if not vault.is_given and not vault.file.is_private():
        todo = f"Run: chmod 600 {vault.file.path}"
        found.append(odd(part, "others may read the keys", todo))
    if old:
        words = f"{old} of {sealed} secrets are sealed with an older key"
        found.append(odd(part, words, "Run: convene keys rotate"))
    where = "CONVENE_KEYS" if vault.is_given else vault.file.path.name
    return found or [well(part, f"{count} in {where}, {sealed} sealed secrets open")]


async def _sealed(vault: Vault, database: Database | None) -> tuple[int, int, int]:
    """How many secrets no key opens, how many an older one does, and how many there are."""
    if database is None or await schema_version(database) != known_versions()[-1]:
        return 0, 0, 0
    places = sealed_places(database, vault)
    there = sum([await place.count() for place in places])
    if not there:
        return 0, 0, 0
    if not vault.has_keys:
        return there, 0, there
    lost = sum([await place.lost() for place in places])
    return lost, sum([await place.old() for place in places]) - lost, there


def check_zones() -> Findings:
    """Whether the zones of the world are known here."""
    try:
        for name in _ZONES:
            ZoneInfo(name)
    except ZoneInfoNotFoundError:
        todo = "Install Python's package tzdata (make chat does)."
        return [wrong("time zones", "the zone data is missing", todo)]
    return [well("time zones", "all are known")]


def check_clock(skews: Mapping[str, timedelta]) -> Finding:
    """Our clock beside those of the servers that answered."""
    part = "clock"
    if not skews:
        return well(part, "nobody answered to compare it with")
    host, skew = max(skews.items(), key=lambda told: abs(told[1]))
    off = abs(skew)
    where = "ahead of" if skew > timedelta() else "behind"
    words = f"{off.total_seconds():.0f} seconds {where} {host}"
    todo = "Let the machine set its clock by NTP."
    if off >= MUCH:
        return wrong(part, words, f"{todo} Reminders ring at a wrong time.")
    if off >= SLIGHT:
        return odd(part, words, todo)
    return well(part, f"as that of {host}")


async def check_work(database: Database | None, clock: Clock) -> Findings:
    """Reminders, digests and all else that has its time."""
    part = "due work"
    if database is None:
        return [well(part, "none to be looked at yet")]
    try:
        queue = EmbeddedQueue(database)
        work, dead = await queue.count(), await queue.dead(_MOST)
    except (SQLAlchemyError, CalendarError):
        return [odd(part, "can't be looked at", "Mend the database first.")]
    found = []
    behind = clock.now() - work.oldest if work.oldest is not None else timedelta()
    if behind > BEHIND:
        words = f"overdue since {instant(clock.now() - behind)}"
        todo = "If nothing serves, start convene serve; else look into its log."
        found.append(odd(part, words, todo))
    if dead:
        named = ", ".join(f"{one.kind} {one.incident}" for one in dead)
        words = f"{work.dead} given up, the newest: {named}"
        found.append(odd(part, words, "Look for these incidents in the log."))
    return found or [well(part, f"{work.waiting} waiting, none overdue")]


async def check_calendars(database: Database | None, clock: Clock) -> Findings:
    """The calendars that are read from elsewhere."""
    part = "calendars"
    if database is None:
        return [well(part, "none to be looked at yet")]
    try:
        unread = await Calendars(database, clock).unread()
    except (SQLAlchemyError, CalendarError):
        return [odd(part, "can't be looked at", "Mend the database first.")]
    if not unread:
        return [well(part, "all could be read")]
    found = [
        odd(
            part,
            f"{one.provider} calendar {one.id} can't be read since {instant(one.unread_since)}",
            "Its owner has to link it again, if it does not come back by itself.",
        )
        for one in unread[:_MOST]
        if one.unread_since is not None
    ]
    if len(unread) > _MOST:
        found.append(odd(part, f"{len(unread) - _MOST} more can't be read", "See above."))
    return found
