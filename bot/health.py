"""How the house is: what an operator, a load balancer and monitoring ask. Implements
`adapters.web.ports.HealthDoor` by shape.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.spending import Spent
from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.errors import CalendarError
from scheduler.embedded import DueWork

BEHIND = timedelta(minutes=5)
"""Work that is overdue for so long means that something is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """How one part is."""

    part: str
    is_well: bool
    words: str


class Due(Protocol):
    """The queue of due work, to count."""

    async def count(self) -> DueWork:
        """What waits, and since when the oldest is due."""
        ...


class Watched(Protocol):
    """Makers' promises to tell of changes, to count."""

    async def count(self, now: datetime) -> tuple[int, int]:
        """How many live, and how many should and do not."""
        ...


Look = Callable[[], Awaitable[Sign]]
"""How a door is, now."""


class Counts:
    """What happened since the start, without names or contents. Implements `bot.engine.Tally` by
    shape."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._heard = Counter(
            "convene_incoming", "What came in through the doors.", ["kind"], registry=self.registry
        )
        self._failed = Counter(
            "convene_failures", "What ended in an incident.", ["kind"], registry=self.registry
        )

        self._model_calls = Counter(
            "convene_model_calls",
            "How often a language model was asked.",
            ["model"],
            registry=self.registry,
        )
        self._tokens = Counter(
            "convene_model_tokens",
            "What language models read and wrote.",
            ["model", "kind"],
            registry=self.registry,
        )

    def heard(self, kind: str) -> None:
        """Something came in for the first time."""
        self._heard.labels(kind=kind).inc()

    def failed(self, kind: str) -> None:
        """Answering it ended in an incident."""
        self._failed.labels(kind=kind).inc()

    def spent(self, model: str, spent: Spent) -> None:
        """A turn took this of a model."""
        self._model_calls.labels(model=model).inc(spent.calls)
        fresh = max(spent.tokens_in - spent.tokens_cached, 0)
        kinds = {"read": fresh, "cached": spent.tokens_cached, "written": spent.tokens_out}
        for kind, tokens in kinds.items():
            self._tokens.labels(model=model, kind=kind).inc(tokens)


class Health:
    """Looks after everything that can be unwell."""

    def __init__(
        self,
        database: Database,
        due: Due,
        clock: Clock,
        doors: Mapping[str, Look],
        counts: Counts,
        watched: Watched | None = None,
    ) -> None:
        """`watched` is None where makers of calendars can't reach this house."""
        self._watched = watched
        self._database = database
        self._due = due
        self._clock = clock
        self._doors = dict(doors)
        self._registry = counts.registry
        self._database_up = Gauge(
            "convene_database_up", "Whether the database answers.", registry=self._registry
        )
        self._door_up = Gauge(
            "convene_door_up", "Whether a door is connected.", ["door"], registry=self._registry
        )
        self._waiting = Gauge(
            "convene_jobs_waiting",
            "Pieces of work that wait for their time.",
            registry=self._registry,
        )
        self._overdue = Gauge(
            "convene_jobs_overdue_seconds",
            "For how long the oldest due piece has been due.",
            registry=self._registry,
        )
        self._dead = Gauge(
            "convene_jobs_dead", "Pieces of work that were given up.", registry=self._registry
        )
        self._watches = Gauge(
            "convene_watches",
            "Linked calendars whose makers tell of changes, by how that is.",
            ["state"],
            registry=self._registry,
        )

    async def doors(self) -> Sequence[Sign]:
        """How each door is."""
        return [await look() for look in self._doors.values()]

    async def signs(self) -> Sequence[Sign]:
        """Every part that can be unwell."""
        return [
            await self._of_database(),
            *await self.doors(),
            await self._of_work(),
            *await self._of_watches(),
        ]

    async def figures(self) -> str:
        """What monitoring reads: Prometheus' text format."""
        for name, look in self._doors.items():
            self._door_up.labels(door=name).set((await look()).is_well)
        try:
            work = await self._due.count()
        except (SQLAlchemyError, CalendarError):
            self._database_up.set(0)
        else:
            self._database_up.set(1)
            self._waiting.set(work.waiting)
            self._dead.set(work.dead)
            self._overdue.set(self._behind(work).total_seconds())
            if self._watched is not None:
                live, lapsed = await self._watched.count(self._clock.now())
                self._watches.labels(state="live").set(live)
                self._watches.labels(state="lapsed").set(lapsed)
        return generate_latest(self._registry).decode()

    async def _of_database(self) -> Sign:
        try:
            async with self._database.reading() as session:
                await session.execute(text("SELECT 1"))
        except (SQLAlchemyError, CalendarError) as err:
            return Sign(
                part="database", is_well=False, words=f"does not answer: {type(err).__name__}"
            )
        return Sign(part="database", is_well=True, words="answers")

    async def _of_work(self) -> Sign:
        try:
            work = await self._due.count()
        except (SQLAlchemyError, CalendarError) as err:
            return Sign(part="due work", is_well=False, words=f"unknown: {type(err).__name__}")
        behind = self._behind(work)
        if behind > BEHIND:
            minutes = int(behind.total_seconds() // 60)
            return Sign(part="due work", is_well=False, words=f"{minutes} minutes behind")
        words = f"{work.waiting} waiting, none overdue"
        if work.dead:
            words += f"; {work.dead} given up, see convene doctor"
        return Sign(part="due work", is_well=True, words=words)

    async def _of_watches(self) -> Sequence[Sign]:
        """Never unwell: what is not told is read every few minutes."""
        if self._watched is None:
            return ()
        try:
            live, lapsed = await self._watched.count(self._clock.now())
        except (SQLAlchemyError, CalendarError) as err:
            words = f"unknown: {type(err).__name__}"
            return (Sign(part="changes told", is_well=False, words=words),)
        words = f"of {live} linked calendars" if live != 1 else "of 1 linked calendar"
        if lapsed:
            words += f"; {lapsed} lapsed, read every few minutes instead"
        return (Sign(part="changes told", is_well=True, words=words),)

    def _behind(self, work: DueWork) -> timedelta:
        if work.oldest is None:
            return timedelta()
        return max(self._clock.now() - work.oldest, timedelta())
