"""The port through which the sync engine reads a provider."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from calendar_core.events import Calendar, CalendarId, Resource
from calendar_core.people import PersonId
from calendar_core.when import TimeSpan

AGAIN = ""
"""The cursor of a reader that told all and has none to go on from yet: the next round, due at once,
goes through all again to get one. It tells what is mirrored in the same version as `kept`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some of what changed on a calendar."""

    changed: tuple[Resource, ...] = ()
    removed: tuple[str, ...] = ()
    """UIDs that are gone."""
    kept: tuple[str, ...] = ()
    """Where all is read: UIDs that the provider was not asked for, and that are not gone."""
    cursor: str | None = None
    """On the last page: where to go on next time."""
    resume: str | None = None
    """On the others, where the maker can: what this same round goes on with when it breaks off
    after this page."""


class CalendarReader(Protocol):
    """Reads the calendars of one provider."""

    async def calendars(self, owner: PersonId) -> tuple[Calendar, ...]:
        """The calendars of a person, as the provider lists them.

        Raises SignInNeeded, TryLater.
        """
        ...

    def changes_since(self, calendar_id: CalendarId, cursor: str | None) -> AsyncIterator[Page]:
        """Pages of what changed since a cursor; None reads all, and so does AGAIN, beside what the
        mirror holds. The last page has the next cursor. With what a page said to resume with, the
        pages after that one; CursorDied where they are no longer to be had.

        Raises CursorDied (read all again), SignInNeeded, NotFound, TryLater.
        """
        ...

    async def busy(self, calendar_id: CalendarId, span: TimeSpan) -> tuple[TimeSpan, ...]:
        """When the calendar is taken, without saying by what.

        Raises SignInNeeded, NotFound, TryLater.
        """
        ...
