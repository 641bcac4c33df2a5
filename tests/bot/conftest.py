"""Full houses for tests: filled once a run, copied for each test, on SQLite and on PostgreSQL."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from calendar_core.database import Database
from calendar_core.opening import DATABASE_FILE
from tests.bot.house import House
from tests.bot.seeded import Seeded, seed


async def _filled(url: str) -> Seeded:
    database = Database(url)
    try:
        return await seed(House(database))
    finally:
        await database.dispose()


@pytest.fixture(scope="session")
def filled_sqlite(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Seeded]:
    """A full calendar in a file, to be copied."""
    file = tmp_path_factory.mktemp("filled") / DATABASE_FILE
    shutil.copy(sqlite_template, file)
    seeded = asyncio.run(_filled(f"sqlite+aiosqlite:///{file}"))
    return file, seeded


@pytest.fixture(scope="session")
def filled_postgres(postgres: Any, postgres_template: str) -> tuple[str, Seeded]:
    """The same on a server."""
    name = postgres.create(postgres_template)
    return name, asyncio.run(_filled(postgres.url(name)))


@pytest.fixture(params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Seeded]]:
    """Where a full calendar of this test's own is, and what stands there."""
    if request.param == "sqlite":
        file, seeded = request.getfixturevalue("filled_sqlite")
        shutil.copy(file, tmp_path / DATABASE_FILE)
        yield f"sqlite+aiosqlite:///{tmp_path / DATABASE_FILE}", seeded
        return
    template, seeded = request.getfixturevalue("filled_postgres")
    postgres = request.getfixturevalue("postgres")
    name = postgres.create(template)
    yield postgres.url(name), seeded
    postgres.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def there(filled: tuple[str, Seeded]) -> AsyncIterator[Seeded]:
    """A full calendar, in a house to talk to."""
    url, seeded = filled
    database = Database(url)
    yield replace(seeded, house=House(database))
    await database.dispose()


@pytest.fixture
def house(database: Database) -> House:
    """An empty house to talk to."""
    return House(database)
