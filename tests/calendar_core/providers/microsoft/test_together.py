"""Linked, synced and written through the desk: a Graph server, the real engine, the real mirror."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from calendar_core.accounts import Accounts
from calendar_core.changes.change import Amend, Create, Remove
from calendar_core.database import Database
from calendar_core.errors import SignInNeeded, TryLater
from calendar_core.events import Resource, Scope
from calendar_core.ics.reading import read
from calendar_core.linking import Wish
from calendar_core.patch import Patch
from calendar_core.providers.microsoft.client import Graph
from calendar_core.providers.microsoft.connecting import Mailboxes
from calendar_core.providers.microsoft.linking import MicrosoftLinking
from calendar_core.providers.microsoft.login import App, Login
from calendar_core.providers.microsoft.mirrored import MirroredEvents
from calendar_core.providers.microsoft.reader import MicrosoftReader
from calendar_core.providers.microsoft.tokens import Tokens
from calendar_core.providers.microsoft.writer import MicrosoftWriter
from calendar_core.sync.engine import SyncEngine
from calendar_core.sync.state import SyncStates
from calendar_core.vault import Vault
from tests.calendar_core.house import ME, a_house, an_event, at, span, weekly
from tests.calendar_core.providers.microsoft.test_linking import BACK
from tests.calendar_core.providers.microsoft.test_reader import times
from tests.calendar_core.providers.together import LinkedCalendar
from tests.servers.graph.authority import CLIENT, SECRET, Authority, authority
from tests.servers.graph.records import Record
from tests.servers.graph.server import Fault, GraphServer

WEEK = timedelta(days=7)
Looks = tuple[tuple[str, str, str], ...]


@dataclass
class Linked(LinkedCalendar[MicrosoftReader]):
    """A house whose owner linked a mailbox."""

    server: GraphServer
    authority: Authority

    async def mirrored(self) -> dict[str, Looks]:
        """What the mirror has, by UID."""
        return {one.uid: told(one) for one in await self.resources_mirrored()}

    async def there(self) -> dict[str, Looks]:
        """What the server has, by UID."""
        return {one.uid: told(one) for one in await self.resources_there()}

    async def sync_broken_by(self, fault: Fault, *, after: int) -> None:
        """A round in which something goes wrong, once so many requests went well."""
        left = after

        def strike() -> None:
            nonlocal left
            left -= 1
            if left == 0:
                self.server.faults[:] = [fault]

        counted = Fault(fault.method, fault.path, meddle=strike)
        self.server.faults[:] = [counted] * after
        with pytest.raises(TryLater):
            await self.sync()

    def put(self, title: str) -> Record:
        """What another program of the person does."""
        return self.server.add({"subject": title, **times("14:00", "15:00")})


def told(one: Resource) -> Looks:
    return tuple((event.title, event.recurrence_id, str(event.repeat)) for event in read(one))


@pytest.fixture
async def linked(server: GraphServer, database: Database, tmp_path: Path) -> AsyncIterator[Linked]:
    async with together(server, database, tmp_path) as made:
        yield made


@asynccontextmanager
async def together(
    server: GraphServer, database: Database, tmp_path: Path
) -> AsyncIterator[Linked]:
    """A house whose owner linked the mailbox of a server."""
    async with authority(server, tmp_path) as running:
        house = await a_house(database)
        accounts = Accounts(database, house.clock, Vault(tmp_path / "keys"), house.mirror)
        app = App(client_id=CLIENT, secret=SECRET, authority=running.url, ca_file=running.ca_file)
        login, graph = Login(app), Graph(server.url, silence=1.0)
        linking = MicrosoftLinking(graph, login)
        begun = await linking.begin(Wish(owner=ME, return_to=BACK))
        account = await accounts.link(ME, await linking.finish(begun, running.sign_in(begun.page)))
        (calendar,) = await accounts.calendars(account.id)
        mailboxes = Mailboxes(graph, Tokens(login, accounts), accounts)
        house.writers["microsoft"] = MicrosoftWriter(mailboxes, house.clock)
        yield Linked(
            house=house,
            accounts=accounts,
            engine=SyncEngine(house.mirror, SyncStates(database, house.clock), house.clock),
            reader=MicrosoftReader(mailboxes, MirroredEvents(database), house.clock),
            calendar=calendar,
            server=server,
            authority=running,
        )
        login.close()
        graph.close()
        await asyncio.sleep(0)


async def test_what_is_in_the_mailbox_is_on_the_agenda(linked: Linked) -> None:
    dentist = linked.put("Dentist")
    first = await linked.sync()
    nothing = await linked.sync()
    linked.server.edit(dentist, subject="Dentist, at last")
    then = await linked.sync()

    assert (first.added, first.full) == (1, True)
    assert not nothing.is_news
    assert not nothing.full
    assert (then.changed, then.removed) == (1, 0)
    assert await linked.house.agenda() == ["Mon 09 14:00 Dentist, at last"]


async def test_what_is_made_here_is_no_second_event_after_the_next_sync(linked: Linked) -> None:
    """Graph gives it a UID of its own."""
    await linked.sync()
    house = linked.house

    done = await house.do(Create(calendar_id=linked.calendar.id, event=an_event(uid="ours")))
    made = await house.agenda()
    since = await linked.sync()
    undone = await house.desk.undo(done.id, ME)

    assert (done.status, made) == ("applied", ["Mon 09 14:00 Review"])
    assert not since.is_news
    assert undone.status == "applied"
    assert linked.server.titles() == []
    assert await house.agenda() == []


async def test_a_crash_between_making_and_remembering_doubles_nothing(linked: Linked) -> None:
    """The mirror never heard of what was made: the sync knows it for ours."""
    await linked.sync()
    linked.server.faults.append(Fault("POST", "/events", after=True))
    linked.server.faults += [Fault("GET", "/events", meddle=lambda: None)]
    linked.server.forever.append(Fault("GET", "filter", status=503))
    edit = Create(calendar_id=linked.calendar.id, event=an_event(uid="ours"))
    open_still = await linked.house.do(edit)
    linked.server.forever.clear()

    await linked.sync()
    for change in await linked.house.desk.waiting_to_finish():
        await linked.house.desk.finish(change.id)
    await linked.sync()

    assert open_still.status == "confirmed"
    assert linked.server.titles() == ["Review"]
    assert set(await linked.mirrored()) == {"ours"}


async def test_a_confirmed_change_stands_in_the_mailbox_and_is_taken_back(linked: Linked) -> None:
    dentist = linked.put("Dentist")
    await linked.sync()
    house = linked.house

    done = await house.amend(linked.target(dentist.ical_uid), when=span("16:00", "17:00"))
    moved = await house.agenda()
    assert not (await linked.sync()).is_news
    undone = await house.desk.undo(done.id, ME)

    assert (done.status, moved) == ("applied", ["Mon 09 16:00 Dentist"])
    assert undone.status == "applied"
    assert await house.agenda() == ["Mon 09 14:00 Dentist"]
    assert not (await linked.sync()).is_news


async def test_a_deletion_is_taken_back(linked: Linked) -> None:
    dentist = linked.put("Dentist")
    await linked.sync()
    house = linked.house

    done = await house.do(Remove(target=linked.target(dentist.ical_uid)))
    undone = await house.desk.undo(done.id, ME)
    await linked.sync()

    assert (done.status, undone.status) == ("applied", "applied")
    assert await house.agenda() == ["Mon 09 14:00 Dentist"]
    assert await linked.mirrored() == await linked.there()


async def test_a_deleted_occurrence_is_taken_back_as_an_event_of_its_own(linked: Linked) -> None:
    """Graph has no way to put it into its series again."""
    await linked.sync()
    house = linked.house
    event = weekly(uid="standup", rule="FREQ=WEEKLY;BYDAY=MO")
    await house.do(Create(calendar_id=linked.calendar.id, event=event))
    rid = at("09:00").astimezone(UTC).isoformat()

    done = await house.do(Remove(target=linked.target("standup", rid), scope=Scope.THIS))
    gone = await house.agenda()
    undone = await house.desk.undo(done.id, ME)
    back = await house.agenda()
    await linked.sync()

    assert (done.status, gone) == ("applied", [])
    assert (undone.status, undone.detail, back) == ("applied", "", ["Mon 09 09:00 Standup"])
    assert await house.agenda() == back
    assert await linked.mirrored() == await linked.there()


async def test_a_change_that_came_too_late_says_so(linked: Linked) -> None:
    dentist = linked.put("Dentist")
    await linked.sync()
    asked = await linked.house.propose(
        Amend(target=linked.target(dentist.ical_uid), patch=Patch(title="Dentist, 3rd floor"))
    )
    linked.server.edit(dentist, subject="Cancelled by the practice")

    late = await linked.house.press(asked.id)

    assert late.status == "stale"
    assert linked.server.titles() == ["Cancelled by the practice"]


async def test_the_window_moves_on_and_nothing_of_the_past_is_lost(linked: Linked) -> None:
    linked.put("Dentist")
    await linked.sync()
    linked.house.clock.advance(timedelta(days=450))

    came = await linked.sync()

    assert came.full
    assert (came.removed, came.doubted) == (0, 0)
    assert await linked.house.agenda() == ["Mon 09 14:00 Dentist"]


async def test_a_grant_that_was_taken_back_is_told(linked: Linked) -> None:
    linked.authority.revoke()
    linked.authority.expire()

    with pytest.raises(SignInNeeded):
        await linked.sync()
