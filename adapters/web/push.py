"""Makers of calendars that tell us that something changed: looked at quickly, done later.

They want an answer within three seconds, and stop telling whoever is slow.
"""

import asyncio
import logging

from aiohttp import web

from adapters.web.ports import PushDoor, Route

log = logging.getLogger("convene.web")

PATH = "/push/{provider}"
LARGEST = 256 * 1024
"""Bytes of what is told at once."""
WITHIN = 2.5
"""Seconds in which a maker is answered."""


class PushAnswers:
    """Answers at `/push/{provider}`."""

    def __init__(self, door: PushDoor) -> None:
        self._door = door

    def routes(self) -> list[Route]:
        """Where it answers."""
        return [Route(method="POST", path=PATH, answer=self.answer)]

    async def answer(self, request: web.Request) -> web.Response:
        """Take what is told."""
        try:
            async with asyncio.timeout(WITHIN):
                body = await _body(request)
                if body is None:
                    return web.Response(status=413)
                said = await self._door.told(
                    request.match_info["provider"],
                    {name.lower(): value for name, value in request.headers.items()},
                    dict(request.query),
                    body,
                )
        except TimeoutError:
            # They tell it again; and what changed is read every half hour at the latest.
            log.warning("too slow to be told")
            return web.Response(status=503)
        return web.Response(
            status=said.status,
            text=said.text,
            content_type="text/plain",
            # What is echoed is anybody's: no browser may take it for a page.
            headers={"X-Content-Type-Options": "nosniff"},
        )


async def _body(request: web.Request) -> bytes | None:
    """What came; None where it is too much."""
    parts, size = [], 0
    async for part in request.content.iter_chunked(16 * 1024):
        size += len(part)
        if size > LARGEST:
            return None
        parts.append(part)
    return b"".join(parts)
