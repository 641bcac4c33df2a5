"""Giving a reminder its next moment, and the job that goes with it, in one unit of work.

Which moment that is depends on what has happened to the one before (`Turn`); whether quiet hours
move it is `quiet`, how rules repeat is `repeating`.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto

from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core.clock import Clock
from calendar_core.events import Occurrence, RecurrenceId
from calendar_core.when import DaySpan
from scheduler import shelf
from scheduler.jobs import Job
from scheduler.lookout import Lookout
from scheduler.queue import JobQueue
from scheduler.quiet import ReminderPreferences, ring_at
from scheduler.reminder import (
    NO_SERIES,
    Occasions,
    Reminder,
    ReminderStatus,
    begins_at,
    due_before,
    ends_at,
    takes_place,
)
from scheduler.repeating import next_ring

KIND = "reminder"
A_LITTLE = timedelta(microseconds=1)
ON_TIME = timedelta(minutes=1)
"""A ring within this of its moment is on time, even if its event (one without length) is over by
then."""


class Turn(Enum):
    """What has become of the moment that a reminder was armed for."""

    NEW = auto()
    """There was none: only moments that lie ahead count."""
    OWED = auto()
    """It has not been rung: it still counts, though it may have passed."""
    HAD = auto()
    """It was rung, missed or dropped: what comes after it counts, though that may have passed
    too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When a reminder rings next, and for what."""

    due: datetime
    rings_at: datetime
    begins: datetime | None = None
    occurrence_id: RecurrenceId = NO_SERIES
    title: str = ""


class Arming:
    """Finds a reminder's next moment and keeps it, together with its job."""

    def __init__(self, queue: JobQueue, occasions: Occasions, clock: Clock) -> None:
        self._queue = queue
        self._lookout = Lookout(occasions)
        self._clock = clock

    async def arm(
        self,
        session: AsyncSession,
        reminder: Reminder,
        preferences: ReminderPreferences,
        turn: Turn,
    ) -> Reminder:
        """Keep a reminder with its next moment; without one it sleeps and has no job."""
        moment = await self._next(session, reminder, preferences, turn)
        if moment is None:
            return await self.disarm(session, reminder)
        armed = replace(
            reminder,
            due=moment.due,
            rings_at=moment.rings_at,
            begins=moment.begins,
            occurrence_id=moment.occurrence_id,
            title=moment.title or reminder.title,
            version=reminder.version + 1,
        )
        await shelf.put(session, armed)
        job = Job(
            kind=KIND, key=armed.job_key, run_at=moment.rings_at, payload={"reminder": armed.id}
        )
        await self._queue.enqueue(job, session=session)
        return armed

    async def disarm(
        self, session: AsyncSession, reminder: Reminder, status: ReminderStatus | None = None
    ) -> Reminder:
        """Keep a reminder without a moment, and forget its job."""
        resting = replace(
            reminder,
            status=status or reminder.status,
            due=None,
            rings_at=None,
            version=reminder.version + 1,
        )
        await shelf.put(session, resting)
        await self._queue.cancel(resting.job_key, session=session)
        return resting

    async def _next(
        self,
        session: AsyncSession,
        reminder: Reminder,
        preferences: ReminderPreferences,
        turn: Turn,
    ) -> Moment | None:
        if reminder.event is not None and reminder.lead is not None:
            return await self._before_event(session, reminder, preferences, turn)
        if reminder.event is not None and not await self._still_on(session, reminder, preferences):
            return None
        due = next_due(reminder, turn, self._clock.now())
        if due is None:
            return None
        return Moment(
            due=due,
            rings_at=rings(reminder, due, None, preferences) or due,
            begins=reminder.begins,
            occurrence_id=reminder.occurrence_id,
        )

    async def _before_event(
        self,
        session: AsyncSession,
        reminder: Reminder,
        preferences: ReminderPreferences,
        turn: Turn,
    ) -> Moment | None:
        assert reminder.event is not None
        now = self._clock.now()
        floor = owed_since(reminder, turn, now)
        since = look_since(reminder, floor, now)
        for limit in (4, 64, 512):
            found = await self._lookout.ahead(
                reminder.event, reminder.whose, since, limit, preferences.zone, session
            )
            for occurrence in found:
                moment = moment_before(reminder, occurrence, preferences, floor, now)
                if moment is not None:
                    return moment
            if len(found) < limit:
                return None
        return None

    async def _still_on(
        self, session: AsyncSession, reminder: Reminder, preferences: ReminderPreferences
    ) -> bool:
        """Whether the occurrence of a snoozed ring still takes place, and when it did."""
        assert reminder.event is not None
        zone = preferences.zone
        one = await self._lookout.find(reminder.event, reminder.whose, zone, session)
        return one is not None and takes_place(one) and begins_at(one, zone) == reminder.begins


