"""The promises of calendar providers, kept on real CalDAV servers."""

import pytest

from tests.calendar_core.providers.caldav.stand import Stand
from tests.contracts.calendar_provider import CalendarProviderContract, Provider


class TestCalDav(CalendarProviderContract):
    @pytest.fixture
    async def provider(self, stand: Stand) -> Provider:
        return stand.provider
