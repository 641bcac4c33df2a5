"""The gateway: hello, identify, heartbeats, events with their numbers, resume, and every way to
lose a connection (docs.discord.com: gateway)."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.servers.discord.world import APPLICATION, BOT, GUILD, guild

Json = dict[str, Any]
DISPATCH, HEARTBEAT, IDENTIFY, RESUME = 0, 1, 2, 6
RECONNECT, INVALID_SESSION, HELLO, HEARTBEAT_ACK = 7, 9, 10, 11


@dataclass
class Session:
    """What a client may come back to."""

    id: str
    shard: int = 0
    events: list[Json] = field(default_factory=list)

    def event(self, name: str, data: Json) -> Json:
        """The next event, with its number."""
        self.events.append({"op": DISPATCH, "t": name, "s": len(self.events) + 1, "d": data})
        return self.events[-1]


class Gateway:
    """Speaks with one client at a time, which may open several connections; what is told goes over
    the first unless told otherwise."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.url = ""
        self.sessions: dict[str, Session] = {}
        self.identifies: list[Json] = []
        self.resumes: list[Json] = []
        self.heartbeats = 0
        self.pause = 41.25
        """Seconds between two heartbeats, as told."""
        self.refuses_resume = False
        self.close_on_identify: int | None = None
        self.connected = asyncio.Event()
        """Set while a client is identified or has resumed."""
        self._sockets: dict[int, web.WebSocketResponse] = {}
        self._sessions: dict[int, Session] = {}
        """By the number of the connection (`shard`)."""

    async def answer(self, request: web.Request) -> web.WebSocketResponse:
        """One connection."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        hello = {"op": HELLO, "d": {"heartbeat_interval": self.pause * 1000}}
        await socket.send_str(json.dumps(hello))
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                await self._take(socket, json.loads(frame.data))
        self.connected.clear()
        return socket

    async def _take(self, socket: web.WebSocketResponse, frame: Json) -> None:
        match frame["op"]:
            case 1:
                self.heartbeats += 1
                await socket.send_str(json.dumps({"op": HEARTBEAT_ACK}))
            case 2:
                await self._identify(socket, frame["d"])
            case 6:
                await self._resume(socket, frame["d"])

    async def _identify(self, socket: web.WebSocketResponse, data: Json) -> None:
        self.identifies.append(data)
        if data["token"] != self.token or self.close_on_identify is not None:
            self.connected.clear()
            await socket.close(code=self.close_on_identify or 4004)
            return
        shard, shards = data.get("shard", (0, 1))
        session = Session(f"session-{len(self.sessions) + 1}", shard=shard)
        self.sessions[session.id] = self._sessions[shard] = session
        self._sockets[shard] = socket
        has_guild = (int(GUILD) >> 22) % shards == shard
        await self.tell(
            "READY",
            {
                "v": 10,
                "user": BOT,
                "guilds": [{"id": GUILD, "unavailable": True}] if has_guild else [],
                "session_id": session.id,
                "resume_gateway_url": self.url,
                "application": {"id": APPLICATION, "flags": 0},
                "shard": [shard, shards],
            },
            shard=shard,
        )
        if has_guild:
            await self.tell("GUILD_CREATE", guild(), shard=shard)
        self.connected.set()

    async def _resume(self, socket: web.WebSocketResponse, data: Json) -> None:
        self.resumes.append(data)
        known = self.sessions.get(data["session_id"])
        if known is None or self.refuses_resume or data["token"] != self.token:
            await socket.send_str(json.dumps({"op": INVALID_SESSION, "d": False}))
            return
        self._sessions[known.shard], self._sockets[known.shard] = known, socket
        for event in known.events[data["seq"] :]:
            await self._send(event, known.shard)
        await self.tell("RESUMED", {}, shard=known.shard)
        self.connected.set()

    async def tell(self, name: str, data: Json, *, shard: int = 0) -> None:
        """An event; kept for whoever resumes, when nobody is connected."""
        event = self._sessions[shard].event(name, data)
        if not self._sockets[shard].closed:
            await self._send(event, shard)

    async def tell_again(self) -> None:
        """The last event once more, as happens after a resume."""
        await self._send(self._sessions[0].events[-1])

    async def drop(self, code: int, *, shard: int = 0) -> None:
        """Close a connection."""
        self.connected.clear()
        await self._sockets[shard].close(code=code)

    async def ask_to_reconnect(self) -> None:
        """Ask the client to come again and resume."""
        self.connected.clear()
        await self._send({"op": RECONNECT, "d": None})

    async def invalidate(self) -> None:
        """The session is over; the client begins a new one."""
        self.connected.clear()
        self.sessions.clear()
        await self._send({"op": INVALID_SESSION, "d": False})

    async def _send(self, frame: Json, shard: int = 0) -> None:
        await self._sockets[shard].send_str(json.dumps(frame))
