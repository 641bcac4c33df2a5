"""When others on a CalDAV server are taken: through the outbox, else by the calendars that it shows
of them; who is not told of is left out."""

from collections.abc import AsyncIterator

import pytest

from calendar_core.clock import StandingClock
from calendar_core.errors import NotAllowed
from calendar_core.linking import Account, AccountId
from calendar_core.providers.caldav.client import Doors
from calendar_core.providers.caldav.colleagues import CalDavColleagues
from calendar_core.when import TimeSpan
from tests.calendar_core.house import ME, at, span
from tests.calendar_core.providers.caldav.stand import Stand
from tests.calendar_core.providers.given import GivenConnections
from tests.servers.scheduling import SchedulingServer, scheduling

BO, CY, DI = "bo@example.org", "cy@example.org", "di@example.org"
TEN = "20260309T090000Z/20260309T093000Z"
DAY = span("08:00", "18:00")


@pytest.fixture
async def there() -> AsyncIterator[SchedulingServer]:
    async with scheduling() as running:
        yield running


@pytest.fixture
def colleagues(there: SchedulingServer, doors: Doors) -> CalDavColleagues:
    return _colleagues(there.principal, doors)


def _colleagues(url: str, doors: Doors) -> CalDavColleagues:
    account = Account(id=AccountId("a"), owner=ME, provider="caldav", address="me", url=url)
    connections = GivenConnections(account, [], {"user": "me", "password": "x"})
    return CalDavColleagues(doors, connections, StandingClock(at("08:00")))


async def busy(colleagues: CalDavColleagues, *who: str) -> dict[str, tuple[TimeSpan, ...]]:
    return dict(await colleagues.busy_of(AccountId("a"), who, DAY))


async def test_the_outbox_sums_up_for_all_at_once(
    there: SchedulingServer, colleagues: CalDavColleagues
) -> None:
    there.summed = {BO: TEN, CY: ""}
    told = await busy(colleagues, BO.upper(), CY, DI)
    assert told == {BO.upper(): (span("10:00", "10:30"),), CY: ()}
    [posted] = there.posted
    assert "METHOD:REQUEST\r\n" in posted
    assert "ORGANIZER:MAILTO:me@example.org\r\n" in posted


async def test_without_an_outbox_the_calendars_are_asked_that_the_server_shows(
    there: SchedulingServer, colleagues: CalDavColleagues
) -> None:
    there.has_outbox = False
    there.shown = {BO: {"work": TEN, "home": ""}, CY: {"work": TEN, "home": None}, DI: {}}
    told = await busy(colleagues, BO, CY, DI)
    assert told == {BO: (span("10:00", "10:30"),)}, "one calendar that refuses makes it unknown"


async def test_the_password_follows_to_no_other_server(
    there: SchedulingServer, colleagues: CalDavColleagues
) -> None:
    there.points_to = "http://localhost:9/out/"
    with pytest.raises(NotAllowed, match="points to another"):
        await busy(colleagues, BO)


async def test_servers_that_do_not_schedule_tell_of_nobody(stand: Stand, doors: Doors) -> None:
    account = stand.connections.account
    colleagues = CalDavColleagues(doors, stand.connections, StandingClock(at("08:00")))
    assert await colleagues.busy_of(account.id, [BO], DAY) == {}
