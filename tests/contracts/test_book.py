"""Both books of what models took keep the port's promises."""

import pytest

from bot.usage import Usage
from calendar_core.clock import StandingClock
from calendar_core.database import Database
from tests.builders import NOW
from tests.contracts.book import BookContract
from tests.fakes.book import FakeBook


class TestUsage(BookContract):
    @pytest.fixture
    def book(self, database: Database) -> Usage:
        self.clock = StandingClock(NOW)
        return Usage(database, self.clock)


class TestFakeBook(BookContract):
    @pytest.fixture
    def book(self) -> FakeBook:
        self.clock = StandingClock(NOW)
        return FakeBook(self.clock)
