"""The server: one app, its workspaces, its doors, on a free port of loopback."""

from collections.abc import Callable, Sequence
from secrets import token_hex
from types import TracebackType
from urllib.parse import urlencode

from aiohttp import web

from tests.servers.slack.backend import Backend, Team
from tests.servers.slack.delivery import Delivery, Post, Sockets
from tests.servers.slack.limits import Fault
from tests.servers.slack.signed import SignedHttp
from tests.servers.slack.web import ReplyDoor, WebApi
from tests.servers.slack.workspace import Workspace
from tests.servers.slack.world import Account, Call, Json, Status

LARGEST = 4 * 1024 * 1024


class SlackServer:
    """Slack, as far as one app sees it: `async with SlackServer() as slack`.

    `ack_within` is how long it waits for an ack and `retry_after` how long before each further
    attempt, in seconds; Slack's own are 3 and (0, 60, 300).
    """

    def __init__(
        self,
        manifest: Json | None = None,
        *,
        ack_within: float = 3.0,
        retry_after: Sequence[float] = (0.0, 60.0, 300.0),
    ) -> None:
        self.backend = Backend(manifest)
        self.post = Post(self.backend, retry_after)
        self.sockets = Sockets(self.backend, ack_within)
        self.post.door = self.sockets
        self.backend.announce = self.post.event
        self._ack_within = ack_within
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> "SlackServer":
        app = web.Application(client_max_size=LARGEST)
        api = WebApi(self.backend, self.sockets.ticket)
        replies = ReplyDoor(self.backend)
        app.router.add_route("*", "/api/{method}", api.handle)
        app.router.add_get("/link/", self.sockets.handle)
        app.router.add_get("/oauth/v2/authorize", self._authorize)
        app.router.add_post("/upload/{file}", self._upload)
        for word in ("actions", "commands", "app"):
            app.router.add_post(f"/{word}/{{team}}/{{number}}/{{secret}}", replies.handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.backend.base_url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.backend.stop()
        await self.sockets.cut()
        if self._runner is not None:
            await self._runner.cleanup()

    # Where it is, and with what

    @property
    def api_url(self) -> str:
        """What `SLACK_API_URL` is set to."""
        return f"{self.backend.base_url}/api/"

    @property
    def authorize_url(self) -> str:
        """Where people are sent to install the app; they always agree."""
        return f"{self.backend.base_url}/oauth/v2/authorize"

    @property
    def app_token(self) -> str:
        return self.backend.app.app_token

    @property
    def signing_secret(self) -> str:
        return self.backend.app.signing_secret

    @property
    def client_id(self) -> str:
        return self.backend.app.client_id

    @property
    def client_secret(self) -> str:
        return self.backend.app.client_secret

    # Making teams

    def workspace(
        self, name: str = "acme", *, enterprise: str | None = None, installed: bool = True
    ) -> Workspace:
        """A new team; the app is in it unless told otherwise."""
        ids = self.backend.world.ids
        bot = Account(ids.new("U"), "", "convene", is_bot=True)
        team = Team(ids.new("T"), name, name, bot.id, ids.new("B"), enterprise)
        bot.team = team.id
        self.backend.teams[team.id] = team
        self.backend.world.accounts[bot.id] = bot
        token = self.backend.issue(team.id, bot.id) if installed else None
        return Workspace(self.backend, self.post, team, token)

    def grant(self, where: Workspace | str, by: str, *, redirect_uri: str = "") -> str:
        """The code that Slack sends along when somebody agreed to install the app.

        `where` is a workspace or, for a whole organisation, the enterprise's id.
        """
        if isinstance(where, str) and not self.backend.manifest.allows_orgs:
            raise LookupError("the app may not be installed on a whole organisation")
        code = token_hex(8)
        place = where if isinstance(where, str) else where.id
        self.backend.codes[code] = (place, by, redirect_uri)
        return code

    async def _authorize(self, request: web.Request) -> web.StreamResponse:
        asked = request.query
        if asked.get("client_id") != self.client_id:
            return web.Response(status=400, text="invalid_client_id")
        if not self.backend.manifest.scopes.issuperset(asked.get("scope", "").split(",")):
            return web.Response(status=400, text="invalid_scope")
        where = asked.get("team") or next(iter(self.backend.teams))
        code = token_hex(8)
        teams = {one.id for one in self.backend.teams.values() if where in (one.id, one.enterprise)}
        people = [one for one in self.backend.world.accounts.values() if one.team in teams]
        if not people or (where not in teams and not self.backend.manifest.allows_orgs):
            return web.Response(status=400, text="invalid_team_for_non_distributed_app")
        by = next((one.id for one in people if not one.is_bot), people[0].id)
        self.backend.codes[code] = (where, by, asked.get("redirect_uri", ""))
        answer = urlencode({"code": code, "state": asked.get("state", "")})
        raise web.HTTPFound(f"{asked['redirect_uri']}?{answer}")

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        found = self.backend.world.files.get(request.match_info["file"])
        content = await request.read()
        if found is None or len(content) == 0:
            return web.Response(status=404, text="not found")
        found["content"] = content
        return web.Response(text=f"OK - {len(content)}")

    # The way to the app

    def use_http(self, url: str) -> SignedHttp:
        """From now on send to this address instead of a socket."""
        door = SignedHttp(self.backend, url, self._ack_within)
        self.post.door = door
        return door

    async def connected(self, times: int = 1, *, within: float = 5.0) -> None:
        """Wait until the app has opened its nth connection, and has one. Raises AssertionError."""

        def so() -> bool:
            return self.sockets.opened >= times and bool(self.sockets.connections)

        assert await self.until(so, within), "the app never connected"

    # Looking and meddling

    async def until(self, so: Callable[[], bool], within: float = 5.0) -> bool:
        """Wait until something is so; whether it became so in time."""
        return await self.backend.until(so, within)

    def calls(self, method: str) -> list[Call]:
        """The calls of a method, oldest first; `response_url` for posts to such addresses."""
        return [one for one in self.backend.calls if one.method == method]

    @property
    def complaints(self) -> list[str]:
        """What Slack would swallow without a word, though it is wrong."""
        return self.backend.complaints

    @property
    def statuses(self) -> list[Status]:
        """What the app showed itself to be doing, oldest first."""
        return self.backend.world.statuses

    @property
    def deliveries(self) -> list[Delivery]:
        """Everything that was sent to the app."""
        return self.post.deliveries

    def skip(self, seconds: float) -> None:
        """Let time pass for triggers, addresses, tokens, streams and limits."""
        self.backend.skipped += seconds

    def fault(
        self,
        method: str,
        *,
        times: int = 1,
        status: int = 200,
        retry_after: int | None = None,
        error: str = "",
        cut: bool = False,
        lose_answer: bool = False,
        garbage: bool = False,
        delay: float = 0.0,
    ) -> None:
        """Let the next calls of a method go wrong; see `Fault`."""
        fault = Fault(method, times, status, retry_after, error, cut, lose_answer, garbage, delay)
        self.backend.faults.add(fault)

    def limit(self, method: str, calls: int, seconds: float, *, by_channel: bool = False) -> None:
        """From now on take at most so many calls of a method within so many seconds."""
        self.backend.limits.limit(method, calls, seconds, by_channel=by_channel)
