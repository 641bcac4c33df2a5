"""Linked, synced and written through the desk: a small Google, the real engine, the real mirror."""

import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from calendar_core.accounts import Accounts
from calendar_core.changes.change import Amend, Create, Edit, PendingChange, Remove, Reply
from calendar_core.clock import SystemClock
from calendar_core.database import Database
from calendar_core.errors import CalendarError, SignInNeeded, TryLater
from calendar_core.events import Answer, Calendar, Event, Guest, Resource, Scope, Target, event_id
from calendar_core.linking import Linked
from calendar_core.patch import Patch
from calendar_core.providers.google.calendars import found_calendars
from calendar_core.providers.google.client import Google
from calendar_core.providers.google.mirrored import MirrorRows
from calendar_core.providers.google.reader import GoogleReader
from calendar_core.providers.google.writer import GoogleWriter
from calendar_core.recurrence import expand
from calendar_core.sync.engine import SyncEngine
from calendar_core.sync.plan import Came
from calendar_core.sync.state import SyncStates
from calendar_core.vault import Vault
from calendar_core.when import TimeSpan
from tests.calendar_core.house import BERLIN, ME, House, a_house, an_event, at, span, weekly
from tests.calendar_core.providers.google.stand import MAIL, an_app, tokens_of
from tests.servers.google import expanding
from tests.servers.google.errors import Refusal
from tests.servers.google.others import occurrences
from tests.servers.google.server import Fault, GoogleServer

Json = dict[str, Any]


@dataclass
class Together:
    """A house whose owner linked a Google account."""

    house: House
    accounts: Accounts
    engine: SyncEngine
    reader: GoogleReader
    calendar: Calendar
    server: GoogleServer
    uids: list[str] = field(default_factory=list)

    async def sync(self) -> Came:
        return await self.engine.sync(self.calendar.id, self.reader)

    async def mirrored(self) -> dict[str, list[str]]:
        """What happens by UID, as the mirror has it."""
        rows = MirrorRows(self.house.database)
        keys = [one for one in await self.there() if one]
        known = {*keys, *self.uids}
        texts = await rows.texts(self.calendar.id, known)
        return {uid: told(Resource(uid=uid, ics=ics)) for uid, ics in texts.items()}

    async def there(self) -> dict[str, list[str]]:
        """What happens by UID, as Google has it."""
        found: dict[str, list[str]] = {}
        async for page in self.reader.changes_since(self.calendar.id, None):
            found |= {one.uid: told(one) for one in page.changed}
        return found

    def truth(self) -> list[str]:
        """What happens in some weeks, as the server itself expands it."""
        held = self.server.world.calendars[MAIL]
        until = at("00:00") + timedelta(days=40)
        living = (one for one in held.events.values() if one["status"] != "cancelled")
        seen = [one for item in living for one in occurrences(held, item)]
        starts = ((expanding.at(one["start"]).astimezone(BERLIN), one["summary"]) for one in seen)
        return sorted(f"{start} {title}" for start, title in starts if start < until)

    def target(self, uid: str, rid: str = "") -> Target:
        return Target(event_id=event_id(self.calendar.id, uid), recurrence_id=rid)  # type: ignore[arg-type]

    def theirs(self, method: str, id_: str = "", body: Json | None = None) -> Json | None:
        """What another program of the person does; nothing where Google refuses it."""
        held = self.server.world.calendars[MAIL]
        query = {"eventId": id_} if id_ else {}
        try:
            done: Json | None = getattr(self.server.events, method)(held, query, body or {})
        except Refusal:
            return None
        return done


def told(one: Resource) -> list[str]:
    """Titles and starts of some weeks, guests' answers with them."""
    found = []
    for seen in expand(one, at("00:00"), at("00:00") + timedelta(days=40)):
        answers = "".join(guest.answer[0] for guest in seen.event.guests)
        when = seen.when.start.astimezone(BERLIN) if hasattr(seen.when, "start") else seen.when
        found.append(f"{when} {seen.event.title} {answers}".strip())
    return sorted(found)


