"""Linking feeds: by address alone, and never into a private network."""

import ssl
from collections.abc import Sequence
from pathlib import Path

import pytest
import trustme
from aiohttp import web

from calendar_core.errors import CalendarError, NotAllowed, NotFound, SignInNeeded, TryLater
from calendar_core.linking import Linked, Wish
from calendar_core.outside import PRIVATE, Outside
from calendar_core.providers.feed.client import Feeds
from calendar_core.providers.feed.linking import FeedLinking
from tests.calendar_core.house import ME
from tests.calendar_core.providers.feed.conftest import LOOPBACK
from tests.calendar_core.providers.feed.test_reader import made
from tests.servers.caldav import free_port
from tests.servers.feed import FeedServer

OPEN = Outside()
"""What a house allows unless its operator says otherwise."""


async def link(
    address: str, outside: Outside = LOOPBACK, user: str = "", password: str = ""
) -> Linked:
    feeds = Feeds(outside)
    begun = await FeedLinking(feeds, outside).begin(
        Wish(owner=ME, server=address, user=user, password=password)
    )
    assert begun.linked is not None
    assert "private-3fa9c1" not in repr(begun)
    return begun.linked


async def test_an_address_links_one_calendar_that_can_be_read(server: FeedServer) -> None:
    server.hold(made("Review"))

    linked = await link(f"  {server.feed} ")

    (calendar,) = linked.calendars
    assert (calendar.name, calendar.read_only) == ("Team", True)
    assert (linked.provider, linked.address) == ("feed", "127.0.0.1/…")
    assert linked.credentials == {"address": server.feed}
    assert linked.url.startswith("https://127.0.0.1/#")
    assert "private" not in linked.url


async def test_two_feeds_of_one_server_are_two_accounts(server: FeedServer) -> None:
    server.body = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"

    one = await link(server.feed)
    again = await link(server.feed)
    other = await link(f"{server.url}/elsewhere?to={server.feed}")

    assert one.url == again.url != other.url
    assert one.calendars[0].name == "127.0.0.1", "a feed without a name has its server's"


async def test_a_password_may_stand_in_the_address(server: FeedServer) -> None:
    server.hold(made("Review"))
    server.wants = ("ann", "s3cret")

    linked = await link(server.feed.replace("http://", "http://ann:s3cret@"))

    assert linked.credentials == {"address": server.feed, "user": "ann", "password": "s3cret"}
    assert server.asked[-1].headers["Authorization"].startswith("Basic ")
    with pytest.raises(SignInNeeded, match="refuses that address"):
        await link(server.feed)


async def test_a_password_is_not_told_to_another_server(server: FeedServer) -> None:
    server.hold(made("Review"))
    there = server.feed.replace("127.0.0.1", "localhost")

    await link(f"{server.url}/elsewhere?to={there}", user="ann", password="s3cret")

    assert ["Authorization" in one.headers for one in server.asked] == [True, False]


@pytest.mark.parametrize(
    ("address", "error", "words"),
    [
        ("", NotAllowed, "begins with https"),
        ("my calendar", NotAllowed, "begins with https"),
        ("https://", NotAllowed, "begins with https"),
        ("https://[1", NotAllowed, "begins with https"),
        ("https://example.org:99999/x.ics", NotAllowed, "begins with https"),
        ("ftp://example.org/x.ics", NotAllowed, "begins with https"),
        ("http://example.org/x.ics", NotAllowed, "over https only"),
        ("https://127.0.0.1/x.ics", NotAllowed, PRIVATE),
        ("webcal://192.168.0.1/x.ics", NotAllowed, PRIVATE),
        ("https://[::1]/x.ics", NotAllowed, PRIVATE),
        ("https://2130706433/x.ics", NotAllowed, PRIVATE),
        ("https://[::ffff:10.0.0.1]/x.ics", NotAllowed, PRIVATE),
        ("https://feeds.invalid/x.ics", NotFound, "no server called feeds.invalid"),
        (f"https://{'a' * 70}.example/x.ics", NotFound, "no server called"),
    ],
)
async def test_an_address_that_can_not_be_is_refused_in_words(
    address: str, error: type[CalendarError], words: str
) -> None:
    with pytest.raises(error, match=words):
        await link(address, OPEN)


async def test_a_name_that_leads_into_a_private_network_is_refused(server: FeedServer) -> None:
    asked = []

    async def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ("93.184.216.34", "10.0.0.7")

    with pytest.raises(NotAllowed, match="private network"):
        await FeedLinking(Feeds(OPEN, resolve), OPEN).begin(
            Wish(owner=ME, server="https://rebound.example/x.ics")
        )
    assert asked == ["rebound.example"]


async def test_a_server_that_is_not_there_is_tried_later() -> None:
    with pytest.raises(TryLater, match="can't be reached"):
        await link(f"http://127.0.0.1:{free_port()}/x.ics")


async def test_a_certificate_is_that_of_the_name_and_not_of_the_address(tmp_path: Path) -> None:
    authority, ca_file = trustme.CA(), tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(ca_file)
    served = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("feeds.example").configure_cert(served)

    async def resolve(host: str, port: int) -> Sequence[str]:
        # Nobody listens at the first one.
        return ("127.0.0.2", "127.0.0.1")

    async def give(request: web.Request) -> web.Response:
        return web.Response(body=b"BEGIN:VCALENDAR\r\nX-WR-CALNAME:Safe\r\nEND:VCALENDAR\r\n")

    app = web.Application()
    app.router.add_get("/x.ics", give)
    outside = Outside(private=True, ca_file=str(ca_file), silence=2.0, longest=5.0)
    linking = FeedLinking(Feeds(outside, resolve), outside)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        port = free_port()
        await web.TCPSite(runner, "127.0.0.1", port, ssl_context=served).start()

        begun = await linking.begin(Wish(owner=ME, server=f"webcal://feeds.example:{port}/x.ics"))
        with pytest.raises(NotAllowed, match="certificate"):
            await linking.begin(Wish(owner=ME, server=f"https://other.example:{port}/x.ics"))
    finally:
        await runner.cleanup()
    assert begun.linked is not None
    assert begun.linked.calendars[0].name == "Safe"
