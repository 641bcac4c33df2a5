"""A stored conversation to try things on."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.console.platform import ConsolePlatform
from adapters.console.store import Store
from adapters.console.tables import ButtonRow, MessageRow
from calendar_core.clock import StandingClock
from calendar_core.database import Base, Database
from tests.adapters.console.screens import RecordingScreen


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(datetime(2026, 3, 10, 7, tzinfo=UTC))


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'convene.db'}")
    tables = [MessageRow.__table__, ButtonRow.__table__]
    async with database.session() as session:
        connection = await session.connection()
        await connection.run_sync(lambda c: Base.metadata.create_all(c, tables=tables))  # type: ignore[arg-type]
    yield database
    await database.dispose()


@pytest.fixture
def store(database: Database, clock: StandingClock) -> Store:
    return Store(database, clock)


@pytest.fixture
def screen() -> RecordingScreen:
    return RecordingScreen()


@pytest.fixture
def platform(store: Store, screen: RecordingScreen) -> ConsolePlatform:
    return ConsolePlatform(store, screen)
