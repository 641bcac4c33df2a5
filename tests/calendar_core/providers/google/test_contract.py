"""The promises of calendar providers, kept on a small Google."""

import pytest

from tests.calendar_core.providers.google.stand import Stand
from tests.contracts.calendar_provider import CalendarProviderContract, Provider


class TestGoogle(CalendarProviderContract):
    @pytest.fixture
    async def provider(self, stand: Stand) -> Provider:
        return stand.provider
