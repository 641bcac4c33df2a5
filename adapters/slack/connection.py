"""Socket Mode: Slack's deliveries over a connection that this machine opens; no public address.

Reconnecting is the SDK's; see Slack's "Using Socket Mode".
"""

import asyncio
import logging
from time import monotonic, time
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.origins import settle
from adapters.slack.refusals import NoEntry
from adapters.slack.workspaces import LIBRARY, Wire

log = logging.getLogger("convene.slack.socket")

PING = 5.0
"""Seconds between signs of life."""
STALE = 15.0
"""Seconds after which a connection that does not come about is tried with an address of its own."""
LASTING = 1.0
"""Seconds after which a connection counts as one that lasted."""
MOST_PAUSE = 30.0
"""Seconds at most between connections that Slack ends as they begin."""
_NO_ENTRY = (
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "not_allowed_token_type",
)


class Pauses:
    """How long to wait before the next connection: not at all, but where several were brief."""

    def __init__(self) -> None:
        self._brief = 0

    def after(self, lasted: float) -> float:
        """Seconds to wait after a connection that lasted so many."""
        self._brief = self._brief + 1 if lasted < LASTING else 0
        return min(MOST_PAUSE, 2.0 ** (self._brief - 2)) if self._brief > 2 else 0.0


class Connection(SocketModeClient):
    """The SDK's client (slack_sdk 3.47), mended in three places.

    It would try one and the same address for ever, though one is good for one connection and half
    a minute. Told to go and then hung up on, it would connect twice, dropping what the first new
    connection had begun to bring. And told to go at once each time, as where an app has too many
    connections, it would connect hundreds of times a second.
    """

    def __init__(self, app_token: str, web_client: AsyncWebClient) -> None:
        super().__init__(
            app_token=app_token, logger=LIBRARY, web_client=web_client, ping_interval=PING
        )
        self._reconnecting = asyncio.Lock()
        self._pauses = Pauses()
        self._since = 0.0

    async def connect(self) -> None:
        while not self.closed:
            attempt = asyncio.ensure_future(super().connect())  # type: ignore[no-untyped-call]
            done, _ = await asyncio.wait({attempt}, timeout=STALE)
            if done:
                attempt.result()
                return
            attempt.cancel()
            await asyncio.gather(attempt, return_exceptions=True)
            self.wss_uri = None

    async def connect_to_new_endpoint(self, force: bool = False) -> None:
        left = self.current_session
        async with self._reconnecting:
            if self.current_session is left or not await self.is_connected():
                await asyncio.sleep(self._pauses.after(monotonic() - self._since))
                await super().connect_to_new_endpoint(force=force)
                self._since = monotonic()


def heard(response: BoltResponse) -> BoltResponse:
    """What Bolt knows no listener for is acked too: nobody waits for it, and it does not come
    again."""
    return BoltResponse(status=200) if response.status == 404 else response


class Socket:
    """The door's connection."""

    def __init__(self, app: AsyncApp, wire: Wire, app_token: str, api_url: str) -> None:
        self._app = app
        self._wire = wire
        self._app_token = app_token
        self._api_url = api_url
        self._client: Connection | None = None
        self._connecting: asyncio.Task[None] | None = None

    async def open(self, patience: float) -> None:
        """Connect; where Slack is away, go on trying behind. Raises NoEntry."""
        client = Connection(self._app_token, self._wire.client(None))
        client.proxy = _proxy(self._api_url)
        client.socket_mode_request_listeners.append(self._handle)
        self._client = client
        try:
            async with asyncio.timeout(patience):
                client.wss_uri = await client.issue_new_wss_url()
        except SlackApiError as err:
            if err.response["error"] in _NO_ENTRY:
                await self.close()
                raise NoEntry("Slack refuses the app token (SLACK_APP_TOKEN, xapp-…).") from err
            log.warning("not connected yet error=%s", err.response["error"])
        except (OSError, TimeoutError, aiohttp.ClientError):
            log.warning("Slack cannot be reached yet")
        self._connecting = asyncio.create_task(client.connect())
        await asyncio.wait({self._connecting}, timeout=patience)

    async def _handle(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        begun = time()
        if isinstance(request.payload, dict):
            settle(request.payload)
        response = heard(await run_async_bolt_app(self._app, request))
        if request.type == "events_api":  # nobody reads words there
            response = BoltResponse(status=response.status)
        await send_async_response(client, request, response, begun)

    async def is_open(self) -> bool:
        """Whether deliveries come in."""
        return self._client is not None and await self._client.is_connected()

    async def close(self) -> None:
        """Take nothing in any more."""
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.gather(self._connecting, return_exceptions=True)
        if self._client is not None:
            await self._client.close()  # type: ignore[no-untyped-call]
            left = (self._client.message_processor, self._client.current_session_monitor)
            running = [task for task in (*left, self._client.message_receiver) if task is not None]
            await asyncio.gather(*running, return_exceptions=True)


def _proxy(address: str) -> str | None:
    """The environment's proxy for an address, unless it is excepted."""
    parts = urlsplit(address)
    if proxy_bypass(parts.hostname or ""):
        return None
    return getproxies().get(parts.scheme)
