"""How what happens reaches the app: Socket Mode or signed HTTP, acks, retries."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter
from typing import Protocol
from uuid import uuid4

from aiohttp import WSMsgType, web

from tests.servers.slack.backend import Backend
from tests.servers.slack.world import Json

EVENT, COMMAND, INTERACTION = "events_api", "slash_commands", "interactive"
MOST_CONNECTIONS = 10


class Unanswered(Exception):
    """No ack came; the text is the reason as Slack words it."""


@dataclass
class Delivery:
    """What became of something that was sent to the app."""

    kind: str
    payload: Json
    failures: list[str] = field(default_factory=list)
    """Why each attempt that failed did."""
    acked_after: float | None = None
    """Seconds from sending to the ack of the attempt that was answered."""
    answer: Json | None = None
    """What came with the ack."""

    @property
    def is_acked(self) -> bool:
        return self.acked_after is not None


class Door(Protocol):
    """A way to the app."""

    async def send(self, kind: str, payload: Json, attempt: int, reason: str) -> Json | None:
        """What came with the ack. Raises Unanswered."""
        ...


class Post:
    """Sends, waits for the ack, and sends events again."""

    def __init__(self, slack: Backend, retry_after: Sequence[float]) -> None:
        self._slack = slack
        self._retry_after = tuple(retry_after)
        self.door: Door | None = None
        self.unsent: list[str] = []
        """Events that the app did not ask for, or may not have, each with the reason."""
        self.deliveries: list[Delivery] = []

    async def event(self, team: str, event: Json) -> Delivery | None:
        """Send an event; None when the app is not told of such. Retries go on beside."""
        reason = self._slack.manifest.why_not(event)
        if reason:
            self.unsent.append(reason)
            return None
        delivery = self._new(EVENT, event_body(self._slack, team, event))
        if not await self._attempt(delivery, 0, ""):
            self._slack.start(self._again(delivery))
        return delivery

    async def again(self, delivery: Delivery) -> None:
        """Send an event once more although it was acked, as Slack does when the ack got lost."""
        await self._attempt(delivery, 1, "timeout")

    async def interaction(self, kind: str, payload: Json) -> Delivery:
        """Send a command or interaction: once, whatever comes of it."""
        delivery = self._new(kind, payload)
        if not await self._attempt(delivery, 0, ""):
            what = payload.get("command") or payload.get("type")
            self._slack.complain(f"{what} was not acked: {delivery.failures[-1]}")
        return delivery

    def _new(self, kind: str, payload: Json) -> Delivery:
        delivery = Delivery(kind, payload)
        self.deliveries.append(delivery)
        return delivery

    async def _again(self, delivery: Delivery) -> None:
        for attempt, delay in enumerate(self._retry_after, start=1):
            if delivery.failures[-1] == "no_retry":
                return
            await asyncio.sleep(delay)
            if await self._attempt(delivery, attempt, delivery.failures[-1]):
                return

    async def _attempt(self, delivery: Delivery, attempt: int, reason: str) -> bool:
        begin = perf_counter()
        try:
            if self.door is None:
                raise Unanswered("no_door")
            payload, kind = delivery.payload, delivery.kind
            delivery.answer = await self.door.send(kind, payload, attempt, reason)
        except Unanswered as err:
            delivery.failures.append(str(err))
            self._slack.changed()
            return False
        delivery.acked_after = perf_counter() - begin
        self._slack.changed()
        return True


def event_body(slack: Backend, team: str, event: Json) -> Json:
    """The whole of an event, as it is sent."""
    of = slack.teams[team]
    authorization = {
        "enterprise_id": of.enterprise,
        "team_id": None if of.is_org else of.id,
        "user_id": of.bot_user,
        "is_bot": True,
        "is_enterprise_install": of.is_org,
    }
    return {
        "token": slack.app.verification,
        "team_id": of.id,
        "context_team_id": of.id,
        "context_enterprise_id": of.enterprise,
        "enterprise_id": of.enterprise,
        "api_app_id": slack.app.id,
        "event": event,
        "type": "event_callback",
        "event_id": slack.world.ids.new("Ev"),
        "event_time": int(slack.now()),
        "authorizations": [authorization],
        "is_ext_shared_channel": False,
    }


@dataclass(eq=False)
class Connection:
    """A socket of the app."""

    socket: web.WebSocketResponse
    waiting: dict[str, "asyncio.Future[Json | None]"] = field(default_factory=dict)


class Sockets:
    """Socket Mode."""

    def __init__(self, slack: Backend, patience: float) -> None:
        self._slack = slack
        self._patience = patience
        self._tickets: set[str] = set()
        self._turns = count()
        self.connections: list[Connection] = []
        self.opened = 0
        """How many connections there ever were."""

    def ticket(self) -> str:
        """A new address for one connection."""
        ticket = uuid4().hex
        self._tickets.add(ticket)
        base = self._slack.base_url.replace("http://", "ws://", 1)
        return f"{base}/link/?ticket={ticket}&app_id={self._slack.app.id}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One connection, until it ends."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=401, text="invalid ticket")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if len(self.connections) >= MOST_CONNECTIONS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        connection = Connection(socket)
        self.connections.append(connection)
        self.opened += 1
        await socket.send_json(self._hello())
        self._slack.changed()
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    self._acked(connection, frame.data)
        finally:
            self._gone(connection)
        return socket

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": {"host": "applink-1", "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._slack.app.id},
        }

    def _acked(self, connection: Connection, text: str) -> None:
        frame: Json = json.loads(text)
        waiting = connection.waiting.pop(str(frame.get("envelope_id")), None)
        if waiting is None:
            self._slack.complain(f"ack of an unknown or forgotten envelope: {text[:80]}")
        elif not waiting.done():
            waiting.set_result(frame.get("payload"))

    def _gone(self, connection: Connection) -> None:
        if connection in self.connections:
            self.connections.remove(connection)
        for waiting in connection.waiting.values():
            if not waiting.done():
                waiting.set_exception(Unanswered("connection_lost"))
        self._slack.changed()

    async def send(self, kind: str, payload: Json, attempt: int, reason: str) -> Json | None:
        """Send an envelope to one of the connections. Raises Unanswered."""
        if not self.connections:
            raise Unanswered("no_connection")
        connection = self.connections[next(self._turns) % len(self.connections)]
        envelope: Json = {"envelope_id": str(uuid4()), "type": kind, "payload": payload,
                          "accepts_response_payload": kind != EVENT}  # fmt: skip
        if kind == EVENT:
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        waiting: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope["envelope_id"]] = waiting
        try:
            await connection.socket.send_json(envelope)
            async with asyncio.timeout(self._patience):
                return await waiting
        except TimeoutError:
            raise Unanswered("timeout") from None
        except ConnectionError:
            raise Unanswered("connection_lost") from None

    async def disconnect(self, reason: str = "refresh_requested", *, close: bool = True) -> None:
        """Tell every connection to come again, as Slack does every few hours."""
        for connection in list(self.connections):
            await connection.socket.send_json({"type": "disconnect", "reason": reason})
            if close:
                self._gone(connection)
                self._slack.start(connection.socket.close())

    async def cut(self) -> None:
        """Drop every connection without a word."""
        for connection in list(self.connections):
            self._gone(connection)
            await connection.socket.close()
