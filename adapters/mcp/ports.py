"""What the door to other assistants needs from the rest of the house; joined to it in `bot.app`."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class Hints(Protocol):
    """What a tool does at most, as the protocol's annotations tell it."""

    @property
    def reads_only(self) -> bool:
        """Whether it only looks."""
        ...

    @property
    def destroys(self) -> bool:
        """Whether what comes of it, once confirmed, may take something away."""
        ...

    @property
    def repeats_safely(self) -> bool:
        """Whether a second call with the same arguments adds nothing."""
        ...

    @property
    def reaches_others(self) -> bool:
        """Whether what comes of it, once confirmed, may be sent to other people."""
        ...


class Offered(Protocol):
    """One tool, as an assistant sees it."""

    @property
    def name(self) -> str:
        """By what it is called."""
        ...

    @property
    def title(self) -> str:
        """For people's eyes: "Create event"."""
        ...

    @property
    def description(self) -> str:
        """What it does and when to call it."""
        ...

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Its arguments as JSON schema."""
        ...

    @property
    def hints(self) -> Hints:
        """What it does at most."""
        ...


class Answer(Protocol):
    """What came of a call."""

    @property
    def text(self) -> str:
        """For a model to read: bounded, what others wrote fenced as data."""
        ...

    @property
    def data(self) -> Mapping[str, Any] | None:
        """The same as JSON values; None where the call came to nothing."""
        ...

    @property
    def is_error(self) -> bool:
        """Whether it came to nothing: `text` says why, and what to do."""
        ...


class Visitor(Protocol):
    """An assistant of one person, and what it may do for them."""

    async def met(self, client: str) -> None:
        """The assistant's program introduced itself by this name, which strangers chose."""
        ...

    async def tools(self) -> Sequence[Offered]:
        """What it may call."""
        ...

    async def call(self, tool: str, arguments: Mapping[str, Any], client: str) -> Answer | None:
        """Run a tool, or draw up what waits for the person's press; None for no tool of that name.

        `client` is how its program introduced itself; empty where it did not in this request.
        """
        ...


class ToolDoor(Protocol):
    """Who lets assistants in."""

    async def visitor(self, token: str) -> Visitor | None:
        """Whose token that is; None for one that is none, or is revoked."""
        ...
