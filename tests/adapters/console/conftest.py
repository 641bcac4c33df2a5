"""A stored conversation to try things on."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from adapters.console.platform import ConsolePlatform
from adapters.console.store import Store
from calendar_core.clock import StandingClock
from calendar_core.database import Database
from calendar_core.opening import DATABASE_FILE
from tests.adapters.console.screens import RecordingScreen
from tests.conftest import Postgres


@pytest.fixture(scope="session")
def console_database(postgres: Postgres, postgres_template: str) -> str:
    """One PostgreSQL database for all tests of the terminal: a copy for each takes too long."""
    return postgres.create(postgres_template)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a database is in which nothing was said yet."""
    if request.param == "sqlite":
        file = tmp_path / DATABASE_FILE
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        return f"sqlite+aiosqlite:///{file}"
    url = request.getfixturevalue("postgres").url(request.getfixturevalue("console_database"))
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as connection:
        connection.execute("TRUNCATE console_messages, console_buttons RESTART IDENTITY")
    return str(url)


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(datetime(2026, 3, 10, 7, tzinfo=UTC))


@pytest.fixture
def store(database: Database, clock: StandingClock) -> Store:
    return Store(database, clock)


@pytest.fixture
def screen() -> RecordingScreen:
    return RecordingScreen()


@pytest.fixture
def platform(store: Store, screen: RecordingScreen) -> ConsolePlatform:
    return ConsolePlatform(store, screen)
