"""Linking a Microsoft account, in the browser and by a typed code; what becomes of its tokens."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from calendar_core.errors import NotAllowed, SignInNeeded, TryLater
from calendar_core.events import CalendarId
from calendar_core.linking import Account, AccountId, Begun, Credentials, Linked, Wish
from calendar_core.providers.microsoft.client import Graph
from calendar_core.providers.microsoft.connecting import Mailboxes
from calendar_core.providers.microsoft.linking import MicrosoftLinking
from calendar_core.providers.microsoft.login import App, Login
from calendar_core.providers.microsoft.tokens import Tokens
from tests.calendar_core.house import BERLIN, ME, MONDAY, days
from tests.calendar_core.providers.microsoft.stand import Stand
from tests.servers.graph.authority import CLIENT, SECRET, Authority, authority
from tests.servers.graph.server import ME as MAIL
from tests.servers.graph.server import Fault, GraphServer

BACK = "https://convene.example.org/link/microsoft/callback"


@dataclass
class Door:
    """All that links an account."""

    authority: Authority
    app: App
    login: Login
    linking: MicrosoftLinking

    async def by_page(self, **wish: object) -> Linked:
        begun = await self.linking.begin(Wish(owner=ME, return_to=BACK, **wish))  # type: ignore[arg-type]
        return await self.linking.finish(begun, self.authority.sign_in(begun.page))


@pytest.fixture
async def door(server: GraphServer, client: Graph, tmp_path: Path) -> AsyncIterator[Door]:
    async with authority(server, tmp_path) as running:
        app = App(
            client_id=CLIENT,
            secret=SECRET,
            authority=running.url,
            api=server.url,
            ca_file=running.ca_file,
        )
        login = Login(app)
        yield Door(running, app, login, MicrosoftLinking(client, login))
        login.close()


async def test_an_account_is_linked_in_the_browser(door: Door) -> None:
    begun = await door.linking.begin(Wish(owner=ME, return_to=BACK))
    query = parse_qs(urlsplit(begun.page).query)

    linked = await door.linking.finish(begun, door.authority.sign_in(begun.page))

    assert (query["redirect_uri"], begun.code) == ([BACK], "")
    assert query["state"][0] in begun.page
    assert set(query["scope"][0].split()) == {
        *("Calendars.ReadWrite", "User.Read", "offline_access", "openid", "profile")
    }
    assert (linked.provider, linked.address, linked.url) == ("microsoft", MAIL, "")
    assert [(one.name, one.is_default) for one in linked.calendars] == [("Calendar", True)]


async def test_an_account_is_linked_by_a_typed_code(door: Door) -> None:
    begun = await door.linking.begin(Wish(owner=ME))

    with pytest.raises(TryLater) as waiting:
        await door.linking.finish(begun, {})
    door.authority.type_code()
    linked = await door.linking.finish(begun, {})

    assert (begun.page, begun.code) == ("https://microsoft.com/devicelogin", "ABCD-EFGH")
    assert waiting.value.after == timedelta(seconds=1)
    assert linked.address == MAIL
    assert linked.credentials["kind"] == "public"


@pytest.mark.parametrize(
    ("back", "by_code"), [(BACK, True), ("http://localhost:4000/", False), ("", True)]
)
async def test_an_app_without_a_secret_is_sent_back_to_this_machine_alone(
    door: Door, client: Graph, back: str, by_code: bool
) -> None:
    public = Login(
        App(client_id=CLIENT, authority=door.authority.url, ca_file=door.authority.ca_file)
    )

    begun = await MicrosoftLinking(client, public).begin(Wish(owner=ME, return_to=back))

    assert bool(begun.code) == by_code
    public.close()


@pytest.mark.parametrize(
    ("api", "scope"),
    [
        ("https://graph.microsoft.com/v1.0", "Calendars.ReadWrite"),
        ("https://graph.microsoft.us/v1.0", "https://graph.microsoft.us/Calendars.ReadWrite"),
        ("http://127.0.0.1:9/v1.0", "Calendars.ReadWrite"),
    ],
)
def test_national_clouds_want_their_own_names_of_rights(api: str, scope: str) -> None:
    assert App(client_id=CLIENT, api=api).scopes(free_busy_only=False)[0] == scope


async def test_only_times_are_asked_for_where_that_is_all_that_is_wished(door: Door) -> None:
    begun = await door.linking.begin(Wish(owner=ME, return_to=BACK, free_busy_only=True))

    asked = parse_qs(urlsplit(begun.page).query)["scope"][0].split()

    assert "Calendars.ReadBasic" in asked
    assert "Calendars.ReadWrite" not in asked


async def test_a_person_who_says_no_is_not_linked(door: Door) -> None:
    door.authority.denies = True

    with pytest.raises(NotAllowed, match="did not allow"):
        await door.by_page()

    begun = await door.linking.begin(Wish(owner=ME))
    with pytest.raises(NotAllowed, match="did not allow"):
        await door.linking.finish(begun, {})


async def test_a_missing_right_is_told(door: Door) -> None:
    door.authority.withholds = "Calendars.ReadWrite"

    with pytest.raises(NotAllowed, match="not to your calendars"):
        await door.by_page()


async def test_an_answer_to_another_beginning_is_refused(door: Door) -> None:
    one = await door.linking.begin(Wish(owner=ME, return_to=BACK))
    other = await door.linking.begin(Wish(owner=ME, return_to=BACK))

    with pytest.raises(NotAllowed):
        await door.linking.finish(one, door.authority.sign_in(other.page))
    with pytest.raises(NotAllowed):
        await door.linking.finish(Begun(page=one.page), {"code": "x"})
    with pytest.raises(NotAllowed):
        await door.linking.finish(one, {})


async def test_a_code_is_good_once(door: Door) -> None:
    begun = await door.linking.begin(Wish(owner=ME, return_to=BACK))
    answer = door.authority.sign_in(begun.page)
    await door.linking.finish(begun, answer)

    with pytest.raises(NotAllowed):
        await door.linking.finish(begun, answer)


async def test_an_authority_that_is_away_is_tried_later(door: Door, client: Graph) -> None:
    login = Login(App(client_id=CLIENT, authority="https://127.0.0.1:9/common"))

    with pytest.raises(TryLater):
        await MicrosoftLinking(client, login).begin(Wish(owner=ME))
    login.close()


async def test_an_app_that_is_not_known_is_the_operators_to_mend(door: Door, client: Graph) -> None:
    strange = App(client_id="another", authority=door.authority.url, ca_file=door.authority.ca_file)

    login = Login(strange)

    with pytest.raises(NotAllowed, match="MICROSOFT_CLIENT_ID"):
        await MicrosoftLinking(client, login).begin(Wish(owner=ME))
    login.close()


async def test_nothing_secret_is_shown(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    begun = await door.linking.begin(Wish(owner=ME, return_to=BACK))
    linked = await door.linking.finish(begun, door.authority.sign_in(begun.page))
    shown = f"{begun!r} {linked!r} {door.app!r} {caplog.text}"

    for secret in (*door.authority.refreshes, *door.authority.graph.tokens, SECRET):
        assert secret not in shown, [one for one in shown.splitlines() if secret in one]


@pytest.fixture
async def signed_in(door: Door, stand: Stand, client: Graph) -> Stand:
    """A linked calendar whose tokens are the authority's."""
    linked = await door.by_page()
    stand.connections.credentials = linked.credentials
    tokens = Tokens(door.login, stand.connections)
    stand.reader.reader._mailboxes = Mailboxes(client, tokens, stand.connections)
    return stand


