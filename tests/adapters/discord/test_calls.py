"""What becomes of Discord's refusals: waited for, repeated, or told in our words."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import discord
import pytest
from aiohttp.client_reqrep import ConnectionKey
from discord.http import Route
from discord.webhook.async_ import AsyncWebhookAdapter

from adapters.discord.calls import Again, Answered, TooLate, call
from adapters.discord.pointing import Pointing
from bot.chat.cards import message
from bot.chat.platform import PlaceGone, PlatformBusy
from tests.adapters.discord.conftest import Town
from tests.adapters.discord.house import Heard
from tests.adapters.discord.test_forms import SHORT, opening, pressed
from tests.adapters.discord.test_listening import team
from tests.adapters.discord.test_speaking import CARD, DONE, direct, posted


@dataclass
class Told:
    """An answer of Discord's, as discord.py hands it on in an error."""

    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)
    reason: str = ""

    async def text(self) -> str:
        return self.body


def refusal(status: int, body: Any, **headers: str) -> discord.HTTPException:
    page = body if isinstance(body, str) else json.dumps(body)
    told: Any = Told(status, page, {name.replace("_", "-"): v for name, v in headers.items()})
    return discord.HTTPException(told, body)


def failing(*errors: Exception) -> Callable[[], Awaitable[str]]:
    """What fails in these ways, one after the other, and then says so."""
    left = list(errors)

    async def doing() -> str:
        if left:
            raise left.pop(0)
        return "said"

    return doing


@pytest.mark.parametrize(
    ("status", "code", "ours"),
    [
        (400, 50033, PlaceGone),
        (400, 50007, PlaceGone),
        (400, 160005, PlaceGone),
        (400, 200000, PlaceGone),
        (400, 40094, TooLate),
        (400, 40060, Answered),
        (401, 50027, TooLate),
        (400, 40003, PlatformBusy),
        (400, 50035, discord.HTTPException),
    ],
)
async def test_a_refusal_is_told_by_what_can_be_done(
    status: int, code: int, ours: type[Exception]
) -> None:
    theirs = refusal(status, {"message": "No", "code": code})
    with pytest.raises(ours) as told:
        await call(failing(theirs))
    assert type(told.value) is ours
    assert told.value.__cause__ is not told.value


@pytest.mark.parametrize(
    "limit",
    [
        refusal(429, {"message": "Slow down.", "retry_after": 0.01, "global": False}),
        refusal(429, "<html>", Retry_After="0"),
        refusal(429, {"message": "Slow down.", "retry_after": 0.01}, X_RateLimit_Scope="shared"),
    ],
)
async def test_a_limit_is_waited_for_wherever_it_tells_its_seconds(
    limit: discord.HTTPException,
) -> None:
    assert await call(failing(limit)) == "said"


async def test_what_cannot_carry_a_mark_is_said_again_only_where_it_did_not_arrive(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("adapters.discord.calls.OUTAGE", (0.0,))
    key = ConnectionKey("discord.test", 443, True, True, None, None, None)
    unreached = aiohttp.ClientConnectorError(key, ConnectionRefusedError())
    assert await call(failing(unreached), again=Again.UNSENT) == "said"
    with pytest.raises(PlatformBusy):
        await call(failing(aiohttp.ServerDisconnectedError()), again=Again.UNSENT)


async def test_a_limit_that_a_proxy_tells_as_a_page_is_no_bug(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("adapters.discord.calls.OUTAGE", ())

    async def as_discord_py_does(*_: Any, **__: Any) -> Any:
        page: Any = "<html>"
        return page["retry_after"]

    monkeypatch.setattr(AsyncWebhookAdapter, "request", as_discord_py_does)
    adapter = Pointing("http://127.0.0.1/api/v10", None)._adapter
    assert adapter is not None
    session: Any = None
    with pytest.raises(PlatformBusy):
        await call(lambda: adapter.request(Route("GET", "/gateway"), session))


@pytest.mark.parametrize("first_answer", ["defer", "send_message"])
async def test_a_receipt_that_was_lost_on_the_way_loses_no_answer(
    town: Town, monkeypatch: pytest.MonkeyPatch, first_answer: str
) -> None:
    """Discord has the first answer; that is not known here, and refused a second time."""
    given = getattr(discord.InteractionResponse, first_answer)

    async def lost(self: Any, **parts: Any) -> Any:
        await given(self, **parts)
        self._response_type = None
        raise refusal(400, {"message": "Acknowledged already.", "code": 40060})

    async def answer(heard: Heard) -> None:
        if first_answer == "defer":
            await asyncio.sleep(0.01)
        await town.platform.post(heard.place, message("You are free."), seen_by=heard.sender)

    monkeypatch.setattr(discord.InteractionResponse, first_answer, lost)
    town.talk.does = answer
    asked = await town.ana.slash(town.team, "cal today")
    assert asked.response is not None
    assert (asked.response.content, asked.response.ephemeral) == ("You are free.", True)
    assert not asked.followups
    assert not direct(town)


@pytest.mark.parametrize("arrives", [True, False])
async def test_a_press_whose_answer_discord_leaves_open_changes_its_card_all_the_same(
    town: Town, monkeypatch: pytest.MonkeyPatch, arrives: bool
) -> None:
    monkeypatch.setattr("adapters.discord.calls.OUTAGE", ())
    given = discord.InteractionResponse.edit_message

    async def broken(self: Any, **parts: Any) -> Any:
        if arrives:
            await given(self, **parts)
        raise aiohttp.ServerDisconnectedError

    async def act(press: Heard) -> None:
        await town.platform.update(press.message, DONE, reply=press.reply)

    monkeypatch.setattr(discord.InteractionResponse, "edit_message", broken)
    await town.platform.post(team(town), CARD)
    shown = town.team.last_message
    assert shown is not None
    town.talk.does = act
    await town.ana.click(shown, label="Confirm")
    assert posted(town) == ["### ✓ Moved."]


async def test_a_form_that_discord_leaves_open_is_offered_by_a_button(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.discord.calls.OUTAGE", ())

    async def broken(self: Any, modal: Any) -> Any:
        raise aiohttp.ServerDisconnectedError

    monkeypatch.setattr(discord.InteractionResponse, "send_modal", broken)
    opening(town, SHORT)
    asked = await pressed(town)
    said = [*(one.content for one in asked.followups), *direct(town)]
    assert [line.splitlines()[0] for line in said] == [f"{SHORT.title}: press to fill it in."]
