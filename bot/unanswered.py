"""What came in and is being answered, at rest: should this process die, or the platform be away for
long, whoever waits is told to ask again.

Only for what people wait for, and only where a house serves. What was answered is forgotten a
moment later, many at once: a message has few units of work.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from pydantic import TypeAdapter
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from bot.accounts import account_key
from bot.chat.messages import Place, Sender
from bot.chat.platform import PlatformBusy, PlatformError
from bot.tables import UnansweredRow
from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.errors import DatabaseUnusable, TryLater
from scheduler.jobs import Job
from scheduler.processes import ProcessName, is_gone, this_process
from scheduler.queue import JobQueue

log = logging.getLogger("convene.unanswered")

UNANSWERED = "unanswered"
INTERRUPTED = (
    "I was interrupted while I answered you. If an answer is missing, please ask me again."
)
NOBODY = ""
"""Who works on what was given up."""
SOON = timedelta(minutes=1)
ELSEWHERE = timedelta(minutes=10)
"""After which another machine is not believed to work on it any more."""
LONGEST = timedelta(days=2)
"""Who waited longer does not wait any more."""
_MOMENT = 0.25
"""Seconds in which what was answered is collected."""
_PLACE, _SENDER = TypeAdapter(Place), TypeAdapter(Sender)
_TABLE = UnansweredRow.__table__
# Built once: building a statement costs more than running it.
_NOTE = insert(_TABLE)  # type: ignore[arg-type]
_FORGET = delete(UnansweredRow).where(
    UnansweredRow.platform == bindparam("of"), UnansweredRow.id == bindparam("which")
)


class Teller(Protocol):
    """Says a line to whom it belongs, once under its key."""

    async def tell(self, place: Place, sender: Sender, text: str, key: str) -> None:
        """Raises PlatformError."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """Somebody who waits for one or several answers in a place."""

    place: Place
    sender: Sender
    ids: tuple[str, ...]


class Unanswered:
    """Knows who waits for an answer, over crashes; tells those who wait in vain."""

    def __init__(self, database: Database, queue: JobQueue, clock: Clock) -> None:
        self._database = database
        self._queue = queue
        self._clock = clock
        self._process = this_process()
        self._answered: set[tuple[str, str]] = set()
        self._forgetting: asyncio.Task[None] | None = None
        self.teller: Teller | None = None
        """Joined in `bot.app`."""

    def noting(self, place: Place, sender: Sender, incoming: str) -> Callable[[Connection], None]:
        """Notes, within a unit of work, that somebody waits there for the answer to what came
        in."""
        row = {
            "platform": place.platform,
            "id": incoming,
            "account": account_key(sender),
            "place": _PLACE.dump_json(place).decode(),
            "sender": _SENDER.dump_json(sender).decode(),
            "process": str(self._process),
            "at": self._clock.now(),
        }

        def note(connection: Connection) -> None:
            connection.execute(_NOTE, row)

        return note

    def answered(self, platform: str, incoming: str) -> None:
        """Nobody waits for it any more. Written down a moment later."""
        self._answered.add((platform, incoming))
        if self._forgetting is None or self._forgetting.done():
            self._forgetting = asyncio.create_task(self._forget())

    async def later(self, platform: str, incoming: str, seconds: float | None) -> None:
        """It could not be answered, nor could that be said: say so when the platform is there
        again."""
        given_up = update(UnansweredRow).where(
            UnansweredRow.platform == platform, UnansweredRow.id == incoming
        )
        async with self._database.session() as session:
            await session.execute(given_up.values(process=NOBODY))
            after = max(SOON, timedelta(seconds=seconds or 0))
            await self._enqueue(platform, self._clock.now() + after, session)

    async def begin(self) -> None:
        """At start-up: tell those whom a process left that runs no more."""
        async with self._database.reading() as session:
            platforms = (await session.scalars(select(UnansweredRow.platform).distinct())).all()
        for platform in platforms:
            await self._enqueue(platform, self._clock.now())

    async def stop(self) -> None:
        """Write down what was answered last."""
        if self._forgetting is not None:
            self._forgetting.cancel()
            await asyncio.gather(self._forgetting, return_exceptions=True)
        await self._forget_now()

    async def run(self, job: Job, *, late: bool) -> None:
        """Tell all on a platform who wait in vain. Raises TryLater while it is away."""
        platform = job.payload["platform"]
        left, is_more = await self._left(platform)
        if is_more:
            await self._enqueue(platform, self._clock.now() + ELSEWHERE)
        for one in left:
            await self._tell(one)

    async def _tell(self, one: _Waiting) -> None:
        assert self.teller is not None, "joined before anything runs"
        key = f"{UNANSWERED}:{one.ids[0]}"
        try:
            await self.teller.tell(one.place, one.sender, INTERRUPTED, key)
        except PlatformBusy as err:
            after = timedelta(seconds=err.seconds) if err.seconds else None
            raise TryLater(str(err), after) from err
        except PlatformError as err:
            log.warning("not told incoming=%s error=%s", one.ids[0], type(err).__name__)
        await self._drop([(one.place.platform, id) for id in one.ids])

    async def _left(self, platform: str) -> tuple[list[_Waiting], bool]:
        """Who waits in vain; and whether more are worked on by machines that can't be asked."""
        of_platform = select(UnansweredRow).where(UnansweredRow.platform == platform)
        async with self._database.reading() as session:
            rows = (await session.scalars(of_platform.order_by(UnansweredRow.at))).all()
        found: dict[tuple[str, str], list[str]] = {}
        old: list[tuple[str, str]] = []
        is_more = False
        for row in rows:
            if row.at < self._clock.now() - LONGEST:
                old.append((platform, row.id))
            elif self._is_left(row.process, row.at):
                found.setdefault((row.place, row.sender), []).append(row.id)
            else:
                is_more = is_more or row.process != str(self._process)
        await self._drop(old)
        waiting = [
            _Waiting(
                place=_PLACE.validate_json(place),
                sender=_SENDER.validate_json(sender),
                ids=tuple(ids),
            )
            for (place, sender), ids in found.items()
        ]
        return waiting, is_more

    def _is_left(self, process: str, at: datetime) -> bool:
        if process == str(self._process):
            return False
        if process == NOBODY or self._database.is_sqlite:
            return True  # of a folder there is one process
        return is_gone(ProcessName.read(process)) or at < self._clock.now() - ELSEWHERE

    async def _enqueue(self, platform: str, at: datetime, session: object = None) -> None:
        job = Job(
            kind=UNANSWERED,
            key=f"{UNANSWERED}:{platform}",
            run_at=at,
            payload={"platform": platform},
        )
        await self._queue.enqueue(job, session=session)

    async def _forget(self) -> None:
        while self._answered:
            await asyncio.sleep(_MOMENT)
            await self._forget_now()

    async def _forget_now(self) -> None:
        answered, self._answered = self._answered, set()
        try:
            await self._drop(sorted(answered))
        except asyncio.CancelledError:
            self._answered |= answered  # perhaps not written down: `stop` does it once more
            raise
        except DatabaseUnusable as err:
            self._answered |= answered
            log.warning("not forgotten error=%s", err)

    async def _drop(self, which: list[tuple[str, str]]) -> None:
        if not which:
            return
        rows = [{"of": platform, "which": id} for platform, id in which]
        await self._database.write(lambda connection: connection.execute(_FORGET, rows))
