"""The Slack door: what `bot.app` makes, starts and stops.

Socket Mode needs a bot token and an app token and no public address; HTTP needs a signing secret,
and hands requests in through `receive`. One workspace by its token, or many by an installation
store. Made in two steps, for the engine needs the platform: `SlackDoor(…)`, then `open_to`.
"""

import asyncio
import logging
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from adapters.slack.addresses import Addresses
from adapters.slack.connection import Socket, heard
from adapters.slack.edits import GAP, Edits
from adapters.slack.listeners import Listeners
from adapters.slack.methods import COMMAND_SCOPES, EVENT_SCOPES, METHODS
from adapters.slack.pages import callbacks, page
from adapters.slack.people import People
from adapters.slack.platform import SlackPlatform
from adapters.slack.ports import Enterprises, PostedKeys
from adapters.slack.posting import Posting
from adapters.slack.signed import Signed, is_ssl_check
from adapters.slack.status import DELAY, Statuses
from adapters.slack.streams import HOLD, PACE
from adapters.slack.whereabouts import Whereabouts
from adapters.slack.works import Works
from adapters.slack.workspaces import (
    LIBRARY,
    InstalledWorkspaces,
    OneWorkspace,
    Wire,
    Workspaces,
)
from bot.chat.cards import message
from bot.chat.messages import Place, Sender
from bot.chat.platform import ChatHandler, MenuHandler, PlatformBusy, PlatformError
from calendar_core.clock import Clock

log = logging.getLogger("convene.slack.door")

API_URL = "https://slack.com/api/"
INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
PATIENCE = 10.0
"""Seconds that starting waits for Slack, and stopping for what is under way."""
GOODBYE = 3.0
"""Seconds that telling somebody that they wait in vain may take."""
STOPPED = "I was stopped before I could answer. Please ask me again in a minute."
NOT_INSTALLED = (
    "I'm not installed in this workspace any more. Somebody who may install apps here can bring me "
    "back: <{address}>"
)
SCOPES = frozenset().union(COMMAND_SCOPES, *(one.scopes for one in METHODS), *EVENT_SCOPES.values())
"""All that the app asks for; the manifest says the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How quickly things are shown, in seconds."""

    status_after: float = DELAY
    stream_after: float = HOLD
    stream_every: float = PACE
    edits_apart: float = GAP


@dataclass(frozen=True, slots=True, kw_only=True)
class Installations:
    """How many workspaces install one app (Slack's OAuth v2)."""

    store: AsyncInstallationStore
    """Must keep and find bots; tokens are its own to encrypt."""
    states: AsyncOAuthStateStore
    client_id: str
    client_secret: str
    redirect_url: str
    """The public address of `REDIRECT_PATH`."""


