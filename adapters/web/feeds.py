"""Calendars given out: whoever knows an address reads one, and nobody learns of the others."""

import asyncio

from aiohttp import web

from adapters.web.ports import FeedDoor, GivenFeed, Route

PATH = "/feeds/{token}.ics"
AT_ONCE = 8
"""Feeds that are told at a time; others wait."""
LONGEST = 120.0
"""Seconds that telling one may take."""
_SILENT = {
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_TYPE = "text/calendar"


class FeedAnswers:
    """Answers at `/feeds/{token}.ics`."""

    def __init__(self, door: FeedDoor) -> None:
        self._door = door
        self._room = asyncio.Semaphore(AT_ONCE)

    def routes(self) -> list[Route]:
        """Where it answers."""
        return [Route(method=one, path=PATH, answer=self.answer) for one in ("GET", "HEAD")]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """GET or HEAD. An address that is none, or is none any more, is not found, after the same
        work."""
        found = await self._door.feed(request.match_info["token"])
        if found is None:
            return web.Response(status=404, text="There is no such feed.", headers=_SILENT)
        headers = _SILENT | {
            "ETag": f'W/"{found.version}"',
            # Others must not keep it: its address is a secret.
            "Cache-Control": "private, no-cache",
        }
        if _has(request, found.version):
            return web.Response(status=304, headers=headers)
        if request.method == "HEAD":
            return web.Response(headers=headers, content_type=_TYPE, charset="utf-8")
        async with self._room:
            return await _told(request, found, headers)


async def _told(
    request: web.Request, found: GivenFeed, headers: dict[str, str]
) -> web.StreamResponse:
    answer = web.StreamResponse(headers=headers)
    answer.content_type, answer.charset = _TYPE, "utf-8"
    answer.enable_compression()
    # Who reads too slowly is cut off: what is not ended is no calendar, and is asked for again.
    async with asyncio.timeout(LONGEST):
        await answer.prepare(request)
        async for piece in found.pieces():
            await answer.write(piece.encode())
        await answer.write_eof()
    return answer


def _has(request: web.Request, version: str) -> bool:
    """Whether the caller has this version (RFC 9110 §13.1.2)."""
    return any(one.value in (version, "*") for one in request.if_none_match or ())
