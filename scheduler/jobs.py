"""Due work as values. Handling a kind of job is its handler's; running them is `worker`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something to do at an instant. Same key = replaced, never doubled."""

    kind: str
    """Which handler: `reminder`, `digest`, `expire`, …"""
    key: str
    """Names the work, not the try: e.g. `reminder:4f2a`."""
    run_at: datetime
    """Not before this instant; aware."""
    payload: Mapping[str, str] = field(default_factory=dict)
    """Small texts that the handler needs; ids, no content."""
    attempts: int = 0
    """How often it was tried and failed."""
    cut_off: bool = False
    """Whether an earlier try ended nobody knows where, by a kill or a bug: it may have done its
    work.
    """


class JobHandler(Protocol):
    """Runs jobs of one kind. Handed over in `bot.app`, so that timed work of the bot stays in the
    bot."""

    async def run(self, job: Job, *, late: bool) -> None:
        """Do it, idempotently: a job may come again after a crash.

        `late` says that it fell due while no process ran. Raises `TryLater` (calendar_core.errors)
        to be called again; anything else counts as a bug, is logged and tried again a few times.
        """
        ...
