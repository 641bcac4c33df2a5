"""What a Discord door stands on in tests: a conversation that records, and memory for stores."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from adapters.discord.door import DiscordDoor
from adapters.discord.ports import Posted
from bot.chat.forms import Option
from bot.chat.messages import (
    ButtonPress,
    Command,
    FormAnswer,
    IncomingMessage,
    LinksShared,
    MessageRef,
    Opened,
    Shortcut,
    Typing,
)

Heard = Any
"""A message, press, command, form answer or shortcut."""


@dataclass
class Conversation:
    """A handler that records what it hears and then does what the test wants."""

    heard: list[Heard] = field(default_factory=list)
    typed: list[Typing] = field(default_factory=list)
    does: Callable[[Heard], Awaitable[None]] | None = None
    options: Sequence[Option] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    suggests: Callable[[], Awaitable[object]] | None = None

    @property
    def last(self) -> Heard:
        return self.heard[-1]

    async def _hear(self, heard: Heard) -> None:
        self.heard.append(heard)
        if self.does is not None:
            await self.does(heard)

    async def on_message(self, message: IncomingMessage) -> None:
        await self._hear(message)

    async def on_press(self, press: ButtonPress) -> None:
        await self._hear(press)

    async def on_command(self, command: Command) -> None:
        await self._hear(command)

    async def on_form(self, answer: FormAnswer) -> None:
        await self._hear(answer)

    async def on_shortcut(self, shortcut: Shortcut) -> None:
        await self._hear(shortcut)

    async def on_open(self, opened: Opened) -> None:
        await self._hear(opened)

    async def on_links(self, shared: LinksShared) -> None:
        raise AssertionError("Discord tells of no links")

    async def suggest(self, typing: Typing) -> Sequence[Option]:
        self.typed.append(typing)
        if self.suggests is not None:
            await self.suggests()
        return self.options

    async def check_form(self, answer: FormAnswer) -> Mapping[str, str]:
        return self.errors


@dataclass
class Memory:
    """Both of the door's stores and its clock, in memory; it outlives a restart of the bot."""

    posted: dict[str, Posted] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    syncs: int = 0
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    loses: bool = False
    """Whether the process dies before it writes down what was sent."""

    def now(self) -> datetime:
        return self.clock()

    async def intend(self, key: str) -> Posted | None:
        known = self.posted.get(key)
        if known is None:
            self.posted[key] = Posted(since=self.now())
        return known

    async def keep(self, key: str, ref: MessageRef) -> None:
        if not self.loses:
            self.posted[key] = Posted(since=self.posted[key].since, ref=ref)

    async def drop(self, key: str) -> None:
        self.posted.pop(key, None)

    async def told(self, application: str) -> str | None:
        return self.marks.get(application)

    async def tell(self, application: str, mark: str) -> None:
        self.syncs += 1
        self.marks[application] = mark


def a_door(conversation: Conversation, memory: Memory, **where: Any) -> DiscordDoor:
    """A door whose conversation records."""
    return DiscordDoor(
        "a token", conversation, conversation, posted=memory, synced=memory, clock=memory, **where
    )
