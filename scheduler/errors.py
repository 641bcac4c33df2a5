"""What can go wrong with due work, named by what the caller can do about it."""

from calendar_core.errors import CalendarError


class RuleRefused(CalendarError):
    """The repetition is not one that a reminder can follow; the message says why."""
