"""What other programs do on a CalDAV calendar, read by sync token, and by CTag where a server has
nothing better."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from calendar_core.events import Status
from calendar_core.ics.reading import read
from calendar_core.ics.writing import new_resource
from calendar_core.providers.caldav.client import Doors
from calendar_core.sync.reader import AGAIN
from tests.calendar_core.house import BERLIN, MONDAY, an_event, at, days, span, weekly
from tests.calendar_core.providers.caldav.stand import Stand, a_stand
from tests.contracts.calendar_provider import a_write, confirmed, read_since
from tests.servers.caldav import CalDavServer
from tests.servers.faults import Fault, FaultyProxy, faulty

TODO = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nBEGIN:VTODO\r\nUID:todo\r\n"
    "DTSTAMP:20260301T000000Z\r\nSUMMARY:Milk\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"
)


@pytest.fixture
async def proxy(server: CalDavServer) -> AsyncIterator[FaultyProxy]:
    async with faulty(server.url) as running:
        yield running


@pytest.fixture(params=["by token", "by tag", "by listing"])
def stand(
    request: pytest.FixtureRequest,
    server: CalDavServer,
    calendar_url: str,
    doors: Doors,
    proxy: FaultyProxy,
) -> Stand:
    """A linked calendar on a server that has sync tokens, CTags alone, or neither."""
    if request.param != "by token":
        proxy.forever.append(Fault("REPORT", status=501, matches="sync-collection"))
    if request.param == "by listing":
        gone = ("getctag", "getgone")
        proxy.forever.append(
            Fault("PROPFIND", matches="getctag", rewrite=lambda text: text.replace(*gone))
        )
    return a_stand(proxy.at(server.principal), proxy.at(calendar_url), doors)


def text(title: str, **fields: Any) -> str:
    return new_resource(an_event(title, **fields), at=at("07:00")).ics


async def titles(stand: Stand, cursor: str | None) -> tuple[list[str], list[str], str]:
    """What changed and went since a cursor, and the next one."""
    told = await read_since(stand.provider, cursor)
    changed = sorted(read(one)[0].title for one in told.changed.values())
    return changed, sorted(told.removed), told.cursor


async def test_what_others_add_change_move_and_remove_is_told_once(
    stand: Stand, server: CalDavServer, calendar_url: str
) -> None:
    for name in ("one", "two", "three", "four"):
        server.put(f"{calendar_url}a name of {name}.ics".replace(" ", "%20"), text(name))
    first, _, cursor = await titles(stand, None)
    server.put(f"{calendar_url}a%20name%20of%20one.ics", text("renamed", uid="one@test"))
    server.remove(f"{calendar_url}a%20name%20of%20two.ics")
    server.remove(f"{calendar_url}a%20name%20of%20three.ics")
    server.put(f"{calendar_url}elsewhere.ics", text("three"))
    server.put(f"{calendar_url}five.ics", text("five"))

    changed, removed, after = await titles(stand, cursor)
    again = await titles(stand, after)

    assert first == ["four", "one", "three", "two"]
    assert (changed, removed) == (["five", "renamed", "three"], ["two@test"])
    assert again[:2] == ([], [])


async def test_a_round_that_was_broken_off_tells_the_same_again(
    stand: Stand, server: CalDavServer, calendar_url: str
) -> None:
    server.put(f"{calendar_url}1.ics", text("one"))
    _, _, cursor = await titles(stand, None)
    server.put(f"{calendar_url}2.ics", text("two"))
    server.remove(f"{calendar_url}1.ics")
    held = dict(stand.reader.held.resources)
    told = await titles(stand, cursor)
    stand.reader.held.resources = held

    assert await titles(stand, cursor) == told == (["two"], ["one@test"], told[2])


async def test_what_was_written_here_is_edited_and_removed_where_it_stands(
    stand: Stand, server: CalDavServer, calendar_url: str
) -> None:
    server.put(f"{calendar_url}Some%20name%20(1)%2Bx.ics", text("theirs"))
    told = await read_since(stand.provider, None)
    (standing,) = told.changed.values()
    edit = a_write(
        stand.provider,
        before=standing.ics,
        after=text("ours", uid=standing.uid),
        etag=standing.etag,
    )

    (written,) = await stand.writer.apply(confirmed(edit, id="1"))
    assert written.resource is not None
    assert (await titles(stand, told.cursor))[:2] == (["ours"], [])
    gone = a_write(
        stand.provider, before=written.resource.ics, after=None, etag=written.resource.etag
    )
    await stand.writer.apply(confirmed(gone, id="2"))

    assert (await titles(stand, None))[0] == []


async def test_a_large_calendar_is_read_before_there_is_a_token_and_what_came_meanwhile_after(
    stand: Stand, server: CalDavServer, calendar_url: str, doors: Doors, proxy: FaultyProxy
) -> None:
    large = a_stand(proxy.at(server.principal), proxy.at(calendar_url), doors, many=3)
    for name in ("one", "two", "three", "four"):
        server.put(f"{calendar_url}{name}.ics", text(name))
    server.request("PUT", f"{calendar_url}todo.ics", TODO, Content_Type="text/calendar")
    first = await titles(large, None)
    server.put(f"{calendar_url}one.ics", text("renamed", uid="one@test"))
    server.remove(f"{calendar_url}two.ics")
    server.put(f"{calendar_url}five.ics", text("five"))
    pages = [page async for page in large.reader.reader.changes_since(large.calendar.id, AGAIN)]
    second = await titles(large, AGAIN)
    server.remove(f"{calendar_url}three.ics")

    assert first == (["four", "one", "three", "two"], [], AGAIN)
    assert second[:2] == (["five", "renamed"], ["two@test"])
    assert pages[-1].kept == ("four@test", "three@test")
    assert (await titles(large, second[2]))[:2] == ([], ["three@test"])


async def test_a_server_that_breaks_at_the_question_which_events_there_are_is_read_without_it(
    server: CalDavServer, calendar_url: str, doors: Doors, proxy: FaultyProxy
) -> None:
    stand = a_stand(proxy.at(server.principal), proxy.at(calendar_url), doors, many=1)
    proxy.forever.append(Fault("REPORT", status=500, matches="calendar-query"))
    for name in ("one", "two"):
        server.put(f"{calendar_url}{name}.ics", text(name))

    changed, removed, cursor = await titles(stand, None)

    assert (changed, removed) == (["one", "two"], [])
    assert cursor not in (None, AGAIN)


async def test_to_dos_are_no_events(stand: Stand, server: CalDavServer, calendar_url: str) -> None:
    server.request("PUT", f"{calendar_url}todo.ics", TODO, Content_Type="text/calendar")
    server.put(f"{calendar_url}1.ics", text("one"))

    assert (await titles(stand, None))[0] == ["one"]


async def test_many_events_come_in_pages_each_once(
    stand: Stand, server: CalDavServer, calendar_url: str
) -> None:
    count = 10
    for number in range(count):
        server.put(f"{calendar_url}{number}.ics", text(f"e{number}"))

    pages = [page async for page in stand.reader.changes_since(stand.calendar.id, None)]

    uids = [one.uid for page in pages for one in page.changed]
    assert (len(uids), len(set(uids))) == (count, count)
    assert max(len(page.changed) for page in pages) == 3


class TestBusy:
    """When a calendar is taken."""

    @pytest.fixture
    def stand(
        self, server: CalDavServer, calendar_url: str, doors: Doors, proxy: FaultyProxy
    ) -> Stand:
        return a_stand(proxy.at(server.principal), proxy.at(calendar_url), doors)

    async def test_series_count_and_what_is_free_or_declined_does_not(
        self, stand: Stand, server: CalDavServer, calendar_url: str
    ) -> None:
        early = weekly("standup", span("09:00", "09:15", MONDAY - timedelta(days=14)))
        server.put(f"{calendar_url}1.ics", new_resource(early, at=at("07:00")).ics)
        off = text("off", status=Status.CANCELLED, when=span("10:00", "11:00"))
        server.put(f"{calendar_url}2.ics", off)
        server.put(f"{calendar_url}3.ics", text("talk", when=span("13:00", "14:00")))

        taken = await stand.reader.busy(stand.calendar.id, days(MONDAY).within(BERLIN))

        assert [one.within(BERLIN) for one in taken] == [
            span("09:00", "09:15"),
            span("13:00", "14:00"),
        ]

    async def test_who_may_see_only_when_asks_the_server_for_its_sum(
        self, stand: Stand, server: CalDavServer, calendar_url: str, proxy: FaultyProxy
    ) -> None:
        server.put(f"{calendar_url}3.ics", text("talk", when=span("13:00", "14:00")))
        proxy.forever.append(Fault("REPORT", status=403, matches="calendar-query"))

        taken = await stand.reader.busy(stand.calendar.id, days(MONDAY).within(BERLIN))

        assert [one.within(BERLIN) for one in taken] == [span("13:00", "14:00")]


async def test_calendars_that_came_since_are_listed_too(
    server: CalDavServer, calendar_url: str, doors: Doors
) -> None:
    stand = a_stand(server.principal, calendar_url, doors)
    other = server.make_calendar()

    mine = await stand.reader.calendars(stand.calendar.owner)

    by_remote = {one.remote: one for one in mine}
    assert by_remote[calendar_url].id == stand.calendar.id
    assert by_remote[other].account_id == "account"
    assert by_remote[other].provider == "caldav"
    server.remove(other)
