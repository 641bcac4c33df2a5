"""What every job queue promises; each implementation and the fake inherit these tests."""

from abc import ABC, abstractmethod
from datetime import UTC, datetime, timedelta

import pytest

from calendar_core.database import Database
from scheduler.jobs import Job
from scheduler.queue import JobQueue

AT = datetime(2026, 3, 9, 8, tzinfo=UTC)


class Broken(Exception):
    """A unit of work that goes wrong."""


def a_job(key: str = "reminder:1", *, at: datetime = AT, **payload: str) -> Job:
    """One piece of work."""
    return Job(kind="reminder", key=key, run_at=at, payload=payload)


class JobQueueContract(ABC):
    """Inherit, and say how a queue is made and what it keeps."""

    async def _break_off(self, queue: JobQueue, database: Database) -> None:
        async with database.session() as session:
            await queue.cancel("a", session=session)
            await queue.enqueue(a_job("b"), session=session)
            raise Broken

    @abstractmethod
    def make_queue(self, database: Database) -> JobQueue:
        """A queue without jobs."""

    @abstractmethod
    async def kept(self, queue: JobQueue, database: Database) -> list[Job]:
        """What it keeps, by key."""

    async def test_it_keeps_a_job_with_all_it_says(self, database: Database) -> None:
        queue = self.make_queue(database)
        await queue.enqueue(a_job(event="e1"))
        assert await self.kept(queue, database) == [a_job(event="e1")]

    async def test_a_job_of_the_same_key_replaces_the_first(self, database: Database) -> None:
        queue = self.make_queue(database)
        await queue.enqueue(a_job(event="e1"))
        await queue.enqueue(a_job(at=AT + timedelta(hours=1), event="e2"))
        assert await self.kept(queue, database) == [a_job(at=AT + timedelta(hours=1), event="e2")]

    async def test_a_cancelled_job_is_forgotten(self, database: Database) -> None:
        queue = self.make_queue(database)
        await queue.enqueue(a_job("a"))
        await queue.enqueue(a_job("b"))
        await queue.cancel("a")
        await queue.cancel("never there")
        assert await self.kept(queue, database) == [a_job("b")]

    async def test_it_takes_part_in_the_callers_unit_of_work(self, database: Database) -> None:
        queue = self.make_queue(database)
        await queue.enqueue(a_job("a"))
        async with database.session() as session:
            await queue.cancel("a", session=session)
            await queue.enqueue(a_job("b"), session=session)
        assert await self.kept(queue, database) == [a_job("b")]

    async def test_what_is_rolled_back_was_never_kept(self, database: Database) -> None:
        queue = self.make_queue(database)
        await queue.enqueue(a_job("a"))
        with pytest.raises(Broken):
            await self._break_off(queue, database)
        assert await self.kept(queue, database) == [a_job("a")]
