"""Who somebody is in Slack, and what channels are called: asked once an hour, not at every word."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from adapters.slack.calls import call
from adapters.slack.incoming import PLATFORM, is_direct
from adapters.slack.methods import (
    CHANNEL_INFO,
    CHANNEL_MEMBERS,
    USER_GROUP_MEMBERS,
    USER_GROUPS,
    USER_INFO,
    Method,
)
from adapters.slack.workspaces import Workspaces
from bot.chat.messages import Place, Sender
from bot.chat.platform import PlaceGone, PlatformBusy, PlatformError
from calendar_core.clock import Clock

log = logging.getLogger("convene.slack.people")

FRESH = timedelta(hours=1)
MOST = 10_000
"""Entries of a cache; the oldest go first."""
PAGES = 50
"""Pages of a channel's members that are looked through, of up to 200 each."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Kept(Generic[T]):
    value: T
    at: datetime


class Cache(Generic[T]):
    """What was asked lately. The same question is asked once, however many wait for it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: dict[tuple[str, str], _Kept[T]] = {}
        self._asking: dict[tuple[str, str], asyncio.Task[T]] = {}

    async def get(self, key: tuple[str, str], ask: Callable[[], Awaitable[T]]) -> T:
        """The answer, fresh enough. Raises what asking raises."""
        kept = self._kept.get(key)
        if kept is not None and self._clock.now() - kept.at < FRESH:
            return kept.value
        task = self._asking.get(key)
        if task is None:
            task = asyncio.ensure_future(ask())
            self._asking[key] = task
            task.add_done_callback(lambda done: self._keep(key, done))
        return await asyncio.shield(task)

    def put(self, key: tuple[str, str], value: T) -> None:
        """Take this for an answer."""
        self._kept.pop(key, None)
        self._kept[key] = _Kept(value, self._clock.now())
        while len(self._kept) > MOST:
            self._kept.pop(next(iter(self._kept)))

    def _keep(self, key: tuple[str, str], done: "asyncio.Task[T]") -> None:
        self._asking.pop(key, None)
        if done.cancelled() or done.exception() is not None:
            return
        self.put(key, done.result())


class People:
    """Slack's people and channels, in the chat's words."""

    def __init__(self, workspaces: Workspaces, clock: Clock) -> None:
        self._workspaces = workspaces
        self._senders: Cache[Sender] = Cache(clock)
        self._names: Cache[str] = Cache(clock)
        self._groups: Cache[dict[str, str]] = Cache(clock)

    async def sender(self, workspace: str, user: str, *, name: str = "") -> Sender:
        """Somebody with name, zone and address where Slack tells them; never fails: who cannot be
        asked about is known by their id and `name`."""
        try:
            return await self._senders.get((workspace, user), lambda: self._ask(workspace, user))
        except PlatformError as err:
            log.warning("unknown user=%s error=%s", user, type(err).__name__)
            unknown = Sender(platform=PLATFORM, workspace=workspace, user=user, name=name)
            if not isinstance(err, PlatformBusy):
                self._senders.put((workspace, user), unknown)
            return unknown

    async def senders(self, workspace: str, users: Iterable[str]) -> dict[str, Sender]:
        """Several, side by side."""
        wanted = list(users)
        found = await asyncio.gather(*(self.sender(workspace, user) for user in wanted))
        return dict(zip(wanted, found, strict=True))

    async def _ask(self, workspace: str, user: str) -> Sender:
        found = (await self._call(workspace, USER_INFO, user=user)).get("user") or {}
        profile = found.get("profile") or {}
        name = (
            profile.get("display_name")
            or profile.get("real_name")
            or found.get("real_name")
            or found.get("name")
            or ""
        )
        return Sender(
            platform=PLATFORM,
            workspace=await self._home_of(found, workspace),
            user=user,
            name=str(name).strip(),
            zone=zone_of(found.get("tz")),
            email=str(profile.get("email") or ""),
        )

    async def channel_name(self, workspace: str, channel: str) -> str:
        """A channel's name without #; empty where it cannot be told. Never fails."""
        if is_direct(channel):
            return ""
        try:
            return await self._names.get(
                (workspace, channel), lambda: self._ask_name(workspace, channel)
            )
        except PlatformError as err:
            log.info("unnamed channel=%s error=%s", channel, type(err).__name__)
            if not isinstance(err, PlatformBusy):
                self._names.put((workspace, channel), "")
            return ""

    async def _ask_name(self, workspace: str, channel: str) -> str:
        found = await self._channel(workspace, channel)
        return "" if found.get("is_mpim") else str(found.get("name") or "")

    async def governs(self, workspace: str, sender: Sender) -> bool:
        """Whether somebody runs the workspace; asked afresh."""
        return await self._runs(workspace, sender) is True

    async def _runs(self, workspace: str, sender: Sender) -> bool | None:
        """Whether somebody runs the workspace; None for guests and for people of another workspace
        that shares a channel, who can't run anything there."""
        found = (await self._call(workspace, USER_INFO, user=sender.user)).get("user") or {}
        if any(found.get(no) for no in ("deleted", "is_restricted", "is_ultra_restricted")):
            return None
        if await self._is_foreign(found, workspace):
            return None
        return any(found.get(role) for role in ("is_admin", "is_owner", "is_primary_owner"))

    async def _home_of(self, found: Mapping[str, Any], workspace: str) -> str:
        """Where somebody is a person of ours. Who is of another company may be served there too:
        Slack tells of a shared channel by whichever installation it likes."""
        if not await self._is_foreign(found, workspace):
            return workspace
        team = str(found.get("team_id") or "")
        enterprise = str((found.get("enterprise_user") or {}).get("enterprise_id") or "")
        return await self._workspaces.home_of(team, enterprise) or f"{workspace}:{team}"

    async def _is_foreign(self, found: Mapping[str, Any], workspace: str) -> bool:
        """Whether a user is of another workspace (Slack Connect), and not of the same
        organization."""
        if found.get("is_stranger"):
            return True
        if found.get("team_id") in (None, "", workspace):
            return False
        theirs = (found.get("enterprise_user") or {}).get("enterprise_id")
        return not theirs or theirs != await self._workspaces.organization(workspace)

    async def manages(self, place: Place, sender: Sender) -> bool:
        """Whether somebody runs the workspace or made the channel; asked afresh."""
        runs = await self._runs(place.workspace, sender)
        if runs is not False:
            return runs is True
        try:
            channel = await self._channel(place.workspace, place.channel)
        except PlaceGone:
            return False
        return channel.get("creator") == sender.user

    async def is_member(self, place: Place, sender: Sender) -> bool:
        """Whether somebody is in a channel; asked afresh."""
        cursor: str | None = None
        for _ in range(PAGES):
            try:
                page = await self._call(
                    place.workspace,
                    CHANNEL_MEMBERS,
                    channel=place.channel,
                    limit=200,
                    cursor=cursor,
                )
            except PlaceGone:
                return False
            if sender.user in (page.get("members") or ()):
                return True
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                return False
        return False

    async def members_of(self, workspace: str, group: str) -> tuple[Sender, ...] | None:
        """Who is in a user group, by its handle or id; asked afresh. None where there is none."""
        wanted = group.removeprefix("@").casefold()
        groups = await self._groups_of(workspace)
        found = next(
            (
                (team, one)
                for team, one in groups
                if wanted in (str(one.get("handle")).casefold(), str(one.get("id")).casefold())
            ),
            None,
        )
        if found is None:
            return None
        team, one = found
        told = await self._call(
            workspace, USER_GROUP_MEMBERS, usergroup=one["id"], team_id=team or None
        )
        users = [str(user) for user in told.get("users") or ()]
        return tuple((await self.senders(workspace, users)).values())

    async def group_names(self, workspace: str, ids: Iterable[str]) -> dict[str, str]:
        """The handles of user groups, by id, without @; those that can't be told are left out."""
        wanted = list(ids)
        if not wanted:
            return {}
        try:
            known = await self._groups.get((workspace, ""), lambda: self._ask_groups(workspace))
        except PlatformError as err:
            log.info("unnamed user groups workspace=%s error=%s", workspace, type(err).__name__)
            return {}
        return {one: known[one] for one in wanted if one in known}

    async def _ask_groups(self, workspace: str) -> dict[str, str]:
        groups = await self._groups_of(workspace)
        return {str(one.get("id")): str(one.get("handle") or "") for _, one in groups}

    async def _groups_of(self, workspace: str) -> list[tuple[str, Mapping[str, Any]]]:
        """The user groups, and the single workspace of each where an organization installed the
        app: it must be named there."""
        found: list[tuple[str, Mapping[str, Any]]] = []
        for team in await self._workspaces.teams(workspace) or ("",):
            try:
                told = await self._call(workspace, USER_GROUPS, team_id=team or None)
            except PlatformError:
                if not team:
                    raise
                log.info("no user groups workspace=%s team=%s", workspace, team)
                continue
            found += [(team, one) for one in told.get("usergroups") or ()]
        return found

    async def _channel(self, workspace: str, channel: str) -> Mapping[str, Any]:
        found = await self._call(workspace, CHANNEL_INFO, channel=channel)
        return found.get("channel") or {}

    async def _call(self, workspace: str, method: Method, **arguments: object) -> Mapping[str, Any]:
        client = await self._workspaces.client(workspace)
        return await call(client, method, **arguments)


def zone_of(name: object) -> str | None:
    """An IANA zone that this machine knows, or None."""
    if not isinstance(name, str) or not name:
        return None
    try:
        return ZoneInfo(name).key
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        return None
