"""The job queue in memory."""

from typing import Any

from sqlalchemy import event

from scheduler.jobs import Job


class FakeQueue:
    """Keeps jobs in a dictionary; with a session, once that has committed."""

    def __init__(self) -> None:
        self.jobs: dict[str, Job] = {}

    async def enqueue(self, job: Job, *, session: Any = None) -> None:
        """Keep a job."""
        if session is None:
            self.jobs[job.key] = job
            return
        event.listen(
            session.sync_session,
            "after_commit",
            lambda _: self.jobs.__setitem__(job.key, job),
            once=True,
        )

    async def cancel(self, key: str, *, session: Any = None) -> None:
        """Forget a job."""
        if session is None:
            self.jobs.pop(key, None)
            return
        event.listen(
            session.sync_session, "after_commit", lambda _: self.jobs.pop(key, None), once=True
        )
