"""The worker: each due job once, in order, some side by side; what fails and what is left by the
dead."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from calendar_core.clock import StandingClock
from calendar_core.database import Database
from calendar_core.errors import DatabaseUnusable, TryLater
from scheduler.claims import LEASE, Claims
from scheduler.embedded import EmbeddedQueue
from scheduler.jobs import Job
from scheduler.processes import ProcessName, is_gone, this_process
from scheduler.stepping import advance_to
from scheduler.worker import CLAIMED_AT_ONCE, Worker

AT = datetime(2026, 3, 9, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DEAD = ProcessName(host=this_process().host, pid=2**22 + 1, born="1")
ELSEWHERE = ProcessName(host="elsewhere", pid=1, born="1")


class Notes:
    """A handler that notes what it ran, and does what it is told to."""

    def __init__(self, does: Callable[[Job], Awaitable[None]] | None = None) -> None:
        self.ran: list[str] = []
        self.late: list[str] = []
        self.does = does

    async def run(self, job: Job, *, late: bool) -> None:
        self.ran.append(job.key)
        if late:
            self.late.append(job.key)
        if self.does is not None:
            await self.does(job)


def a_job(key: str, at: datetime = AT, kind: str = "note") -> Job:
    return Job(kind=kind, key=key, run_at=at)


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(AT)


@pytest.fixture
def queue(database: Database) -> EmbeddedQueue:
    return EmbeddedQueue(database)


async def test_what_is_due_runs_once_and_in_order(
    database: Database, queue: EmbeddedQueue, clock: StandingClock
) -> None:
    notes = Notes()
    worker = Worker(database, clock, {"note": notes})
    await queue.enqueue(a_job("third"))
    await queue.enqueue(a_job("first", AT - 2 * MINUTE))
    await queue.enqueue(a_job("second", AT - MINUTE))
    await queue.enqueue(a_job("later", AT + MINUTE))

    assert await worker.run_due() == 3
    assert await worker.run_due() == 0
    assert notes.ran == ["first", "second", "third"]
    assert await worker.next_due() == AT + MINUTE


async def test_what_becomes_due_meanwhile_runs_too(
    database: Database, queue: EmbeddedQueue, clock: StandingClock
) -> None:
    async def again(job: Job) -> None:
        if job.key == "first":
            await queue.enqueue(a_job("second"))

    notes = Notes(again)
    await queue.enqueue(a_job("first"))
    assert await Worker(database, clock, {"note": notes}).run_due() == 2


async def test_a_job_that_keeps_itself_for_later_waits(
    database: Database, queue: EmbeddedQueue, clock: StandingClock
) -> None:
    async def again(job: Job) -> None:
        await queue.enqueue(replace(job, run_at=job.run_at + 30 * MINUTE))

    notes = Notes(again)
    worker = Worker(database, clock, {"note": notes})
    await queue.enqueue(a_job("daily", AT + MINUTE))
    await advance_to(AT + timedelta(hours=2), clock, worker)
    assert notes.ran == ["daily"] * 4
    assert await worker.next_due() == AT + 121 * MINUTE
    assert clock.now() == AT + timedelta(hours=2)


async def test_each_job_runs_at_its_own_instant_while_the_clock_is_moved(
    database: Database, queue: EmbeddedQueue, clock: StandingClock
) -> None:
    seen: list[datetime] = []

    async def note(job: Job) -> None:
        seen.append(clock.now())

    worker = Worker(database, clock, {"note": Notes(note)})
    for minutes in (7, 3, 20):
        await queue.enqueue(a_job(str(minutes), AT + minutes * MINUTE))
    await advance_to(AT + 10 * MINUTE, clock, worker)
    assert seen == [AT + 3 * MINUTE, AT + 7 * MINUTE]


async def test_two_workers_never_run_one_job_twice(
    database: Database, queue: EmbeddedQueue, clock: StandingClock
) -> None:
    async def breathe(job: Job) -> None:
        await asyncio.sleep(0)

    notes = Notes(breathe)
    workers = [Worker(database, clock, {"note": notes}) for _ in range(2)]
    async with database.session() as session:
        for number in range(300):
            await queue.enqueue(a_job(f"{number:03}"), session=session)
    await asyncio.gather(*(worker.run_due() for worker in workers))
    assert sorted(notes.ran) == [f"{number:03}" for number in range(300)]


async def test_a_slow_job_holds_up_nobody_else(
    database: Database, queue: EmbeddedQueue, clock: StandingClock
) -> None:
    begun, gate = asyncio.Event(), asyncio.Event()

    async def wait(job: Job) -> None:
        if job.key == "a slow one":
            begun.set()
            await gate.wait()
        elif job.key == "last":
            gate.set()

    notes = Notes(wait)
    worker = Worker(database, clock, {"note": notes}, side_by_side=2)
    await queue.enqueue(a_job("a slow one"))
    run = asyncio.create_task(worker.run_due())
    await begun.wait()
    await queue.enqueue(a_job("b"))
    await queue.enqueue(a_job("last"))
    worker.look_again()
    assert await run == 3


async def test_no_more_run_side_by_side_than_it_may(
    database: Database, queue: EmbeddedQueue, clock: StandingClock
) -> None:
    running, most = 0, 0

    async def count(job: Job) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1

    for number in range(20):
        await queue.enqueue(a_job(str(number)))
    await Worker(database, clock, {"note": Notes(count)}, side_by_side=3).run_due()
    assert most == 3


async def test_who_must_try_later_is_tried_later(
    database: Database, queue: EmbeddedQueue, clock: StandingClock
) -> None:
    answers = [TryLater("slow down", after=3 * MINUTE)]

    async def limited(job: Job) -> None:
        if answers:
            raise answers.pop()

    notes = Notes(limited)
    worker = Worker(database, clock, {"note": notes})
    await queue.enqueue(a_job("one"))
    await worker.run_due()
    assert await worker.next_due() == AT + 3 * MINUTE
    await advance_to(AT + 3 * MINUTE, clock, worker)
    assert notes.ran == ["one", "one"]
    assert notes.late == []
    assert await worker.next_due() is None


async def test_a_bug_stops_nobody_and_is_kept_as_dead_in_the_end(
    database: Database,
    queue: EmbeddedQueue,
    clock: StandingClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(job: Job) -> None:
        if job.key == "broken":
            raise KeyError("secret title")

    notes = Notes(broken)
    worker = Worker(database, clock, {"note": notes})
    await queue.enqueue(a_job("broken"))
    await queue.enqueue(a_job("fine"))
    with caplog.at_level(logging.ERROR):
        await advance_to(AT + timedelta(days=1), clock, worker)
    assert notes.ran.count("broken") == 5
    assert notes.ran.count("fine") == 1
    assert "bury job=broken incident=" in caplog.text
    assert await worker.next_due() is None

    await queue.enqueue(a_job("broken", clock.now()))
    await worker.run_due()
    assert notes.ran.count("broken") == 6


async def test_a_job_replaced_while_it_runs_is_not_forgotten(
    database: Database, queue: EmbeddedQueue, clock: StandingClock
) -> None:
    async def replaced(job: Job) -> None:
        if job.run_at == AT:
            await queue.enqueue(a_job("one", AT + MINUTE))
            raise TryLater("away")

    notes = Notes(replaced)
    worker = Worker(database, clock, {"note": notes})
    await queue.enqueue(a_job("one"))
    await worker.run_due()
    assert await worker.next_due() == AT + MINUTE


async def test_jobs_of_unknown_kinds_are_left_alone(
    database: Database, queue: EmbeddedQueue, clock: StandingClock
) -> None:
    await queue.enqueue(a_job("one", kind="of a newer version"))
    old = Worker(database, clock, {"note": Notes()})
    assert (await old.run_due(), await old.next_due()) == (0, None)
    assert await Worker(database, clock, {"of a newer version": Notes()}).run_due() == 1


async def test_what_fell_due_while_no_process_ran_is_late(
    database: Database, queue: EmbeddedQueue, clock: StandingClock
) -> None:
    await queue.enqueue(a_job("overdue", AT + MINUTE))
    await queue.enqueue(a_job("just now", AT + 5 * MINUTE))
    clock.advance(5 * MINUTE)
    notes = Notes()
    worker = Worker(database, clock, {"note": notes})
    await worker.start_up()
    await queue.enqueue(a_job("soon", AT + 6 * MINUTE))
    await advance_to(AT + 10 * MINUTE, clock, worker)
    assert notes.ran == ["overdue", "just now", "soon"]
    assert notes.late == ["overdue"]


async def test_late_work_that_is_tried_again_is_still_late(
    database: Database, queue: EmbeddedQueue, clock: StandingClock
) -> None:
    answers = [TryLater("away"), TryLater("away")]

    async def away(job: Job) -> None:
        if answers:
            raise answers.pop()

    await queue.enqueue(a_job("overdue", AT - MINUTE))
    notes = Notes(away)
    worker = Worker(database, clock, {"note": notes})
    await worker.start_up()
    await advance_to(AT + MINUTE, clock, worker)
    assert notes.late == ["overdue"] * 3


async def test_a_clock_before_an_earlier_runs_does_no_harm(
    database: Database, queue: EmbeddedQueue, clock: StandingClock
) -> None:
    clock.move_to(AT + timedelta(days=1))
    await Worker(database, clock, {"note": Notes()}).start_up()
    clock.move_to(AT)
    await queue.enqueue(a_job("one", AT + MINUTE))
    notes = Notes()
    worker = Worker(database, clock, {"note": notes})
    await worker.start_up()
    await advance_to(AT + MINUTE, clock, worker)
    assert (notes.ran, notes.late) == (["one"], [])


@pytest.mark.parametrize("held_until", [AT, AT + timedelta(days=300)])
async def test_what_a_dead_process_held_is_taken_over_at_once(
    database: Database, queue: EmbeddedQueue, clock: StandingClock, held_until: datetime
) -> None:
    await queue.enqueue(a_job("one"))
    await Claims(database, DEAD).take(["note"], held_until, 10)
    notes = Notes()
    worker = Worker(database, clock, {"note": notes})
    assert await worker.run_due() == 0
    assert await worker.start_up() == 1


async def test_what_another_machine_holds_is_left_until_its_claim_runs_out(
    database: Database, queue: EmbeddedQueue, clock: StandingClock
) -> None:
    await queue.enqueue(a_job("one"))
    await Claims(database, ELSEWHERE).take(["note"], AT, 10)
    worker = Worker(database, clock, {"note": Notes()})
    assert await worker.start_up() == 0
    clock.advance(LEASE + MINUTE)
    assert await worker.run_due() == 1


async def test_stopping_gives_back_what_was_not_begun(
    database: Database, queue: EmbeddedQueue, clock: StandingClock
) -> None:
    begun, gate = asyncio.Event(), asyncio.Event()

    async def wait(job: Job) -> None:
        begun.set()
        await gate.wait()

    notes = Notes(wait)
    worker = Worker(database, clock, {"note": notes}, side_by_side=1)
    await queue.enqueue(a_job("begun"))
    await queue.enqueue(a_job("waits"))
    run = asyncio.create_task(worker.run_due())
    await begun.wait()
    asyncio.get_running_loop().call_soon(gate.set)
    await worker.stop()
    await run
    assert notes.ran == ["begun"]
    fresh = Notes()
    assert await Worker(database, clock, {"note": fresh}).run_due() == 1
    assert fresh.ran == ["waits"]


async def test_stopping_takes_up_nothing_more(
    database: Database, queue: EmbeddedQueue, clock: StandingClock
) -> None:
    begun, gate = asyncio.Event(), asyncio.Event()

    async def wait(job: Job) -> None:
        begun.set()
        await gate.wait()

    notes = Notes(wait)
    worker = Worker(database, clock, {"note": notes}, side_by_side=1)
    for number in range(CLAIMED_AT_ONCE + 6):
        await queue.enqueue(a_job(f"{number:03}"))
    run = asyncio.create_task(worker.run_due())
    await begun.wait()
    asyncio.get_running_loop().call_soon(gate.set)
    await worker.stop()
    await run
    assert notes.ran == ["000"]
    assert await Worker(database, clock, {"note": Notes()}).run_due() == CLAIMED_AT_ONCE + 5


async def test_a_database_that_is_in_use_is_no_bug(
    database: Database, queue: EmbeddedQueue, clock: StandingClock
) -> None:
    cut_off = []

    async def locked(job: Job) -> None:
        cut_off.append(job.cut_off)
        if len(cut_off) < 9:
            raise DatabaseUnusable("locked")

    worker = Worker(database, clock, {"note": Notes(locked)})
    await queue.enqueue(a_job("patient"))
    await advance_to(AT + timedelta(hours=1), clock, worker)
    assert cut_off == [False] + [True] * 8
    assert await worker.next_due() is None


def test_this_process_lives_and_a_number_nobody_has_does_not() -> None:
    me = this_process()
    assert not is_gone(me)
    assert is_gone(replace(me, born="long ago"))
    assert is_gone(DEAD)
    assert not is_gone(ELSEWHERE)
    assert ProcessName.read(str(me)) == me
