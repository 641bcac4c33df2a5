"""Bringing changes to their end when nobody waits for them: confirmed → applied after a crash,
proposed → expired.

The desk decides; here is only when it is asked. The status of a change is the outbox: a sweep finds
what was left.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, Protocol

from calendar_core.changes.change import ChangeId, ChangeStatus, PendingChange
from calendar_core.clock import Clock
from calendar_core.errors import TryLater
from scheduler.jobs import Job
from scheduler.notices import ChangeSettled, Notifier
from scheduler.queue import JobQueue

FINISH = "finish"
EXPIRE = "expire"
UPKEEP = "upkeep"
SHOW = "show"
SOON = timedelta(seconds=30)
SHOWN_BY = timedelta(minutes=2)
"""How long whoever decided a change may take to show what came of it."""
SWEEP_AT = time(3, 30)
"""In UTC: when nobody works, as far as that can be."""

Chore = Callable[[], Awaitable[Any]]


class OpenDesk(Protocol):
    """The change desk, as far as finishing needs it."""

    async def waiting_to_finish(self) -> Sequence[PendingChange]:
        """Changes that were confirmed and are not written yet."""
        ...

    async def finish(self, change_id: ChangeId) -> PendingChange:
        """Write a confirmed change; one that is settled already is returned as it is, and one that
        has to wait for its provider comes back confirmed."""
        ...

    async def expire_due(self) -> Sequence[PendingChange]:
        """Close what waited too long; returns what it closed, each change once."""
        ...


class Finishing:
    """Handles the jobs that settle changes, and keeps them waiting.

    Call `watch` for every new proposal, `finish_soon` when writing one had to be put off, and
    `begin` at start-up.
    """

    def __init__(self, desk: OpenDesk, queue: JobQueue, clock: Clock, notifier: Notifier) -> None:
        self._desk = desk
        self._queue = queue
        self._clock = clock
        self._notifier = notifier

    async def begin(self) -> None:
        """At start-up: finish what a crash left, close what has waited too long meanwhile."""
        now = self._clock.now()
        for change in await self._desk.waiting_to_finish():
            await self._finish_at(change.id, now)
        await self._queue.enqueue(Job(kind=EXPIRE, key=f"{EXPIRE}:all", run_at=now))

    async def watch(self, change: PendingChange) -> None:
        """Close a proposal at its instant, if nobody has decided by then."""
        if change.is_open:
            job = Job(kind=EXPIRE, key=f"{EXPIRE}:{change.id}", run_at=change.expires_at)
            await self._queue.enqueue(job)

    async def finish_soon(self, change_id: ChangeId) -> None:
        """Try again in a little while to write what is confirmed."""
        await self._finish_at(change_id, self._clock.now() + SOON)

    async def show_soon(self, change_id: ChangeId) -> None:
        """Before a change is decided: its cards are drawn as it stands then, unless `shown` comes
        first. A crash between the decision and the card leaves no card that is untrue."""
        job = Job(
            kind=FINISH,
            key=f"{SHOW}:{change_id}",
            run_at=self._clock.now() + SHOWN_BY,
            payload={"change": change_id},
        )
        await self._queue.enqueue(job)

    async def shown(self, change_id: ChangeId) -> None:
        """What came of it stands on its cards."""
        await self._queue.cancel(f"{SHOW}:{change_id}")

    async def run(self, job: Job, *, late: bool) -> None:
        """Settle: one confirmed change, or all that have expired. Raises TryLater while a provider
        asks for time."""
        if job.kind == FINISH:
            change = await self._desk.finish(ChangeId(job.payload["change"]))
            if change.status is ChangeStatus.CONFIRMED:
                raise TryLater("The calendar asks for time.")
            await self._tell([change])
        else:
            await self._tell(await self._desk.expire_due())

    async def _finish_at(self, change_id: ChangeId, at: datetime) -> None:
        job = Job(
            kind=FINISH, key=f"{FINISH}:{change_id}", run_at=at, payload={"change": change_id}
        )
        await self._queue.enqueue(job)

    async def _tell(self, changes: Sequence[PendingChange]) -> None:
        for change in changes:
            key = f"settled:{change.id}:{change.status}"
            await self._notifier.deliver(
                ChangeSettled(key=key, owner=change.owner, change_id=change.id)
            )


class Upkeep:
    """Once a day: what keeps the data in order (the horizon of series, forgetting what is long
    over)."""

    def __init__(self, queue: JobQueue, clock: Clock, chores: Sequence[Chore]) -> None:
        self._queue = queue
        self._clock = clock
        self._chores = list(chores)

    def also(self, chore: Chore) -> None:
        """Have one more thing done."""
        self._chores.append(chore)

    async def begin(self) -> None:
        """At start-up: do it now."""
        await self._queue.enqueue(Job(kind=UPKEEP, key=UPKEEP, run_at=self._clock.now()))

    async def run(self, job: Job, *, late: bool) -> None:
        """Do the chores, and come again tomorrow; one that fails is tried again with the others."""
        put_off: TryLater | None = None
        for chore in self._chores:
            try:
                await chore()
            except TryLater as err:
                put_off = err
        if put_off is not None:
            raise put_off
        await self._queue.enqueue(Job(kind=UPKEEP, key=UPKEEP, run_at=tomorrow(self._clock.now())))


def tomorrow(now: datetime) -> datetime:
    """The next hour of upkeep."""
    day = now.astimezone(UTC).date() + timedelta(days=1)
    return datetime.combine(day, SWEEP_AT, UTC)
