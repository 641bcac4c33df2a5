"""What the Discord door needs from the rest of the house; joined to it in `bot.app`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.chat.messages import MessageRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What is known of a message that was to be posted under a key."""

    since: datetime
    """When it was first tried. Aware."""
    ref: MessageRef | None = None
    """Where it stands; None when nobody wrote down that it was sent."""


class PostedKeys(Protocol):
    """Remembers over restarts what was posted under which key."""

    async def intend(self, key: str) -> Posted | None:
        """Write down that this will be posted now. What is known of an earlier try; None when
        this is the first."""
        ...

    async def keep(self, key: str, ref: MessageRef) -> None:
        """It was posted, and stands there."""
        ...

    async def drop(self, key: str) -> None:
        """It was refused for good: nothing was posted."""
        ...


class SyncedCommands(Protocol):
    """Remembers over restarts which commands Discord was told."""

    async def told(self, application: str) -> str | None:
        """The mark of the commands that this application's servers know."""
        ...

    async def tell(self, application: str, mark: str) -> None:
        """They know these now."""
        ...
