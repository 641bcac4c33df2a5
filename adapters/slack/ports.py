"""What the Slack door needs from the rest of the house; joined to it in `bot.app`."""

from datetime import datetime
from typing import Protocol


class PostedKeys(Protocol):
    """Which message stands under which delivery key, over restarts."""

    async def begin(self, workspace: str, key: str, at: datetime) -> datetime | None:
        """Write down that a message is about to be posted under a key.

        None the first time; else when it was first begun: then it may stand already.
        """
        ...

    async def remember(self, workspace: str, key: str, channel: str, message: str) -> None:
        """Write down where it stands: the channel, and the message's id there."""
        ...

    async def find(self, workspace: str, key: str) -> tuple[str, str] | None:
        """Channel and message of what was posted under a key; None when that is not known."""
        ...


class Enterprises(Protocol):
    """To which organization a workspace belongs (Enterprise Grid)."""

    async def note(self, workspace: str, enterprise: str, *, whole: bool) -> None:
        """Write it down; with `whole`, the app is installed for the whole organization."""
        ...

    async def workspaces_of(self, enterprise: str) -> tuple[str, ...]:
        """The workspaces of an organization that were heard of, in order."""
        ...

    async def of(self, workspace: str) -> tuple[str, bool] | None:
        """The organization, and whether the app is installed for the whole of it; None for a
        workspace that belongs to none."""
        ...


class Vault(Protocol):
    """Seals what must not be read where it is kept. Raises KeysUnusable from
    `calendar_core.errors` where there is no good key."""

    def seal(self, text: str, about: str) -> str:
        """A secret as it may be kept; `about` says what it is for."""
        ...

    def open(self, token: str, about: str) -> str:
        """The secret again. Raises CannotOpen."""
        ...

    def is_old(self, token: str) -> bool:
        """Whether it is sealed with another key than the newest."""
        ...

    def seal_anew(self, token: str) -> str:
        """The same, sealed with the newest key. Raises CannotOpen."""
        ...
