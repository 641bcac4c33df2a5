"""Signed HTTP: what happens is posted to the app's own address."""

import hashlib
import hmac
import json
from urllib.parse import urlencode
from uuid import uuid4

import aiohttp

from tests.servers.slack.backend import Backend
from tests.servers.slack.delivery import COMMAND, EVENT, Unanswered
from tests.servers.slack.world import Json


class SignedHttp:
    """Requests to the app's own address, signed."""

    def __init__(self, slack: Backend, url: str, patience: float) -> None:
        self._slack = slack
        self._url = url
        self._patience = patience
        self.secret = slack.app.signing_secret
        """Another one makes every signature wrong."""
        self.age = 0
        """Seconds by which the timestamp lies in the past."""

    async def send(self, kind: str, payload: Json, attempt: int, reason: str) -> Json | None:
        """Send a request. Raises Unanswered."""
        if kind == EVENT:
            body, content = json.dumps(payload), "application/json"
        else:
            fields = payload if kind == COMMAND else {"payload": json.dumps(payload)}
            body, content = urlencode(fields), "application/x-www-form-urlencoded"
        headers = {"content-type": content, **self._signature(body)}
        if attempt:
            headers |= {"x-slack-retry-num": str(attempt), "x-slack-retry-reason": reason}
        status, text, kept = await self._request(body, headers)
        if status != 200:
            raise Unanswered("no_retry" if kept.get("x-slack-no-retry") else "http_error")
        if not text:
            return None
        is_json = kept.get("content-type", "").startswith("application/json")
        return dict(json.loads(text)) if is_json else {"text": text}

    async def verifies(self) -> bool:
        """Whether the app answers the challenge that is sent when its address is set."""
        challenge = uuid4().hex
        given = {"type": "url_verification", "challenge": challenge, "token": "verify"}
        body = json.dumps(given)
        headers = {"content-type": "application/json", **self._signature(body)}
        status, text, _ = await self._request(body, headers)
        return status == 200 and challenge in text

    def _signature(self, body: str) -> dict[str, str]:
        stamp = str(int(self._slack.now()) - self.age)
        base = f"v0:{stamp}:{body}".encode()
        digest = hmac.new(self.secret.encode(), base, hashlib.sha256).hexdigest()
        return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}

    async def _request(self, body: str, headers: dict[str, str]) -> tuple[int, str, dict[str, str]]:
        timeout = aiohttp.ClientTimeout(total=self._patience)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(self._url, data=body.encode(), headers=headers) as answer,
            ):
                kept = {key.lower(): value for key, value in answer.headers.items()}
                return answer.status, await answer.text(), kept
        except TimeoutError:
            raise Unanswered("http_timeout") from None
        except aiohttp.ClientError:
            raise Unanswered("connection_failed") from None
