"""Microsoft Graph v1.0 on loopback, as far as calendars go: it answers in Graph's shapes and
refuses what Graph refuses.

What comes of a request is `asked`, state `store`, its shapes `shapes`, delta queries `changes`,
push `subscriptions`; signing in is `authority`.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import unquote

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.servers.faults import cut, next_fault
from tests.servers.graph.asked import Asked, as_json
from tests.servers.graph.changes import Changes
from tests.servers.graph.places import Places
from tests.servers.graph.records import Box, Record, Refusal, bad
from tests.servers.graph.shapes import Wishes
from tests.servers.graph.store import Store
from tests.servers.graph.subscriptions import Subscriptions

Json = dict[str, Any]
ME, TOKEN = "me@contoso.example", "a token of me"
AT_ONCE = 4


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one request."""

    method: str
    path: str = ""
    """Part of the request's path and query."""
    status: int | None = None
    """Answered in the server's stead; None: the connection is cut."""
    code: str = "ErrorInternalServerError"
    body: str | None = None
    """Instead of Graph's error."""
    after: bool = False
    """Whether it was done before the answer is lost."""
    hangs: bool = False
    retry_after: str | None = None
    meddle: Callable[[], None] | None = None
    """Done before the request is carried out, which then goes through."""


@dataclass
class GraphServer:
    """A running server, and what tests do to it behind everybody's back."""

    store: Store = field(default_factory=Store)
    tokens: dict[str, str] = field(default_factory=lambda: {TOKEN: ME})
    """Whose mailbox an access token opens."""
    faults: list[Fault] = field(default_factory=list)
    forever: list[Fault] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    """Method and path of all requests."""
    url: str = ""
    lacks: set[str] = field(default_factory=set)
    """What this server does not know: `exceptions`, `instances`, `properties`, `filters`."""
    declined_go: bool = True
    """Whether an invitation that one declines leaves the calendar."""

    def __post_init__(self) -> None:
        self.changes = Changes(self.store)
        self.subscriptions = Subscriptions()
        self.places = Places(self.store)
        self.store.add_box(ME, "Me")

    @property
    def box(self) -> Box:
        return self.store.boxes[ME]

    @property
    def calendar(self) -> str:
        """The id of ME's own calendar."""
        return next(iter(self.box.calendars))

    # What another program of the person does.

    def add(self, said: Json, calendar: str = "") -> Record:
        """An event of somebody else's making."""
        return self.store.create(self.box, calendar or self.calendar, said)

    def edit(self, record: Record, day: date | None = None, **said: Any) -> None:
        if day is None:
            self.store.write(record, said)
        else:
            self.store.write_occurrence(record, day, said)

    def remove(self, record: Record, day: date | None = None) -> None:
        self.store.delete(self.box, record, day)

    def invite(self, said: Json, organizer: str = "boss@contoso.example") -> Record:
        """An invitation that came to ME."""
        record = self.add(said)
        record.organizer, record.response = organizer, "notResponded"
        record.fields["showAs"] = "tentative"
        return record

    def answered(self, record: Record, who: str, response: str) -> None:
        """A guest's answer comes in."""
        for one in record.fields["attendees"]:
            if one["emailAddress"]["address"] == who:
                one["status"] = {"response": response, "time": "2026-03-01T00:00:00Z"}
        record.version = record.content = self.store.tick()

    def titles(self) -> list[str]:
        """All events of ME, by title."""
        return sorted(one.fields["subject"] for one in self.box.records.values())

    # Over HTTP.

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One request: who asks, what goes wrong with it, and what comes of it."""
        path = unquote(request.raw_path)
        self.asked.append(f"{request.method} {path.removeprefix('/v1.0')}")
        fault = self._fault(request.method, path)
        if fault is not None and fault.meddle is not None:
            fault.meddle()
            fault = None
        if fault is None:
            return await self._answer(request)
        if fault.after:
            await self._answer(request)
        if fault.hangs:
            await asyncio.sleep(30)
        if fault.status is None:
            return cut(request)
        headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
        error = json.dumps({"error": {"code": fault.code, "message": "made so by a test"}})
        text = error if fault.body is None else fault.body
        return web.Response(status=fault.status, text=text, headers=headers)

    def _fault(self, method: str, path: str) -> Fault | None:
        return next_fault(
            self.faults, self.forever, lambda one: one.method == method and one.path in path
        )

    async def _answer(self, request: web.Request) -> web.Response:
        said = request.headers.get("Authorization", "").removeprefix("Bearer ")
        box = self.store.boxes.get(self.tokens.get(said, ""))
        if box is None:
            return _error(Refusal(401, "InvalidAuthenticationToken", "Access token has expired."))
        if box.in_flight >= AT_ONCE:
            refusal = Refusal(429, "ApplicationThrottled", "MailboxConcurrency")
            answer = _error(refusal)
            answer.headers["Retry-After"] = "1"
            return answer
        box.in_flight += 1
        box.most_in_flight = max(box.most_in_flight, box.in_flight)
        try:
            await asyncio.sleep(0.001)
            return await self._routed(request, box)
        except Refusal as err:
            return _error(err)
        finally:
            box.in_flight -= 1

    async def _routed(self, request: web.Request, box: Box) -> web.Response:
        path = request.raw_path.partition("?")[0].removeprefix("/v1.0/")
        parts = [unquote(one) for one in path.split("/")]
        body: Json = await request.json() if request.can_read_body else {}
        asked = Asked(self, request, box, Wishes.read(request.headers.get("Prefer", "")), body)
        match (request.method, *parts):
            case ("GET", "me"):
                return as_json({"id": "1", "mail": box.mail, "userPrincipalName": box.mail})
            case ("GET", "me", "calendars"):
                return as_json({"value": list(box.calendars.values())})
            case ("GET", "places", "microsoft.graph.room"):
                return asked.rooms()
            case ("GET", "me", "calendars", calendar):
                return as_json(asked.calendar(calendar))
            case ("POST", "me", "calendar", "getSchedule"):
                return asked.schedule()
            case ("GET", "me", "calendars", calendar, "calendarView", "delta"):
                return asked.delta(calendar)
            case ("GET", "me", "calendars", calendar, "calendarView"):
                return asked.view(calendar)
            case ("GET", "me", "calendars", calendar, "events"):
                return asked.events(calendar)
            case ("POST", "me", "calendars", calendar, "events"):
                return asked.create(calendar)
            case (method, "me", "calendars", calendar, "events", id_, *rest):
                asked.on(calendar, id_)
                return _of_event(asked, method, id_, rest)
            case (method, "me", "events", id_, *rest):
                asked.on("", id_)
                return _of_event(asked, method, id_, rest)
            case (method, "subscriptions", *rest):
                return await self.subscriptions.handle(method, rest, body, box, self.calendar_ids)
            case _:
                raise bad("BadRequest", f"Resource not found for the segment: {path}")

    def calendar_ids(self, box: Box) -> set[str]:
        return set(box.calendars)


def _of_event(asked: Asked, method: str, id_: str, rest: list[str]) -> web.Response:
    match (method, *rest):
        case (_,):
            return asked.event(method, id_)
        case ("GET", "instances"):
            return asked.instances(id_)
        case ("POST", action):
            return asked.act(id_, action)
        case _:
            raise bad("BadRequest", f"Resource not found for the segment: {rest}")


def _error(refusal: Refusal) -> web.Response:
    error = {"code": refusal.code, "message": refusal.message, "innerError": {"request-id": "1"}}
    return web.json_response({"error": error}, status=refusal.status)


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def graph() -> AsyncIterator[GraphServer]:
    """A running server with ME's empty calendar; its `url` ends in /v1.0."""
    running = GraphServer()
    app = web.Application()
    app.router.add_route("*", "/v1.0/{path:.*}", running.handle)
    async with TestServer(app, host="127.0.0.1") as server:
        running.url = f"{server.make_url('/v1.0')}"
        yield running
