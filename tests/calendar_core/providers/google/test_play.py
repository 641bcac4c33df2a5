"""Rounds and writes of ours among those of another program, with faults all over."""

import random
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from calendar_core.changes.change import Amend, Create, Edit, PendingChange, Remove
from calendar_core.errors import CalendarError, TryLater
from calendar_core.events import Event, Scope, Target
from calendar_core.patch import Patch
from calendar_core.when import TimeSpan
from tests.calendar_core.house import BERLIN, ME, an_event, weekly
from tests.calendar_core.providers.google.stand import MAIL
from tests.calendar_core.providers.google.together import Together, an_item
from tests.servers.google.server import Fault

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


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_happens_the_mirror_ends_as_google_is(linked: Together, seed: int) -> None:
    """Rounds and writes of ours among those of another program, with faults all over."""
    linked.server.events.tells_cancelled_by_uid = bool(seed % 2)
    chance = random.Random(seed)
    for _ in range(4):
        _theirs(linked, chance, "first")
    await linked.sync()
    for _ in range(40):
        await _something(linked, chance)
    linked.server.faults.clear()
    await linked.settle()

    mirrored = await linked.mirrored()
    assert mirrored == await linked.there()
    assert sorted(one for happening in mirrored.values() for one in happening) == linked.truth()
    assert await linked.house.desk.waiting_to_finish() == ()
    assert {"events.list", "events.insert", "events.patch"} <= set(linked.server.asked)


async def _something(linked: Together, chance: random.Random) -> None:
    if chance.random() < 0.3:
        linked.server.faults.append(chance.choice(FAULTS))
    title = f"title {chance.randrange(1000)}"
    match chance.randrange(8):
        case 0 | 1:
            _theirs(linked, chance, title)
        case 2:
            try:
                await linked.sync()
            except TryLater:
                return
        case 3:
            if chance.random() < 0.2:
                linked.server.world.calendars[MAIL].forgotten += 5
        case _:
            await _ours(linked, chance, title)


def _theirs(linked: Together, chance: random.Random, title: str) -> None:
    """Another program: new ones, renamed ones, deleted ones, single dates of series."""
    events = linked.server.world.calendars[MAIL].events
    living = [one for one in events.values() if one["status"] != "cancelled"]
    if not living or chance.random() < 0.3:
        id_ = _an_id(chance)
        rule = {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=5"]} if chance.random() < 0.5 else {}
        linked.theirs("insert", body=an_item(id_, title, hour=chance.randrange(10, 18), **rule))
        linked.uids.append(f"{id_}@google.com")
        return
    one = chance.choice(living)
    id_ = one["id"]
    if one.get("recurrence") and chance.random() < 0.6:
        held = linked.server.events.instances(
            linked.server.world.calendars[MAIL], {"eventId": id_, "accessRole": "owner"}, {}
        )
        if held["items"]:
            id_ = chance.choice(held["items"])["id"]
    if chance.random() < 0.4:
        linked.theirs("delete", id_)
    else:
        linked.theirs("patch", id_, {"summary": title})


async def _ours(linked: Together, chance: random.Random, title: str) -> PendingChange | None:
    seen = [
        one for one in await linked.house.seen(number=40) if one.calendar_id == linked.calendar.id
    ]
    if not seen or chance.random() < 0.3:
        uid = _an_id(chance)
        linked.uids.append(uid)
        made: Event = weekly(title, uid=uid) if chance.random() < 0.5 else an_event(title, uid=uid)
        return await linked.house.do(Create(calendar_id=linked.calendar.id, event=made))
    one = chance.choice(seen)
    target = Target(event_id=one.event_id, recurrence_id=one.recurrence_id)
    scope = chance.choice(list(Scope)) if one.is_series else None
    if scope is Scope.FOLLOWING:
        stamp = one.recurrence_id
        linked.uids += [f"{one.uid}_R{_wall(stamp)}"]
    edit: Edit = Remove(target=target, scope=scope)
    if chance.random() < 0.75:
        patch = Patch(title=title)
        if chance.random() < 0.4 and isinstance(one.when, TimeSpan):
            hour = timedelta(hours=1)
            patch = Patch(when=TimeSpan(start=one.when.start + hour, end=one.when.end + hour))
        edit = Amend(target=target, patch=patch, scope=scope)
    try:
        done = await linked.house.do(edit)
        if done.status == "applied" and chance.random() < 0.3:
            return await linked.house.desk.undo(done.id, ME)
    except CalendarError:
        return None
    return done


def _wall(rid: str) -> str:
    return datetime.fromisoformat(rid).astimezone(BERLIN).strftime("%Y%m%dT%H%M%S")


def _an_id(chance: random.Random) -> str:
    return UUID(int=chance.getrandbits(128)).hex
