"""Which token speaks in which workspace: one from the settings, or those of an installation store.

Installing itself is Bolt's OAuth flow (`door`). Tokens that rotate are renewed here, one renewal
at a time, before they end.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol
from urllib.request import getproxies

import aiohttp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackTokenRotationError
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.calls import TIMEOUT, call_with_headers, retry_handlers
from adapters.slack.methods import AUTH_TEST
from adapters.slack.origins import WORKSPACE, is_organization, team_of, workspace_of
from adapters.slack.ports import Enterprises
from adapters.slack.refusals import NoEntry

log = logging.getLogger("convene.slack.workspaces")

LIBRARY = logging.getLogger("convene.slack.library")
"""What Slack's libraries log. Never below INFO: what they tell there holds people's words."""
LIBRARY.setLevel(logging.INFO)

RENEW = 120
"""Minutes before its end that a token is renewed."""


class Wire:
    """The one HTTP session of the door, and clients over it."""

    def __init__(self, api_url: str) -> None:
        self._api_url = api_url
        self.session: aiohttp.ClientSession | None = None

    def open(self) -> None:
        """Begin to use one session; the proxy and its exceptions are the environment's."""
        timeout = aiohttp.ClientTimeout(total=TIMEOUT)
        # Where it names no proxy, it is not asked again: aiohttp does so in a thread, twice a call.
        self.session = aiohttp.ClientSession(timeout=timeout, trust_env=bool(getproxies()))

    async def close(self) -> None:
        """End it."""
        if self.session is not None:
            await self.session.close()

    def client(self, token: str | None, team: str | None = None) -> AsyncWebClient:
        """A client with a token; `team` for one that speaks for a whole organization."""
        client = AsyncWebClient(
            token=token,
            base_url=self._api_url,
            timeout=int(TIMEOUT),
            session=self.session,
            trust_env_in_session=True,
            logger=LIBRARY,
            retry_handlers=retry_handlers(),
            team_id=team,
        )
        # the session asks the environment itself, and heeds its exceptions
        client.proxy = None
        return client


class Workspaces(Protocol):
    """Who speaks where."""

    @property
    def authorize(self) -> AsyncAuthorize:
        """How Bolt finds the token of a request."""
        ...

    async def client(self, workspace: str) -> AsyncWebClient:
        """The client of a workspace. Raises NoEntry where the app is not installed."""
        ...

    async def organization(self, workspace: str) -> str:
        """The organization that a workspace is of (Enterprise Grid), or that it is; empty where
        there is none."""
        ...

    async def home_of(self, team: str, enterprise: str) -> str:
        """The installation of a user's own workspace or organization; empty where there is none."""
        ...

    async def teams(self, workspace: str) -> tuple[str, ...]:
        """The single workspaces of an organization that installed the app as a whole, as far as
        they are known; none for a workspace."""
        ...


class _TokenAuthorize(AsyncAuthorize):
    """Every request is the one workspace's."""

    def __init__(self, workspace: "OneWorkspace") -> None:
        self._workspace = workspace

    async def __call__(self, *, context: AsyncBoltContext, **_: Any) -> AuthorizeResult:
        me = await self._workspace.identity()
        own, told = me.team_id or "", context.team_id or ""
        context[WORKSPACE] = own if is_organization(own) or is_organization(told) else told or own
        return me


class OneWorkspace:
    """The workspace of the one token in the settings."""

    def __init__(self, wire: Wire, token: str) -> None:
        self._wire = wire
        self._token = token
        self.known: AuthorizeResult | None = None
        self._client: AsyncWebClient | None = None
        self._asking = asyncio.Lock()
        self.granted: frozenset[str] | None = None
        """The token's scopes, where Slack told them."""
        self.authorize: AsyncAuthorize = _TokenAuthorize(self)

    async def client(self, workspace: str) -> AsyncWebClient:
        """The one client."""
        if self._client is None or self._client.session is not self._wire.session:
            self._client = self._wire.client(self._token)
        return self._client

    async def organization(self, workspace: str) -> str:
        """As the token tells it."""
        return str(self.known.enterprise_id or "") if self.known is not None else ""

    async def home_of(self, team: str, enterprise: str) -> str:
        """One token serves one workspace."""
        return ""

    async def teams(self, workspace: str) -> tuple[str, ...]:
        """One token is of one workspace."""
        return ()

    async def identity(self) -> AuthorizeResult:
        """Who the token is; asked once. Raises NoEntry, PlatformBusy."""
        async with self._asking:
            if self.known is None:
                me, headers = await call_with_headers(await self.client(""), AUTH_TEST)
                self.granted = _granted(headers)
                self.known = AuthorizeResult(
                    enterprise_id=me.get("enterprise_id"),
                    team_id=me.get("team_id"),
                    team=me.get("team"),
                    url=me.get("url"),
                    bot_id=me.get("bot_id"),
                    bot_user_id=me.get("user_id"),
                    bot_token=self._token,
                )
            return self.known


def _granted(headers: Mapping[str, str]) -> frozenset[str] | None:
    told = headers.get("x-oauth-scopes")
    if told is None:
        return None
    return frozenset(scope.strip() for scope in told.split(",") if scope.strip())


