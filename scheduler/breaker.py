"""A breaker for each server: one that is away is not asked again by everybody. Pure but for what it
remembers, which is gone with the process."""

from dataclasses import dataclass
from datetime import datetime, timedelta

OPENS_AFTER = 5
"""Failures in a row, of whichever accounts."""
OPEN_FOR = timedelta(minutes=2)


@dataclass(slots=True)
class _Server:
    failures: int = 0
    closed_until: datetime | None = None


class Breaker:
    """Knows which servers are left alone at present."""

    def __init__(self) -> None:
        self._servers: dict[str, _Server] = {}

    def left_alone_until(self, server: str, now: datetime) -> datetime | None:
        """Until when nobody is to ask this server; None: ask. When the time is over one may try,
        and the others wait for how that goes."""
        known = self._servers.get(server)
        if known is None or known.closed_until is None:
            return None
        if known.closed_until > now:
            return known.closed_until
        known.closed_until = now + OPEN_FOR
        return None

    def failed(self, server: str, now: datetime) -> None:
        """It did not answer, or asked for time."""
        known = self._servers.setdefault(server, _Server())
        known.failures += 1
        if known.failures >= OPENS_AFTER:
            known.closed_until = now + OPEN_FOR

    def answered(self, server: str) -> None:
        """It did, whatever it said."""
        self._servers.pop(server, None)