async def busy(stand: Stand) -> None:
    await stand.reader.busy(CalendarId("linked"), days(MONDAY).within(BERLIN))


async def test_a_token_is_kept_until_graph_refuses_it(door: Door, signed_in: Stand) -> None:
    door.authority.asked.clear()
    for _ in range(3):
        await busy(signed_in)
    kept = list(door.authority.asked)
    door.authority.expire()
    await busy(signed_in)

    assert kept == []
    assert door.authority.asked == ["token"]
    assert signed_in.connections.renewals == 1


async def test_what_is_renewed_is_stored_before_it_is_used(
    door: Door, signed_in: Stand, client: Graph
) -> None:
    """Refresh tokens are good once: another process goes on with what was stored."""
    for _ in range(3):
        door.authority.expire()
        await busy(signed_in)
        fresh = Tokens(door.login, signed_in.connections)
        signed_in.reader.reader._mailboxes = Mailboxes(client, fresh, signed_in.connections)

    assert signed_in.connections.renewals == 3
    assert len(door.authority.refreshes) == 1


async def test_renewing_happens_once_however_many_want_it(door: Door, signed_in: Stand) -> None:
    door.authority.expire()
    door.authority.asked.clear()

    await asyncio.gather(*(busy(signed_in) for _ in range(6)))

    assert door.authority.asked == ["token"]


async def test_another_process_may_be_quicker(
    door: Door, signed_in: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    connections = signed_in.connections
    before, account = connections.credentials, connections.account
    door.authority.expire()
    await busy(signed_in)
    reads = iter([before])

    async def of_account(account_id: AccountId) -> tuple[Account, Credentials]:
        return account, next(reads, connections.credentials)

    monkeypatch.setattr(connections, "of_account", of_account)
    other = Tokens(door.login, connections)

    token = await other.token(account.id, before, refused="the one that expired")

    assert token in door.authority.graph.tokens
    assert connections.renewals == 1


async def test_a_grant_that_was_taken_back_asks_to_sign_in(door: Door, signed_in: Stand) -> None:
    door.authority.revoke()
    door.authority.expire()

    with pytest.raises(SignInNeeded):
        await busy(signed_in)


async def test_an_authority_that_names_nobody_is_renewed_from_all_the_same(
    door: Door, signed_in: Stand
) -> None:
    cache = json.loads(signed_in.connections.credentials["cache"])
    cache["Account"] = {}
    signed_in.connections.credentials = {
        **signed_in.connections.credentials,
        "cache": json.dumps(cache),
    }

    await busy(signed_in)

    assert signed_in.connections.renewals == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((400, {"error": "interaction_required"}), SignInNeeded),
        ((400, {"error": "invalid_client"}), NotAllowed),
        ((503, {"error": "temporarily_unavailable"}), TryLater),
    ],
)
async def test_what_hinders_renewal_is_told_apart(
    door: Door, signed_in: Stand, answer: tuple[int, dict[str, str]], error: type[Exception]
) -> None:
    door.authority.expire()
    door.authority.fails += [answer] * 4

    with pytest.raises(error):
        await busy(signed_in)


async def test_a_mailbox_that_is_away_while_linking_is_tried_later(door: Door) -> None:
    door.authority.graph.faults.append(Fault("GET", "/me", status=503))

    with pytest.raises(TryLater):
        await door.by_page()
