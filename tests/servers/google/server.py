"""The server: Google's own description of its API says which requests there are and who may ask."""

import asyncio
import json
import re
import ssl
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import unquote

from aiohttp import web
from multidict import CIMultiDict

from tests.servers.faults import Fault as Fault
from tests.servers.faults import cut, next_fault
from tests.servers.google.errors import Refusal, bad
from tests.servers.google.events import Events
from tests.servers.google.oauth import OAuth
from tests.servers.google.others import Others
from tests.servers.google.world import Account, Held, World

Json = dict[str, Any]
_WRITES = ("insert", "patch", "update", "delete")
_MAY_WRITE = ("owner", "writer", "writerWithoutPrivateAccess")


@dataclass(frozen=True)
class Method:
    """One request of the API."""

    name: str
    verb: str
    path: re.Pattern[str]
    scopes: frozenset[str]
    query: frozenset[str]
    body: frozenset[str] | None
    """Names that a body may have; None where there is none."""


@dataclass
class GoogleServer:
    """Google, as far as one app sees it: `async with GoogleServer() as google`."""

    world: World = field(default_factory=World)
    faults: list[Fault] = field(default_factory=list)
    """Each happens once, in order, to the first request that it fits. Their methods are as Google
    calls them, `events.insert`, or `token` for the token endpoint; they match address or body."""
    forever: list[Fault] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    """Methods of all requests, in order."""
    queries: list[Json] = field(default_factory=list)
    url: str = ""
    tls: ssl.SSLContext | None = None
    """Where it answers over TLS: its certificate."""

    def __post_init__(self) -> None:
        self.events = Events(self.world)
        self.others = Others(self.world)
        self.oauth = OAuth(self.world)
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> "GoogleServer":
        app = web.Application(client_max_size=8 * 1024 * 1024)
        app.router.add_get("/o/oauth2/auth", self.oauth.authorize)
        app.router.add_post("/token", self._token)
        app.router.add_post("/revoke", self.oauth.revoke)
        app.router.add_route("*", "/calendar/v3/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self.tls).start()
        scheme = "http" if self.tls is None else "https"
        self.url = f"{scheme}://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *exc: object) -> None:
        await asyncio.gather(*self.others.telling, return_exceptions=True)
        assert self._runner is not None
        await self._runner.cleanup()

    async def _token(self, request: web.Request) -> web.StreamResponse:
        self.asked.append("token")
        fault = self._fault("token", "")
        if fault is None:
            return await self.oauth.token(request)
        return await self._broken(request, fault, web.Response())

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method, params = _method(request)
        body = await request.text()
        name = method.name if method else "?"
        self.asked.append(name)
        fault = self._fault(name, f"{request.path_qs}\n{body}")
        if fault is not None and not fault.after and fault.rewrite is None:
            return await self._broken(request, fault, None)
        answer = self._answer(request, method, params, body)
        if fault is None:
            return answer
        return await self._broken(request, fault, answer)

    def _fault(self, name: str, said: str) -> Fault | None:
        return next_fault(
            self.faults,
            self.forever,
            lambda one: one.method in (name, "*") and one.matches in said,
        )

    async def _broken(
        self, request: web.Request, fault: Fault, answer: web.Response | None
    ) -> web.StreamResponse:
        if fault.rewrite is not None and answer is not None:
            answer.text = fault.rewrite(answer.text or "")
            return answer
        if fault.hangs:
            await asyncio.sleep(30)
        if fault.status is None:
            return cut(request)
        headers = CIMultiDict({"Content-Type": "application/json", **fault.headers})
        return web.Response(status=fault.status, text=fault.body, headers=headers)

    def _answer(
        self, request: web.Request, method: Method | None, params: Json, body: str
    ) -> web.Response:
        try:
            if method is None:
                raise Refusal(404, "notFound", "Not Found")
            said = self._done(request, method, params, body)
        except Refusal as refusal:
            return web.json_response(
                refusal.body, status=refusal.status, headers=dict(refusal.headers)
            )
        return web.Response(status=204) if said is None else web.json_response(said)

    def _done(self, request: web.Request, method: Method, params: Json, body: str) -> Json | None:
        account = self._account(request, method)
        query = {**_query(request, method), **params}
        self.queries.append({"method": method.name, **query})
        given = _body(method, body)
        if method.name == "calendarList.list":
            return self.others.calendar_list(account, query)
        if method.name == "freebusy.query":
            return self.others.free_busy(account, given)
        if method.name == "channels.stop":
            self.others.stop(given)
            return None
        held, role = self._calendar(account, params["calendarId"])
        word = method.name.partition(".")[2]
        if word in _WRITES and role not in _MAY_WRITE:
            raise Refusal(403, "requiredAccessLevel", "You need to have writer access.")
        if word == "watch":
            return self.others.watch(held, given)
        query |= {"accessRole": role, "If-Match": request.headers.get("If-Match")}
        serial = held.serial
        done = self.events.page if word == "list" else getattr(self.events, word)
        answer: Json | None = done(held, query, given)
        if held.serial != serial:
            self.others.changed(held)
        return answer

    def _account(self, request: web.Request, method: Method) -> Account:
        kind, _, name = request.headers.get("Authorization", "").partition(" ")
        token = self.world.access.get(name) if kind == "Bearer" else None
        if token is None or token.until <= self.world.now():
            raise Refusal(
                401, "authError", "Invalid Credentials", {"WWW-Authenticate": 'Bearer realm="x"'}
            )
        if not token.scopes & method.scopes:
            raise Refusal(403, "insufficientPermissions", "Insufficient Permission")
        return token.account

    def _calendar(self, account: Account, id_: str) -> tuple[Held, str]:
        id_ = account.email if id_ == "primary" else id_
        role = account.roles.get(id_)
        if role is None or id_ not in self.world.calendars:
            raise Refusal(404, "notFound", "Not Found")
        return self.world.calendars[id_], role


def _method(request: web.Request) -> tuple[Method | None, Json]:
    path = request.raw_path.partition("?")[0].removeprefix("/calendar/v3/")
    for one in _methods():
        found = one.path.fullmatch(path)
        if found is not None and one.verb == request.method:
            return one, {name: unquote(value) for name, value in found.groupdict().items()}
    return None, {}


def _query(request: web.Request, method: Method) -> Json:
    for name in request.query:
        if name not in method.query:
            raise bad("badRequest", f"Unknown name: {name}")
    return dict(request.query)


def _body(method: Method, body: str) -> Json:
    if method.body is None:
        if body:
            raise bad("badRequest", "There is nothing to be sent.")
        return {}
    try:
        given = json.loads(body)
    except ValueError as err:
        raise bad("parseError", "Parse Error") from err
    unknown = set(given) - method.body
    if unknown:
        raise bad("badRequest", f"Unknown name: {sorted(unknown)[0]}")
    return dict(given)


@cache
def _methods() -> tuple[Method, ...]:
    """As the library's own copy of the API's description lists them."""
    folder = files("googleapiclient") / "discovery_cache" / "documents"
    described = json.loads((folder / "calendar.v3.json").read_text())
    usual = frozenset(described["parameters"])
    found = []
    for resource, about in described["resources"].items():
        for word, one in about["methods"].items():
            params = one.get("parameters", {})
            body = one.get("request", {}).get("$ref")
            schema = described["schemas"][body]["properties"] if body else None
            pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(one["path"]))
            found.append(
                Method(
                    name=f"{resource}.{word}",
                    verb=one["httpMethod"],
                    path=re.compile(pattern),
                    scopes=frozenset(one.get("scopes", ())),
                    query=usual | {n for n, p in params.items() if p["location"] == "query"},
                    body=frozenset(schema) if schema is not None else None,
                )
            )
    return tuple(found)