@pytest.fixture
async def linked(
    server: GoogleServer, database: Database, tmp_path: Path
) -> AsyncIterator[Together]:
    server.world.account(MAIL, "Work")
    house = await a_house(database)
    accounts = Accounts(database, house.clock, Vault(tmp_path / "keys"), house.mirror)
    google = Google(an_app(server, silence=2.0, longest=6.0), accounts, SystemClock())
    tokens = tokens_of(server, MAIL)

    async def ask(make: Any) -> Json:
        return await google.with_token(tokens["access_token"], make)

    account = await accounts.link(
        ME,
        Linked(
            provider="google",
            address=MAIL,
            url="",
            credentials=tokens,
            calendars=await found_calendars(ask),
        ),
    )
    house.writers["google"] = GoogleWriter(google, accounts)
    yield Together(
        house=house,
        accounts=accounts,
        engine=SyncEngine(house.mirror, SyncStates(database, house.clock), house.clock),
        reader=GoogleReader(google, accounts, MirrorRows(database), page=4),
        calendar=(await accounts.calendars(account.id))[0],
        server=server,
    )
    google.close()


def an_item(id_: str, title: str, *, hour: int = 14, **fields: Any) -> Json:
    return {
        "id": id_,
        "summary": title,
        "start": {"dateTime": f"2026-03-09T{hour}:00:00+01:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": f"2026-03-09T{hour}:30:00+01:00", "timeZone": "Europe/Berlin"},
        **fields,
    }


async def test_what_google_holds_is_on_the_agenda(linked: Together) -> None:
    linked.theirs("insert", body=an_item("dentist", "Dentist"))
    linked.theirs("insert", body=an_item("standup", "Standup", recurrence=["RRULE:FREQ=WEEKLY"]))

    first = await linked.sync()
    nothing = await linked.sync()
    linked.theirs("patch", "dentist", {"summary": "Dentist, at last"})
    linked.theirs("delete", "standup")
    then = await linked.sync()

    assert (first.added, first.full) == (2, True)
    assert not nothing.is_news
    assert not nothing.full
    assert (then.changed, then.removed) == (1, 1)
    assert await linked.house.agenda() == ["Mon 09 14:00 Dentist, at last"]


async def test_a_confirmed_change_stands_at_google_and_is_taken_back(linked: Together) -> None:
    linked.theirs("insert", body=an_item("dentist", "Dentist"))
    await linked.sync()
    house = linked.house

    target = linked.target("dentist@google.com")
    done = await house.amend(target, when=span("16:00", "17:00"))
    moved = await house.agenda()
    assert not (await linked.sync()).is_news
    undone = await house.desk.undo(done.id, ME)

    assert (done.status, moved) == ("applied", ["Mon 09 16:00 Dentist"])
    assert undone.status == "applied"
    assert await house.agenda() == ["Mon 09 14:00 Dentist"]
    assert not (await linked.sync()).is_news


SECOND = "2026-03-16T08:00:00+00:00"
WHOLE = ["Mon 09 09:00 Standup", "Mon 16 09:00 Standup", "Mon 23 09:00 Standup"]


@pytest.mark.parametrize("scope", list(Scope))
@pytest.mark.parametrize(
    "edit",
    [
        Patch(title="Sync"),
        Patch(when=span("11:00", "11:30", day=date(2026, 3, 16))),
        Patch(location="Room 4", guests_added=(Guest(address="mailto:ana@example.org"),)),
        None,
    ],
)
async def test_every_edit_of_a_series_is_made_and_taken_back(
    linked: Together, scope: Scope, edit: Patch | None
) -> None:
    house = linked.house
    await house.do(
        Create(calendar_id=linked.calendar.id, event=weekly(uid="standup", title="Standup"))
    )
    await linked.sync()
    target = linked.target("standup", SECOND)
    change: Edit = Remove(target=target, scope=scope)
    if edit is not None:
        change = Amend(target=target, patch=edit, scope=scope)

    done = await house.do(change)
    made = await house.agenda(number=21)
    there = await linked.there()
    came = await linked.sync()
    linked.uids += ["standup", "standup_R20260316T090000"]
    mirrored = await linked.mirrored()
    undone = await house.desk.undo(done.id, ME)

    assert (done.status, undone.status, done.detail) == ("applied", "applied", "")
    assert (came.added, came.changed, came.removed) == (0, 0, 0)
    assert mirrored == there
    assert made != WHOLE or (edit is not None and edit.location)
    assert await house.agenda(number=21) == WHOLE
    assert await linked.there() == {"standup": told_whole()}


