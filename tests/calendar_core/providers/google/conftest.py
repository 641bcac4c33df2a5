"""A small Google for each test."""

from collections.abc import AsyncIterator

import pytest

from tests.calendar_core.providers.google.stand import Stand, a_stand
from tests.calendar_core.providers.google.together import linked as linked
from tests.servers.google.server import GoogleServer


@pytest.fixture
async def server() -> AsyncIterator[GoogleServer]:
    async with GoogleServer() as running:
        yield running


@pytest.fixture
async def stand(server: GoogleServer) -> AsyncIterator[Stand]:
    """A linked calendar, with reader and writer."""
    made = a_stand(server)
    yield made
    made.google.close()
