"""Rounds and writes of ours among those of another program, with faults all over."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, timedelta
from pathlib import Path

from calendar_core.changes.change import Amend, ChangeId, Create, Remove
from calendar_core.events import Scope
from calendar_core.patch import Patch
from tests.calendar_core.house import MONDAY, an_event, at, weekly
from tests.calendar_core.providers.microsoft.test_together import Linked, together
from tests.calendar_core.providers.play import Vendor, a_database, an_id, play
from tests.servers.graph.server import Fault, graph

WEEK = timedelta(days=7)
FAULTS = [
    Fault("GET", "delta"),
    Fault("GET", "delta", status=500),
    Fault("GET", "delta", status=429, retry_after="1"),
    Fault("GET", "delta", status=200, body="garbage"),
    Fault("GET", "delta", status=410, code="SyncStateNotFound"),
    Fault("GET", "/me/events", status=503),
    Fault("GET", "/me/calendars"),
    Fault("POST", "/events"),
    Fault("POST", "/events", after=True),
    Fault("POST", "/events", status=502, after=True),
    Fault("POST", "/events", status=503, retry_after="1"),
    Fault("PATCH"),
    Fault("PATCH", after=True),
    Fault("PATCH", status=412, code="ErrorIrresolvableConflict"),
    Fault("DELETE"),
    Fault("DELETE", after=True),
    Fault("GET", status=401),
]


class Mailbox:
    """How things happen in a mailbox."""

    def __init__(self, linked: Linked) -> None:
        self.linked = linked
        self._server = linked.server

    def theirs(self, chance: random.Random) -> None:
        title, records = _title(chance), list(self._server.box.records.values())
        match chance.randrange(5):
            case 1 if records:
                self._server.edit(chance.choice(records), subject=title)
            case 2 if records:
                self._server.remove(chance.choice(records))
            case 3 | 4 if records:
                self._one_of_a_series(chance, title)
            case _:
                self.linked.put(title)

    def _one_of_a_series(self, chance: random.Random, title: str) -> None:
        series = [one for one in self._server.box.records.values() if one.recurrence is not None]
        if not series:
            return
        record = chance.choice(series)
        days = record.days(at("09:00", MONDAY + 8 * WEEK))
        if days and chance.random() < 0.5:
            self._server.remove(record, chance.choice(days))
        elif days:
            self._server.edit(record, chance.choice(days), subject=title)

    def fail(self, chance: random.Random) -> None:
        self._server.faults.append(chance.choice(FAULTS))
        changes = self._server.changes
        changes.repeats_items = changes.empty_pages = chance.random() < 0.5

    def forget(self) -> None:
        self._server.changes.forget()

    def heal(self) -> None:
        self._server.faults.clear()

    async def make(self, chance: random.Random) -> ChangeId | None:
        make = weekly if chance.random() < 0.5 else an_event
        event = make(_title(chance), uid=an_id(chance))
        created = Create(calendar_id=self.linked.calendar.id, event=event)
        return (await self.linked.house.do(created)).id

    async def change(self, chance: random.Random) -> ChangeId | None:
        held = await self.linked.mirrored()
        if not held:
            return None
        uid = chance.choice(sorted(held))
        is_series = held[uid][0][2] != "None"
        scope = chance.choice(list(Scope)) if is_series else None
        day = MONDAY + chance.randrange(4) * WEEK
        rid = at("09:00", day).astimezone(UTC).isoformat() if is_series else ""
        target = self.linked.target(uid, rid)
        if chance.random() < 0.3:
            return (await self.linked.house.do(Remove(target=target, scope=scope))).id
        amended = Amend(target=target, patch=Patch(title=_title(chance)), scope=scope)
        return (await self.linked.house.do(amended)).id

    async def check(self) -> None:
        assert await self.linked.mirrored() == await self.linked.there()
        ours = [one.transaction for one in self._server.box.records.values() if one.transaction]
        assert len(ours) == len(set(ours))
        assert self._server.box.most_in_flight <= 4


def _title(chance: random.Random) -> str:
    return f"title {chance.randrange(1000)}"


def test_whatever_happens_the_mirror_ends_as_the_mailbox_is(
    sqlite_template: Path, tmp_path: Path
) -> None:
    @asynccontextmanager
    async def opens() -> AsyncIterator[Vendor]:
        async with (
            a_database(sqlite_template, tmp_path) as (database, folder),
            graph() as server,
            together(server, database, folder) as linked,
        ):
            yield Mailbox(linked)

    play(opens)
