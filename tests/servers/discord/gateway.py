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
    events: list[Json] = field(default_factory=list)

    def event(self, name: str, data: Json) -> Json:
        """The next event, with its number."""
        self.events.append({"op": DISPATCH, "t": name, "s": len(self.events) + 1, "d": data})
        return self.events[-1]


class Gateway:
    """Speaks with one client at a time."""

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
        self._socket: web.WebSocketResponse | None = None
        self._session: Session | None = None

    async def answer(self, request: web.Request) -> web.WebSocketResponse:
        """One connection."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._socket = socket
        await self._send({"op": HELLO, "d": {"heartbeat_interval": self.pause * 1000}})
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                await self._take(json.loads(frame.data))
        self.connected.clear()
        return socket

    async def _take(self, frame: Json) -> None:
        match frame["op"]:
            case 1:
                self.heartbeats += 1
                await self._send({"op": HEARTBEAT_ACK})
            case 2:
                await self._identify(frame["d"])
            case 6:
                await self._resume(frame["d"])

    async def _identify(self, data: Json) -> None:
        self.identifies.append(data)
        if data["token"] != self.token or self.close_on_identify is not None:
            await self.drop(self.close_on_identify or 4004)
            return
        self._session = Session(f"session-{len(self.sessions) + 1}")
        self.sessions[self._session.id] = self._session
        await self.tell(
            "READY",
            {
                "v": 10,
                "user": BOT,
                "guilds": [{"id": GUILD, "unavailable": True}],
                "session_id": self._session.id,
                "resume_gateway_url": self.url,
                "application": {"id": APPLICATION, "flags": 0},
            },
        )
        await self.tell("GUILD_CREATE", guild())
        self.connected.set()

    async def _resume(self, data: Json) -> None:
        self.resumes.append(data)
        known = self.sessions.get(data["session_id"])
        if known is None or self.refuses_resume or data["token"] != self.token:
            await self._send({"op": INVALID_SESSION, "d": False})
            return
        self._session = known
        for event in known.events[data["seq"] :]:
            await self._send(event)
        await self.tell("RESUMED", {})
        self.connected.set()

    async def tell(self, name: str, data: Json) -> None:
        """An event; kept for whoever resumes, when nobody is connected."""
        assert self._session is not None
        event = self._session.event(name, data)
        if self._socket is not None and not self._socket.closed:
            await self._send(event)

    async def tell_again(self) -> None:
        """The last event once more, as happens after a resume."""
        assert self._session is not None
        await self._send(self._session.events[-1])

    async def drop(self, code: int) -> None:
        """Close the connection."""
        self.connected.clear()
        assert self._socket is not None
        await self._socket.close(code=code)

    async def ask_to_reconnect(self) -> None:
        """Ask the client to come again and resume."""
        self.connected.clear()
        await self._send({"op": RECONNECT, "d": None})

    async def invalidate(self) -> None:
        """The session is over; the client begins a new one."""
        self.connected.clear()
        self.sessions.clear()
        await self._send({"op": INVALID_SESSION, "d": False})

    async def _send(self, frame: Json) -> None:
        assert self._socket is not None
        await self._socket.send_str(json.dumps(frame))
