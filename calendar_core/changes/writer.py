"""The port through which confirmed changes reach a provider. Lives here because the desk alone
calls it."""

from dataclasses import dataclass
from typing import Protocol

from calendar_core.changes.confirmed import ConfirmedChange
from calendar_core.events import CalendarId, Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What the provider holds after a write: the read-back."""

    calendar_id: CalendarId
    uid: str
    resource: Resource | None
    """None: it is gone."""
    is_copy: bool = False
    """Whether it is a guest's copy that followed the organizer's."""


class CalendarWriter(Protocol):
    """Writes to the calendars of one provider."""

    async def apply(self, change: ConfirmedChange) -> tuple[Written, ...]:
        """Make all writes of a change, all or none where the provider can.

        Conditional on each write's etag and idempotent: a repeat after a crash finds its own work
        done and returns it. Also returned is what the provider changed on the way (guests' copies).

        Raises ChangedMeanwhile (nothing was written), NotAllowed, NotFound, SignInNeeded, TryLater.
        """
        ...
