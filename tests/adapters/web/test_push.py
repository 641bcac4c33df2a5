"""Makers that tell us something, over real HTTP: answered in time, whatever they send."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

import aiohttp
import pytest

from adapters.web import push
from adapters.web.push import LARGEST, PushAnswers
from tests.adapters.web.test_server import House, opened


@dataclass(frozen=True)
class Said:
    """An answer."""

    status: int
    text: str = ""


@dataclass
class GivenDoor:
    """Remembers what it was told."""

    told_to_it: list[tuple[str, Mapping[str, str], Mapping[str, str], bytes]] = field(
        default_factory=list
    )
    slow: float = 0.0

    async def told(
        self, provider: str, headers: Mapping[str, str], query: Mapping[str, str], body: bytes
    ) -> Said:
        await asyncio.sleep(self.slow)
        self.told_to_it.append((provider, headers, query, body))
        if "validationToken" in query:
            return Said(200, query["validationToken"])
        return Said(202 if provider == "google" else 404)


@pytest.fixture
def door() -> GivenDoor:
    return GivenDoor()


@pytest.fixture
async def url(door: GivenDoor) -> AsyncIterator[str]:
    async with opened(House(), *PushAnswers(door).routes()) as address:
        yield f"{address}/push/google"


@pytest.fixture
async def maker() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        yield session


async def test_what_is_told_is_handed_over_whole(
    url: str, door: GivenDoor, maker: aiohttp.ClientSession
) -> None:
    headers = {"X-Goog-Channel-Token": "s3cret"}
    async with maker.post(url, data=b"{}", headers=headers) as answer:
        assert (answer.status, await answer.text()) == (202, "")

    ((provider, told, query, body),) = door.told_to_it
    assert (provider, query, body) == ("google", {}, b"{}")
    assert told["x-goog-channel-token"] == "s3cret"


async def test_a_maker_that_looks_whether_we_are_there_gets_its_words_back_as_text(
    url: str, maker: aiohttp.ClientSession
) -> None:
    token = "Validation: <b>testing</b> & + ü"
    async with maker.post(url, params={"validationToken": token}) as answer:
        assert (answer.status, await answer.text()) == (200, token)
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


async def test_others_are_not_found(url: str, maker: aiohttp.ClientSession) -> None:
    async with maker.post(url.replace("google", "nobody")) as answer:
        assert answer.status == 404
    async with maker.get(url) as answer:
        assert answer.status == 405


async def test_too_much_is_not_read(
    url: str, door: GivenDoor, maker: aiohttp.ClientSession
) -> None:
    async with maker.post(url, data=b"x" * LARGEST) as answer:
        assert answer.status == 202
    async with maker.post(url, data=b"x" * (LARGEST + 1)) as answer:
        assert answer.status == 413
    assert len(door.told_to_it) == 1


async def test_an_answer_comes_in_time(
    url: str, door: GivenDoor, maker: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push, "WITHIN", 0.1)
    door.slow = 2.0

    async with maker.post(url, data=b"{}") as answer:
        assert answer.status == 503
