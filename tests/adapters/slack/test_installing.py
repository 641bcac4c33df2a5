"""Many workspaces by one app: installing, organizations, tokens that rotate, the end of it."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from html import unescape
from secrets import token_hex

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from yarl import URL

from adapters.slack.door import INSTALL_PATH, REDIRECT_PATH, Installations, SlackDoor
from bot.chat.cards import message
from bot.chat.messages import Command, Opened, Place, Sender, Shortcut
from bot.chat.platform import PlaceGone, Right
from calendar_core.clock import SystemClock
from tests.adapters.slack.house import (
    MANIFEST,
    Listener,
    RememberedEnterprises,
    RememberedKeys,
)
from tests.servers.slack import SlackServer, Workspace
from tests.servers.slack import web as web_api
from tests.servers.slack.world import Json


class MemoryStore(AsyncInstallationStore):
    """Installations in memory."""

    def __init__(self) -> None:
        self.bots: dict[tuple[str | None, str | None], Bot] = {}

    async def async_save(self, installation: Installation) -> None:
        await self.async_save_bot(installation.to_bot())

    async def async_save_bot(self, bot: Bot) -> None:
        team = None if bot.is_enterprise_install else bot.team_id
        self.bots[bot.enterprise_id, team] = bot

    async def async_find_bot(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        is_enterprise_install: bool | None = False,
    ) -> Bot | None:
        return self.bots.get((enterprise_id, None if is_enterprise_install else team_id))

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        self.bots.pop((enterprise_id, team_id), None)

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """People's own tokens are not kept."""


class MemoryStates(AsyncOAuthStateStore):
    """States that were given out and not yet used."""

    def __init__(self) -> None:
        self.open: set[str] = set()

    async def async_issue(self, *args: object, **kwargs: object) -> str:
        state = token_hex(8)
        self.open.add(state)
        return state

    async def async_consume(self, state: str) -> bool:
        known = state in self.open
        self.open.discard(state)
        return known


class Front:
    """The public address: there before the door, which must know it."""

    door: SlackDoor

    async def install(self, request: web.Request) -> web.Response:
        return await self.door.install(request)

    async def finish(self, request: web.Request) -> web.Response:
        return await self.door.finish_install(request)


@dataclass
class Shop:
    """A door for many workspaces, its public address, and what it heard."""

    slack: SlackServer
    door: SlackDoor
    heard: Listener
    store: MemoryStore
    site: str

    async def install(self, where: str) -> int:
        """Somebody of a workspace or organization installs the app in a browser; the status."""
        cookies = aiohttp.CookieJar(treat_as_secure_origin=URL(self.site))
        async with aiohttp.ClientSession(cookie_jar=cookies) as browser:
            async with browser.get(f"{self.site}{INSTALL_PATH}") as shown:
                words = await shown.text()
            link = unescape(re.findall(r'href="(http[^"]+)"', words)[0])
            async with browser.get(f"{link}&team={where}") as end:
                return end.status

    def sender(self, workspace: Workspace, user: str) -> Sender:
        return Sender(platform="slack", workspace=workspace.id, user=user)


@pytest.fixture(params=[False, True], ids=["lasting", "rotating"])
async def shop(request: pytest.FixtureRequest) -> AsyncIterator[Shop]:
    settings: Json = {**MANIFEST["settings"], "token_rotation_enabled": request.param}
    app = web.Application()
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    async with SlackServer({**MANIFEST, "settings": settings}) as slack:
        store, heard = MemoryStore(), Listener()
        front = Front()
        app.router.add_get(INSTALL_PATH, front.install)
        app.router.add_get(REDIRECT_PATH, front.finish)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        site = f"http://localhost:{runner.addresses[0][1]}"
        door = SlackDoor(
            clock=SystemClock(),
            keys=RememberedKeys(),
            enterprises=RememberedEnterprises(),
            app_token=slack.app_token,
            installations=Installations(
                store=store,
                states=MemoryStates(),
                client_id=slack.client_id,
                client_secret=slack.client_secret,
                redirect_url=f"{site}{REDIRECT_PATH}",
            ),
            api_url=slack.api_url,
        )
        front.door = door
        door.open_to(heard, heard)
        await door.start()
        await slack.connected()
        yield Shop(slack, door, heard, store, site)
        await door.stop()
        await runner.cleanup()


async def test_each_workspace_is_spoken_to_with_its_own_token(shop: Shop) -> None:
    for name in ("one", "two"):
        workspace = shop.slack.workspace(name, installed=False)
        ana = workspace.user("Ana")
        assert await shop.install(workspace.id) == 200
        await ana.dms(f"hello from {name}")
        await shop.door.settle()
        said = shop.heard.messages[-1]
        assert (said.place.workspace, said.text) == (workspace.id, f"hello from {name}")
        await shop.door.platform.post(said.place, message(f"hello {name}"))
        await ana.sees(f"hello {name}")
    assert shop.slack.complaints == []


