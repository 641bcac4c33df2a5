"""Opening the database: the folder, the schema's version, and what can be wrong with either."""

import asyncio
import importlib
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.pool import NullPool

from calendar_core.database import Base, Database, make_engine
from calendar_core.errors import DatabaseUnusable
from calendar_core.folder import FolderInUse, FolderLock
from calendar_core.opening import DATABASE_FILE, known_versions, open_database

HOUSE = Path(__file__).parents[2]
ROOMS = ("calendar_core", "scheduler", "bot", "adapters")


async def _version(database: Database) -> str | None:
    async with database.reading() as session:
        version: str | None = await session.scalar(text("SELECT version_num FROM alembic_version"))
        return version


async def test_a_missing_folder_is_made_and_migrated(tmp_path: Path) -> None:
    database = await open_database(tmp_path / "new" / "data")

    assert await _version(database) == known_versions()[-1]
    await database.dispose()


async def test_opening_twice_at_once_migrates_once(tmp_path: Path) -> None:
    opened = await asyncio.gather(open_database(tmp_path), open_database(tmp_path))

    assert [await _version(one) for one in opened] == [known_versions()[-1]] * 2
    for one in opened:
        await one.dispose()


def test_a_current_schema_is_opened_without_alembic(tmp_path: Path) -> None:
    asyncio.run(_opened_and_closed(tmp_path))
    program = (
        "import asyncio, sys; from calendar_core.opening import open_database; "
        "import calendar_core.mirror, calendar_core.changes.desk; "
        "import calendar_core.providers.local.writer; "
        f"asyncio.run(open_database({str(tmp_path)!r})); "
        "print([m for m in ('alembic', 'icalendar', 'recurring_ical_events') if m in sys.modules])"
    )

    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert told.stdout.strip() == "[]"


async def _opened_and_closed(folder: Path) -> None:
    await (await open_database(folder)).dispose()


async def test_the_models_are_what_the_migrations_make(database_url: str) -> None:
    engine = make_engine(database_url, poolclass=NullPool)
    async with engine.connect() as connection:
        differences = await connection.run_sync(_compare)
    await engine.dispose()

    assert differences == []


def _compare(connection: Connection) -> list[object]:
    for file in sorted(file for room in ROOMS for file in (HOUSE / room).rglob("tables.py")):
        importlib.import_module(".".join(file.relative_to(HOUSE).with_suffix("").parts))
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    options = {"include_name": lambda name, kind, parents: not _is_index_of_words(name, kind)}
    context = MigrationContext.configure(connection, opts=options)
    return list(compare_metadata(context, Base.metadata))


def _is_index_of_words(name: str | None, kind: str) -> bool:
    """What the databases keep by themselves, each in its own way (`wordindex`)."""
    if kind == "table":
        return name == "event_numbers" or (name or "").startswith("event_words")
    return (kind, name) in (("column", "words"), ("index", "ix_events_words"))


async def test_a_newer_schema_is_refused_and_left_alone(database_url: str) -> None:
    database = Database(database_url)
    async with database.session() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(DatabaseUnusable, match="newer Convene"):
        await open_database(database_url)

    assert await _version(database) == "9999"
    await database.dispose()


async def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / DATABASE_FILE
    file.write_text("this was never a database, but it is long enough to look like one" * 20)
    before = file.read_bytes()

    with pytest.raises(DatabaseUnusable, match="damaged or not a database"):
        await open_database(tmp_path)

    assert file.read_bytes() == before


async def test_a_locked_database_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calendar_core.database._BUSY_MS", 20)
    holder = sqlite3.connect(tmp_path / DATABASE_FILE, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")

    with pytest.raises(DatabaseUnusable, match="in use by another program"):
        await open_database(tmp_path)
    holder.close()


async def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(DatabaseUnusable, match="file is a file, and the data needs a folder"):
        await open_database(tmp_path / "file" / "data")
    with pytest.raises(DatabaseUnusable, match="Name a folder with --data"):
        await open_database(tmp_path / "file")
    with pytest.raises(DatabaseUnusable, match="cannot be made"):
        await open_database(tmp_path / ("long" * 100))


async def test_a_folder_that_may_not_be_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Root may write anywhere, so the answer of the system is given here.
    monkeypatch.setattr(os, "access", lambda path, mode: False)

    with pytest.raises(DatabaseUnusable, match="may not be written"):
        await open_database(tmp_path)


@pytest.mark.parametrize("url", ["nonsense://x", "mysql://a@b/c", "postgresql+psycopg://[broken"])
async def test_an_address_that_is_none_is_told(url: str) -> None:
    with pytest.raises(DatabaseUnusable, match="CONVENE_DATABASE_URL"):
        await open_database(url)


async def test_a_server_that_does_not_answer_is_told() -> None:
    with pytest.raises(DatabaseUnusable, match="does not answer"):
        await open_database("postgresql+psycopg://nobody@127.0.0.1:1/none")


def test_a_second_process_on_one_folder_is_told(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from calendar_core.folder import FolderLock; "
        f"FolderLock(Path({str(tmp_path)!r})).acquire()"
    )
    with FolderLock(tmp_path):
        second = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
        with pytest.raises(FolderInUse, match="already runs"):
            FolderLock(tmp_path).acquire()
    third = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert "FolderInUse" in second.stderr
    assert third.returncode == 0


async def test_what_fails_halfway_leaves_nothing(database: Database) -> None:
    async def fails_halfway() -> None:
        async with database.session() as session:
            await session.execute(text("UPDATE alembic_version SET version_num = 'half'"))
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        await fails_halfway()

    assert await _version(database) == known_versions()[-1]
