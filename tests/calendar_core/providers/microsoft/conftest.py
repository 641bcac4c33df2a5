"""Calendars on a Graph server of this test's own."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from calendar_core.providers.microsoft.client import Graph
from tests.calendar_core.providers.microsoft.stand import HASTY, Stand, a_stand
from tests.servers.graph.server import GraphServer, graph


@pytest.fixture
async def server() -> AsyncIterator[GraphServer]:
    async with graph() as running:
        yield running


@pytest.fixture
async def client(server: GraphServer) -> AsyncIterator[Graph]:
    opened = Graph(server.url, silence=HASTY)
    yield opened
    opened.close()
    await asyncio.sleep(0)


@pytest.fixture
def stand(server: GraphServer, client: Graph) -> Stand:
    """A linked calendar, with reader and writer."""
    return a_stand(server, client)
