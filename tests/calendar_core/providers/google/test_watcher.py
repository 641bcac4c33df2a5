"""Push channels, and when colleagues are taken."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from calendar_core.errors import BadCalendarData, NotAllowed, NotFound, TryLater
from calendar_core.events import CalendarId
from calendar_core.linking import AccountId
from calendar_core.providers.google.colleagues import GoogleColleagues
from calendar_core.providers.google.watcher import GoogleWatcher
from calendar_core.sync.watcher import Told
from calendar_core.when import TimeSpan
from tests.calendar_core.house import BERLIN, MONDAY, days, span
from tests.calendar_core.providers.google.stand import MAIL, Stand
from tests.contracts.calendar_provider import a_write, confirmed
from tests.servers.google.server import Fault


@dataclass
class Door:
    """Our address, as far as Google is concerned."""

    url: str = ""
    heard: list[dict[str, str]] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.Response:
        self.heard.append({name.lower(): value for name, value in request.headers.items()})
        return web.Response()


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    made, app = Door(), web.Application()
    app.router.add_post("/push/google", made.handle)
    async with TestServer(app, host="127.0.0.1") as server:
        made.url = str(server.make_url("/push/google"))
        yield made


@pytest.fixture
def watcher(stand: Stand) -> GoogleWatcher:
    return GoogleWatcher(stand.google, stand.connections)


async def told(stand: Stand, door: Door, watcher: GoogleWatcher) -> list[Told]:
    """What was heard since, read."""
    await asyncio.gather(*stand.server.others.telling)
    found = [watcher.read_notification(one, {}, b"").told[0] for one in door.heard]
    door.heard.clear()
    return found


async def test_a_change_is_told_until_it_is_stopped(
    stand: Stand, door: Door, watcher: GoogleWatcher
) -> None:
    watch = await watcher.watch(stand.calendar.id, door.url, id="one", secret="psst")
    first = await told(stand, door, watcher)
    await stand.writer.apply(confirmed(a_write(stand.provider)))
    then = await told(stand, door, watcher)
    await watcher.stop(watch)
    await stand.writer.apply(confirmed(a_write(stand.provider, "Other"), id="2"))

    here = Told(remote=watch.remote, watch_id="one", secret="psst", changed=True)
    assert [(one.watch_id, one.changed) for one in first] == [("one", False)]
    assert then == [here]
    assert await told(stand, door, watcher) == []
    assert timedelta(days=6) < watch.until - datetime.now(UTC) < timedelta(days=8)
    await watcher.stop(watch)


async def test_it_is_renewed_by_a_new_one_before_the_old_one_ends(
    stand: Stand, door: Door, watcher: GoogleWatcher
) -> None:
    old = await watcher.watch(stand.calendar.id, door.url, id="one", secret="psst")
    new = await watcher.renew(old, door.url, id="two", secret="hush")
    await told(stand, door, watcher)
    await stand.writer.apply(confirmed(a_write(stand.provider)))

    assert (new.id, new.secret) == ("two", "hush")
    assert [one.watch_id for one in await told(stand, door, watcher)] == ["two"]
    assert stand.server.asked.index("channels.stop") > stand.server.asked.index("events.watch")


async def test_a_calendar_that_tells_nothing_says_so(stand: Stand, watcher: GoogleWatcher) -> None:
    stand.server.others.unwatchable.add(MAIL)

    with pytest.raises(NotAllowed, match="tells of no changes"):
        await watcher.watch(stand.calendar.id, "https://example.org/push", id="1", secret="s")
    with pytest.raises(NotAllowed):
        await watcher.watch(stand.calendar.id, "http://example.org/push", id="2", secret="s")
    with pytest.raises(NotFound):
        await watcher.watch(CalendarId("none"), "https://example.org/push", id="3", secret="s")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-goog-channel-id": "one"},
        {"x-goog-resource-state": "exists"},
        {"x-goog-channel-id": "one", "x-goog-resource-state": "party"},
    ],
)
def test_what_is_no_notification_is_none(watcher: GoogleWatcher, headers: dict[str, str]) -> None:
    with pytest.raises(BadCalendarData):
        watcher.read_notification(headers, {}, b"{}")


async def test_colleagues_are_taken_when_google_says_so(stand: Stand) -> None:
    await stand.writer.apply(confirmed(a_write(stand.provider)))
    colleagues = GoogleColleagues(stand.google)
    day = days(MONDAY).within(BERLIN)

    found = await colleagues.busy_of(AccountId("account"), (MAIL, "nobody@example.org"), day)

    assert {who: [one.within(BERLIN) for one in busy] for who, busy in found.items()} == {
        MAIL: [span("14:00", "15:00")]
    }


async def test_a_long_stretch_is_asked_about_in_pieces_and_told_in_one(stand: Stand) -> None:
    stand.holds(
        {"id": "sabbatical", "start": {"date": "2026-01-05"}, "end": {"date": "2026-12-24"}}
    )
    year = TimeSpan(start=datetime(2026, 1, 1, tzinfo=UTC), end=datetime(2027, 1, 1, tzinfo=UTC))

    (busy,) = await stand.reader.busy(stand.calendar.id, year)

    assert (busy.start.date().isoformat(), busy.end.date().isoformat()) == (
        "2026-01-04",
        "2026-12-23",
    )


@pytest.mark.parametrize(
    "body",
    [
        '{"calendars": {"me@example.org": {"errors": [{"reason": "internalError"}], "busy": []}}}',
        '{"calendars": {}}',
        "{}",
        '{"calendars": {"me@example.org": {"busy": [{"start": "?"}]}}}',
    ],
)
async def test_what_google_can_not_tell_is_never_free(stand: Stand, body: str) -> None:
    stand.server.faults.append(Fault("freebusy.query", status=200, body=body))

    with pytest.raises(TryLater):
        await stand.reader.busy(stand.calendar.id, span("08:00", "18:00"))
