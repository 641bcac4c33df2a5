"""The port through which a provider tells us that something changed, where it can.

What is told is only that there is something to read: the round after it is `engine`'s. Telling may
fail in silence, so calendars are read every few minutes all the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from calendar_core.events import CalendarId


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A provider's promise to tell us of changes on one calendar, for a while."""

    id: str
    """Chosen by us, never used twice; at most 64 characters."""
    calendar_id: CalendarId
    remote: str
    """What the provider calls it; told back with what it tells, and needed to end it."""
    secret: str = field(repr=False)
    """Told back with what it tells: whoever does not know it is not the provider. At most 128
    characters."""
    until: datetime
    """When the promise ends. It is renewed when half of it is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one notification says, not believed yet: who keeps watches compares the secret."""

    remote: str = ""
    """Which watch; where it is empty, `watch_id` is not."""
    watch_id: str = ""
    secret: str = field(repr=False)
    changed: bool = True
    """Whether there is something to read."""
    lapsed: bool = False
    """Whether the promise ended before its time: watch anew, and read."""
    renew: bool = False
    """Whether the provider asks to renew it now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """A request to our address, read."""

    told: tuple[Told, ...] = ()
    echo: str | None = None
    """To be answered at once with this text, as `text/plain`: the provider only looks whether we
    are there."""


class Watcher(Protocol):
    """Watches calendars of one provider."""

    async def watch(self, calendar_id: CalendarId, address: str, *, id: str, secret: str) -> Watch:
        """Have changes told to an address (https). Raises NotAllowed (this calendar can't be
        watched), NotFound, SignInNeeded, TryLater."""
        ...

    async def renew(self, watch: Watch, address: str, *, id: str, secret: str) -> Watch:
        """Prolong a promise. Where the provider can't, a new one is made under the given id before
        the old one ends, and the answer has that id. Raises as `watch`."""
        ...

    async def stop(self, watch: Watch) -> None:
        """End it; one that is gone is ended. Raises SignInNeeded, TryLater."""
        ...

    def read_notification(
        self, headers: Mapping[str, str], query: Mapping[str, str], body: bytes
    ) -> Notification:
        """What a request says; header names in lower case. Pure. Raises BadCalendarData for what
        is none."""
        ...