def told_whole() -> list[str]:
    hours = {True: "+01:00", False: "+02:00"}
    days = [date(2026, 3, 9) + timedelta(days=7 * week) for week in range(6)]
    return [f"{day} 09:00:00{hours[day < date(2026, 3, 29)]} Standup" for day in days]


async def test_an_invitation_is_answered_and_the_answer_taken_back(linked: Together) -> None:
    guests = [{"email": "ana@example.org", "responseStatus": "accepted"}, {"email": MAIL}]
    linked.server.world.calendars[MAIL].put(
        {
            **an_item("board", "Board", attendees=guests),
            "status": "confirmed",
            "iCalUID": "board@elsewhere",
            "organizer": {"email": "ana@example.org"},
        },
        linked.server.world.now(),
    )
    await linked.sync()
    target = linked.target("board@elsewhere")

    done = await linked.house.do(Reply(target=target, answer=Answer.ACCEPTED))
    there = await linked.there()
    undone = await linked.house.desk.undo(done.id, ME)

    assert (done.status, undone.status) == ("applied", "applied")
    assert there["board@elsewhere"][0].endswith("Board AA")
    assert (await linked.there())["board@elsewhere"][0].endswith("Board AN")


async def test_a_change_that_came_too_late_says_so(linked: Together) -> None:
    linked.theirs("insert", body=an_item("dentist", "Dentist"))
    await linked.sync()
    house = linked.house
    asked = await house.propose(
        Amend(target=linked.target("dentist@google.com"), patch=Patch(title="Dentist, 3rd floor"))
    )
    linked.theirs("patch", "dentist", {"summary": "Cancelled by the practice"})

    late = await house.press(asked.id)

    assert late.status == "stale"
    assert [one.split(" ", 2)[2] for one in (await linked.there())["dentist@google.com"]] == [
        "Cancelled by the practice"
    ]


async def test_a_guests_answer_meanwhile_is_kept(linked: Together) -> None:
    house = linked.house
    event = an_event(
        uid="review",
        organizer=Guest(address=f"mailto:{MAIL}"),
        guests=(Guest(address="mailto:ana@example.org"),),
    )
    await house.do(Create(calendar_id=linked.calendar.id, event=event))
    asked = await house.propose(
        Amend(target=linked.target("review"), patch=Patch(description="Bring numbers"))
    )
    (id_,) = linked.server.world.calendars[MAIL].events
    answered = [{"email": "ana@example.org", "responseStatus": "accepted"}]
    linked.theirs("patch", id_, {"attendees": answered})
    await linked.sync()

    done = await house.press(asked.id)

    item = linked.server.world.calendars[MAIL].events[id_]
    assert done.status == "applied"
    assert (item["description"], item["attendees"]) == ("Bring numbers", answered)


async def test_a_link_that_was_ended_is_told(linked: Together) -> None:
    for one in list(linked.server.world.refresh):
        linked.server.world.revoke(one)

    with pytest.raises(SignInNeeded):
        await linked.sync()


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


@pytest.mark.parametrize("seed", range(100, 170))
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
    for change in await linked.house.desk.waiting_to_finish():
        await linked.house.desk.finish(change.id)

    for _ in range(2):
        await linked.sync()
        # A mass of removals is believed only at a second look, some time later.
        linked.house.clock.advance(timedelta(minutes=15))

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
