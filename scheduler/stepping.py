"""Moving a standing clock through due work, for scripts and tests: each job runs at its own
instant."""

from datetime import datetime
from typing import Protocol

from calendar_core.clock import StandingClock


class DueWork(Protocol):
    """The worker, as far as a clock's mover needs it."""

    async def run_due(self) -> int:
        """Run everything due by now."""
        ...

    async def next_due(self) -> datetime | None:
        """When the next waiting job falls due."""
        ...


async def advance_to(at: datetime, clock: StandingClock, worker: DueWork) -> None:
    """Stand at each due instant up to `at` in order and run what is due then, also jobs made on the
    way."""
    await worker.run_due()
    while (due := await worker.next_due()) is not None and due <= at:
        clock.move_to(max(due, clock.now()))
        await worker.run_due()
    clock.move_to(max(at, clock.now()))
    await worker.run_due()
