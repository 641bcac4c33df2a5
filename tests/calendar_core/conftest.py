"""The house that most tests of calendars play in."""

import pytest

from calendar_core.database import Database
from tests.calendar_core.house import House, a_house


@pytest.fixture
async def house(database: Database) -> House:
    return await a_house(database)
