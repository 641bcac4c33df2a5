"""Full houses for tests: filled once a run, copied for each test, on SQLite and on PostgreSQL."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import psycopg
import pytest

from calendar_core.database import Database
from calendar_core.opening import DATABASE_FILE
from tests.bot.house import House
from tests.bot.seeded import Seeded, seed
from tests.conftest import Postgres, administering, forgetting

_KEEP = """
DO $$
DECLARE one text;
BEGIN
    CREATE SCHEMA kept;
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
    LOOP EXECUTE format('CREATE TABLE kept.%1$I AS TABLE public.%1$I', one); END LOOP;
    CREATE TABLE kept.pg_counters AS
        SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public';
END $$
"""


def refilling(administrator: psycopg.Connection) -> list[str]:
    """Statements that bring back the rows and the numbers that were kept."""
    tables = administrator.execute(
        "SELECT quote_ident(table_name), string_agg(quote_ident(column_name), ', ')"
        " FROM information_schema.columns"
        " WHERE table_schema = 'public' AND is_generated = 'NEVER'"
        " AND table_name <> 'alembic_version' GROUP BY table_name"
    ).fetchall()
    full = [
        (table, columns)
        for table, columns in tables
        if administrator.execute(f"SELECT FROM kept.{table} LIMIT 1").rowcount
    ]
    numbers = administrator.execute(
        "SELECT quote_ident(sequencename), last_value FROM kept.pg_counters"
        " WHERE last_value IS NOT NULL"
    ).fetchall()
    return [
        *forgetting(administrator),
        *(f"INSERT INTO public.{one} ({own}) SELECT {own} FROM kept.{one}" for one, own in full),
        *(f"SELECT setval('public.{name}', {last})" for name, last in numbers),
    ]


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


@dataclass(frozen=True)
class Refilled:
    """The same in a database on a server, which is made full again between tests."""

    url: str
    administrator: psycopg.Connection
    seeded: Seeded
    statements: str

    def refill(self) -> None:
        """Bring back what stood there at first."""
        self.administrator.execute(self.statements)


@pytest.fixture(scope="session")
def filled_postgres(postgres: Postgres, postgres_template: str) -> Iterator[Refilled]:
    """The database that the tests of this run take turns on."""
    url = postgres.url(postgres.create(postgres_template))
    seeded = asyncio.run(_filled(url))
    with administering(url) as administrator:
        administrator.execute(_KEEP)
        yield Refilled(url, administrator, seeded, ";".join(refilling(administrator)))


@pytest.fixture(params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Seeded]]:
    """Where a full calendar of this test's own is, and what stands there."""
    if request.param == "sqlite":
        file, seeded = request.getfixturevalue("filled_sqlite")
        shutil.copy(file, tmp_path / DATABASE_FILE)
        yield f"sqlite+aiosqlite:///{tmp_path / DATABASE_FILE}", seeded
        return
    refilled: Refilled = request.getfixturevalue("filled_postgres")
    refilled.refill()
    yield refilled.url, refilled.seeded


@pytest.fixture(params=["sqlite", "postgresql"])
def afresh(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Callable[[], str], Seeded]:
    """Makes a full calendar each time it is asked, and tells where; what stands there at first."""
    if request.param == "postgresql":
        refilled: Refilled = request.getfixturevalue("filled_postgres")

        def refill() -> str:
            refilled.refill()
            return refilled.url

        return refill, refilled.seeded
    file, seeded = request.getfixturevalue("filled_sqlite")
    numbers = count(1)

    def copy() -> str:
        return f"sqlite+aiosqlite:///{shutil.copy(file, tmp_path / f'{next(numbers)}.db')}"

    return copy, seeded


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
