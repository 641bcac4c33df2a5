"""Pointing one client at another server than Discord's own, without touching any other client.

discord.py has no setting for it: its addresses are constants of its classes. Here the one client's
own calls are led elsewhere.
"""

from collections.abc import Callable
from typing import Any

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route
from discord.webhook.async_ import AsyncWebhookAdapter, async_context

_OWN_GATEWAYS = ".discord.gg"
"""How the hosts of Discord's own gateways end, those to resume at included."""


class Pointing:
    """Where a client's calls go. A server that is asked for its gateway tells it, as Discord's
    does, where none is named."""

    def __init__(self, api_url: str | None, gateway_url: str | None) -> None:
        self._api = api_url.rstrip("/") if api_url else None
        self._gateway = yarl.URL(gateway_url) if gateway_url else None
        self._adapter = _Adapter(self._lead) if api_url else None

    def point(self, client: discord.Client) -> None:
        """Lead this client's calls and its gateway there."""
        http: Any = client.http
        if self._api is not None:
            request = http.request

            async def led_request(route: Route, **parts: Any) -> Any:
                self._lead(route)
                return await request(route, **parts)

            http.request = led_request
        if self._api is not None or self._gateway is not None:
            connect = http.ws_connect

            async def led_connect(url: str, **parts: Any) -> Any:
                if self._gateway is None:
                    told = await http.request(Route("GET", "/gateway"))
                    self._gateway = yarl.URL(told["url"])
                return await connect(self._led_gateway(url), **parts)

            http.ws_connect = led_connect

    def enter(self) -> None:
        """Lead calls by interactions, too, from this task and those that it begins."""
        if self._adapter is not None:
            async_context.set(self._adapter)

    def _lead(self, route: Route) -> None:
        if self._api is not None and route.url.startswith(Route.BASE):
            route.url = self._api + route.url.removeprefix(Route.BASE)

    def _led_gateway(self, url: str) -> str:
        asked = yarl.URL(url)
        host = asked.host or ""
        is_own = host == DiscordWebSocket.DEFAULT_GATEWAY.host or host.endswith(_OWN_GATEWAYS)
        if self._gateway is None or not is_own:
            return url
        return str(self._gateway.with_query(asked.query))


class _Adapter(AsyncWebhookAdapter):
    """Calls by interactions: their routes are led elsewhere."""

    def __init__(self, lead: Callable[[Route], None]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # discord.py leaves it untyped
        self._lead = lead

    async def request(self, route: Route, session: Any, **parts: Any) -> Any:
        self._lead(route)
        try:
            return await super().request(route, session, **parts)
        except TypeError as err:
            # discord.py 2.7.1 looks for a limit's seconds in the body, also where a proxy before
            # Discord tells the limit as a page.
            raise aiohttp.ClientPayloadError("a limit without its seconds") from err
