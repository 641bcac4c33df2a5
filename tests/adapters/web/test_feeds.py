"""Feeds over real HTTP: told once in whole, or not at all, and kept by nobody between."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import pytest

from adapters.web import feeds
from adapters.web.feeds import FeedAnswers
from tests.adapters.web.test_server import House, opened

TOKEN = "s3cret-token"


@dataclass
class Given:
    """A feed as a test has it."""

    version: str = "v1"
    parts: list[str] = field(default_factory=lambda: ["BEGIN:VCALENDAR\r\n", "END:VCALENDAR\r\n"])
    told: int = 0
    breaks: bool = False
    waits: float = 0.0

    async def pieces(self) -> AsyncIterator[str]:
        for part in self.parts:
            await asyncio.sleep(self.waits)
            self.told += 1
            yield part
            if self.breaks:
                raise ConnectionError("the database is gone")


@dataclass
class GivenDoor:
    """Knows one token."""

    given: Given = field(default_factory=Given)
    asked: list[str] = field(default_factory=list)

    async def feed(self, token: str) -> Given | None:
        self.asked.append(token)
        return self.given if token == TOKEN else None


@pytest.fixture
def door() -> GivenDoor:
    return GivenDoor()


@pytest.fixture
async def url(door: GivenDoor) -> AsyncIterator[str]:
    async with opened(House(), *FeedAnswers(door).routes()) as address:
        yield f"{address}/feeds/{TOKEN}.ics"


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        yield session


async def test_who_knows_the_address_reads_it(
    url: str, door: GivenDoor, browser: aiohttp.ClientSession
) -> None:
    async with browser.get(url) as answer:
        assert answer.status == 200
        assert await answer.text() == "".join(door.given.parts)
        told = answer.headers
    assert told["Content-Type"] == "text/calendar; charset=utf-8"
    assert told["ETag"] == 'W/"v1"'
    assert "noindex" in told["X-Robots-Tag"]
    assert told["Cache-Control"] == "private, no-cache"
    assert told["Referrer-Policy"] == "no-referrer"


async def test_nobody_else_does(url: str, door: GivenDoor, browser: aiohttp.ClientSession) -> None:
    told = set()
    for wrong in (TOKEN[:-1], "x", "x" * 5000, "%00", "%E2%98%83", "a.ics"):
        async with browser.get(url.replace(TOKEN, wrong)) as answer:
            told.add((answer.status, await answer.text(), answer.headers["X-Robots-Tag"]))
    assert told == {(404, "There is no such feed.", "noindex, nofollow, noarchive")}
    async with browser.post(url) as answer:
        assert answer.status == 405
    assert door.given.told == 0


async def test_what_is_known_is_not_told_again(
    url: str, door: GivenDoor, browser: aiohttp.ClientSession
) -> None:
    for known, status in [
        ('W/"v1"', 304),
        ('"v1"', 304),
        ('"v0", W/"v1"', 304),
        ("*", 304),
        ('W/"v0"', 200),
        ("rubbish", 200),
    ]:
        async with browser.get(url, headers={"If-None-Match": known}) as answer:
            assert answer.status == status, known
            assert answer.headers["ETag"] == 'W/"v1"'
            assert bool(await answer.read()) is (status == 200)


async def test_its_head_alone_tells_nothing(
    url: str, door: GivenDoor, browser: aiohttp.ClientSession
) -> None:
    async with browser.head(url) as answer:
        assert (answer.status, answer.headers["ETag"]) == (200, 'W/"v1"')
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    async with browser.head(url.replace(TOKEN, "x")) as answer:
        assert answer.status == 404
    assert door.given.told == 0


async def test_it_is_packed_for_whoever_unpacks(url: str, door: GivenDoor) -> None:
    door.given.parts = ["BEGIN:VCALENDAR\r\n", "X:" + "x" * 50_000, "\r\nEND:VCALENDAR\r\n"]
    async with (
        aiohttp.ClientSession(auto_decompress=False) as session,
        session.get(url, headers={"Accept-Encoding": "gzip"}) as answer,
    ):
        packed = await answer.read()
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(packed) < 5_000
    assert gzip.decompress(packed).decode() == "".join(door.given.parts)


@pytest.mark.parametrize("how", ["breaks", "is slow"])
async def test_what_breaks_off_does_not_look_whole(
    url: str, door: GivenDoor, browser: aiohttp.ClientSession, how: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(feeds, "LONGEST", 0.05)
    door.given.breaks, door.given.waits = how == "breaks", 0.2 if how == "is slow" else 0.0

    with pytest.raises(aiohttp.ClientError):
        async with browser.get(url) as answer:
            await answer.read()
