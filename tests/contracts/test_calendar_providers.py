"""The promises of calendar providers, kept by the built-in one and by the fake."""

import pytest

from calendar_core.database import Database
from calendar_core.events import Calendar, CalendarId
from calendar_core.providers.local.reader import LocalReader
from calendar_core.providers.local.writer import LocalWriter
from tests.calendar_core.house import ME, a_house
from tests.contracts.calendar_provider import CalendarProviderContract, Provider
from tests.fakes.calendars import FakeProvider


class TestLocal(CalendarProviderContract):
    @pytest.fixture
    async def provider(self, database: Database) -> Provider:
        house = await a_house(database)
        return Provider(
            LocalReader(database, house.clock),
            LocalWriter(database, house.mirror, house.clock),
            house.mine,
        )


class TestFake(CalendarProviderContract):
    @pytest.fixture
    async def provider(self) -> Provider:
        calendar = Calendar(id=CalendarId("fake"), owner=ME, name="Fake", provider="fake")
        fake = FakeProvider(listed=[calendar])
        return Provider(fake.reader, fake.writer, calendar)
