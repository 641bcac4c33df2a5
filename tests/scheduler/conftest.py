"""A database with all tables of due work."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from calendar_core.database import Base, Database, make_engine
from scheduler.tables import JobRow, MissedRow, ReminderRow

__all__ = ["JobRow", "MissedRow", "ReminderRow"]


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A fresh file."""
    url = f"sqlite+aiosqlite:///{tmp_path}/convene.db"
    engine = make_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    await engine.dispose()
    database = Database(url)
    yield database
    await database.dispose()
