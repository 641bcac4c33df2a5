"""The REST side: what discord.py asks of it, with tokens checked and faults where a test wants
them."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from aiohttp import web

from tests.servers.discord.world import APPLICATION, BOT, TEAM, World, fault_of, member, thread

Json = dict[str, Any]
EPHEMERAL = 64


class Asked(NamedTuple):
    """A request that came in."""

    method: str
    path: str
    json: Any


@dataclass
class Fault:
    """What some requests are answered with instead."""

    method: str
    path: str
    """A pattern of the whole path after the version."""
    status: int
    body: Json = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 1


class Refused(Exception):
    """A request that Discord refuses."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"code": code, "message": message}


class Rest:
    """Answers requests out of a world."""

    def __init__(self, world: World, token: str) -> None:
        self.world = world
        self.token = token
        self.gateway_url = ""
        self.starts = 1000
        """Connections that may still be begun today."""
        self.shards = 1
        """Connections that a bot is told to open."""
        self.asked: list[Asked] = []
        self.faults: list[Fault] = []
        self._routes: list[tuple[str, str, Callable[..., Any]]] = [
            ("GET", "/users/@me", lambda _: BOT),
            ("GET", "/oauth2/applications/@me", lambda _: self._application()),
            ("GET", "/gateway", lambda _: {"url": self.gateway_url}),
            ("GET", "/gateway/bot", lambda _: self._gateway()),
            ("PUT", r"/applications/(\d+)/commands", self._put_commands),
            ("GET", r"/applications/(\d+)/commands", lambda *_: self.world.commands),
            ("POST", "/users/@me/channels", self._open_direct),
            ("GET", r"/channels/(\d+)", self._channel),
            ("POST", r"/channels/(\d+)/messages", self._send),
            ("GET", r"/channels/(\d+)/messages", self._history),
            ("PATCH", r"/channels/(\d+)/messages/(\d+)", self._edit),
            ("POST", r"/channels/(\d+)/typing", lambda *_: None),
            ("GET", r"/guilds/(\d+)/members/(\d+)", lambda _, __, id: member(id)),
            ("POST", r"/interactions/(\d+)/([\w-]+)/callback", self._respond),
            ("POST", r"/webhooks/(\d+)/([\w-]+)", self._follow_up),
            ("PATCH", r"/webhooks/(\d+)/([\w-]+)/messages/([\w@]+)", self._edit_answer),
            ("DELETE", r"/webhooks/(\d+)/([\w-]+)/messages/([\w@]+)", self._delete_answer),
        ]

    async def answer(self, request: web.Request) -> web.Response:
        """One request."""
        path = "/" + request.match_info["path"]
        body = await _body(request)
        self.asked.append(Asked(request.method, path, body))
        for fault in self.faults:
            if fault.times and fault.method == request.method and re.fullmatch(fault.path, path):
                fault.times -= 1
                return _told(fault.status, fault.body, fault.headers)
        if not _needs_no_token(path) and request.headers.get("Authorization") != self._bearer:
            return _told(401, {"code": 0, "message": "401: Unauthorized"})
        try:
            return self._routed(request.method, path, body)
        except Refused as refused:
            return _told(refused.status, refused.body)

    @property
    def _bearer(self) -> str:
        return f"Bot {self.token}"

    def _routed(self, method: str, path: str, body: Any) -> web.Response:
        for wanted, pattern, handle in self._routes:
            if wanted == method and (match := re.fullmatch(pattern, path)):
                answer = handle(body, *match.groups())
                return _told(200, answer) if answer is not None else web.Response(status=204)
        raise Refused(404, 0, f"no such route: {method} {path}")

    def _gateway(self) -> Json:
        starts = {"total": 1000, "remaining": self.starts, "reset_after": 300, "max_concurrency": 1}
        return {"url": self.gateway_url, "shards": self.shards, "session_start_limit": starts}

    def _application(self) -> Json:
        return {
            "id": APPLICATION,
            "name": "Convene",
            "icon": None,
            "description": "",
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": "",
            "team": None,  # an owner need not be told
        }

    def _put_commands(self, body: Any, application: str) -> list[Json]:
        self.world.commands = [
            {
                "description": "",
                **one,
                "id": self.world.new_id(),
                "application_id": application,
                "version": "1",
            }
            for one in body
        ]
        return self.world.commands

    def _open_direct(self, body: Any) -> Json:
        who = str(body["recipient_id"])
        channel = self.world.directs.setdefault(who, self.world.new_id())
        recipient = {"id": who, "username": "x", "discriminator": "0", "avatar": None}
        return {"id": channel, "type": 1, "recipients": [recipient], "last_message_id": None}

    def _channel(self, body: Any, id: str) -> Json:
        if id not in self.world.threads:
            raise Refused(404, 10003, "Unknown Channel")
        return thread(id)

    def _send(self, body: Any, channel: str) -> Json:
        _check(body)
        return self.world.said_by(BOT, channel, body)

    def _history(self, body: Any, channel: str) -> list[Json]:
        of_channel = [m for m in self.world.messages.values() if m["channel_id"] == channel]
        return of_channel[::-1]

    def _edit(self, body: Any, channel: str, id: str) -> Json:
        return self._edited(id, body)

    def _edited(self, id: str, body: Any) -> Json:
        _check({"flags": 0, **body})
        message = self.world.edit(id, body)
        if message is None:
            raise Refused(404, 10008, "Unknown Message")
        return message

    def _respond(self, body: Any, id: str, token: str) -> Json:
        told = self.world.responses.get(token)
        if told is None:
            raise Refused(404, 10062, "Unknown interaction")
        if told:
            raise Refused(400, 40060, "Interaction has already been acknowledged.")
        told.append(body)
        answer: Json = {"id": id, "type": 2}
        if body["type"] in (4, 5):
            message = self.world.said_by(BOT, token, body.get("data") or {})
            self.world.originals[token] = message["id"]
            answer["response_message_id"] = message["id"]
        return {"interaction": answer}

    def _follow_up(self, body: Any, application: str, token: str) -> Json:
        self._check_token(token)
        _check(body)
        return self.world.said_by(BOT, TEAM, body)

    def _edit_answer(self, body: Any, application: str, token: str, id: str) -> Json:
        self._check_token(token)
        return self._edited(self._answer_id(token, id), body)

    def _delete_answer(self, body: Any, application: str, token: str, id: str) -> None:
        self._check_token(token)
        if self.world.messages.pop(self._answer_id(token, id), None) is None:
            raise Refused(404, 10008, "Unknown Message")

    def _answer_id(self, token: str, id: str) -> str:
        return self.world.originals.get(token, "") if id == "@original" else id

    def _check_token(self, token: str) -> None:
        if not self.world.responses.get(token):
            raise Refused(404, 10015, "Unknown Webhook")


def _needs_no_token(path: str) -> bool:
    """Interactions carry their token in the path."""
    return path.startswith(("/interactions/", "/webhooks/"))


def _check(parts: Any) -> None:
    fault = fault_of(parts)
    if fault is not None:
        raise Refused(400, 50035, fault)


async def _body(request: web.Request) -> Any:
    if request.content_type.startswith("multipart/"):
        form = await request.post()
        return json.loads(str(form["payload_json"]))
    text = await request.text()
    return json.loads(text) if text else None


def _told(status: int, body: Any, headers: dict[str, str] | None = None) -> web.Response:
    # discord.py reads as JSON only what is exactly of this type, without a charset
    told = web.Response(
        status=status,
        body=json.dumps(body).encode(),
        headers={"Via": "1.1 test", **(headers or {})},
    )
    told.headers["Content-Type"] = "application/json"
    return told
