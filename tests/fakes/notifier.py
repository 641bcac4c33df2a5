"""A notifier that keeps what it said, once a key."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from calendar_core.clock import Clock
from scheduler.notices import DigestDue, Notice, ReminderDue, RemindersMissed


class FakeNotifier:
    """Remembers notices by key; can be told to fail before or after it has said one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.at: dict[str, datetime] = {}
        """When each was said."""
        self.meanwhile: Callable[[Notice], Awaitable[None]] | None = None
        """What happens while a notice is on its way."""
        self.said: dict[str, Notice] = {}
        self.tries: list[str] = []
        self.refuses: list[BaseException] = []
        """Raised, one a delivery, before anything is said."""
        self.dies_after: list[BaseException] = []
        """Raised, one a delivery, after it was said: a crash before it was written down."""

    async def deliver(self, notice: Notice) -> None:
        """Say it, unless a notice with its key was said."""
        self.tries.append(notice.key)
        if self.refuses:
            raise self.refuses.pop(0)
        if notice.key not in self.said:
            self.said[notice.key] = notice
            self.at[notice.key] = self._clock.now()
        if self.meanwhile is not None:
            await self.meanwhile(notice)
        if self.dies_after:
            raise self.dies_after.pop(0)

    @property
    def reminders(self) -> list[ReminderDue]:
        """The reminders said, in order."""
        return [one for one in self.said.values() if isinstance(one, ReminderDue)]

    @property
    def missed(self) -> list[RemindersMissed]:
        """The lines about missed ones."""
        return [one for one in self.said.values() if isinstance(one, RemindersMissed)]

    @property
    def digests(self) -> list[DigestDue]:
        """The digests said."""
        return [one for one in self.said.values() if isinstance(one, DigestDue)]
