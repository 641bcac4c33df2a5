"""How fast and how much one assistant may call, counted in this process.

A restart forgets an hour of it at most; how many cards may wait is counted in the database.
"""

import math
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from calendar_core.clock import Clock

CALLS, CALLS_WITHIN = 60, timedelta(minutes=1)
PROPOSALS, PROPOSALS_WITHIN = 30, timedelta(hours=1)
AT_ONCE = 4
_MOST_KNOWN = 1_000


class TooFast(Exception):
    """Too much at once or in a while; the message says when to go on."""


class _Window:
    """So many in a while."""

    def __init__(self, most: int, within: timedelta) -> None:
        self._most = most
        self._within = within
        self._at: deque[datetime] = deque()

    def take(self, now: datetime) -> timedelta:
        """Count one; how long to wait instead, where there were too many."""
        while self._at and now - self._at[0] >= self._within:
            self._at.popleft()
        if len(self._at) >= self._most:
            return self._within - (now - self._at[0])
        self._at.append(now)
        return timedelta()


class _Known:
    def __init__(self) -> None:
        self.calls = _Window(CALLS, CALLS_WITHIN)
        self.proposals = _Window(PROPOSALS, PROPOSALS_WITHIN)
        self.running = 0


class Pace:
    """Counts the calls of each assistant."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[str, _Known] = {}

    @contextmanager
    def one_call(self, assistant: str, *, proposes: bool) -> Iterator[None]:
        """A call, for as long as it runs. Raises TooFast."""
        known = self._of(assistant)
        if known.running >= AT_ONCE:
            raise TooFast(f"At most {AT_ONCE} calls at a time. Wait for one to come back.")
        now = self._clock.now()
        wait = known.calls.take(now)
        if not wait and proposes:
            wait = known.proposals.take(now)
        if wait:
            seconds = math.ceil(wait.total_seconds())
            raise TooFast(f"That is too fast. Try again in {seconds} seconds.")
        known.running += 1
        try:
            yield
        finally:
            known.running -= 1

    def _of(self, assistant: str) -> _Known:
        known = self._known.get(assistant)
        if known is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known = {name: one for name, one in self._known.items() if one.running}
            known = self._known[assistant] = _Known()
        return known
