"""What time it is: a port, so that every rule about time can be played through in a test or a
script."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

FIRST_YEAR, LAST_YEAR = 1900, 9900
"""Between these a clock may stand: around them a calendar still looks a few years either way."""


class Clock(Protocol):
    """Tells the present instant. The only source of "now" in the whole house."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class StandingClock:
    """A clock that stands still until it is moved: for scripts and tests."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("a clock needs an aware instant")
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        return self._at

    def advance(self, by: timedelta) -> None:
        """Move forward by a length."""
        self._at += by

    def move_to(self, at: datetime) -> None:
        """Stand at another instant, earlier or later."""
        self._at = at.astimezone(UTC)
