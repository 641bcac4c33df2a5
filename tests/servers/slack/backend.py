"""The rules that all methods share: who calls, what they may see, what everybody is told."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from secrets import token_hex

from tests.servers.slack.limits import Faults, RateLimits
from tests.servers.slack.manifest import Manifest
from tests.servers.slack.world import (
    Account,
    Call,
    Channel,
    Json,
    Kind,
    Message,
    Refused,
    ReplyAddress,
    Token,
    Trigger,
    World,
)

LOOKS_AGAIN = 0.02
"""Seconds between looks at something that is not of this server."""
TRIGGER_LIVES = 3.0
ROTATED_LIVES = 12 * 3600
Announce = Callable[[str, Json], Awaitable[object]]


@dataclass(eq=False)
class Team:
    """A workspace and its bot."""

    id: str
    name: str
    domain: str
    bot_user: str
    bot_id: str
    enterprise: str | None = None
    is_org: bool = False
    """Whether the app was installed on the whole organisation."""


@dataclass(frozen=True)
class AppSecrets:
    """What identifies the app."""

    id: str = "A0CONVENE"
    client_id: str = "111.222"
    client_secret: str = field(default_factory=lambda: token_hex(8))
    signing_secret: str = field(default_factory=lambda: token_hex(16))
    app_token: str = field(default_factory=lambda: f"xapp-1-{token_hex(8)}")
    verification: str = "verify"


class Backend:
    """The state, the clock and the rules of one server."""

    def __init__(self, manifest: Json | None) -> None:
        self.world = World()
        self.app = AppSecrets()
        self.manifest = Manifest(manifest)
        self.teams: dict[str, Team] = {}
        self.calls: list[Call] = []
        self.complaints: list[str] = []
        """What Slack would swallow without a word, though it is wrong."""
        self.faults = Faults()
        self.limits = RateLimits()
        self.base_url = ""
        self.skipped = 0.0
        self.announce: Announce = _to_nobody
        self.codes: dict[str, tuple[str, str, str]] = {}
        """An OAuth code → team or organisation, who gave it, where it is sent."""
        self._watchers: set[asyncio.Event] = set()
        self._tasks: set[asyncio.Task[object]] = set()

    def now(self) -> float:
        """The server's clock, seconds since the epoch."""
        return time.time() + self.skipped

    def ts(self) -> str:
        """A new timestamp."""
        return self.world.ids.ts(self.now())

    def complain(self, text: str) -> None:
        """Note what Slack would not say."""
        self.complaints.append(text)

    # What happens beside a call

    def start(self, work: Awaitable[object]) -> "asyncio.Task[object]":
        """Run something beside; it is ended with the server."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def stop(self) -> None:
        """End what runs beside."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def tell(self, team: str, event: Json) -> None:
        """Send an event to the app, without waiting."""
        self.start(self.announce(team, event))

    def changed(self) -> None:
        """Wake those who wait for something to be seen."""
        for waiting in self._watchers:
            waiting.set()

    async def until(self, so: Callable[[], bool], within: float) -> bool:
        """Wait until something is so; whether it became so in time."""
        waiting = asyncio.Event()
        self._watchers.add(waiting)
        try:
            async with asyncio.timeout(within):
                while not so():
                    waiting.clear()
                    with suppress(TimeoutError):
                        await asyncio.wait_for(waiting.wait(), LOOKS_AGAIN)
        except TimeoutError:
            return so()
        finally:
            self._watchers.discard(waiting)
        return True

    # Who calls, and what they may

    def caller(self, shown: str | None) -> Token:
        """Whose token that is. Raises Refused."""
        if not shown:
            raise Refused("not_authed")
        token = self.world.tokens.get(shown)
        if token is None:
            raise Refused("invalid_auth")
        if token.end:
            raise Refused(token.end)
        if token.expires_at is not None and token.expires_at <= self.now():
            raise Refused("token_expired")
        return token

    def need(self, caller: Token, *any_of: str) -> None:
        """Refuse a token without one of these scopes."""
        if not caller.scopes.intersection(any_of):
            needed, provided = ",".join(any_of), ",".join(sorted(caller.scopes))
            raise Refused("missing_scope", needed=needed, provided=provided)

    def reaches(self, caller: Token, team: str) -> bool:
        """Whether a token is good for a team."""
        if caller.is_org:
            return self.teams[team].enterprise == caller.team
        return caller.team == team

    def team_of(self, caller: Token, args: Json) -> Team:
        """The team that a call is about; one for an organisation has to say. Raises Refused."""
        if not caller.is_org:
            return self.teams[caller.team]
        team = self.teams.get(str(args.get("team_id", "")))
        if team is None:
            raise Refused("missing_argument", response_metadata={"messages": ["team_id"]})
        if not self.reaches(caller, team.id):
            raise Refused("team_access_not_granted")
        return team

    def account(self, caller: Token, user: object) -> Account:
        """A user whom the caller may know. Raises Refused."""
        found = self.world.accounts.get(str(user or ""))
        if found is None or not self.reaches(caller, found.team):
            raise Refused("user_not_found")
        return found

    def channel(self, caller: Token, wanted: object) -> Channel:
        """A conversation that the caller may know. Raises Refused."""
        if not wanted:
            raise Refused("channel_not_found")
        found = self.world.channels.get(str(wanted))
        if found is None:
            found = self._by_name(caller, str(wanted).removeprefix("#"))
        if found is None or not self.reaches(caller, found.team):
            raise Refused("channel_not_found")
        if found.kind is not Kind.CHANNEL and self.self_in(caller, found) not in found.members:
            raise Refused("channel_not_found")
        return found

    def _by_name(self, caller: Token, name: str) -> Channel | None:
        for one in self.world.channels.values():
            if one.name == name and self.reaches(caller, one.team):
                return one
        return None

    def self_in(self, caller: Token, channel: Channel) -> str:
        """Who the caller is in a conversation."""
        return self.teams[channel.team].bot_user if caller.kind == "bot" else caller.user

    def writable(self, caller: Token, wanted: object) -> Channel:
        """A conversation where the caller may write. Raises Refused."""
        found = self.channel(caller, wanted)
        if found.is_archived:
            raise Refused("is_archived")
        if self.self_in(caller, found) not in found.members:
            raise Refused("not_in_channel")
        if found.kind is Kind.DIRECT and not self.manifest.takes_messages:
            raise Refused("messages_tab_disabled")
        return found

    def direct(self, team: Team, user: str) -> Channel:
        """The direct conversation of the bot with somebody, made where needed."""
        found = self.world.directs.get((team.id, user))
        if found is None:
            members = {team.bot_user, user}
            found = Channel(self.world.ids.new("D"), team.id, "", Kind.DIRECT, members)
            self.world.directs[team.id, user] = self.world.channels[found.id] = found
        return found

    def thread(self, channel: Channel, wanted: object) -> str | None:
        """The root of the thread that a timestamp names. Raises Refused."""
        if wanted in (None, ""):
            return None
        if not isinstance(wanted, str) or not re.fullmatch(r"\d{10}\.\d{6}", wanted):
            raise Refused("invalid_thread_ts")
        found = channel.messages.get(wanted)
        if found is None or found.seen_by is not None:
            raise Refused("thread_not_found")
        if found.thread_ts not in (None, wanted):
            self.complain(f"thread_ts {wanted} is a reply's: use its parent's")
        return found.root

    def own_message(self, caller: Token, args: Json, refusal: str) -> Message:
        """A message that the caller itself said and all can see. Raises Refused."""
        channel = self.channel(caller, args.get("channel"))
        found = channel.messages.get(str(args.get("ts", "")))
        if found is None or found.seen_by is not None:
            raise Refused("message_not_found")
        if found.user != self.self_in(caller, channel):
            raise Refused(refusal)
        return found

    # What interactions hand out

    def trigger(self, team: str, user: str, view: str | None = None) -> str:
        """A new trigger id."""
        made = f"{len(self.world.triggers) + 1}.{int(self.now())}.{token_hex(8)}"
        self.world.triggers[made] = Trigger(team, user, self.now(), view)
        return made

    def pull(self, wanted: object) -> Trigger:
        """Use a trigger up. Raises Refused."""
        found = self.world.triggers.get(str(wanted or ""))
        if found is None:
            raise Refused("invalid_trigger_id")
        if found.is_used:
            raise Refused("exchanged_trigger_id")
        if self.now() - found.at > TRIGGER_LIVES:
            raise Refused("expired_trigger_id")
        found.is_used = True
        return found

    def reply_address(
        self, word: str, channel: Channel, user: str, message: Message | None = None
    ) -> str:
        """A new `response_url`."""
        path = f"/{word}/{channel.team}/{len(self.world.addresses) + 1}/{token_hex(8)}"
        made = ReplyAddress(channel.team, channel, user, self.now(), message)
        self.world.addresses[path] = made
        return f"{self.base_url}{path}"

    def issue(self, where: str, user: str, *, is_org: bool = False) -> Token:
        """A new bot token for a team or an organisation."""
        rotates = self.manifest.rotates
        value = f"{'xoxe.' if rotates else ''}xoxb-{token_hex(10)}"
        token = Token(value, "bot", where, user, self.manifest.scopes, is_org)
        if rotates:
            token.expires_at = self.now() + ROTATED_LIVES
            token.refresh = f"xoxe-1-{token_hex(10)}"
        self.world.tokens[value] = token
        return token


async def _to_nobody(team: str, event: Json) -> None:
    """Where events go before there is a door."""
