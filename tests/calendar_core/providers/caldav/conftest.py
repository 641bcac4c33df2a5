"""Calendars on real servers: one process of each for a run, a new calendar for each test."""

from collections.abc import AsyncIterator, Iterator

import pytest

from calendar_core.providers.caldav.client import Doors
from calendar_core.providers.caldav.wire import Outside
from tests.calendar_core.providers.caldav.stand import Stand, a_stand
from tests.servers.caldav import CalDavServer, radicale, xandikos

LOOPBACK = Outside(private=True, silence=5.0, longest=20.0)


@pytest.fixture(scope="session")
def radicale_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CalDavServer]:
    with radicale(tmp_path_factory.mktemp("radicale")) as server:
        yield server


@pytest.fixture(scope="session")
def xandikos_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CalDavServer]:
    with xandikos(tmp_path_factory.mktemp("xandikos")) as server:
        yield server


@pytest.fixture(params=["radicale", "xandikos"])
def server(request: pytest.FixtureRequest) -> CalDavServer:
    """Each of the servers in turn."""
    running: CalDavServer = request.getfixturevalue(f"{request.param}_server")
    return running


@pytest.fixture
def calendar_url(server: CalDavServer) -> Iterator[str]:
    """An empty calendar of this test's own."""
    url = server.make_calendar()
    yield url
    server.remove(url)


@pytest.fixture
async def doors() -> AsyncIterator[Doors]:
    opened = Doors(LOOPBACK)
    yield opened
    opened.close()


@pytest.fixture
def stand(server: CalDavServer, calendar_url: str, doors: Doors) -> Stand:
    """A linked calendar, with reader and writer."""
    return a_stand(server.principal, calendar_url, doors)
