"""Linked, synced and written through the desk: a real server, the real engine, the real mirror."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from calendar_core.accounts import Accounts
from calendar_core.changes.change import Amend, Create
from calendar_core.database import Database
from calendar_core.errors import SignInNeeded, TryLater
from calendar_core.events import Resource
from calendar_core.ics.reading import read
from calendar_core.ics.writing import new_resource
from calendar_core.linking import Wish
from calendar_core.patch import Patch
from calendar_core.providers.caldav.client import Doors
from calendar_core.providers.caldav.linking import CalDavLinking
from calendar_core.providers.caldav.reader import CalDavReader
from calendar_core.providers.caldav.versions import MirroredVersions
from calendar_core.providers.caldav.wire import Outside
from calendar_core.providers.caldav.writer import CalDavWriter
from calendar_core.sync.engine import SyncEngine
from calendar_core.sync.state import SyncStates
from calendar_core.vault import Vault
from tests.calendar_core.house import ME, a_house, an_event, at, span, weekly
from tests.calendar_core.providers.caldav.test_linking import GivenNames
from tests.calendar_core.providers.together import LinkedCalendar
from tests.servers.caldav import PASSWORD, USER, CalDavServer
from tests.servers.faults import Fault, FaultyProxy, faulty

HASTY = Outside(private=True, silence=1.0, longest=8.0)


@dataclass
class Linked(LinkedCalendar[CalDavReader]):
    """A house whose owner linked a calendar on a server, behind a proxy."""

    server: CalDavServer
    proxy: FaultyProxy
    url: str
    """Of the calendar, past the proxy."""

    async def mirrored(self) -> dict[str, tuple[str, ...]]:
        """Titles by UID, as the mirror has them."""
        return {one.uid: told(one) for one in await self.resources_mirrored()}

    async def there(self) -> dict[str, tuple[str, ...]]:
        """Titles by UID, as the server has them."""
        return {one.uid: told(one) for one in await self.resources_there()}

    def put(self, uid: str, title: str) -> None:
        """What another program of the person does."""
        made = new_resource(an_event(title, uid=uid), at=at("07:00"))
        self.server.put(f"{self.url}{uid}.ics", made.ics)


def told(one: Resource) -> tuple[str, ...]:
    return tuple(event.title for event in read(one))


@pytest.fixture
async def linked(
    server: CalDavServer, calendar_url: str, database: Database, tmp_path: Path
) -> AsyncIterator[Linked]:
    async with together(server, calendar_url, database, tmp_path) as made:
        yield made


@asynccontextmanager
async def together(
    server: CalDavServer, calendar_url: str, database: Database, tmp_path: Path
) -> AsyncIterator[Linked]:
    """A house whose owner linked a calendar of a server."""
    doors = Doors(HASTY)
    async with faulty(server.url) as proxy:
        house = await a_house(database)
        accounts = Accounts(database, house.clock, Vault(tmp_path / "keys"), house.mirror)
        begun = await CalDavLinking(doors, GivenNames()).begin(
            Wish(owner=ME, server=proxy.url, user=USER, password=PASSWORD)
        )
        assert begun.linked is not None
        account = await accounts.link(ME, begun.linked)
        remote = proxy.at(calendar_url)
        calendar = {one.remote: one for one in await accounts.calendars(account.id)}[remote]
        house.writers["caldav"] = CalDavWriter(doors, accounts)
        yield Linked(
            house=house,
            accounts=accounts,
            engine=SyncEngine(house.mirror, SyncStates(database, house.clock), house.clock),
            reader=CalDavReader(doors, accounts, MirroredVersions(database), page=4, many=2),
            calendar=calendar,
            server=server,
            proxy=proxy,
            url=calendar_url,
        )
    doors.close()


async def test_what_is_on_the_server_is_on_the_agenda(linked: Linked) -> None:
    linked.put("dentist", "Dentist")
    made = new_resource(weekly(uid="standup"), at=at("07:00"))
    linked.server.put(f"{linked.url}standup.ics", made.ics)

    first = await linked.sync()
    nothing = await linked.sync()
    linked.put("dentist", "Dentist, at last")
    linked.server.remove(f"{linked.url}standup.ics")
    then = await linked.sync()

    assert (first.added, first.full) == (2, True)
    assert not nothing.is_news
    assert not nothing.full
    assert (then.changed, then.removed) == (1, 1)
    assert await linked.house.agenda() == ["Mon 09 14:00 Dentist, at last"]


async def test_what_happened_before_a_large_calendar_has_its_token_is_found(linked: Linked) -> None:
    for name in ("one", "two", "three", "four"):
        linked.put(name, name)
    first = await linked.sync()
    linked.put("one", "renamed")
    linked.server.remove(f"{linked.url}two.ics")
    house = linked.house
    await house.amend(linked.target("three"), when=span("16:00", "17:00"))
    lost = Fault("REPORT", status=503, matches="sync-collection")
    linked.proxy.faults.append(lost)
    with pytest.raises(TryLater):
        await linked.sync()
    second = await linked.sync()
    third = await linked.sync()

    assert (first.added, first.again) == (4, True)
    assert (second.added, second.changed, second.removed, second.read) == (0, 1, 1, 1)
    assert (third.is_news, third.full) == (False, False)
    assert await linked.mirrored() == {
        "one": ("renamed",),
        "three": ("three",),
        "four": ("four",),
    }


async def test_a_confirmed_change_stands_on_the_server_and_is_taken_back(linked: Linked) -> None:
    linked.put("dentist", "Dentist")
    await linked.sync()
    house = linked.house

    done = await house.amend(linked.target("dentist"), when=span("16:00", "17:00"))
    moved = await house.agenda()
    assert not (await linked.sync()).is_news
    undone = await house.desk.undo(done.id, ME)

    assert (done.status, moved) == ("applied", ["Mon 09 16:00 Dentist"])
    assert undone.status == "applied"
    assert await house.agenda() == ["Mon 09 14:00 Dentist"]
    assert not (await linked.sync()).is_news


async def test_a_change_that_came_too_late_says_so(linked: Linked) -> None:
    linked.put("dentist", "Dentist")
    await linked.sync()
    house = linked.house
    asked = await house.propose(
        Amend(target=linked.target("dentist"), patch=Patch(title="Dentist, 3rd floor"))
    )
    linked.put("dentist", "Cancelled by the practice")

    late = await house.press(asked.id)

    assert late.status == "stale"
    assert await linked.there() == {"dentist": ("Cancelled by the practice",)}


async def test_a_password_that_is_no_longer_right_is_told(
    linked: Linked, radicale_server: CalDavServer
) -> None:
    refusal = {"WWW-Authenticate": 'Basic realm="calendars"'}
    linked.proxy.forever.append(Fault("REPORT", status=401, headers=refusal))

    with pytest.raises(SignInNeeded):
        await linked.sync()


async def test_what_was_made_here_and_removed_there_at_once_is_gone(linked: Linked) -> None:
    """A server need not tell of what came and went since a token."""
    await linked.sync()
    made = Create(calendar_id=linked.calendar.id, event=an_event("Short", uid="short"))
    await linked.house.do(made)
    linked.server.remove(f"{linked.url}short.ics")
    await linked.sync()
    assert await linked.mirrored() == {}