class _StoredAuthorize(AsyncAuthorize):
    """Every request is its own installation's."""

    def __init__(self, installed: "InstalledWorkspaces") -> None:
        self._installed = installed

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,
        actor_team_id: str | None = None,
        actor_user_id: str | None = None,
    ) -> AuthorizeResult | None:
        whole = bool(context.is_enterprise_install)
        bot = await self._installed.bot(enterprise_id, team_id, whole=whole)
        if bot is None and enterprise_id and not whole:
            bot = await self._installed.bot(enterprise_id, None, whole=True)
        if bot is None:
            return None
        context[WORKSPACE] = (bot.enterprise_id if bot.is_enterprise_install else bot.team_id) or ""
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_id=bot.bot_id,
            bot_user_id=bot.bot_user_id,
            bot_token=bot.bot_token,
            bot_scopes=bot.bot_scopes,
        )


class InstalledWorkspaces:
    """Every workspace and organization that installed the app."""

    def __init__(
        self,
        wire: Wire,
        store: AsyncInstallationStore,
        enterprises: Enterprises,
        *,
        client_id: str,
        client_secret: str,
    ) -> None:
        self._wire = wire
        self._store = store
        self._enterprises = enterprises
        self._client_id = client_id
        self._client_secret = client_secret
        self._renewing: defaultdict[tuple[str, str], asyncio.Lock] = defaultdict(asyncio.Lock)
        self._noted: dict[str, tuple[str, bool]] = {}
        self._clients: dict[str, AsyncWebClient] = {}
        self.authorize: AsyncAuthorize = _StoredAuthorize(self)

    async def client(self, workspace: str) -> AsyncWebClient:
        """The client of a workspace, with its token of now. Raises NoEntry."""
        of_all = is_organization(workspace)
        enterprise, whole = (
            (workspace, True)
            if of_all
            else self._noted.get(workspace) or await self._enterprise(workspace)
        )
        bot = await self.bot(enterprise or None, None if of_all else workspace, whole=whole)
        if bot is None:
            raise NoEntry("The app is not installed in that workspace any more.")
        known = self._clients.get(workspace)
        if known is None or known.token != bot.bot_token or known.session is not self._wire.session:
            team = workspace if whole and not of_all else None
            known = self._wire.client(bot.bot_token, team)
            self._clients[workspace] = known
        return known

    async def _enterprise(self, workspace: str) -> tuple[str, bool]:
        self._noted[workspace] = await self._enterprises.of(workspace) or ("", False)
        return self._noted[workspace]

    async def hear(
        self,
        body: Mapping[str, Any],
        context: AsyncBoltContext,
        next: Callable[[], Awaitable[None]],  # Bolt hands it over under this name
    ) -> None:
        """Bolt middleware: learn whose a workspace is. Deliveries to an app of a whole organization
        tell the workspace in their body alone."""
        workspace = team_of(body)
        if context.enterprise_id and workspace:
            whole = is_organization(workspace_of(body, context))
            await self._note(workspace, context.enterprise_id, whole=whole)
        await next()

    async def organization(self, workspace: str) -> str:
        """As deliveries told it."""
        if is_organization(workspace):
            return workspace
        enterprise, _ = self._noted.get(workspace) or await self._enterprise(workspace)
        return enterprise

    async def home_of(self, team: str, enterprise: str) -> str:
        """As they installed the app."""
        if team and await self.bot(None, team, whole=False) is not None:
            return team
        if enterprise and await self.bot(enterprise, None, whole=True) is not None:
            return enterprise
        return ""

    async def teams(self, workspace: str) -> tuple[str, ...]:
        """Those in which something happened."""
        if not is_organization(workspace):
            return ()
        return await self._enterprises.workspaces_of(workspace)

    async def _note(self, workspace: str, enterprise: str, *, whole: bool) -> None:
        """Remember to which organization a workspace belongs, and whether that one installed."""
        if self._noted.get(workspace) != (enterprise, whole):
            await self._enterprises.note(workspace, enterprise, whole=whole)
            self._noted[workspace] = (enterprise, whole)

    async def bot(self, enterprise: str | None, team: str | None, *, whole: bool) -> Bot | None:
        """The bot of an installation, its token renewed where it is about to end."""
        async with self._renewing[(enterprise or "", "" if whole else team or "")]:
            bot = await self._store.async_find_bot(
                enterprise_id=enterprise, team_id=team, is_enterprise_install=whole
            )
            if bot is None or bot.bot_refresh_token is None:
                return bot
            return await self._renewed(bot)

    async def _renewed(self, bot: Bot) -> Bot | None:
        rotator = AsyncTokenRotator(
            client_id=self._client_id,
            client_secret=self._client_secret,
            client=self._wire.client(None),
        )
        try:
            fresh = await rotator.perform_bot_token_rotation(
                bot=bot, minutes_before_expiration=RENEW
            )
        except SlackTokenRotationError:
            log.warning("token not renewed team=%s", bot.team_id)
            return bot  # still good until it ends
        if fresh is None:
            return bot
        await self._store.async_save_bot(fresh)
        return fresh
