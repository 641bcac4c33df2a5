"""A house that browsers reach, with every maker of calendars."""

from pathlib import Path

import pytest

from calendar_core.database import Database
from tests.bot.house import House
from tests.bot.linking.calendars import a_house
from tests.fakes.linking import FakeLinking


@pytest.fixture
def vendors() -> dict[str, FakeLinking]:
    """The makers, by provider."""
    return {name: FakeLinking(name) for name in ("caldav", "google", "microsoft", "feed")}


@pytest.fixture
def house(database: Database, vendors: dict[str, FakeLinking], tmp_path: Path) -> House:
    """A house that browsers reach, with every maker."""
    return a_house(database, vendors, tmp_path)
