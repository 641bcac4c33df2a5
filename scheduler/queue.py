"""The port through which work is put off to a later instant."""

from typing import Any, Protocol

from scheduler.jobs import Job


class JobQueue(Protocol):
    """Keeps jobs until they are due, over restarts."""

    async def enqueue(self, job: Job, *, session: Any = None) -> None:
        """Keep a job; one that waits under the same key is replaced.

        With a `session` (an AsyncSession) it is part of the caller's unit of work: both or neither.
        """
        ...

    async def cancel(self, key: str, *, session: Any = None) -> None:
        """Forget a waiting job; none under that key is fine."""
        ...
