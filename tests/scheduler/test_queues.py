"""The embedded queue and its fake keep one contract."""

from datetime import datetime, timedelta

from calendar_core.database import Database
from scheduler.claims import Claims
from scheduler.embedded import EmbeddedQueue
from scheduler.jobs import Job
from scheduler.processes import this_process
from scheduler.queue import JobQueue
from tests.contracts.job_queue import AT, JobQueueContract, a_job
from tests.fakes.queue import FakeQueue


class TestEmbeddedQueue(JobQueueContract):
    def make_queue(self, database: Database) -> JobQueue:
        return EmbeddedQueue(database)

    async def kept(self, queue: JobQueue, database: Database) -> list[Job]:
        far = AT + timedelta(days=1)
        claims = Claims(database, this_process())
        return [one.job for one in await claims.take(["reminder"], far, 100)]

    async def test_it_tells_when_a_job_is_kept_and_not_before(self, database: Database) -> None:
        told: list[datetime] = []
        queue = EmbeddedQueue(database)
        queue.tell(told.append)
        async with database.session() as session:
            await queue.enqueue(a_job(), session=session)
            assert told == []
        assert told == [AT]


class TestFakeQueue(JobQueueContract):
    def make_queue(self, database: Database) -> JobQueue:
        return FakeQueue()

    async def kept(self, queue: JobQueue, database: Database) -> list[Job]:
        assert isinstance(queue, FakeQueue)
        return [queue.jobs[key] for key in sorted(queue.jobs)]
