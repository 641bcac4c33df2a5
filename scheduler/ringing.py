"""Ringing reminders: look again, deliver, write it down. One job is one ring.

Nothing is held while the notice is delivered. A crash between "delivered" and "written down" brings
the same notice again under the same key, which the notifier does not say twice.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias, assert_never

from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.events import Occurrence
from scheduler import shelf
from scheduler.arming import Arming, Turn, is_over, rings
from scheduler.jobs import Job
from scheduler.lookout import Lookout
from scheduler.missed import note_missed
from scheduler.notices import Notifier, ReminderDue
from scheduler.queue import JobQueue
from scheduler.quiet import ReminderPreferences
from scheduler.reminder import (
    Occasions,
    PreferencesOf,
    Reminder,
    ReminderStatus,
    begins_at,
    due_before,
    takes_place,
)
from scheduler.together import Together

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """Say it now."""

    occurrence: Occurrence | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """Its event has ended meanwhile: named together with others."""

    occurrence: Occurrence


@dataclass(frozen=True, slots=True, kw_only=True)
class Rearm:
    """It is not this one's moment: another time, or none."""

    turn: Turn


Plan: TypeAlias = Ring | Miss | Rearm


class ReminderRinger:
    """Handles the jobs of reminders."""

    def __init__(
        self,
        database: Database,
        queue: JobQueue,
        clock: Clock,
        occasions: Occasions,
        preferences: PreferencesOf,
        notifier: Notifier,
    ) -> None:
        self._database = database
        self._queue = queue
        self._clock = clock
        self._lookout = Lookout(occasions)
        self._preferences = preferences
        self._notifier = notifier
        self._arming = Arming(queue, occasions, clock)
        self._finding = Together(self._find)
        self._resting = Together(self._rest)

    async def run(self, job: Job, *, late: bool) -> None:
        """Ring the reminder that the job is for, if it is still its moment."""
        reminder = await self._finding.ask(job.payload["reminder"])
        if (
            reminder is None
            or reminder.due is None
            or reminder.status is not ReminderStatus.WAITING
        ):
            return
        preferences = await self._preferences.reminder_preferences(reminder.owner)
        occurrence = await self._lookout.armed_for(reminder, preferences.zone)
        plan = decide(reminder, occurrence, preferences, self._clock.now(), cut_off=job.cut_off)
        if isinstance(plan, Ring):
            await self._notifier.deliver(self._notice(reminder, plan, late))
        await self._write_down(reminder, plan, preferences)

    async def _find(self, ids: Sequence[str]) -> Sequence[Reminder | None]:
        async with self._database.reading() as session:
            return await shelf.find_all(session, ids)

    async def _rest(self, rung: Sequence[tuple[Reminder, ReminderStatus]]) -> Sequence[None]:
        async with self._database.session() as session:
            await shelf.rest(session, rung)
        return [None] * len(rung)

    def _notice(self, reminder: Reminder, plan: Ring, late: bool) -> ReminderDue:
        assert reminder.due is not None
        late_by = self._clock.now() - (reminder.rings_at or reminder.due)
        return ReminderDue(
            key=reminder.delivery_key,
            reminder_id=reminder.id,
            owner=reminder.owner,
            place=reminder.place,
            text=reminder.text,
            occurrence=plan.occurrence,
            due=reminder.due,
            late_by=late_by if late else None,
        )

    async def _write_down(
        self, seen: Reminder, plan: Plan, preferences: ReminderPreferences
    ) -> None:
        """Keep what became of it, unless the reminder was changed meanwhile: then that change has
        the last word.
        """
        if isinstance(plan, Ring) and rings_once(seen):
            await self._resting.ask((seen, last_status(seen)))  # its job is forgotten by the worker
            return
        async with self._database.session() as session:
            reminder = await shelf.find_to_change(session, seen.id)
            if reminder is None or reminder.version != seen.version:
                return
            match plan:
                case Rearm(turn=turn):
                    await self._rearm(session, reminder, preferences, turn)
                case Miss():
                    await note_missed(session, self._queue, reminder, self._clock.now())
                    await self._go_on(session, reminder, preferences)
                case Ring():
                    await self._go_on(session, reminder, preferences)
                case _:
                    assert_never(plan)

    async def _rearm(
        self,
        session: AsyncSession,
        reminder: Reminder,
        preferences: ReminderPreferences,
        turn: Turn,
    ) -> None:
        armed = await self._arming.arm(session, reminder, preferences, turn)
        again = armed.rings_at is not None and armed.rings_at <= self._clock.now()
        if again and armed.due == reminder.due:
            # The mirror's two ways to look disagree about this occurrence: it must not come round
            # for ever.
            log.error("skip reminder=%s occurrence=%s", armed.id, armed.occurrence_id)
            await self._arming.arm(session, armed, preferences, Turn.HAD)

    async def _go_on(
        self, session: AsyncSession, reminder: Reminder, preferences: ReminderPreferences
    ) -> None:
        if rings_once(reminder):
            await shelf.rest(session, [(reminder, last_status(reminder))])
            return
        had = replace(reminder, rung_for=reminder.begins)
        await self._arming.arm(session, had, preferences, Turn.HAD)


def rings_once(reminder: Reminder) -> bool:
    """Whether nothing can follow this ring by itself: no rule, and no series."""
    return not reminder.rule and not reminder.occurrence_id


def last_status(reminder: Reminder) -> ReminderStatus:
    """What it is after its last ring: one before an event sleeps, and wakes should that move."""
    return ReminderStatus.RUNG if reminder.lead is None else ReminderStatus.WAITING


def decide(
    reminder: Reminder,
    occurrence: Occurrence | None,
    preferences: ReminderPreferences,
    now: datetime,
    *,
    cut_off: bool = False,
) -> Plan:
    """What to do with a reminder whose job has come, given its event as it stands now.

    After a try that was `cut_off` it may have been said already: then it is rung again, under its
    key, rather than named among the missed.
    """
    assert reminder.due is not None
    if reminder.event is not None and not _stands(reminder, occurrence, preferences):
        return Rearm(turn=Turn.OWED)
    at = rings(reminder, reminder.due, occurrence, preferences)
    if at is None:
        return Rearm(turn=Turn.HAD)
    if max(at, reminder.rings_at or at) > now:
        return Rearm(turn=Turn.OWED)
    if (
        occurrence is not None
        and not cut_off
        and is_over(occurrence, reminder.due, preferences, now)
    ):
        return Miss(occurrence=occurrence)
    return Ring(occurrence=occurrence)


def _stands(
    reminder: Reminder, occurrence: Occurrence | None, preferences: ReminderPreferences
) -> bool:
    """Whether the event still takes place, at the time that the reminder was armed for."""
    if occurrence is None or not takes_place(occurrence):
        return False
    if reminder.lead is None:
        return begins_at(occurrence, preferences.zone) == reminder.begins
    return due_before(occurrence, reminder.lead, preferences) == reminder.due
