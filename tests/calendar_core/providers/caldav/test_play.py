"""Rounds and writes of ours among those of another program, with faults all over."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from calendar_core.changes.change import Amend, ChangeId, Create, Remove
from calendar_core.patch import Patch
from tests.calendar_core.house import an_event
from tests.calendar_core.providers.caldav.test_together import Linked, together
from tests.calendar_core.providers.play import Vendor, a_database, an_id, play
from tests.servers.caldav import CalDavServer
from tests.servers.faults import Fault

FAULTS = [
    Fault("REPORT"),
    Fault("REPORT", status=500),
    Fault("REPORT", status=429, headers={"Retry-After": "1"}),
    Fault("REPORT", status=207, body="garbage"),
    Fault("REPORT", matches="multiget", status=503),
    Fault("PUT"),
    Fault("PUT", after=True),
    Fault("PUT", status=502, after=True),
    Fault("PUT", status=503, headers={"Retry-After": "1"}),
    Fault("DELETE"),
    Fault("DELETE", after=True),
]


class Server:
    """How things happen on a CalDAV server."""

    def __init__(self, linked: Linked) -> None:
        self.linked = linked
        self._uids: list[str] = []

    def theirs(self, chance: random.Random) -> None:
        if not self._uids or chance.random() < 0.4:
            self._uids.append(an_id(chance))
        uid = chance.choice(self._uids)
        if chance.random() < 0.3:
            self.linked.server.remove(f"{self.linked.url}{uid}.ics")
        else:
            self.linked.put(uid, _title(chance))

    def fail(self, chance: random.Random) -> None:
        self.linked.proxy.faults.append(chance.choice(FAULTS))

    def forget(self) -> None:
        # What the server says to a token that it does not know any more.
        lost = Fault(
            "REPORT",
            status=403,
            body='<D:error xmlns:D="DAV:"><D:valid-sync-token/></D:error>',
            headers={"Content-Type": "application/xml"},
            matches="sync-token>http",
        )
        self.linked.proxy.faults.append(lost)

    def heal(self) -> None:
        self.linked.proxy.faults.clear()

    async def make(self, chance: random.Random) -> ChangeId | None:
        uid = an_id(chance)
        self._uids.append(uid)
        event = an_event(_title(chance), uid=uid)
        created = Create(calendar_id=self.linked.calendar.id, event=event)
        return (await self.linked.house.do(created)).id

    async def change(self, chance: random.Random) -> ChangeId | None:
        held = sorted(await self.linked.mirrored())
        if not held:
            return None
        target = self.linked.target(chance.choice(held))
        if chance.random() < 0.3:
            return (await self.linked.house.do(Remove(target=target))).id
        amended = Amend(target=target, patch=Patch(title=_title(chance)))
        return (await self.linked.house.do(amended)).id

    async def check(self) -> None:
        assert await self.linked.mirrored() == await self.linked.there()


def _title(chance: random.Random) -> str:
    return f"title {chance.randrange(1000)}"


def test_whatever_happens_the_mirror_ends_as_the_server_is(
    server: CalDavServer, sqlite_template: Path, tmp_path: Path
) -> None:
    @asynccontextmanager
    async def opens() -> AsyncIterator[Vendor]:
        url = server.make_calendar()
        try:
            async with (
                a_database(sqlite_template, tmp_path) as (database, folder),
                together(server, url, database, folder) as linked,
            ):
                yield Server(linked)
        finally:
            server.remove(url)

    play(opens)