async def test_who_is_served_in_their_own_company_is_the_same_in_a_shared_channel(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = (shop.slack.workspace(name, installed=False) for name in ("one", "two"))
    xen = one.user("Xen")  # as a shared channel shows her to the other company
    shared = one.channel("shared", xen)
    two.user("Ben")
    monkeypatch.setattr("adapters.slack.people.FRESH", timedelta())
    assert await shop.install(one.id) == 200
    info, theirs = web_api.METHODS["users.info"], {"team_id": two.id}
    monkeypatch.setitem(
        web_api.METHODS, "users.info", lambda *asked: {"user": info(*asked)["user"] | theirs}
    )
    seen = []
    for _ in range(2):
        await xen.mentions(shared, "hello")
        await shop.door.settle()
        seen.append(shop.heard.messages[-1])
        assert await shop.install(two.id) == 200
    assert [one.sender.workspace for one in seen] == [f"{one.id}:{two.id}", two.id]
    assert {said.place.workspace for said in seen} == {one.id}
    may, there = shop.door.platform.may, seen[1].place
    assert await may(seen[1].sender, there, Right.SPEAK)
    assert not await may(seen[1].sender, there, Right.GOVERN)
    assert not await may(replace(seen[1].sender, workspace="T9"), there, Right.SPEAK)


async def test_an_organization_installs_for_all_its_workspaces(shop: Shop) -> None:
    one = shop.slack.workspace("one", enterprise="E1", installed=False)
    two = shop.slack.workspace("two", enterprise="E1", installed=False)
    people = [one.user("Ana"), two.user("Ben")]
    assert await shop.install("E1") == 200
    for person in people:
        await person.dms("hello")
        await shop.door.settle()
        said = shop.heard.messages[-1]
        assert said.place.workspace == said.sender.workspace == "E1"
        await shop.door.platform.post(said.place, message("welcome"))
        await person.sees("welcome")


@pytest.mark.parametrize("first", ["command", "shortcut", "home"])
async def test_of_an_organization_anything_can_come_first(shop: Shop, first: str) -> None:
    one = shop.slack.workspace("one", enterprise="E1", installed=False)
    ana = one.user("Ana")
    await shop.install("E1")
    if first == "command":
        await ana.commands("/cal", "today")
    elif first == "shortcut":
        await ana.uses_shortcut("new_event")
    else:
        await ana.opens_home()
    await shop.door.settle()
    came: list[Command | Shortcut | Opened] = []
    for kind in (shop.heard.commands, shop.heard.shortcuts, shop.heard.opened):
        came += kind
    (heard,) = came
    assert heard.sender.workspace == "E1"
    assert heard.sender.name == "Ana"
    assert heard.place.channel == ana.dm.id
    assert shop.slack.complaints == []


async def test_tokens_are_renewed_before_they_end(shop: Shop) -> None:
    workspace = shop.slack.workspace("one", installed=False)
    ana = workspace.user("Ana")
    await shop.install(workspace.id)
    (bot,) = shop.store.bots.values()
    rotates = bot.bot_refresh_token is not None
    first = bot.bot_token
    bot.bot_token_expires_at = 1 if rotates else None
    await ana.dms("hello")
    await shop.door.settle()
    await shop.door.platform.post(shop.heard.messages[-1].place, message("still here"))
    await ana.sees("still here")
    (renewed,) = shop.store.bots.values()
    assert (renewed.bot_token != first) is rotates


async def test_after_the_app_was_removed_the_place_is_gone(shop: Shop) -> None:
    workspace = shop.slack.workspace("one", installed=False)
    ana = workspace.user("Ana")
    await shop.install(workspace.id)
    await workspace.uninstalls()
    await shop.slack.until(lambda: not shop.store.bots)
    assert shop.store.bots == {}
    there = Place(platform="slack", workspace=workspace.id, channel=ana.dm.id)
    with pytest.raises(PlaceGone):
        await shop.door.platform.post(there, message("anybody?"))


async def test_a_state_of_nobodys_installs_nothing(shop: Shop) -> None:
    workspace = shop.slack.workspace("one", installed=False)
    workspace.user("Ana")
    async with aiohttp.ClientSession() as browser:
        code = shop.slack.grant(workspace, "U1")
        address = f"{shop.site}{REDIRECT_PATH}?code={code}&state=forged"
        async with browser.get(address) as end:
            assert end.status in (400, 401)
    assert shop.store.bots == {}
