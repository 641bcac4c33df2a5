"""The promises of calendar providers, kept on a Graph server."""

import pytest

from tests.calendar_core.providers.microsoft.stand import Stand
from tests.contracts.calendar_provider import CalendarProviderContract, Provider


class TestMicrosoft(CalendarProviderContract):
    @pytest.fixture
    async def provider(self, stand: Stand) -> Provider:
        return stand.provider
