"""Requests of Slack over HTTP: whether they are Slack's, and what they hold.

Bolt's own reading takes every form for an interaction in whose text the word "payload" stands, and
its check logs what people wrote: both are done here, before it. See Slack's "Verifying requests
from Slack" and "Implementing slash commands".
"""

import json
import logging
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from adapters.slack.origins import settle

log = logging.getLogger("convene.slack.signed")

_STAMP = re.compile(r"\d{1,12}", re.ASCII)
_FORM = "application/x-www-form-urlencoded"


class Signed:
    """Reads what Slack signed."""

    def __init__(self, secret: str) -> None:
        self._verifier = SignatureVerifier(secret)

    async def read(self, request: web.Request) -> AsyncBoltRequest | web.Response:
        """What Bolt is to look at, or the answer where there is nothing for it: to Slack's look at
        the certificate, to its challenge, and to what is not Slack's or not readable."""
        raw = await request.read()
        if is_ssl_check(request, raw):
            return web.Response()
        if not self._is_slacks(raw, request.headers):
            log.warning("refused: not signed by Slack, or not within five minutes of our clock")
            return web.json_response({"error": "invalid request"}, status=401)
        try:
            body = body_in(raw.decode(), request.content_type)
        except ValueError:
            log.warning("refused: not readable bytes=%d", len(raw))
            return web.json_response({"error": "not readable"}, status=400)
        if body.get("type") == "url_verification":
            return web.json_response({"challenge": str(body.get("challenge", ""))})
        settle(body)
        headers: dict[str, Any] = {name.lower(): value for name, value in request.headers.items()}
        # so that Bolt takes the body as it was read
        return AsyncBoltRequest(body=body, headers=headers, mode="socket_mode")

    def _is_slacks(self, raw: bytes, headers: Mapping[str, str]) -> bool:
        stamp = headers.get("X-Slack-Request-Timestamp", "")
        signature = headers.get("X-Slack-Signature", "")
        if not _STAMP.fullmatch(stamp) or not signature.isascii():
            return False
        try:
            return self._verifier.is_valid(raw, stamp, signature)
        except UnicodeDecodeError:
            return False


def is_ssl_check(request: web.Request, raw: bytes = b"") -> bool:
    """Whether Slack only looks at the certificate."""
    if request.query.get("ssl_check") == "1":
        return True
    form = request.content_type == _FORM and len(raw) < 1_000
    return form and ("ssl_check", "1") in parse_qsl(raw.decode(errors="replace"))


def body_in(text: str, content_type: str) -> dict[str, Any]:
    """What a request says: JSON, a form, or JSON in a form's `payload`. Raises ValueError."""
    if content_type == "application/json" or text.startswith("{"):
        found = json.loads(text)
    else:
        fields = dict(parse_qsl(text, keep_blank_values=True))
        is_command = "command" in fields
        found = fields if is_command or "payload" not in fields else json.loads(fields["payload"])
    if not isinstance(found, dict) or not found:
        raise ValueError("not an object")
    return found
