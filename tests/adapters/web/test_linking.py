"""Browsers on their way to a vendor's page and back, over real HTTP."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

import aiohttp
import pytest

from adapters.web.linking import LinkPages, LoopbackPage, Told
from tests.adapters.web.test_server import House, opened

PAGE = "https://vendor.example/auth?state=s1"


@dataclass
class Door:
    """Knows one state."""

    said: Told = field(default_factory=lambda: Told(title="x"))
    came: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)

    async def page(self, provider: str, state: str) -> str | None:
        return PAGE if (provider, state) == ("google", "s1") else None

    async def finish(self, provider: str, answer: Mapping[str, str]) -> Told:
        self.came.append((provider, dict(answer)))
        return self.said


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
async def address(door: Door) -> AsyncIterator[str]:
    async with opened(House(), *LinkPages(door).routes()) as address:
        yield address


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        yield session


async def test_a_short_address_leads_on_to_the_vendors_page(
    address: str, browser: aiohttp.ClientSession
) -> None:
    async with browser.get(f"{address}/link/google/start/s1", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, PAGE)
        assert answer.headers["Referrer-Policy"] == "no-referrer"


async def test_a_browser_that_comes_back_sees_a_plain_page(
    address: str, door: Door, browser: aiohttp.ClientSession
) -> None:
    door.said = Told(
        title="<script>ana@example.org</script> is almost linked.",
        lines=("Type this code & no other.",),
        code="123456",
    )
    url = f"{address}/link/google/callback?state=s1&code=c&scope=a%20b"
    async with browser.get(url) as answer:
        text = await answer.text()
    assert answer.status == 200
    assert door.came == [("google", {"state": "s1", "code": "c", "scope": "a b"})]
    assert "&lt;script&gt;ana@example.org&lt;/script&gt; is almost linked." in text
    assert "<script" not in text
    assert "<strong>123456</strong>" in text
    assert "Type this code &amp; no other." in text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


async def test_a_page_that_is_over_says_so(
    address: str, door: Door, browser: aiohttp.ClientSession
) -> None:
    door.said = Told(title="This page is over.", is_well=False)
    async with browser.get(f"{address}/link/google/start/used") as answer:
        assert answer.status == 400
        assert "This page is over." in await answer.text()
    assert door.came == [("google", {})]


async def test_a_page_on_this_machine_hears_the_browser_that_knows_the_state(
    browser: aiohttp.ClientSession,
) -> None:
    page = LoopbackPage()
    await page.start()
    try:
        assert page.address.startswith("http://127.0.0.1:")
        waiting = asyncio.create_task(page.answer("mine"))
        for state in ("", "else", "mine"):
            async with browser.get(f"{page.address}/?state={state}&code={state}c") as answer:
                assert "Go back to the terminal" in await answer.text()
        assert await waiting == {"state": "mine", "code": "minec"}
    finally:
        await page.stop()
