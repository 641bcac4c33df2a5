"""A house that serves feeds and links accounts, without a chat."""

from pathlib import Path

import aiohttp
import pytest

from adapters.console.ports import CannotStart
from bot.app.serve import open_served_house
from bot.app.telling import WEB_ALONE, told_at_start
from bot.settings import Settings
from calendar_core.clock import SystemClock
from tests.builders import BERLIN


@pytest.fixture(autouse=True)
def _nothing_else_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CONVENE_WEB_PORT", "0")


async def test_the_web_door_is_served_alone_where_others_reach_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONVENE_PUBLIC_URL", "https://convene.example.org")
    opened = open_served_house(data=tmp_path, settings=Settings(), clock=SystemClock(), zone=BERLIN)
    async with opened as house:
        told = await told_at_start(house)
        async with aiohttp.ClientSession() as browser:
            timeout = aiohttp.ClientTimeout(total=10)
            address = f"{house.web.address}/healthz"
            async with browser.get(address, timeout=timeout) as answer:
                assert answer.status == 200
    assert WEB_ALONE in told
    assert "Slack: not configured, set SLACK_BOT_TOKEN and SLACK_APP_TOKEN" in told


async def test_without_a_chat_and_an_address_there_is_nothing_to_serve(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="without a chat, set CONVENE_PUBLIC_URL"):
        async with open_served_house(
            data=tmp_path, settings=Settings(), clock=SystemClock(), zone=BERLIN
        ):
            raise AssertionError("it must not open")


async def test_half_of_slack_is_told_by_the_name_of_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    with pytest.raises(CannotStart, match=r"configured in part\. Set SLACK_APP_TOKEN"):
        async with open_served_house(
            data=tmp_path, settings=Settings(), clock=SystemClock(), zone=BERLIN
        ):
            raise AssertionError("it must not open")
