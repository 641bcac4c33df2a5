"""What events mean is worked out when nobody waits: soon after they came or changed, and once a day
for what was missed. Asking the model and keeping what it says is `calendar_core.meaning`."""

from datetime import datetime, timedelta
from typing import Any

from calendar_core.clock import Clock
from calendar_core.embedder import EmbedderUnavailable
from calendar_core.errors import TryLater
from calendar_core.events import CalendarId
from calendar_core.meaning import Meanings
from calendar_core.report import UNLINKED, Report
from scheduler.jobs import Job
from scheduler.queue import JobQueue

KIND = "meaning"
SOON = timedelta(seconds=5)
"""So long is waited for more changes of a calendar."""
_AT_A_TIME = 16
"""Questions to the model before other work has its turn."""


class MeaningFollower:
    """Keeps vectors in step with events. Implements `EventFollower`."""

    def __init__(self, queue: JobQueue, clock: Clock, meanings: Meanings) -> None:
        self._queue = queue
        self._clock = clock
        self._meanings = meanings

    async def follow(self, report: Report, session: Any) -> None:
        """Drop what was made of older texts, and have it made anew. What is removed takes its
        vector along; of what is unlinked, nothing stays in memory either."""
        self._meanings.let_go({one.calendar_id for one in report.news if one.origin == UNLINKED})
        there = {one.event_id: one.calendar_id for one in report.news if one.what != "removed"}
        if not there:
            return
        unmade = await self._meanings.forget_changed(session, there.keys())
        for calendar in sorted({there[one] for one in unmade}):
            await self._queue.enqueue(_job(calendar, self._clock.now() + SOON), session=session)


class MeaningMaker:
    """Handles the jobs that make vectors."""

    def __init__(self, queue: JobQueue, clock: Clock, meanings: Meanings) -> None:
        self._queue = queue
        self._clock = clock
        self._meanings = meanings

    async def look_over(self) -> None:
        """Have made what is missing, of whichever calendar: for a daily chore."""
        for calendar in await self._meanings.look_over():
            await self._queue.enqueue(_job(calendar, self._clock.now()))

    async def run(self, job: Job, *, late: bool) -> None:
        """Make some of a calendar's, and come again for the rest. Raises TryLater while the model
        can't be asked."""
        calendar, last = CalendarId(job.payload["calendar"]), ""
        try:
            for _ in range(_AT_A_TIME):
                last = await self._meanings.make(calendar, last)
                if not last:
                    return
        except EmbedderUnavailable as err:
            raise TryLater("The model of meanings can't be asked.", err.after) from err
        await self._queue.enqueue(_job(calendar, self._clock.now()))


def _job(calendar: CalendarId, at: datetime) -> Job:
    return Job(kind=KIND, key=f"{KIND}:{calendar}", run_at=at, payload={"calendar": calendar})