def next_due(reminder: Reminder, turn: Turn, now: datetime) -> datetime | None:
    """The next moment of a reminder that is anchored to an instant; None when it is over.

    Of a repeating one that was not rung several times, the first stands for all.
    """
    if reminder.at is None:
        return None
    if turn is Turn.OWED and reminder.due is not None:
        return reminder.due
    if not reminder.rule:
        return None if turn is Turn.HAD else reminder.at
    passed = now if turn is Turn.HAD else now - A_LITTLE
    return next_ring(reminder.rule, reminder.at, max(passed, reminder.due or passed), reminder.zone)


def owed_since(reminder: Reminder, turn: Turn, now: datetime) -> datetime | None:
    """Occurrences that begin after this are rung though their moment has passed; None: none of
    those is."""
    if turn is Turn.NEW or reminder.due is None or reminder.begins is None:
        return None
    if turn is Turn.HAD:
        return reminder.begins
    return min(reminder.due, reminder.begins) - A_LITTLE if reminder.due <= now else None


def look_since(reminder: Reminder, floor: datetime | None, now: datetime) -> datetime:
    """From where on occurrences are looked at, so that a long lead skips what it can't ring for."""
    if floor is not None or reminder.lead is None:
        return now - ON_TIME
    # Leads of all-day events count by days: their moment lies up to a day off from start minus
    # lead.
    return max(now, now + reminder.lead - timedelta(days=1)) - ON_TIME


def moment_before(
    reminder: Reminder,
    occurrence: Occurrence,
    preferences: ReminderPreferences,
    floor: datetime | None,
    now: datetime,
) -> Moment | None:
    """When a reminder rings for one occurrence; None when it does not."""
    assert reminder.lead is not None
    begins = begins_at(occurrence, preferences.zone)
    if not takes_place(occurrence) or begins == reminder.rung_for:
        return None
    due = due_before(occurrence, reminder.lead, preferences)
    still_owed = (
        floor is not None and begins > floor and not is_over(occurrence, due, preferences, now)
    )
    if due <= now and not still_owed:
        return None
    at = rings(reminder, due, occurrence, preferences)
    if at is None:
        return None
    return Moment(
        due=due,
        rings_at=at if at > now else max(due, at),
        begins=begins,
        occurrence_id=occurrence.recurrence_id,
        title=occurrence.title,
    )


def rings(
    reminder: Reminder,
    due: datetime,
    occurrence: Occurrence | None,
    preferences: ReminderPreferences,
) -> datetime | None:
    """When a reminder rings whose moment is `due`; None when quiet rules drop it."""
    if not reminder.keeps_quiet:
        return due
    timed = occurrence is not None and reminder.lead is not None and not is_all_day(occurrence)
    begins = begins_at(occurrence, preferences.zone) if occurrence is not None and timed else None
    return ring_at(due, begins=begins, asked=reminder.asked, preferences=preferences)


def is_all_day(occurrence: Occurrence) -> bool:
    """Whether it takes whole days."""
    return isinstance(occurrence.when, DaySpan)


def is_over(
    occurrence: Occurrence, due: datetime, preferences: ReminderPreferences, now: datetime
) -> bool:
    """Whether it is too late to ring: the event has ended, and the moment is not just now."""
    return ends_at(occurrence, preferences.zone) <= now and now - due > ON_TIME
