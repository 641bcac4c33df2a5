"""What can go wrong with calendars, named by what the caller can do about it.

An error's docstring is its sentence for whoever reads the log; its message is for a person.
"""

from datetime import timedelta
from typing import Any


class CalendarError(Exception):
    """Something that a caller of calendar_core is expected to handle."""


class SignInNeeded(CalendarError):
    """The account must be linked again."""


class NotAllowed(CalendarError):
    """The account may not do that."""


class Unsayable(NotAllowed):
    """The maker of that calendar has no place for such a thing. Its message says what can be done
    instead."""

    def __init__(self, message: str, parts: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(message)
        self.parts = parts
        """Of an import: the UIDs of what has no place, each with the reason."""


class NotFound(CalendarError):
    """No such calendar or event, or not one of this person."""


class ChangedMeanwhile(CalendarError):
    """The event is no longer as it was when the change was drawn up."""


class TryLater(CalendarError):
    """The other side is busy or away; nothing was decided."""

    def __init__(self, message: str, after: timedelta | None = None) -> None:
        super().__init__(message)
        self.after = after


class CursorDied(CalendarError):
    """The sync token is no longer accepted: a full sync is due."""


class BadCalendarData(CalendarError):
    """Text that should be iCalendar (RFC 5545) is not."""


class Undecidable(CalendarError):
    """A press that the desk refused."""

    def __init__(self, message: str, change: Any = None) -> None:
        super().__init__(message)
        self.change = change
        """The `PendingChange` as it stands; None when there is none to show."""


class AlreadyDecided(Undecidable):
    """The change was confirmed, declined, superseded or undone before."""


class NotYours(Undecidable):
    """The change belongs to somebody else."""


class Expired(Undecidable):
    """The change waited too long."""


class DatabaseUnusable(CalendarError):
    """The database cannot be opened: missing folder, no rights, corrupt, locked or of a newer
    version."""


class KeysUnusable(CalendarError):
    """The keys for what is sealed are missing, unreadable or malformed."""


class CannotOpen(CalendarError):
    """None of the keys opens what is sealed, or it was sealed for something else."""
