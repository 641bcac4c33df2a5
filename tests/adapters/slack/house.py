"""The real door against the Slack of `tests.servers.slack`, and an engine that writes down what it
is told."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from adapters.slack import incoming
from adapters.slack.door import Pace, SlackDoor
from adapters.slack.platform import SlackPlatform
from bot.chat.forms import Option
from bot.chat.messages import (
    ButtonPress,
    Command,
    FormAnswer,
    IncomingMessage,
    LinksShared,
    Opened,
    Place,
    Sender,
    Shortcut,
    Typing,
)
from calendar_core.clock import SystemClock
from tests.servers.slack import Member, SlackServer, Workspace
from tests.servers.slack.world import Channel

MANIFEST: dict[str, Any] = yaml.safe_load(Path("app_manifest.yml").read_text(encoding="utf-8"))
AT_ONCE = Pace(status_after=0.0, stream_after=0.0, stream_every=0.0, edits_apart=0.05)


class RememberedKeys:
    """Delivery keys in memory."""

    def __init__(self) -> None:
        self.begun: dict[tuple[str, str], datetime] = {}
        self.standing: dict[tuple[str, str], tuple[str, str]] = {}

    async def begin(self, workspace: str, key: str, at: datetime) -> datetime | None:
        known = self.begun.get((workspace, key))
        self.begun.setdefault((workspace, key), at)
        return known

    async def remember(self, workspace: str, key: str, channel: str, message: str) -> None:
        self.standing[workspace, key] = (channel, message)

    async def find(self, workspace: str, key: str) -> tuple[str, str] | None:
        return self.standing.get((workspace, key))


class RememberedEnterprises:
    """Organizations in memory."""

    def __init__(self) -> None:
        self.known: dict[str, tuple[str, bool]] = {}

    async def note(self, workspace: str, enterprise: str, *, whole: bool) -> None:
        self.known[workspace] = (enterprise, whole)

    async def workspaces_of(self, enterprise: str) -> tuple[str, ...]:
        return tuple(sorted(one for one, (its, _) in self.known.items() if its == enterprise))

    async def of(self, workspace: str) -> tuple[str, bool] | None:
        return self.known.get(workspace)


@dataclass
class Listener:
    """Stands where the engine stands: keeps what comes in, answers as it is told to."""

    messages: list[IncomingMessage] = field(default_factory=list)
    presses: list[ButtonPress] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    forms: list[FormAnswer] = field(default_factory=list)
    shortcuts: list[Shortcut] = field(default_factory=list)
    opened: list[Opened] = field(default_factory=list)
    links: list[LinksShared] = field(default_factory=list)
    wrong: dict[str, str] = field(default_factory=dict)
    """What is wrong with every form."""
    answer: Callable[[IncomingMessage], Awaitable[None]] | None = None
    answer_press: Callable[[ButtonPress], Awaitable[None]] | None = None
    answer_command: Callable[[Command], Awaitable[None]] | None = None
    answer_opened: Callable[[Opened], Awaitable[None]] | None = None

    async def on_message(self, message: IncomingMessage) -> None:
        self.messages.append(message)
        if self.answer is not None:
            await self.answer(message)

    async def on_press(self, press: ButtonPress) -> None:
        self.presses.append(press)
        if self.answer_press is not None:
            await self.answer_press(press)

    async def on_command(self, command: Command) -> None:
        self.commands.append(command)
        if self.answer_command is not None:
            await self.answer_command(command)

    async def on_form(self, answer: FormAnswer) -> None:
        self.forms.append(answer)

    async def on_shortcut(self, shortcut: Shortcut) -> None:
        self.shortcuts.append(shortcut)

    async def on_open(self, opened: Opened) -> None:
        self.opened.append(opened)
        if self.answer_opened is not None:
            await self.answer_opened(opened)

    async def on_links(self, shared: LinksShared) -> None:
        self.links.append(shared)

    async def suggest(self, typing: Typing) -> Sequence[Option]:
        return ()

    async def check_form(self, answer: FormAnswer) -> Mapping[str, str]:
        return self.wrong


@dataclass
class House:
    """A small team with Convene in it: Ana (who runs it) and Ben in #team, Eve outside."""

    slack: SlackServer
    acme: Workspace
    ana: Member
    ben: Member
    eve: Member
    team: Channel
    door: SlackDoor
    heard: Listener
    keys: RememberedKeys

    @property
    def platform(self) -> SlackPlatform:
        return self.door.platform

    def place(self, channel: Channel | None = None, thread: str | None = None) -> Place:
        """A channel as the chat's words call it; #team unless told otherwise."""
        there = channel or self.team
        return incoming.place(self.acme.id, there.id, thread=thread, name=there.name)

    def sender(self, member: Member) -> Sender:
        """Somebody of the team."""
        return Sender(platform="slack", workspace=self.acme.id, user=member.id)


@asynccontextmanager
async def open_house(
    manifest: dict[str, Any] = MANIFEST, pace: Pace = AT_ONCE
) -> AsyncIterator[House]:
    """Everything over Socket Mode, with the scopes and events of our own manifest."""
    async with SlackServer(manifest, retry_after=(0.0, 0.0, 0.0)) as slack:
        acme = slack.workspace("acme")
        ana = acme.user("Ana Ash", email="ana@acme.test", is_admin=True)
        ben = acme.user("Ben Birch", tz="America/New_York", email="ben@acme.test")
        eve = acme.user("Eve Elm")
        team = acme.channel("team", ben, ana)
        keys, heard = RememberedKeys(), Listener()
        door = SlackDoor(
            clock=SystemClock(),
            keys=keys,
            enterprises=RememberedEnterprises(),
            bot_token=acme.bot_token,
            app_token=slack.app_token,
            api_url=slack.api_url,
            pace=pace,
        )
        door.open_to(heard, heard)
        await door.start()
        await slack.connected()
        try:
            yield House(slack, acme, ana, ben, eve, team, door, heard, keys)
        finally:
            await door.stop()
