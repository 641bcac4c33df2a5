"""The door of the Web API: arguments, tokens, scopes, limits and faults, then the method."""

import asyncio
import base64
import json
from collections.abc import Callable

from aiohttp import web

from tests.servers.slack import agents, chat, conversations, unfurling, views
from tests.servers.slack.backend import Backend
from tests.servers.slack.limits import Fault
from tests.servers.slack.manifest import METHOD_SCOPES
from tests.servers.slack.world import Call, Json, Refused, Token

Method = Callable[[Backend, Token, Json], Json]
METHODS: dict[str, Method] = {
    **agents.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **unfurling.METHODS,
    **views.METHODS,
}
OPEN_SOCKET = "apps.connections.open"


class WebApi:
    """Answers `/api/METHOD`."""

    def __init__(self, slack: Backend, new_ticket: Callable[[], str]) -> None:
        self._slack = slack
        self._new_ticket = new_ticket

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One call."""
        method = request.match_info["method"]
        args = await _arguments(request)
        header = request.headers.get("Authorization", "")
        token = header.removeprefix("Bearer ") if header.startswith("Bearer ") else ""
        fault = self._slack.faults.take(method)
        if fault is not None and fault.delay:
            await asyncio.sleep(fault.delay)
        spoiled = _spoil(request, fault)
        if spoiled is not None:
            self._note(method, args, token, spoiled.status, {"error": "fault"})
            return spoiled
        if fault is not None and fault.error:
            return self._answer(method, args, token, {"ok": False, "error": fault.error})
        wait = self._wait(method, args, token)
        if wait is not None:
            return self._limited(method, args, token, wait)
        answer = self._work(method, args, token, _basic(header))
        response = self._answer(method, args, token, answer)
        if fault is not None and fault.lose_answer:
            return _cut(request)
        return response

    def _work(self, method: str, args: Json, shown: str, basic: tuple[str, str] | None) -> Json:
        slack = self._slack
        try:
            if method == "oauth.v2.access":
                return {"ok": True, **agents.oauth_access(slack, args, basic)}
            if method == OPEN_SOCKET:
                return {"ok": True, "url": self._socket(shown)}
            if method == "api.test":
                return {"ok": True, "args": args}
            caller = slack.caller(shown or str(args.pop("token", "")))
            if method not in METHODS:
                raise Refused("unknown_method")
            if method in METHOD_SCOPES:
                slack.need(caller, *METHOD_SCOPES[method])
            return {"ok": True, **METHODS[method](slack, caller, args)}
        except Refused as no:
            return {"ok": False, "error": no.error, **no.more}

    def _socket(self, shown: str) -> str:
        if not shown:
            raise Refused("not_authed")
        if shown != self._slack.app.app_token:
            known = shown in self._slack.world.tokens
            raise Refused("not_allowed_token_type" if known else "invalid_auth")
        return self._new_ticket()

    def _wait(self, method: str, args: Json, shown: str) -> int | None:
        token = self._slack.world.tokens.get(shown)
        team = token.team if token else ""
        channel = str(args.get("channel") or args.get("channel_id") or "")
        return self._slack.limits.wait(method, team, channel, self._slack.now())

    def _limited(self, method: str, args: Json, token: str, wait: int) -> web.Response:
        answer = {"ok": False, "error": "ratelimited"}
        self._note(method, args, token, 429, answer)
        return web.json_response(answer, status=429, headers={"Retry-After": str(wait)})

    def _answer(self, method: str, args: Json, token: str, answer: Json) -> web.Response:
        self._note(method, args, token, 200, answer)
        known = self._slack.world.tokens.get(token)
        scopes = {"x-oauth-scopes": ",".join(sorted(known.scopes))} if known else {}
        return web.json_response(answer, headers=scopes)

    def _note(self, method: str, args: Json, token: str, status: int, answer: Json) -> None:
        self._slack.calls.append(Call(method, args, token, self._slack.now(), status, answer))
        self._slack.changed()


async def _arguments(request: web.Request) -> Json:
    """What a call brings, in the query, as a form or as JSON."""
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        text = await request.text()
        given = json.loads(text) if text else {}
        if isinstance(given, dict):
            args.update(given)
    elif request.can_read_body:
        args.update(await request.post())
    return args


def _basic(header: str) -> tuple[str, str] | None:
    if not header.startswith("Basic "):
        return None
    client, _, secret = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")
    return client, secret


def _spoil(request: web.Request, fault: Fault | None) -> web.StreamResponse | None:
    """The answer of a call that goes wrong before its work; None when it does not."""
    if fault is None:
        return None
    if fault.retry_after is not None:
        answer = {"ok": False, "error": "ratelimited"}
        headers = {"Retry-After": str(fault.retry_after)}
        return web.json_response(answer, status=429, headers=headers)
    if fault.cut:
        return _cut(request)
    if fault.garbage:
        return web.Response(text='{"ok": tru', content_type="application/json")
    if fault.status != 200:
        page = "<html>Something went wrong</html>"
        return web.Response(status=fault.status, text=page, content_type="text/html")
    return None


def _cut(request: web.Request) -> web.Response:
    """Cut the connection without a word."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=499)


class ReplyDoor:
    """Answers what is posted to a `response_url`."""

    LIVES, USES = 30 * 60, 5

    def __init__(self, slack: Backend) -> None:
        self._slack = slack

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One use of an address."""
        fault = self._slack.faults.take("response_url")
        spoiled = _spoil(request, fault)
        if spoiled is not None:
            return spoiled
        args = await _arguments(request)
        try:
            self._use(request.path, args)
        except Refused as no:
            status = 404 if no.error in ("used_url", "expired_url", "invalid_url") else 400
            answer = {"ok": False, "error": no.error, **no.more}
            self._note(args, status, answer)
            return web.json_response(answer, status=status)
        self._note(args, 200, {"ok": True})
        return web.Response(text="ok")

    def _note(self, args: Json, status: int, answer: Json) -> None:
        now = self._slack.now()
        self._slack.calls.append(Call("response_url", args, "", now, status, answer))
        self._slack.changed()

    def _use(self, path: str, args: Json) -> None:
        slack = self._slack
        address = slack.world.addresses.get(path)
        if address is None:
            raise Refused("invalid_url")
        if slack.now() - address.at > self.LIVES:
            raise Refused("expired_url")
        if address.uses >= self.USES:
            raise Refused("used_url")
        address.uses += 1
        target = address.message
        if args.get("delete_original") and target is not None:
            return chat.remove(slack, target)
        bot = slack.teams[address.team].bot_user
        speaker = Token("", "bot", address.team, bot, frozenset())
        said = chat.compose(slack, speaker, address.channel, args)
        if args.get("replace_original") and target is not None:
            if target.seen_by is not None and args.get("response_type") == "in_channel":
                slack.complain(f"ephemeral {target.ts} can't be replaced for all to see")
            target.text, target.blocks = said.text, said.blocks
            return chat.edited(slack, target)
        said.thread_ts = slack.thread(address.channel, args.get("thread_ts"))
        if args.get("response_type", "ephemeral") == "in_channel":
            return chat.put(slack, said)
        said.seen_by = address.user
        said.channel.messages[said.ts] = said
        return slack.changed()
