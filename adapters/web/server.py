"""One aiohttp server on one address: the routes that the house hands in, and how it is."""

import logging
from collections.abc import Iterable

from aiohttp import web

from adapters.web.ports import HealthDoor, Route

log = logging.getLogger("convene.web")

LARGEST_BODY = 1024 * 1024
"""Bytes; nobody who calls us needs more."""
GRACE = 5.0
"""Seconds that requests have to finish when the server closes."""


class AddressTaken(Exception):
    """Nobody can be listened to there; the message says what to do."""


class WebServer:
    """Listens, from `start` to `stop`."""

    def __init__(
        self, health: HealthDoor, routes: Iterable[Route], *, host: str, port: int
    ) -> None:
        """`port` 0 takes any that is free."""
        self._health = health
        self._host = host
        self._port = port
        self._app = web.Application(client_max_size=LARGEST_BODY)
        self._app.router.add_get("/healthz", self._healthz)
        self._app.router.add_get("/metrics", self._metrics)
        for route in routes:
            self._app.router.add_route(route.method, route.path, route.answer)
        self._runner: web.AppRunner | None = None

    @property
    def address(self) -> str:
        """Where it listens: "http://127.0.0.1:8080"."""
        if self._runner is not None and self._runner.addresses:
            host, port = self._runner.addresses[0][:2]
            return f"http://{host}:{port}"
        return f"http://{self._host}:{self._port}"

    async def start(self) -> None:
        """Listen. Raises AddressTaken."""
        runner = web.AppRunner(self._app, access_log=None, shutdown_timeout=GRACE)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except OSError as err:
            await runner.cleanup()
            raise AddressTaken(
                f"I can't listen on {self._host}:{self._port}: {err.strerror}. Free it, or set "
                "CONVENE_WEB_HOST and CONVENE_WEB_PORT."
            ) from err
        self._runner = runner
        log.info("listening address=%s", self.address)

    async def stop(self) -> None:
        """Let requests finish, and listen no more; a second time does nothing."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def _healthz(self, request: web.Request) -> web.Response:
        signs = await self._health.signs()
        is_well = all(sign.is_well for sign in signs)
        told = {
            "well": is_well,
            "parts": {sign.part: {"well": sign.is_well, "is": sign.words} for sign in signs},
        }
        return web.json_response(told, status=200 if is_well else 503)

    async def _metrics(self, request: web.Request) -> web.Response:
        return web.Response(text=await self._health.figures(), content_type="text/plain")
