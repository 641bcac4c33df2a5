"""Browsers on their way to a maker of calendars and back: a redirect, and a plain page that says
what came of it.

What stands on the page comes from `LinkDoor`; nothing of it is trusted to be HTML.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from html import escape

from aiohttp import web

from adapters.web.ports import LinkDoor, LinkPage, Route

START = "/link/{provider}/start/{state}"
BACK = "/link/{provider}/callback"
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
_STYLE = (
    "body{font:18px/1.5 system-ui,sans-serif;max-width:34em;margin:4em auto;padding:0 1em;"
    "color:#222;background:#fff}h1{font-size:1.3em}"
    "strong{font-size:2em;letter-spacing:.15em}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#1b1b1b}}"
)
_LONGEST = 16
"""Parameters that anybody's browser brings; more is nobody's who comes back."""


class LinkPages:
    """Answers browsers."""

    def __init__(self, door: LinkDoor) -> None:
        self._door = door

    def routes(self) -> list[Route]:
        """Where it answers."""
        return [
            Route(method="GET", path=START, answer=self.start),
            Route(method="GET", path=BACK, answer=self.back),
        ]

    async def start(self, request: web.Request) -> web.StreamResponse:
        """On to the vendor's page."""
        page = await self._door.page(request.match_info["provider"], request.match_info["state"])
        if page is None:
            return drawn(await self._door.finish(request.match_info["provider"], {}))
        return web.Response(status=302, headers={**_HEADERS, "Location": page})

    async def back(self, request: web.Request) -> web.StreamResponse:
        """Back from the vendor's page."""
        query = dict(list(request.query.items())[:_LONGEST])
        return drawn(await self._door.finish(request.match_info["provider"], query))


def drawn(page: LinkPage) -> web.Response:
    """A page for a browser."""
    lines = "".join(f"<p>{escape(line)}</p>" for line in page.lines)
    code = f"<p><strong>{escape(page.code)}</strong></p>" if page.code else ""
    title = escape(page.title)
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>Convene</title><style>{_STYLE}</style></head>"
        f"<body><h1>{title}</h1>{code}{lines}</body></html>"
    )
    return web.Response(
        text=text,
        status=200 if page.is_well else 400,
        content_type="text/html",
        charset="utf-8",
        headers=_HEADERS,
    )


class LoopbackPage:
    """A page on this machine that one browser comes back to, for a command (RFC 8252 §7.3).

    Only the browser that knows the state is heard: another page on this machine does not.
    """

    def __init__(self, name: str = "127.0.0.1") -> None:
        """`name` is what this machine is called in the address: of "localhost", Microsoft ignores
        the port."""
        self._name = name
        self._runner: web.AppRunner | None = None
        self._port = 0
        self._came: asyncio.Queue[Mapping[str, str]] = asyncio.Queue()

    @property
    def address(self) -> str:
        """Where the browser comes back to: "http://127.0.0.1:43210"."""
        return f"http://{self._name}:{self._port}"

    async def start(self) -> None:
        """Listen on a free port of this machine alone."""
        app = web.Application()
        app.router.add_get("/", self._back)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Listen no more; a second time does nothing."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def answer(self, state: str) -> Mapping[str, str]:
        """What the browser brought back that knows the state, all of its query."""
        while True:
            came = await self._came.get()
            if state and compare_digest(came.get("state", "").encode(), state.encode()):
                return came

    async def _back(self, request: web.Request) -> web.StreamResponse:
        await self._came.put(dict(list(request.query.items())[:_LONGEST]))
        return drawn(Told(title="Thank you. Go back to the terminal; you can close this page."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A page with one line."""

    title: str
    lines: tuple[str, ...] = ()
    code: str = ""
    is_well: bool = True
