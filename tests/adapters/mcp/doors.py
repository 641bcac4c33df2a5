"""A house with one assistant, as the door for other assistants sees it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

TOKEN = "convene-0123456789"


@dataclass(frozen=True)
class GivenHints:
    """What a tool does at most."""

    reads_only: bool = True
    destroys: bool = False
    repeats_safely: bool = True
    reaches_others: bool = False


@dataclass(frozen=True)
class GivenTool:
    """One tool."""

    name: str
    title: str = "Look"
    description: str = "Looks."
    parameters: Mapping[str, Any] = field(
        default_factory=lambda: {"properties": {"when": {"type": "string"}}}
    )
    hints: GivenHints = field(default_factory=GivenHints)


@dataclass(frozen=True)
class GivenAnswer:
    """What came of a call."""

    text: str
    data: Mapping[str, Any] | None = None
    is_error: bool = False


@dataclass
class GivenVisitor:
    """Answers with what it was called with."""

    called: list[tuple[str, Mapping[str, Any], str]] = field(default_factory=list)
    clients: list[str] = field(default_factory=list)
    waits: float = 0.0
    most: int = 0
    is_broken: bool = False
    running: int = 0

    async def met(self, client: str) -> None:
        self.clients.append(client)

    async def tools(self) -> Sequence[GivenTool]:
        if self.is_broken:
            raise RuntimeError("a secret of the house")
        proposing = GivenHints(
            reads_only=False, destroys=True, repeats_safely=False, reaches_others=True
        )
        return [GivenTool("look"), GivenTool("move", title="Move", hints=proposing)]

    async def call(
        self, tool: str, arguments: Mapping[str, Any], client: str
    ) -> GivenAnswer | None:
        if self.is_broken:
            raise ValueError("a secret of the house")
        self.called.append((tool, dict(arguments), client))
        self.running += 1
        self.most = max(self.most, self.running)
        await asyncio.sleep(self.waits)
        self.running -= 1
        if tool == "look":
            return GivenAnswer("You are free.", {"free": True})
        if tool == "move":
            return GivenAnswer("There is no such event.", is_error=True)
        return None


@dataclass
class GivenDoor:
    """Knows one token, until it is revoked."""

    one: GivenVisitor = field(default_factory=GivenVisitor)
    is_revoked: bool = False

    async def visitor(self, token: str) -> GivenVisitor | None:
        return None if self.is_revoked or token != TOKEN else self.one