class SlackDoor:
    """Convene in Slack."""

    def __init__(
        self,
        *,
        clock: Clock,
        keys: PostedKeys,
        enterprises: Enterprises,
        bot_token: str = "",
        app_token: str = "",
        signing_secret: str = "",
        installations: Installations | None = None,
        api_url: str = API_URL,
        pace: Pace | None = None,
    ) -> None:
        """Raises ValueError where the tokens do not make a door."""
        if not bot_token and installations is None:
            raise ValueError("Slack needs SLACK_BOT_TOKEN, or client id and secret to be installed")
        if not app_token and not signing_secret:
            raise ValueError("Slack needs SLACK_APP_TOKEN, or SLACK_SIGNING_SECRET for HTTP")
        pace = pace or Pace()
        self._clock = clock
        self._app_token = app_token
        self._signed = Signed(signing_secret) if signing_secret else None
        self._installations = installations
        self._api_url = api_url
        self._wire = Wire(api_url)
        self._one = OneWorkspace(self._wire, bot_token) if installations is None else None
        self._workspaces: Workspaces = self._one or _installed(
            self._wire, installations, enterprises
        )
        self._addresses = Addresses(clock)
        self._whereabouts = Whereabouts()
        self._people = People(self._workspaces, clock)
        self._works = Works()
        self._app: AsyncApp | None = None
        self._socket: Socket | None = None
        self.is_removed = False
        """Whether the one workspace removed the app, or revoked its token."""
        self.platform = SlackPlatform(
            posting=Posting(
                workspaces=self._workspaces,
                wire=self._wire,
                keys=keys,
                addresses=self._addresses,
                whereabouts=self._whereabouts,
                clock=clock,
            ),
            people=self._people,
            statuses=Statuses(self._workspaces, self._whereabouts, pace.status_after),
            edits=Edits(pace.edits_apart),
            addresses=self._addresses,
            workspaces=self._workspaces,
            wire=self._wire,
            hold=pace.stream_after,
            pace=pace.stream_every,
        )

    def open_to(self, handler: ChatHandler, menus: MenuHandler) -> None:
        """Say who answers; before `start`."""
        app = AsyncApp(
            logger=LIBRARY,
            name="convene",
            client=self._wire.client(None),
            authorize=self._workspaces.authorize,  # type: ignore[arg-type]
            user_facing_authorize_error_message=self._not_installed(),
            installation_store=self._installations.store if self._installations else None,
            oauth_settings=self._oauth(),
            attaching_conversation_kwargs_enabled=False,
            attaching_function_token_enabled=False,
            # `signed` has seen to these over HTTP; over Socket Mode none of them is ever sent
            ssl_check_enabled=False,
            request_verification_enabled=False,
            url_verification_enabled=False,
        )
        if self._installations is not None:
            app.enable_token_revocation_listeners()
        if isinstance(self._workspaces, InstalledWorkspaces):
            app.middleware(self._workspaces.hear)
        Listeners(
            handler=handler,
            menus=menus,
            platform=self.platform,
            people=self._people,
            addresses=self._addresses,
            whereabouts=self._whereabouts,
            works=self._works,
            clock=self._clock,
            on_removed=self._note_removed,
        ).register(app)
        self._app = app

    def _not_installed(self) -> str | None:
        if self._installations is None:
            return None
        return NOT_INSTALLED.format(address=_begins(self._installations))

    def _oauth(self) -> AsyncOAuthSettings | None:
        known = self._installations
        if known is None:
            return None
        root = urlsplit(self._api_url)
        return AsyncOAuthSettings(
            client_id=known.client_id,
            client_secret=known.client_secret,
            scopes=sorted(SCOPES),
            user_scopes=[],
            redirect_uri=known.redirect_url,
            install_path=INSTALL_PATH,
            redirect_uri_path=REDIRECT_PATH,
            authorization_url=f"{root.scheme}://{root.netloc}/oauth/v2/authorize",
            installation_store=known.store,
            installation_store_bot_only=True,
            state_store=known.states,
            callback_options=callbacks(),
            logger=LIBRARY,
        )

    async def start(self) -> None:
        """Connect. Raises PlatformError with what to do where a token is refused; where Slack is
        away, goes on trying behind."""
        app = self._opened()
        self._wire.open()
        app.client.session = self._wire.session
        try:
            if self._one is not None:
                await self._greet(self._one)
            if self._app_token:
                self._socket = Socket(app, self._wire, self._app_token, self._api_url)
                await self._socket.open(PATIENCE)
        except PlatformError:
            await self.stop()
            raise
        log.info("started: %s", await self.health())

    async def _greet(self, workspace: OneWorkspace) -> None:
        try:
            await workspace.identity()
        except PlatformBusy:
            log.warning("Slack cannot be reached yet")
            return
        missing = await self.missing_scopes()
        if missing:
            log.warning("scopes missing: %s", ", ".join(missing))

    async def stop(self) -> None:
        """Take nothing in any more, let what is under way come to its end, and say where it did
        not."""
        if self._socket is not None:
            await self._socket.close()
        broken = await self._works.finish(PATIENCE)
        if broken:
            log.warning("broken off at the end: %d", broken)
            await asyncio.gather(*(self._say_stopped(*one) for one in self._works.unanswered))
        await self._wire.close()

    async def _say_stopped(self, place: Place, sender: Sender) -> None:
        try:
            async with asyncio.timeout(GOODBYE):
                await self.platform.post(
                    place, message(STOPPED), seen_by=None if place.is_private else sender
                )
        except (PlatformError, TimeoutError) as err:
            log.warning("not told that it was stopped error=%s", type(err).__name__)

    async def settle(self) -> None:
        """Wait until everything that came in so far has been answered."""
        await self._works.settled()

    async def health(self) -> str:
        """One line: to what the door is connected."""
        where = "the workspaces that installed the app"
        if self._one is not None and self._one.known is not None:
            where = str(self._one.known.get("team") or self._one.known.get("team_id"))
        elif self._one is not None:
            where = "no workspace yet"
        if self.is_removed:
            return f"Slack: {where} removed the app. Install it again, and set SLACK_BOT_TOKEN anew"
        if self._socket is None:
            return f"Slack: {where}, over HTTP"
        state = "connected" if await self._socket.is_open() else "connecting"
        return f"Slack: {where}, Socket Mode {state}"

    async def is_healthy(self) -> bool:
        """Whether deliveries can come in."""
        return not self.is_removed and (self._socket is None or await self._socket.is_open())

    def _note_removed(self) -> None:
        """An installation came to its end; the many are forgotten in their store, by Bolt."""
        if self._one is not None:
            self.is_removed = True
            log.error("the app was removed, or its token revoked: install it again")

    async def missing_scopes(self) -> list[str]:
        """What the one token lacks of the manifest's scopes, as far as Slack tells.

        Raises PlatformError.
        """
        if self._one is None:
            return []
        await self._one.identity()
        return sorted(SCOPES - self._one.granted) if self._one.granted is not None else []

    async def receive(self, request: web.Request) -> web.Response:
        """Events, commands and interactions over HTTP."""
        if self._signed is None:
            return web.Response(status=404)
        found = await self._signed.read(request)
        if isinstance(found, web.Response):
            return found
        response = heard(await self._opened().async_dispatch(found))
        return await to_aiohttp_response(response)

    async def looked_at(self, request: web.Request) -> web.Response:
        """Slack's look at the certificate of the address that it calls."""
        return web.Response(status=200 if is_ssl_check(request) else 405)

    async def install(self, request: web.Request) -> web.Response:
        """Begin an installation: `INSTALL_PATH`."""
        flow = self._opened().oauth_flow
        if flow is None or self._installations is None:
            return web.Response(status=404)
        return await to_aiohttp_response(
            await flow.handle_installation(await to_bolt_request(request))
        )

    async def finish_install(self, request: web.Request) -> web.Response:
        """End an installation: `REDIRECT_PATH`."""
        flow = self._opened().oauth_flow
        if flow is None or self._installations is None:
            return web.Response(status=404)
        try:
            shown = await flow.handle_callback(await to_bolt_request(request))
        except (aiohttp.ClientError, OSError) as err:  # a TimeoutError is one
            log.warning("not installed, Slack is away error=%s", type(err).__name__)
            text = page("away", _begins(self._installations))
            return web.Response(text=text, status=503, content_type="text/html")
        return await to_aiohttp_response(shown)

    def _opened(self) -> AsyncApp:
        if self._app is None:
            raise RuntimeError("open_to comes before start")
        return self._app


def _begins(known: Installations) -> str:
    """Where an installation begins."""
    return known.redirect_url.removesuffix(REDIRECT_PATH) + INSTALL_PATH


def _installed(
    wire: Wire, installations: Installations | None, enterprises: Enterprises
) -> InstalledWorkspaces:
    assert installations is not None
    return InstalledWorkspaces(
        wire,
        installations.store,
        enterprises,
        client_id=installations.client_id,
        client_secret=installations.client_secret,
    )
