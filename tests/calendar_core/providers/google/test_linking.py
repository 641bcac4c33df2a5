"""Linking a Google account: the page, the way back, what was granted, and giving it back."""

import os
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import aiohttp
import pytest
from google_auth_oauthlib.flow import Flow

from calendar_core.errors import NotAllowed, NotFound, SignInNeeded, TryLater
from calendar_core.linking import FoundCalendar, Linked, Wish
from calendar_core.providers.google.calendars import found_calendars
from calendar_core.providers.google.linking import GoogleLinking
from tests.calendar_core.house import ME
from tests.calendar_core.providers.google.stand import MAIL, Stand, an_app
from tests.servers.google.server import Fault, GoogleServer

BACK = "http://127.0.0.1:8080/link/google/callback"
WISH = Wish(owner=ME, return_to=BACK, user=MAIL)


@pytest.fixture
def linking(stand: Stand) -> GoogleLinking:
    return GoogleLinking(stand.google)


async def clicked(page: str) -> dict[str, str]:
    """What the browser comes back with."""
    async with aiohttp.ClientSession() as browser:
        answer = await browser.get(page, allow_redirects=False)
        assert answer.status == 302, await answer.text()
        back = urlsplit(answer.headers["Location"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == BACK
    return dict(parse_qsl(back.query))


async def linked(linking: GoogleLinking, wish: Wish = WISH) -> Linked:
    begun = await linking.begin(wish)
    return await linking.finish(begun, await clicked(begun.page))


async def test_an_account_is_linked_with_its_calendars(
    stand: Stand, linking: GoogleLinking, server: GoogleServer
) -> None:
    me = server.world.accounts[MAIL]
    server.world.calendar("team@group.calendar.google.com", "Team", me, "writer")
    server.world.calendar("holidays", "Holidays", me, "reader")
    server.others.longest_page = 2

    account = await linked(linking)

    assert (account.provider, account.address, account.url) == ("google", MAIL, "")
    assert account.calendars == (
        FoundCalendar(
            remote=MAIL, name="Work", color="#9fe1e7", address=f"mailto:{MAIL}", is_default=True
        ),
        FoundCalendar(
            remote="team@group.calendar.google.com",
            name="Team",
            color="#9fe1e7",
            address="mailto:team@group.calendar.google.com",
            counts_as_busy=False,
        ),
        FoundCalendar(
            remote="holidays",
            name="Holidays",
            read_only=True,
            color="#9fe1e7",
            counts_as_busy=False,
        ),
    )
    stand.connections.credentials = account.credentials
    assert len(await stand.reader.calendars(ME)) == 3


async def test_the_page_asks_for_what_is_needed_and_proves_who_asks(linking: GoogleLinking) -> None:
    begun = await linking.begin(WISH)
    other = await linking.begin(replace(WISH, free_busy_only=True))

    asked = {name: one for name, (one,) in parse_qs(urlsplit(begun.page).query).items()}
    assert asked["access_type"] == "offline"
    assert asked["code_challenge_method"] == "S256"
    assert asked["login_hint"] == MAIL
    assert asked["redirect_uri"] == BACK
    assert [one.rpartition("/")[2] for one in asked["scope"].split()] == [
        "calendar.events",
        "calendar.calendarlist.readonly",
        "calendar.freebusy",
    ]
    (scope,) = parse_qs(urlsplit(other.page).query)["scope"]
    assert "calendar.events.freebusy" in scope
    assert "calendar.events " not in f"{scope} "
    assert begun.secrets["verifier"] not in begun.page
    assert begun.secrets["verifier"] not in repr(begun)


async def test_times_alone_are_read_with_the_smaller_scopes(
    stand: Stand, linking: GoogleLinking
) -> None:
    account = await linked(linking, replace(WISH, free_busy_only=True))

    stand.connections.credentials = account.credentials
    stand.connections.account = replace(stand.connections.account, free_busy_only=True)
    found = [page async for page in stand.reader.changes_since(stand.calendar.id, None)]
    assert found[-1].cursor is not None


async def test_without_a_browser_that_comes_back_there_is_no_way(linking: GoogleLinking) -> None:
    with pytest.raises(NotAllowed):
        await linking.begin(replace(WISH, return_to=""))


async def test_a_no_links_nothing(linking: GoogleLinking, server: GoogleServer) -> None:
    server.oauth.says_no = True

    with pytest.raises(NotAllowed, match="nothing is linked"):
        await linked(linking)


@pytest.mark.parametrize(
    ("box", "means"),
    [
        ("calendar.events", "see and change events"),
        ("calendar.calendarlist.readonly", "see the list"),
        ("calendar.freebusy", "when you are busy"),
    ],
)
async def test_an_unticked_box_is_named(
    linking: GoogleLinking, server: GoogleServer, box: str, means: str
) -> None:
    server.oauth.unticked = frozenset({f"https://www.googleapis.com/auth/{box}"})

    with pytest.raises(NotAllowed, match=means):
        await linked(linking)


@pytest.mark.parametrize(
    "answer",
    [{}, {"state": "another", "code": "x"}, {"code": "x"}, {"error": "server_error"}],
)
async def test_an_answer_to_another_question_links_nothing(
    linking: GoogleLinking, server: GoogleServer, answer: dict[str, str]
) -> None:
    begun = await linking.begin(WISH)

    with pytest.raises(NotAllowed):
        await linking.finish(begun, answer)
    assert "token" not in server.asked


async def test_a_code_works_once_and_only_with_its_proof(linking: GoogleLinking) -> None:
    begun = await linking.begin(WISH)
    answer = await clicked(begun.page)
    stolen = replace(begun, secrets={**begun.secrets, "verifier": "guessed" * 8})

    with pytest.raises(NotAllowed, match="too long"):
        await linking.finish(stolen, answer)
    with pytest.raises(NotAllowed, match="too long"):
        await linking.finish(begun, answer)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault("token"), TryLater),
        (Fault("token", status=503, body="oops"), TryLater),
        (Fault("token", status=200, body="garbage"), TryLater),
        (Fault("token", status=200, body='{"access_token": "a"}'), SignInNeeded),
        (Fault("token", status=401, body='{"error": "invalid_client"}'), NotAllowed),
        (Fault("calendarList.list", status=500), TryLater),
        (Fault("calendarList.list", status=401, body="{}"), NotAllowed),
        (Fault("calendarList.list", status=200, body='{"items": []}'), NotFound),
        (Fault("calendarList.list", status=200, body='{"items": 7}'), TryLater),
    ],
)
async def test_what_goes_wrong_on_the_way_has_a_name(
    linking: GoogleLinking, server: GoogleServer, fault: Fault, error: type[Exception]
) -> None:
    begun = await linking.begin(WISH)
    answer = await clicked(begun.page)
    server.forever.append(fault)

    with pytest.raises(error):
        await linking.finish(begun, answer)


