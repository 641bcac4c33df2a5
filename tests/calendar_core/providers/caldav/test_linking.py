"""From what somebody types to their calendars; real servers where they do it, scripted ones for
iCloud and for servers that point elsewhere."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from lxml import etree

from calendar_core.errors import NotAllowed, NotFound, SignInNeeded, TryLater
from calendar_core.linking import Wish
from calendar_core.providers.caldav.client import APPLE, Answer, Door, Doors, translated
from calendar_core.providers.caldav.discovery import candidates, discover
from calendar_core.providers.caldav.linking import CalDavLinking
from tests.calendar_core.house import ME
from tests.servers.caldav import PASSWORD, USER, CalDavServer, free_port

Answers = dict[str, tuple[int, dict[str, str], bytes]]


@dataclass
class GivenNames:
    """DNS as a test has it."""

    by_domain: Mapping[str, Sequence[str]] = field(default_factory=dict)

    async def servers(self, domain: str) -> Sequence[str]:
        return self.by_domain.get(domain, ())


@dataclass
class ScriptedDoor:
    """Answers PROPFINDs by address."""

    answers: Mapping[str, Answer]
    asked: list[str] = field(default_factory=list)

    async def ask(
        self, method: str, url: str, body: str = "", headers: Mapping[str, str] | None = None
    ) -> Answer:
        self.asked.append(url)
        return self.answers.get(url, Answer(status=404, headers={}, tree=None))


def linking(doors: Doors, **names: Sequence[str]) -> CalDavLinking:
    return CalDavLinking(doors, GivenNames(names))


def wish(server: str, user: str = USER, password: str = PASSWORD) -> Wish:
    return Wish(owner=ME, server=server, user=user, password=password)


@pytest.mark.parametrize("part", ["url", "principal", "home"])
async def test_any_address_of_a_server_leads_to_all_calendars_for_events(
    server: CalDavServer, doors: Doors, part: str
) -> None:
    made = [
        server.make_calendar(),
        server.make_calendar(),
        server.make_calendar(components="VTODO"),
    ]

    begun = await linking(doors).begin(wish(getattr(server, part)))

    assert begun.linked is not None
    linked = begun.linked
    assert (linked.provider, linked.address) == ("caldav", USER)
    remotes = {one.remote for one in linked.calendars}
    assert set(made[:2]) <= remotes
    assert made[2] not in remotes
    assert not any(one.read_only for one in linked.calendars)
    assert {"Work"} <= {one.name for one in linked.calendars}
    assert PASSWORD not in repr(begun)
    again = await linking(doors).begin(wish(server.url))
    assert again.linked is not None
    assert (again.linked.url, again.linked.calendars) == (linked.url, linked.calendars)
    for url in made:
        server.remove(url)


async def test_the_address_of_one_calendar_links_that_person(
    server: CalDavServer, calendar_url: str, doors: Doors
) -> None:
    begun = await linking(doors).begin(wish(calendar_url))

    assert begun.linked is not None
    assert calendar_url in {one.remote for one in begun.linked.calendars}


async def test_a_wrong_password_is_said_at_once(
    radicale_server: CalDavServer, doors: Doors
) -> None:
    with pytest.raises(SignInNeeded, match="user name or the password"):
        await linking(doors).begin(wish(radicale_server.url, password="wrong"))


async def test_a_name_that_leads_nowhere_is_said(doors: Doors) -> None:
    with pytest.raises(NotFound, match=r"no server called calendar\.invalid"):
        await linking(doors).begin(wish("calendar.invalid"))


async def test_a_server_that_is_not_there_is_tried_later(doors: Doors) -> None:
    with pytest.raises(TryLater):
        await linking(doors).begin(wish(f"http://127.0.0.1:{free_port()}/"))


@pytest.mark.parametrize("typed", ["", "   ", "my calendar", "https://", "http:///x"])
async def test_what_is_no_address_is_not_asked(doors: Doors, typed: str) -> None:
    with pytest.raises((NotFound, NotAllowed)):
        await linking(doors).begin(wish(typed, user=""))


async def test_a_password_within_the_address_is_refused() -> None:
    with pytest.raises(NotAllowed, match="apart"):
        await candidates("https://me:secret@calendar.example/", GivenNames())


@pytest.fixture
async def pages() -> AsyncIterator[tuple[str, Answers, list[str]]]:
    """A server whose every path answers as a test says; its address, and who was asked with what
    authorization."""
    answers: Answers = {}
    asked: list[str] = []

    async def handle(request: web.Request) -> web.Response:
        asked.append(f"{request.path} {request.headers.get('Authorization', '-')}")
        status, headers, body = answers.get(request.path, (404, {}, b""))
        return web.Response(status=status, headers=headers, body=body)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    async with TestServer(app, host="127.0.0.1") as running:
        yield str(running.make_url("/")), answers, asked


async def test_the_well_known_address_is_followed(
    radicale_server: CalDavServer, doors: Doors
) -> None:
    """Radicale redirects /.well-known/caldav to its root."""
    door = doors.to(radicale_server.url, USER, {"password": PASSWORD})

    made = radicale_server.make_calendar()

    found = await discover(door, f"{radicale_server.url}.well-known/caldav")

    assert found.principal == radicale_server.principal
    radicale_server.remove(made)


@pytest.mark.parametrize("host", ["https://elsewhere.example/dav/", "http://localhost:1/dav/"])
async def test_a_password_does_not_follow_to_another_host(
    pages: tuple[str, Answers, list[str]], doors: Doors, host: str
) -> None:
    url, answers, asked = pages
    answers["/.well-known/caldav"] = (301, {"Location": host}, b"")

    with pytest.raises(NotAllowed, match="points to another one"):
        await linking(doors).begin(wish(url))

    assert [one.split()[0] for one in asked] == ["/.well-known/caldav"]


async def test_a_principal_on_another_host_is_not_asked(
    pages: tuple[str, Answers, list[str]], doors: Doors
) -> None:
    url, answers, _ = pages
    answers["/dav/"] = multistatus_page(
        "/dav/",
        "<d:current-user-principal><d:href>https://evil.example/p/</d:href></d:current-user-principal>",
    )

    with pytest.raises(NotAllowed, match=r"evil\.example"):
        await linking(doors).begin(wish(f"{url}dav/"))


async def test_redirects_in_circles_end(
    pages: tuple[str, Answers, list[str]], doors: Doors
) -> None:
    url, answers, asked = pages
    for path in ("/", "/.well-known/caldav"):
        answers[path] = (302, {"Location": path}, b"")

    with pytest.raises(NotFound):
        await linking(doors).begin(wish(url))

    assert len(asked) < 20


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ann@icloud.com", ("https://caldav.icloud.com/",)),
        ("ann@me.com", ("https://caldav.icloud.com/",)),
        ("icloud.com", ("https://caldav.icloud.com/",)),
        (
            "ann@example.org",
            (
                "https://caldav.example.org/dav/",
                "https://example.org/.well-known/caldav",
                "https://example.org/",
            ),
        ),
        (
            "cal.example.com",
            ("https://cal.example.com/.well-known/caldav", "https://cal.example.com/"),
        ),
        (
            "example.com:8443",
            ("https://example.com:8443/.well-known/caldav", "https://example.com:8443/"),
        ),
        (
            "https://example.com/remote.php/dav",
            ("https://example.com/remote.php/dav", "https://example.com/.well-known/caldav"),
        ),
        (
            "example.com/dav/",
            ("https://example.com/dav/", "https://example.com/.well-known/caldav"),
        ),
    ],
)
async def test_what_people_type_leads_somewhere(typed: str, found: tuple[str, ...]) -> None:
    names = GivenNames(
        # RFC 6764 §8: a server in another domain is not believed.
        {"example.org": ["https://evil.example/", "https://caldav.example.org/dav/"]}
    )

    assert await candidates(typed, names) == found


async def test_icloud_is_followed_to_its_partition_and_reminders_are_left_out() -> None:
    root, home = "https://caldav.icloud.com/", "https://p42-caldav.icloud.com/1234/calendars/"
    principal = "https://caldav.icloud.com/1234/principal/"
    event_set = within("c:supported-calendar-component-set", '<c:comp name="VEVENT"/>')
    todo_set = event_set.replace("VEVENT", "VTODO")
    calendar = "<d:resourcetype><d:collection/><c:calendar/></d:resourcetype>"
    read = within("d:current-user-privilege-set", "<d:privilege><d:read/></d:privilege>")
    door = ScriptedDoor(
        {
            root: answer(
                "/",
                "<d:current-user-principal><d:href>/1234/principal/</d:href></d:current-user-principal>",
            ),
            principal: answer(
                "/1234/principal/",
                "<c:calendar-home-set><d:href>https://p42-caldav.icloud.com:443/1234/calendars/</d:href></c:calendar-home-set>"
                "<c:calendar-user-address-set><d:href>mailto:Ann@icloud.com</d:href></c:calendar-user-address-set>",
            ),
            home: Answer(
                status=207,
                headers={},
                tree=tree(
                    ("/1234/calendars/", "<d:resourcetype><d:collection/></d:resourcetype>"),
                    (
                        "/1234/calendars/home/",
                        f"{calendar}{event_set}<d:displayname>Home</d:displayname><i:calendar-color>#1badf8ff</i:calendar-color>",
                    ),
                    ("/1234/calendars/reminders/", f"{calendar}{todo_set}"),
                    ("/1234/calendars/shared/", f"{calendar}{event_set}{read}"),
                    (
                        "/1234/calendars/inbox/",
                        "<d:resourcetype><d:collection/><c:schedule-inbox/></d:resourcetype>",
                    ),
                    (
                        "/1234/calendars/holidays/",
                        f"<d:resourcetype><d:collection/><c:calendar/><s:subscribed/></d:resourcetype>{event_set}",
                    ),
                ),
            ),
        }
    )

    found = await discover(cast(Door, door), root)

    assert found.principal == principal
    assert [(one.name, one.read_only, one.color, one.address) for one in found.calendars] == [
        ("Home", False, "#1badf8", "mailto:ann@icloud.com"),
        ("shared", True, "", "mailto:ann@icloud.com"),
    ]


def test_icloud_tells_of_its_app_passwords() -> None:
    from caldav.lib.error import AuthorizationError

    said = translated(AuthorizationError(status=401), "https://p42-caldav.icloud.com/1234/")

    assert isinstance(said, SignInNeeded)
    assert str(said) == APPLE


def multistatus_page(href: str, props: str) -> tuple[int, dict[str, str], bytes]:
    return 207, {"Content-Type": "application/xml"}, etree.tostring(tree((href, props)))


def within(name: str, inner: str) -> str:
    return f"<{name}>{inner}</{name}>"


def answer(href: str, props: str) -> Answer:
    return Answer(status=207, headers={}, tree=tree((href, props)))


def tree(*responses: tuple[str, str]) -> Any:
    inner = "".join(
        f"<d:response><d:href>{href}</d:href><d:propstat><d:prop>{props}</d:prop>"
        "<d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>"
        for href, props in responses
    )
    return etree.fromstring(
        '<d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" '
        f'xmlns:s="http://calendarserver.org/ns/" xmlns:i="http://apple.com/ns/ical/">{inner}'
        "</d:multistatus>"
    )
