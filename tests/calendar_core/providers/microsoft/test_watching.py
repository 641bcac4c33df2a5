"""Being told of changes by Graph, and asking it for colleagues."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from calendar_core.errors import BadCalendarData, NotAllowed, NotFound, TryLater
from calendar_core.events import CalendarId
from calendar_core.linking import AccountId
from calendar_core.providers.microsoft.colleagues import MicrosoftColleagues
from calendar_core.providers.microsoft.watcher import LASTS, MicrosoftWatcher
from calendar_core.sync.watcher import Notification, Told, Watch
from calendar_core.when import TimeSpan
from tests.calendar_core.house import BERLIN, MONDAY, at, days, span
from tests.calendar_core.providers.microsoft.stand import Stand
from tests.calendar_core.providers.microsoft.test_reader import times
from tests.servers.graph.server import Fault

ACCOUNT = AccountId("account")


@dataclass
class Ear:
    """Our address, as the web door keeps it."""

    watcher: MicrosoftWatcher
    url: str = ""
    heard: list[Told] = field(default_factory=list)
    deaf: bool = False

    async def handle(self, request: web.Request) -> web.Response:
        if self.deaf:
            return web.Response(status=500)
        headers = {name.lower(): value for name, value in request.headers.items()}
        said = self.watcher.read_notification(headers, request.query, await request.read())
        self.heard += said.told
        if said.echo is not None:
            return web.Response(text=said.echo)
        return web.Response(status=202)


@pytest.fixture
async def ear(stand: Stand) -> AsyncIterator[Ear]:
    running = Ear(MicrosoftWatcher(stand.mailboxes, stand.clock))
    app = web.Application()
    app.router.add_post("/push/microsoft", running.handle)
    async with TestServer(app, host="127.0.0.1") as server:
        running.url = str(server.make_url("/push/microsoft"))
        yield running


async def watched(stand: Stand, ear: Ear) -> Watch:
    return await ear.watcher.watch(stand.calendar.id, ear.url, id="one", secret="s" * 64)


async def test_a_change_is_told(stand: Stand, ear: Ear) -> None:
    watch = await watched(stand, ear)

    answered = await stand.server.subscriptions.deliver()

    assert answered == [202]
    assert ear.heard == [Told(remote=watch.remote, secret="s" * 64)]
    assert watch.until == stand.clock.now() + LASTS
    assert "s" * 64 not in repr(watch)


@pytest.mark.parametrize(
    ("event", "what"),
    [
        ("reauthorizationRequired", Told(secret="s" * 64, changed=False, renew=True)),
        ("subscriptionRemoved", Told(secret="s" * 64, lapsed=True)),
        ("missed", Told(secret="s" * 64)),
    ],
)
async def test_what_becomes_of_the_promise_is_told(
    stand: Stand, ear: Ear, event: str, what: Told
) -> None:
    watch = await watched(stand, ear)

    await stand.server.subscriptions.lifecycle(event)

    assert ear.heard == [replace(what, remote=watch.remote)]


async def test_a_promise_is_prolonged(stand: Stand, ear: Ear) -> None:
    watch = await watched(stand, ear)
    stand.clock.advance(timedelta(days=3))
    stand.server.subscriptions.now += timedelta(days=3)

    renewed = await ear.watcher.renew(watch, ear.url, id="two", secret="t" * 64)

    assert (renewed.id, renewed.remote) == ("one", watch.remote)
    assert renewed.until == watch.until + timedelta(days=3)


async def test_a_promise_that_is_gone_is_made_anew(stand: Stand, ear: Ear) -> None:
    watch = await watched(stand, ear)
    stand.server.subscriptions.kept.clear()

    renewed = await ear.watcher.renew(watch, ear.url, id="two", secret="t" * 64)
    await stand.server.subscriptions.deliver()

    assert (renewed.id, renewed.secret) == ("two", "t" * 64)
    assert ear.heard[-1] == Told(remote=renewed.remote, secret="t" * 64)


async def test_a_promise_that_was_forgotten_here_makes_room_for_a_new_one(
    stand: Stand, ear: Ear
) -> None:
    await watched(stand, ear)

    again = await ear.watcher.watch(stand.calendar.id, ear.url, id="two", secret="t" * 64)

    assert list(stand.server.subscriptions.kept) == [again.remote]


async def test_a_promise_is_ended_once_and_for_all(stand: Stand, ear: Ear) -> None:
    watch = await watched(stand, ear)

    for _ in range(2):
        await ear.watcher.stop(watch)

    assert stand.server.subscriptions.kept == {}


async def test_an_address_that_does_not_answer_is_not_watched(stand: Stand, ear: Ear) -> None:
    ear.deaf = True

    with pytest.raises(NotAllowed):
        await watched(stand, ear)
    with pytest.raises(NotAllowed):
        await ear.watcher.watch(
            stand.calendar.id, "http://convene.example.org/push", id="one", secret="x"
        )


async def test_a_calendar_that_is_none_is_not_watched(stand: Stand, ear: Ear) -> None:
    with pytest.raises(NotFound):
        await ear.watcher.watch(CalendarId("none"), ear.url, id="one", secret="x")


@pytest.mark.parametrize("body", [b"", b"[]", b'{"value": [{}]}', b'{"value": 3}', b"\xff"])
def test_what_is_no_notification_is_refused(stand: Stand, body: bytes) -> None:
    watcher = MicrosoftWatcher(stand.mailboxes, stand.clock)

    with pytest.raises(BadCalendarData):
        watcher.read_notification({}, {}, body)


def test_a_look_whether_we_are_there_is_echoed(stand: Stand) -> None:
    watcher = MicrosoftWatcher(stand.mailboxes, stand.clock)

    said = watcher.read_notification({}, {"validationToken": "Validation: <b>"}, b"")

    assert said == Notification(echo="Validation: <b>")


async def test_colleagues_are_asked_a_few_at_a_time(stand: Stand) -> None:
    people = [f"p{number}@contoso.example" for number in range(25)]
    for one in people[:24]:
        box = stand.server.store.add_box(one, one)
        calendar = next(iter(box.calendars))
        stand.server.store.create(box, calendar, {"subject": "x", **times("10:00", "11:00")})
        stand.server.store.create(
            box, calendar, {"subject": "y", **times("12:00", "13:00"), "showAs": "free"}
        )

    told = await MicrosoftColleagues(stand.mailboxes).busy_of(
        ACCOUNT, [people[0].upper(), *people[1:]], days(MONDAY, 100).within(BERLIN)
    )

    # The last one is not of the organization: unknown, and not free.
    assert list(told) == [people[0].upper(), *people[1:24]]
    for taken in told.values():
        assert [one.within(BERLIN) for one in taken] == [span("10:00", "11:00")]
    assert stand.server.asked.count("POST /me/calendar/getSchedule") == 6


async def test_an_account_that_may_not_ask_says_so(stand: Stand) -> None:
    colleagues = MicrosoftColleagues(stand.mailboxes)
    week = TimeSpan(start=at("08:00"), end=at("08:00", date(2026, 3, 16)))
    stand.server.faults.append(Fault("POST", "getSchedule", status=403, code="ErrorAccessDenied"))

    with pytest.raises(NotAllowed):
        await colleagues.busy_of(ACCOUNT, ["bo@contoso.example"], week)
    stand.server.faults.append(Fault("POST", "getSchedule", status=503))
    with pytest.raises(TryLater):
        await colleagues.busy_of(ACCOUNT, ["bo@contoso.example"], week)
