"""Rounds and writes of ours among those of another program, with faults all over."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from calendar_core.changes.change import Amend, ChangeId, Create, Edit, Remove
from calendar_core.events import Scope, Target
from calendar_core.patch import Patch
from calendar_core.when import TimeSpan
from tests.calendar_core.house import BERLIN, an_event, weekly
from tests.calendar_core.providers.google.stand import MAIL
from tests.calendar_core.providers.google.together import Together, an_item, together
from tests.calendar_core.providers.play import Vendor, a_database, an_id, play
from tests.servers.google.server import Fault, GoogleServer

WRITES = ("events.insert", "events.patch", "events.delete")
READS = ("events.list", "events.get", "events.instances")
FAULTS = [
    *(Fault(one, status=500) for one in (*WRITES, *READS)),
    *(Fault(one, status=503, after=True) for one in WRITES),
    *(Fault(one, after=True) for one in WRITES),
    *(Fault(one) for one in (*WRITES, *READS)),
    *(Fault(one, status=429, headers={"Retry-After": "1"}) for one in (*WRITES, *READS)),
    *(Fault(one, status=200, body="garbage") for one in READS),
    *(Fault(one, status=403, body='{"error": {"errors": [{"reason": "rateLimitExceeded"}]}}')
      for one in WRITES),
]  # fmt: skip


class Account:
    """How things happen at Google."""

    def __init__(self, linked: Together) -> None:
        self.linked = linked
        self._server = linked.server

    def theirs(self, chance: random.Random) -> None:
        """New ones, renamed ones, deleted ones, single dates of series."""
        title, held = _title(chance), self._server.world.calendars[MAIL]
        living = [one for one in held.events.values() if one["status"] != "cancelled"]
        if not living or chance.random() < 0.3:
            id_ = an_id(chance)
            rule = {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=5"]} if chance.random() < 0.5 else {}
            item = an_item(id_, title, hour=chance.randrange(10, 18), **rule)
            self.linked.theirs("insert", body=item)
            self.linked.uids.append(f"{id_}@google.com")
            return
        one = chance.choice(living)
        id_ = one["id"]
        if one.get("recurrence") and chance.random() < 0.6:
            asked = {"eventId": id_, "accessRole": "owner"}
            found = self._server.events.instances(held, asked, {})["items"]
            id_ = chance.choice(found)["id"] if found else id_
        if chance.random() < 0.4:
            self.linked.theirs("delete", id_)
        else:
            self.linked.theirs("patch", id_, {"summary": title})

    def fail(self, chance: random.Random) -> None:
        self._server.faults.append(chance.choice(FAULTS))
        self._server.events.tells_cancelled_by_uid = chance.random() < 0.5

    def forget(self) -> None:
        self._server.world.calendars[MAIL].forgotten += 5

    def heal(self) -> None:
        self._server.faults.clear()

    async def make(self, chance: random.Random) -> ChangeId | None:
        uid, title = an_id(chance), _title(chance)
        self.linked.uids.append(uid)
        event = weekly(title, uid=uid) if chance.random() < 0.5 else an_event(title, uid=uid)
        created = Create(calendar_id=self.linked.calendar.id, event=event)
        return (await self.linked.house.do(created)).id

    async def change(self, chance: random.Random) -> ChangeId | None:
        seen = await self.linked.house.seen(number=40)
        mine = [one for one in seen if one.calendar_id == self.linked.calendar.id]
        if not mine:
            return None
        one = chance.choice(mine)
        target = Target(event_id=one.event_id, recurrence_id=one.recurrence_id)
        scope = chance.choice(list(Scope)) if one.is_series else None
        if scope is Scope.FOLLOWING:
            self.linked.uids.append(f"{one.uid}_R{_wall(one.recurrence_id)}")
        edit: Edit = Remove(target=target, scope=scope)
        if chance.random() < 0.75:
            patch = Patch(title=_title(chance))
            if chance.random() < 0.4 and isinstance(one.when, TimeSpan):
                hour = timedelta(hours=1)
                patch = Patch(when=TimeSpan(start=one.when.start + hour, end=one.when.end + hour))
            edit = Amend(target=target, patch=patch, scope=scope)
        return (await self.linked.house.do(edit)).id

    async def check(self) -> None:
        mirrored = await self.linked.mirrored()
        assert mirrored == await self.linked.there()
        happening = (one for events in mirrored.values() for one in events)
        assert sorted(happening) == self.linked.truth()


def _title(chance: random.Random) -> str:
    return f"title {chance.randrange(1000)}"


def _wall(rid: str) -> str:
    return datetime.fromisoformat(rid).astimezone(BERLIN).strftime("%Y%m%dT%H%M%S")


def test_whatever_happens_the_mirror_ends_as_google_is(
    sqlite_template: Path, tmp_path: Path
) -> None:
    @asynccontextmanager
    async def opens() -> AsyncIterator[Vendor]:
        async with (
            a_database(sqlite_template, tmp_path) as (database, folder),
            GoogleServer() as server,
            together(server, database, folder) as linked,
        ):
            yield Account(linked)

    play(opens)
