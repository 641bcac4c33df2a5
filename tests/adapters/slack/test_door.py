"""The Slack door end to end on real sockets: what comes twice, what breaks, what takes long."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from adapters.slack.door import Pace, SlackDoor
from bot.chat.cards import Button, Card, CardKind, message
from bot.chat.forms import Form, FormField
from bot.chat.messages import ButtonPress, Command, IncomingMessage
from bot.chat.platform import PlaceGone, PlatformBusy, PlatformError
from calendar_core.clock import SystemClock
from tests.adapters.slack.house import (
    MANIFEST,
    House,
    Listener,
    RememberedEnterprises,
    RememberedKeys,
)
from tests.servers.slack import SlackServer
from tests.servers.slack.delivery import EVENT
from tests.servers.slack.signed import SignedHttp

ASKING = Card(
    kind=CardKind.CARD,
    title=("Move lunch?",),
    buttons=(Button(label="Confirm", value="confirm:1"), Button(label="Edit", value="edit:1")),
)
FORM = Form(
    value="edit:1",
    title="Edit",
    fields=(FormField(name="title", label="Title", required=True),),
)


# What comes twice


async def test_a_delivery_whose_ack_got_lost_makes_the_same_id(house: House) -> None:
    await house.ana.dms("lunch tomorrow")
    (delivery,) = house.slack.deliveries
    await house.slack.post.again(delivery)
    await house.door.settle()
    assert len({one.id for one in house.heard.messages}) == 1


async def test_a_mention_comes_under_one_id_though_slack_tells_it_twice(house: House) -> None:
    await house.ana.mentions(house.team, "lunch tomorrow")
    await house.door.settle()
    kinds = [one.payload["event"]["type"] for one in house.slack.deliveries if one.kind == EVENT]
    assert sorted(kinds) == ["app_mention", "message"]
    assert {(one.id, one.text) for one in house.heard.messages} == {
        (house.heard.messages[0].id, "lunch tomorrow")
    }


async def test_a_double_press_is_two_presses_of_one_value(house: House) -> None:
    await house.platform.post(house.place(), ASKING)
    card = await house.ana.sees("Move lunch?", house.team)
    await asyncio.gather(house.ana.clicks(card, "Confirm"), house.ana.clicks(card, "Confirm"))
    await house.door.settle()
    assert [one.value for one in house.heard.presses] == ["confirm:1"] * 2
    assert len({one.id for one in house.heard.presses}) == 2
    assert house.slack.complaints == []


# What takes long


async def test_everything_is_acked_at_once_while_the_engine_thinks(house: House) -> None:
    thought = asyncio.Event()

    async def think(came: IncomingMessage | ButtonPress | Command) -> None:
        await thought.wait()

    house.heard.answer = house.heard.answer_press = house.heard.answer_command = think
    await house.platform.post(house.place(), ASKING)
    card = await house.ana.sees("Move lunch?", house.team)
    await house.ana.mentions(house.team, "lunch?")
    await house.ana.dms("lunch?")
    await house.ana.commands("/cal", "lunch?", channel=house.team)
    await house.ana.clicks(card, "Confirm")
    await house.slack.until(lambda: all(one.is_acked for one in house.slack.deliveries))
    slowest = max(one.acked_after or 9.0 for one in house.slack.deliveries)
    thought.set()
    await house.door.settle()
    assert slowest < 1.0
    assert house.slack.complaints == []


async def test_stopping_lets_an_answer_come_to_its_end(house: House) -> None:
    begun = asyncio.Event()

    async def answer(came: IncomingMessage) -> None:
        begun.set()
        await asyncio.sleep(0.1)
        await house.platform.post(came.place, message("Done."))

    house.heard.answer = answer
    await house.ana.dms("lunch?")
    await begun.wait()
    await house.door.stop()
    await house.ana.sees("Done.")


# Forms and what one person sees


async def test_a_form_with_faults_stays_open_until_it_is_right(house: House) -> None:
    async def ask(press: ButtonPress) -> None:
        await house.platform.open_form(
            FORM, place=press.place, sender=press.sender, trigger=press.trigger
        )

    house.heard.answer_press = ask
    await house.platform.post(house.place(), ASKING)
    await house.ana.clicks(await house.ana.sees("Move lunch?", house.team), "Edit")
    modal = await house.ana.gets_modal()
    house.heard.wrong = {"title": "Another one has that name."}
    first = await house.ana.submits(modal, {"Title": "Lunch"})
    assert list(first.errors.values()) == ["Another one has that name."]
    assert house.heard.forms == []
    house.heard.wrong = {}
    await house.ana.submits(modal, {"Title": "Late lunch"})
    await house.door.settle()
    assert house.ana.modal() is None
    (answer,) = house.heard.forms
    assert (answer.value, dict(answer.fields)) == ("edit:1", {"title": "Late lunch"})
    assert house.slack.complaints == []


async def test_a_form_that_comes_too_late_is_told_as_such(house: House) -> None:
    await house.ana.uses_shortcut("new_event")
    await house.door.settle()
    (shortcut,) = house.heard.shortcuts
    house.slack.skip(4)
    with pytest.raises(PlatformBusy):
        await house.platform.open_form(
            FORM, place=shortcut.place, sender=shortcut.sender, trigger=shortcut.trigger
        )


async def test_a_trigger_is_not_used_twice(house: House) -> None:
    await house.ana.uses_shortcut("new_event")
    await house.door.settle()
    (shortcut,) = house.heard.shortcuts
    place, sender = shortcut.place, shortcut.sender
    await house.platform.open_form(FORM, place=place, sender=sender, trigger=shortcut.trigger)
    with pytest.raises(PlatformBusy):
        await house.platform.open_form(FORM, place=place, sender=sender, trigger=shortcut.trigger)


async def test_a_private_answer_to_a_mention_is_seen_though_no_thread_is_there_yet(
    house: House,
) -> None:
    async def answer(came: IncomingMessage) -> None:
        await house.platform.post(came.place, message("You are free."), seen_by=came.sender)

    house.heard.answer = answer
    await house.ana.mentions(house.team, "am I free?")
    await house.ana.sees("You are free.", house.team)
    assert all(one.bot_id is None for one in house.ben.messages(house.team))
    assert house.slack.complaints == []


async def test_a_private_answer_to_a_command_reaches_where_the_bot_is_not(house: House) -> None:
    outside = house.acme.channel("outside", house.ana, house.ben, bot=False)

    async def answer(came: Command) -> None:
        await house.platform.post(came.place, message("You are free."), seen_by=came.sender)

    house.heard.answer_command = answer
    await house.ana.commands("/cal", "free", channel=outside)
    await house.ana.sees("You are free.", outside)
    assert house.ben.messages(outside) == []


# What breaks


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_the_door_connects_again_when_slack_asks(house: House, reason: str) -> None:
    await house.slack.sockets.disconnect(reason, close=reason != "warning")
    await house.slack.connected(times=2)
    await house.ana.dms("still there?")
    await house.door.settle()
    assert [one.text for one in house.heard.messages] == ["still there?"]
    assert await house.door.is_healthy()


async def test_a_limit_is_waited_for_as_told(house: House) -> None:
    house.slack.fault("chat.postMessage", retry_after=1)
    begun = asyncio.get_running_loop().time()
    await house.platform.post(house.place(), message("hello"))
    assert asyncio.get_running_loop().time() - begun >= 1.0
    assert len(house.team.messages) == 1


async def test_a_long_limit_is_told_with_its_seconds(house: House) -> None:
    house.slack.fault("chat.postMessage", retry_after=90, times=5)
    with pytest.raises(PlatformBusy) as caught:
        await house.platform.post(house.place(), message("hello"))
    assert caught.value.seconds == 90


@pytest.mark.parametrize(("status", "garbage"), [(500, False), (200, True)])
async def test_trouble_at_slack_is_waited_out_or_told(
    house: House, status: int, garbage: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("calls", "posting"):
        monkeypatch.setattr(f"adapters.slack.{module}.OUTAGE", (0.0, 0.0))
    house.slack.fault("chat.postMessage", status=status, garbage=garbage, times=5)
    with pytest.raises(PlatformError):
        await house.platform.post(house.place(), message("hello"), key="k")
    ref = await house.platform.post(house.place(), message("hello"), key="k")
    assert list(house.team.messages) == [ref.id]
    house.slack.fault("chat.update", status=status, garbage=garbage, times=2)
    await house.platform.update(ref, message("Moved."))
    await house.ana.sees("Moved.", house.team)


async def test_an_edit_over_a_broken_connection_is_tried_again(house: House) -> None:
    ref = await house.platform.post(house.place(), ASKING)
    house.slack.fault("chat.update", cut=True)
    await house.platform.update(ref, message("Moved."))
    await house.ana.sees("Moved.", house.team)


async def test_a_revoked_token_is_a_place_that_is_gone(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.acme.revokes_token()
    with caplog.at_level(logging.CRITICAL), pytest.raises(PlaceGone):
        await house.platform.post(house.place(), message("hello"))


async def test_a_refused_token_stops_the_start_with_what_to_do() -> None:
    async with SlackServer(MANIFEST) as slack:
        acme = slack.workspace()
        for bot, app, told in (
            ("xoxb-no", slack.app_token, "install the app again"),
            (acme.bot_token, "xapp-no", "SLACK_APP_TOKEN"),
        ):
            door = SlackDoor(
                clock=SystemClock(),
                keys=RememberedKeys(),
                enterprises=RememberedEnterprises(),
                bot_token=bot,
                app_token=app,
                api_url=slack.api_url,
            )
            door.open_to(Listener(), Listener())
            with pytest.raises(PlatformError, match=told):
                await door.start()


async def test_what_the_manifest_asks_for_is_all_that_the_door_needs(house: House) -> None:
    assert await house.door.missing_scopes() == []


# Over HTTP


@pytest.fixture
async def behind_http(house: House) -> AsyncIterator[tuple[SignedHttp, Listener, SlackDoor]]:
    """A second door to the same team, over signed requests."""
    heard = Listener()
    door = SlackDoor(
        clock=SystemClock(),
        keys=RememberedKeys(),
        enterprises=RememberedEnterprises(),
        bot_token=house.acme.bot_token,
        signing_secret=house.slack.signing_secret,
        api_url=house.slack.api_url,
        pace=Pace(status_after=0.0),
    )
    door.open_to(heard, heard)
    await door.start()
    app = web.Application()
    app.router.add_post("/slack/events", door.receive)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    yield house.slack.use_http(url), heard, door
    await runner.cleanup()
    await door.stop()


async def test_signed_requests_say_the_same_as_a_socket(
    house: House, behind_http: tuple[SignedHttp, Listener, SlackDoor]
) -> None:
    http, heard, door = behind_http
    assert await http.verifies()
    said = await house.ana.dms("lunch?")
    await house.ana.commands("/cal", "today")
    await house.platform.post(house.place(), ASKING)
    await house.ana.clicks(await house.ana.sees("Move lunch?", house.team), "Confirm")
    await door.settle()
    assert [one.id for one in heard.messages] == [f"{house.acme.id}/{house.ana.dm.id}/{said.ts}"]
    assert [one.name for one in heard.commands] == ["today"]
    assert [one.value for one in heard.presses] == ["confirm:1"]
    assert house.slack.complaints == []


@pytest.mark.parametrize(("secret", "age"), [("forged", 0), ("", 400)])
async def test_forged_and_old_requests_are_not_heard(
    house: House,
    behind_http: tuple[SignedHttp, Listener, SlackDoor],
    secret: str,
    age: int,
) -> None:
    http, heard, door = behind_http
    http.secret, http.age = secret or http.secret, age
    await house.ana.dms("lunch?")
    await house.ana.commands("/cal", "today")
    await door.settle()
    assert (heard.messages, heard.commands) == ([], [])
    assert house.slack.deliveries[0].failures[0] == "http_error"


async def test_who_waits_when_the_door_closes_is_told(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.door.PATIENCE", 0.2)
    begun = asyncio.Semaphore(0)

    async def hangs(_: object) -> None:
        begun.release()
        await asyncio.sleep(60)

    house.heard.answer = house.heard.answer_command = hangs
    await house.ana.dms("what's on?")
    await house.ben.commands("/cal", "today", channel=house.team)
    for _ in range(2):
        await begun.acquire()
    await house.door.stop()
    assert (await house.ana.sees("I was stopped")).seen_by is None
    assert (await house.ben.sees("I was stopped", house.team)).seen_by == house.ben.id
