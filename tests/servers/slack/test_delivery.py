"""What happens reaches the real Bolt: over Socket Mode and over signed HTTP."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp

from tests.servers.slack.conftest import BoltApp, Town
from tests.servers.slack.signed import SignedHttp
from tests.servers.slack.world import Json

FIELD: Json = {
    "type": "input",
    "block_id": "title",
    "label": {"type": "plain_text", "text": "Title"},
    "element": {"type": "plain_text_input", "action_id": "in"},
}
MODAL: Json = {
    "type": "modal",
    "callback_id": "new",
    "title": {"type": "plain_text", "text": "New event"},
    "submit": {"type": "plain_text", "text": "Save"},
    "blocks": [FIELD],
}
CARD: list[Json] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "Move lunch?"}},
    {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": "yes",
                "value": "confirm:1",
                "text": {"type": "plain_text", "text": "Confirm"},
            }
        ],
    },
]


async def test_a_mention_comes_as_message_and_as_mention(town: Town, bolt: BoltApp) -> None:
    heard: list[Json] = []

    async def hear(event: dict[str, Any]) -> None:
        heard.append(event)

    bolt.app.event("message")(hear)
    bolt.app.event("app_mention")(hear)
    said = await town.ana.mentions(town.team, "lunch?")
    assert sorted(one["type"] for one in heard) == ["app_mention", "message"]
    assert {one["ts"] for one in heard} == {said.ts}
    assert all(one.is_acked for one in town.slack.deliveries)


async def test_a_bot_does_not_hear_itself_in_bolt_though_slack_tells(
    town: Town, bolt: BoltApp
) -> None:
    @bolt.app.event("message")
    async def answer(say: Any) -> None:
        await say("heard")

    await town.ana.says(town.team, "hello")
    await town.ana.sees("heard", town.team)
    assert await town.slack.until(lambda: len(town.slack.deliveries) == 2)
    assert len(town.team.messages) == 2


async def test_what_is_not_subscribed_to_is_not_sent(town: Town, bolt: BoltApp) -> None:
    await town.acme.post.event(town.acme.id, {"type": "team_join"})
    assert town.slack.post.unsent == ["team_join is not subscribed to"]
    assert town.slack.deliveries == []


async def test_a_press_opens_a_form_and_errors_keep_it_open(town: Town, bolt: BoltApp) -> None:
    @bolt.app.action("yes")
    async def press(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @bolt.app.view("new")
    async def take(ack: Any, view: dict[str, Any]) -> None:
        title = view["state"]["values"]["title"]["in"]["value"]
        if title == "bad":
            await ack(response_action="errors", errors={"title": "Another one."})
        else:
            await ack()

    await town.client.chat_postMessage(channel=town.team.id, text="Move?", blocks=CARD)
    card = await town.ana.sees("Move lunch?", town.team)
    await town.ana.clicks(card, "Confirm")
    form = await town.ana.gets_modal()
    assert (await town.ana.submits(form, {"Title": "bad"})).errors == {"title": "Another one."}
    assert town.ana.modal() is form
    assert (await town.ana.submits(form, {"Title": "Lunch"})).view is None
    assert town.ana.modal() is None
    assert town.slack.complaints == []


async def test_triggers_are_good_once_and_for_three_seconds(town: Town, bolt: BoltApp) -> None:
    triggers: list[str] = []

    @bolt.app.global_shortcut("new_event")
    async def keep(ack: Any, shortcut: dict[str, Any]) -> None:
        await ack()
        triggers.append(shortcut["trigger_id"])

    for _ in range(2):
        await town.ana.uses_shortcut("New event")
    opening = town.client.api_call
    body = {"view": json.dumps(MODAL), "trigger_id": triggers[0]}
    await opening("views.open", json=body)
    with pytest.raises(Exception, match="exchanged_trigger_id"):
        await opening("views.open", json=body)
    town.slack.skip(4)
    with pytest.raises(Exception, match="expired_trigger_id"):
        await opening("views.open", json=body | {"trigger_id": triggers[1]})


async def test_an_ephemeral_card_is_edited_by_its_own_address(town: Town, bolt: BoltApp) -> None:
    @bolt.app.action("yes")
    async def press(ack: Any, body: dict[str, Any], respond: Any) -> None:
        await ack()
        assert "message" not in body
        await respond(text="Moved.", replace_original=True)

    whisper = town.client.chat_postEphemeral
    await whisper(channel=town.team.id, user=town.ana.id, text="Move?", blocks=CARD)
    card = await town.ana.sees("Move lunch?", town.team)
    await town.ana.clicks(card, "Confirm")
    assert await town.ana.sees("Moved.", town.team) is card
    assert town.ben.messages(town.team) == []


async def test_a_reply_address_is_good_five_times_and_half_an_hour(
    town: Town, bolt: BoltApp
) -> None:
    statuses: list[int] = []

    @bolt.app.command("/cal")
    async def answer(ack: Any, respond: Any) -> None:
        await ack()
        for _ in range(6):
            statuses.append((await respond("again")).status_code)

    await town.ana.commands("/cal", "today", channel=town.team)
    assert await town.slack.until(lambda: len(statuses) == 6)
    assert statuses == [200] * 5 + [404]
    assert len(town.ana.messages(town.team)) == 5
    assert town.ben.messages(town.team) == []


async def test_words_with_a_commands_ack_are_for_who_used_it(town: Town, bolt: BoltApp) -> None:
    @bolt.app.command("/cal")
    async def answer(ack: Any) -> None:
        await ack("One moment.")

    await town.ana.commands("/cal", channel=town.team)
    await town.ana.sees("One moment.", town.team)
    assert town.ben.messages(town.team) == []


async def test_what_is_not_acked_is_sent_again(town: Town, bolt: BoltApp) -> None:
    tries: list[str] = []

    @bolt.app.middleware
    async def dawdle(req: Any, next: Any) -> None:
        tries.append(req.headers.get("x-slack-retry-num", ["0"])[0])
        if len(tries) < 3:
            await asyncio.sleep(0.5)
        await next()

    @bolt.app.event("message")
    async def hear() -> None:
        pass

    await town.ana.says(town.team, "hello")
    assert await town.slack.until(lambda: town.slack.deliveries[0].is_acked)
    assert tries == ["0", "1", "2"]
    assert town.slack.deliveries[0].failures == ["timeout", "timeout"]


async def test_a_press_that_is_not_acked_is_a_complaint(town: Town, bolt: BoltApp) -> None:
    @bolt.app.global_shortcut("new_event")
    async def dawdle(ack: Any) -> None:
        await asyncio.sleep(0.6)
        await ack()

    await town.ana.uses_shortcut("New event")
    assert town.slack.complaints[0] == "shortcut was not acked: timeout"


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_the_app_comes_again_when_asked(town: Town, bolt: BoltApp, reason: str) -> None:
    heard: list[str] = []

    @bolt.app.event("message")
    async def hear(event: dict[str, Any]) -> None:
        heard.append(event["text"])

    await town.slack.sockets.disconnect(reason, close=reason != "warning")
    await town.slack.connected(times=2)
    await town.ana.says(town.team, "still there?")
    assert heard == ["still there?"]


async def test_more_than_ten_connections_are_turned_away(town: Town) -> None:
    async with aiohttp.ClientSession() as session:
        greetings, sockets = [], []
        for _ in range(11):
            opened = await town.client.apps_connections_open(app_token=town.slack.app_token)
            socket = await session.ws_connect(opened["url"])
            sockets.append(socket)
            greetings.append(await socket.receive_json())
    assert [one["type"] for one in greetings] == ["hello"] * 10 + ["disconnect"]
    assert greetings[-1]["reason"] == "too_many_websockets"


async def test_an_address_for_a_socket_is_good_once(town: Town) -> None:
    async with aiohttp.ClientSession() as session:
        opened = await town.client.apps_connections_open(app_token=town.slack.app_token)
        await session.ws_connect(opened["url"])
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(opened["url"])


class HttpApp:
    """The real Bolt behind an address of its own."""

    def __init__(self, app: AsyncApp, door: SignedHttp) -> None:
        self.app = app
        self.door = door


@pytest.fixture
async def http(town: Town) -> AsyncIterator[HttpApp]:
    app = AsyncApp(client=town.client, signing_secret=town.slack.signing_secret)
    logging.getLogger("slack_bolt").setLevel(logging.CRITICAL)

    async def handle(request: web.Request) -> web.Response:
        asked = await to_bolt_request(request)
        return await to_aiohttp_response(await app.async_dispatch(asked))

    site = web.Application()
    site.router.add_post("/slack/events", handle)
    runner = web.AppRunner(site, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    yield HttpApp(app, town.slack.use_http(url))
    await runner.cleanup()


async def test_signed_requests_are_taken(town: Town, http: HttpApp) -> None:
    heard: list[str] = []

    @http.app.event("message")
    async def hear(event: dict[str, Any]) -> None:
        heard.append(event["text"])

    @http.app.command("/cal")
    async def answer(ack: Any, command: dict[str, Any]) -> None:
        await ack(f"{command['command']} {command['text']}")

    @http.app.action("yes")
    async def press(ack: Any) -> None:
        await ack()

    assert await http.door.verifies()
    await town.ana.dms("hello")
    await town.ana.commands("/cal", "today")
    await town.ana.sees("/cal today")
    await town.client.chat_postMessage(channel=town.ana.dm.id, text="Move?", blocks=CARD)
    await town.ana.clicks(await town.ana.sees("Move lunch?"), "confirm:1")
    assert heard == ["hello"]
    assert town.slack.complaints == []


@pytest.mark.parametrize(("secret", "age"), [("another", 0), ("", 400)])
async def test_wrong_and_old_signatures_are_refused(
    town: Town, http: HttpApp, secret: str, age: int
) -> None:
    http.door.secret, http.door.age = secret or http.door.secret, age
    assert not await http.door.verifies()
    await town.ana.dms("hello")
    assert town.slack.deliveries[0].failures == ["http_error"]
