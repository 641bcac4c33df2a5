"""Reminders with everything real but the clock, the mirror and the one who says them."""

from datetime import UTC, datetime, timedelta
from itertools import count

from calendar_core.clock import StandingClock
from calendar_core.database import Database
from calendar_core.events import EventId, Occurrence
from calendar_core.people import PersonId
from calendar_core.report import EventNews, Report
from scheduler import arming, digests, missed
from scheduler.digests import Digests
from scheduler.embedded import EmbeddedQueue
from scheduler.following import ReminderFollower
from scheduler.jobs import JobHandler
from scheduler.missed import MissedTeller
from scheduler.processes import ProcessName, this_process
from scheduler.reminders import Reminders
from scheduler.ringing import ReminderRinger
from scheduler.stepping import advance_to
from scheduler.worker import Worker
from tests.fakes.notifier import FakeNotifier
from tests.fakes.occasions import FakeOccasions
from tests.fakes.preferences import FakePreferences

ANA = PersonId("ana")
MONDAY = datetime(2026, 3, 9, 8, tzinfo=UTC)
"""Nine in the morning in Berlin."""


class Rig:
    """One data folder: `restart` is another process on it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = StandingClock(MONDAY)
        self.occasions = FakeOccasions()
        self.preferences = FakePreferences()
        self.notifier = FakeNotifier(self.clock)
        self.queue = EmbeddedQueue(database)
        self.reminders = Reminders(
            database, self.queue, self.clock, self.occasions, self.preferences
        )
        self.follower = ReminderFollower(self.queue, self.clock, self.occasions, self.preferences)
        self.digests = Digests(self.queue, self.clock, self.preferences, self.notifier)
        self._lives = count(2**22 + 1)
        self.worker = self.new_worker()

    def new_worker(self) -> Worker:
        """A worker as a fresh process makes it; no process has such a high number, so those before
        are gone.
        """
        ringer = ReminderRinger(
            self.database, self.queue, self.clock, self.occasions, self.preferences, self.notifier
        )
        handlers: dict[str, JobHandler] = {
            arming.KIND: ringer,
            missed.KIND: MissedTeller(self.database, self.notifier),
            digests.KIND: self.digests,
        }
        life = ProcessName(host=this_process().host, pid=next(self._lives), born="")
        return Worker(self.database, self.clock, handlers, process=life)

    async def news(self, event: str, what: str = "changed", origin: str = "made") -> None:
        """Tell the reminders what became of an event, in one unit of work."""
        held = self.occasions.held.get(EventId(event), [])
        owner = held[0].owner if held else ANA
        told = EventNews(
            event_id=EventId(event),
            calendar_id=held[0].calendar_id if held else "",  # type: ignore[arg-type]
            owner=owner,
            what=what,
            origin=origin,
        )
        async with self.database.session() as session:
            await self.follower.follow(Report(news=(told,)), session)

    async def add(self, *occurrences: Occurrence, origin: str = "made") -> None:
        """Put an event on the calendar and tell the reminders."""
        self.occasions.put(*occurrences)
        await self.news(occurrences[0].event_id, "added", origin)

    async def advance(self, by: timedelta) -> None:
        """Let time pass while the process runs."""
        await advance_to(self.clock.now() + by, self.clock, self.worker)

    async def sleep(self, by: timedelta) -> None:
        """Let time pass while no process runs, then start one."""
        self.clock.advance(by)
        self.worker = self.new_worker()
        await self.worker.start_up()

    @property
    def rung(self) -> list[tuple[str, str]]:
        """What was rung: text or title, and the moment in UTC."""
        return [
            (one.text or (one.occurrence.title if one.occurrence else ""), f"{one.due:%a %H:%M}")
            for one in self.notifier.reminders
        ]
