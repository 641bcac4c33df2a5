"""Linking at Google and Microsoft from a chat to the end: real makers and the real web door, a
browser that follows redirects, small servers in place of the vendors."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from adapters.web.linking import LinkPages
from adapters.web.server import WebServer
from bot.app.linking import setup_of
from bot.app.providers import makers
from bot.settings import Settings
from calendar_core.clock import StandingClock
from calendar_core.database import Database
from calendar_core.vault import Vault, new_key
from tests.adapters.web.test_server import House as NoHealth
from tests.bot.house import House, button
from tests.builders import NOW
from tests.servers.google.server import GoogleServer
from tests.servers.graph.authority import CLIENT, SECRET, Authority, authority
from tests.servers.graph.server import ME as MAIL
from tests.servers.graph.server import GraphServer, graph

ANA = "ana@example.org"
_A_WHILE = timedelta(seconds=20)
REVIEW = {
    "id": "review1",
    "status": "confirmed",
    "iCalUID": "review1@google.com",
    "summary": "Review",
    "start": {"dateTime": "2026-03-10T14:00:00+01:00", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2026-03-10T15:00:00+01:00", "timeZone": "Europe/Berlin"},
    "creator": {"email": ANA, "self": True},
    "organizer": {"email": ANA, "self": True},
    "sequence": 0,
    "reminders": {"useDefault": True},
    "eventType": "default",
}


class LateDoor:
    """The house's door, whose web server is there before it: it needs the server's address."""

    house: House | None = None

    async def page(self, provider: str, state: str) -> str | None:
        assert self.house is not None
        return await self.house.core.linking.door.page(provider, state)

    async def finish(self, provider: str, answer: Mapping[str, str]) -> Any:
        assert self.house is not None
        return await self.house.core.linking.door.finish(provider, answer)


@asynccontextmanager
async def served(
    database: Database, folder: Path, *, is_public: bool = True, **settings: Any
) -> AsyncIterator[House]:
    """A house with these settings and its web door."""
    door = LateDoor()
    server = WebServer(NoHealth(), LinkPages(door).routes(), host="127.0.0.1", port=0)
    await server.start()
    given = Settings(public_url=server.address if is_public else None, **settings)
    clock = StandingClock(NOW)
    house = House(
        database,
        clock=clock,
        makers=makers(given, clock),
        vault=Vault(folder, new_key()),
        setup=setup_of(given, serves=True),
    )
    door.house = house
    yield house
    for one in house.core.providers.values():
        one.close()
    await server.stop()


def address_of(house: House, label: str) -> str:
    """Where a card's button leads."""
    url = button(house.card_with(label), label).url
    assert url is not None
    assert len(url) <= 512, "longer ones are no buttons on Discord"
    return url


def shown(text: str) -> str:
    """The code on a page."""
    found = re.search(r"<strong>(\d{6})</strong>", text)
    assert found is not None, text
    return found[1]


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session:
        yield session


@pytest.fixture
async def google() -> AsyncIterator[GoogleServer]:
    async with GoogleServer() as running:
        running.world.account(ANA, "Ana")
        running.world.calendars[ANA].put(dict(REVIEW), running.world.now())
        running.oauth.who = ANA
        yield running


def at_google(google: GoogleServer) -> dict[str, Any]:
    """An operator's settings."""
    return {
        "google_client_id": google.world.client_id,
        "google_client_secret": google.world.client_secret,
        "google_api_url": f"{google.url}/calendar/v3/",
        "google_auth_url": f"{google.url}/o/oauth2/auth",
        "google_token_url": f"{google.url}/token",
    }


async def test_google_from_the_chat_to_the_calendar_and_away_again(
    database: Database, tmp_path: Path, google: GoogleServer, browser: aiohttp.ClientSession
) -> None:
    async with served(database, tmp_path, **at_google(google)) as house:
        await house.say("link my google calendar")
        async with browser.get(address_of(house, "Open Google")) as page:
            code = shown(await page.text())
        await house.press("Enter the code …")
        await house.fill(code=code)
        assert f"✓ Linked Google {ANA}." in house.platform.last.text
        await house.core.reader.run_due()

        [said] = await house.say("what's on today")
        assert "14:00–15:00  Review" in said.text
        await house.say("move the review to 16:00")
        await house.press("Confirm")
        held = google.world.calendars[ANA].events["review1"]
        assert held["start"]["dateTime"].startswith("2026-03-10T16:00")

        await house.say("unlink google")
        await house.press("Unlink")
        assert "Everything of it is erased here." in house.platform.last.text
        assert google.world.refresh == {}, "Google forgot what it granted"
        [said] = await house.say("what's on today")
        assert "Review" not in said.text


async def test_no_at_google_and_another_browsers_no_code(
    database: Database, tmp_path: Path, google: GoogleServer, browser: aiohttp.ClientSession
) -> None:
    async with served(database, tmp_path, **at_google(google)) as house:
        google.oauth.says_no = True
        await house.say("link google")
        address = address_of(house, "Open Google")
        async with browser.get(address) as page:
            assert "Nothing was linked." in await page.text()
        assert "did not let me in" in house.platform.last.text
        async with browser.get(address) as page:
            assert (page.status, "This page is over." in await page.text()) == (400, True)
        google.oauth.says_no = False
        await house.press("Try again")
        async with browser.get(address_of(house, "Open Google")) as page:
            assert "is almost linked" in await page.text()
        await house.press("Not mine")
        assert google.world.refresh == {}


@pytest.fixture
async def server() -> AsyncIterator[GraphServer]:
    async with graph() as running:
        yield running


@pytest.fixture
async def microsoft(server: GraphServer, tmp_path: Path) -> AsyncIterator[Authority]:
    async with authority(server, tmp_path) as running:
        yield running


def at_microsoft(microsoft: Authority, server: GraphServer) -> dict[str, Any]:
    """An operator's settings."""
    return {
        "microsoft_client_id": CLIENT,
        "microsoft_authority": microsoft.url,
        "graph_api_url": server.url,
        "ssl_cert_file": microsoft.ca_file,
    }


async def test_microsoft_in_the_browser(
    database: Database,
    tmp_path: Path,
    microsoft: Authority,
    server: GraphServer,
    browser: aiohttp.ClientSession,
) -> None:
    settings = at_microsoft(microsoft, server)
    async with served(database, tmp_path, microsoft_client_secret=SECRET, **settings) as house:
        await house.say("connect outlook")
        start = address_of(house, "Open Microsoft")
        async with browser.get(start, allow_redirects=False) as page:
            vendors = page.headers["Location"]
        answer = microsoft.sign_in(vendors)
        back = parse_qs(urlsplit(vendors).query)["redirect_uri"][0]
        async with browser.get(back, params=answer) as page:
            code = shown(await page.text())
        await house.press("Enter the code …")
        await house.fill(code=code)
        assert f"✓ Linked Microsoft {MAIL}." in house.platform.last.text


async def test_microsoft_by_a_code_where_no_browser_comes_back(
    database: Database, tmp_path: Path, microsoft: Authority, server: GraphServer
) -> None:
    settings = at_microsoft(microsoft, server)
    async with served(database, tmp_path, is_public=False, **settings) as house:
        [said] = await house.say("link outlook")
        assert "ABCD-EFGH" in said.text
        await house.advance(_A_WHILE)
        assert house.platform.last is said
        microsoft.type_code()
        await house.advance(_A_WHILE)
        await house.press("Link")
        assert f"✓ Linked Microsoft {MAIL}." in house.platform.last.text
