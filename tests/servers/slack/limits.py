"""What goes wrong on demand: faults by method and count, and rate limits."""

from collections import deque
from dataclasses import dataclass


@dataclass
class Fault:
    """What shall happen to the next calls of a method."""

    method: str
    """A method, `response_url`, or `*` for any."""
    times: int
    status: int = 200
    retry_after: int | None = None
    error: str = ""
    cut: bool = False
    """Cut the connection: before the work is done, so that nothing has happened."""
    lose_answer: bool = False
    """Cut the connection after the work is done: it has happened, nobody was told."""
    garbage: bool = False
    delay: float = 0.0
    """Seconds until the call is taken up; alone, it is answered as usual then."""


class Faults:
    """The faults that wait for their calls."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Let this happen to the next calls."""
        self._waiting.append(fault)

    def take(self, method: str) -> Fault | None:
        """What shall happen to this call, counted."""
        for fault in self._waiting:
            if fault.method in (method, "*"):
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return None


class RateLimits:
    """So many calls of a method within so many seconds, by team, by channel, or both."""

    def __init__(self) -> None:
        self._rules: dict[tuple[str, bool], tuple[int, float]] = {}
        self._seen: dict[tuple[str, str], deque[float]] = {}

    def limit(self, method: str, calls: int, seconds: float, *, by_channel: bool = False) -> None:
        """From now on at most so many calls within so many seconds."""
        self._rules[method, by_channel] = (calls, seconds)

    def wait(self, method: str, team: str, channel: str, now: float) -> int | None:
        """How many whole seconds a call has to wait; None when it may pass, and is counted."""
        passing, waits = [], []
        for by_channel in (False, True):
            calls, seconds = self._rules.get((method, by_channel), (0, 0.0))
            if not calls:
                continue
            seen = self._seen.setdefault((method, channel if by_channel else team), deque())
            while seen and seen[0] <= now - seconds:
                seen.popleft()
            passing.append(seen)
            if len(seen) >= calls:
                waits.append(max(1, int(seen[0] + seconds - now + 0.999)))
        if waits:
            return max(waits)
        for seen in passing:
            seen.append(now)
        return None