async def test_what_was_granted_is_given_back(
    stand: Stand, linking: GoogleLinking, server: GoogleServer
) -> None:
    account = await linked(linking)
    stand.connections.credentials = account.credentials

    await linking.revoke(stand.connections.account, account.credentials)

    assert account.credentials["refresh_token"] not in server.world.refresh
    with pytest.raises(SignInNeeded):
        await stand.reader.calendars(ME)
    await linking.revoke(stand.connections.account, account.credentials)
    await linking.revoke(stand.connections.account, {})


async def test_no_token_is_told(stand: Stand, linking: GoogleLinking, caplog: Any) -> None:
    caplog.set_level("DEBUG")
    account = await linked(linking)
    stand.connections.credentials = {**account.credentials, "access_token": "stale-token"}
    stand.server.forever.append(Fault("calendarList.list", status=403, body='{"x": "me@there"}'))

    with pytest.raises(NotAllowed) as raised:
        await stand.reader.calendars(ME)

    told = f"{caplog.text} {raised.value!r} {account!r} {stand.google.app!r}"
    for secret in (*account.credentials.values(), "stale-token", "me@there", "shh"):
        assert len(secret) < 3 or secret not in told or secret.startswith("20")


async def test_googles_own_flow_is_let_in_by_this_server(
    server: GoogleServer, monkeypatch: Any
) -> None:
    """The stand-in keeps to what Google's own library expects."""
    import asyncio

    monkeypatch.setitem(os.environ, "OAUTHLIB_INSECURE_TRANSPORT", "1")
    server.world.account(MAIL)
    app = an_app(server)
    told = {
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "auth_uri": app.auth_url,
        "token_uri": app.token_url,
    }
    scopes = ["https://www.googleapis.com/auth/calendar.events"]
    flow = Flow.from_client_config({"web": told}, scopes, redirect_uri=BACK)
    with flow.oauth2session:
        page, _ = flow.authorization_url(login_hint=MAIL)

        code = (await clicked(page))["code"]
        await asyncio.to_thread(flow.fetch_token, code=code)

        assert flow.credentials.refresh_token in server.world.refresh


async def test_a_calendar_whose_role_is_not_told_is_tried_to_be_written() -> None:
    async def ask(make: object) -> dict[str, object]:
        return {"items": [{"id": "a@x.org", "summary": "A"}, {"id": "b", "accessRole": "reader"}]}

    found = await found_calendars(ask)
    assert [(one.read_only, one.counts_as_busy) for one in found] == [(False, True), (True, False)]
