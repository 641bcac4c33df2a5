"""Requests over HTTP: whose they are, and what they say."""

import json
import logging
from collections.abc import AsyncIterator
from time import time
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.signature import SignatureVerifier

from adapters.slack.pages import page, welcome
from adapters.slack.signed import Signed, body_in, is_ssl_check

SECRET = "0123456789abcdef0123456789abcdef"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
COMMAND = {"command": "/cal", "text": "payload review & tea tomorrow 3pm", "team_id": "T1"}
PRESS = {"type": "block_actions", "team": None}
EVENT = {"type": "event_callback", "event": {"type": "message", "text": "my secret, payload"}}


@pytest.mark.parametrize(
    ("text", "content_type", "found"),
    [
        (urlencode(COMMAND), FORM, COMMAND),
        (urlencode({**COMMAND, "payload": "{"}), FORM, {**COMMAND, "payload": "{"}),
        (urlencode({"payload": json.dumps(PRESS)}), FORM, PRESS),
        (json.dumps(EVENT), JSON, EVENT),
        (json.dumps(EVENT), "text/plain", EVENT),
    ],
)
def test_a_request_says_what_it_holds(text: str, content_type: str, found: object) -> None:
    assert body_in(text, content_type) == found


@pytest.mark.parametrize(
    ("text", "content_type"),
    [
        *((text, JSON) for text in ("", "[1]", "null", '"x"', "{}", '{"a":', "a=b")),
        *((text, FORM) for text in ("", "{", "payload=%7Bx", "payload=3")),
    ],
)
def test_what_is_no_request_of_slack_is_not_read(text: str, content_type: str) -> None:
    with pytest.raises(ValueError):
        body_in(text, content_type)


@pytest.fixture
async def address(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """A site that reads requests, and answers 204 to those that are Slack's."""
    signed = Signed(SECRET)

    async def read(request: web.Request) -> web.Response:
        found = await signed.read(request)
        return web.Response(status=204) if isinstance(found, AsyncBoltRequest) else found

    async def look(request: web.Request) -> web.Response:
        return web.Response(status=200 if is_ssl_check(request) else 405)

    app = web.Application()
    app.router.add_post("/", read)
    app.router.add_get("/", look)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()


async def test_only_slack_is_heard_and_no_words_of_others_are_logged(
    address: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "convene.slack")
    now, body = int(time()), json.dumps(EVENT)
    proves = SignatureVerifier(SECRET).generate_signature

    def signed(stamp: object, text: str = body) -> dict[str, str]:
        proof = proves(timestamp=str(stamp), body=text) or ""
        return {"X-Slack-Request-Timestamp": str(stamp), "X-Slack-Signature": proof}

    challenge = json.dumps({"type": "url_verification", "challenge": "c1", "token": "z"})
    tries: list[tuple[str, str, dict[str, str]]] = [
        (body, JSON, signed(now)),
        (body, JSON, signed(now - 290)),
        (body, JSON, signed(now - 310)),
        (body, JSON, signed(now + 310)),
        (body, JSON, signed("soon")),
        (body, JSON, signed(now) | {"X-Slack-Signature": "v0=ä"}),
        (body, JSON, {}),
        (body + " ", JSON, signed(now)),
        ("[1]", JSON, signed(now, "[1]")),
        ("ssl_check=1&token=z", FORM, {}),
        (challenge, JSON, signed(now, challenge)),
        (challenge, JSON, {}),
    ]
    statuses, said = [], ""
    async with aiohttp.ClientSession() as browser:
        for text, kind, headers in tries:
            async with browser.post(
                address, data=text.encode(), headers={"Content-Type": kind, **headers}
            ) as answer:
                statuses.append(answer.status)
                said = await answer.text() if answer.status == 200 else said
        for query in ("?ssl_check=1&token=z", ""):
            async with browser.get(f"{address}{query}") as answer:
                statuses.append(answer.status)
    refused = [401] * 6
    assert statuses == [204, 204, *refused, 400, 200, 200, 401, 200, 405]
    assert json.loads(said) == {"challenge": "c1"}
    assert "secret" not in caplog.text


def test_a_page_says_why_nothing_was_installed_and_escapes_what_it_was_told() -> None:
    shown = page("access_denied", "https://c.example/slack/install")
    assert "You did not allow it, so nothing was installed." in shown
    assert '<a href="https://c.example/slack/install">' in shown
    assert "<script>" not in page("<script>x", "https://c.example/slack/install")


def test_a_page_says_what_to_do_after_an_installation() -> None:
    one = Installation(user_id="U1", app_id="A1", team_id="T1", team_name="<b>Acme")
    assert "Convene is in &lt;b&gt;Acme now." in welcome(one)
    assert 'href="slack://app?team=T1&amp;id=A1"' in welcome(one)
    whole = Installation(
        user_id="U1",
        app_id="A1",
        enterprise_id="E1",
        enterprise_name="Ent",
        enterprise_url="https://ent.enterprise.slack.com/",
        is_enterprise_install=True,
    )
    assert "Convene is installed for Ent." in welcome(whole)
    assert "https://ent.enterprise.slack.com/manage/organization/apps/profile/A1" in welcome(whole)
    assert "None" not in welcome(whole)
