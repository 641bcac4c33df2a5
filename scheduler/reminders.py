"""The notebook of reminders: people's own, and before events; set, list, take back, put off.

Every reminder and its job are kept in one unit of work. Ringing them is `ringing`; keeping them in
step with calendars is `following`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.errors import NotFound, NotYours
from calendar_core.events import EventId, Occurrence, Target
from calendar_core.people import PersonId
from scheduler import shelf
from scheduler.arming import Arming, Turn
from scheduler.lookout import Lookout
from scheduler.queue import JobQueue
from scheduler.quiet import ReminderPreferences
from scheduler.reminder import (
    Occasions,
    PreferencesOf,
    Reminder,
    ReminderId,
    ReminderStatus,
    begins_at,
    due_before,
    due_of,
    id_before,
    id_snoozed,
    new_reminder_id,
    reminder_of,
)
from scheduler.repeating import check_rule

MOST_LISTED = 200
KEPT_FOR = timedelta(days=90)
"""How long a reminder that is over can still be snoozed, restored, or follow its event."""
GONE = "That reminder is no longer there."


class Reminders:
    """What people want to be reminded of.

    Setting the same thing twice keeps one: a lead before an event is named by owner, place, event
    and lead.
    """

    def __init__(
        self,
        database: Database,
        queue: JobQueue,
        clock: Clock,
        occasions: Occasions,
        preferences: PreferencesOf,
    ) -> None:
        self._database = database
        self._queue = queue
        self._clock = clock
        self._lookout = Lookout(occasions)
        self._preferences = preferences
        self._arming = Arming(queue, occasions, clock)

    async def remind_at(
        self,
        owner: PersonId,
        place: str,
        text: str,
        at: datetime,
        rule: str = "",
        zone: ZoneInfo | None = None,
        *,
        reminder_id: ReminderId | None = None,
    ) -> Reminder:
        """Keep a reminder at an instant; a past one rings at once.

        With a rule (an RRULE value) it repeats on the wall of `zone`, the owner's own when left
        out, beginning at `at`. `place` is a channel's key, or empty for direct messages. Raises
        RuleRefused.
        """
        preferences = await self._preferences.reminder_preferences(owner)
        reminder = Reminder(
            id=reminder_id or new_reminder_id(),
            owner=owner,
            place=place,
            text=text,
            at=at.astimezone(UTC),
            rule=rule,
            zone=zone or preferences.zone,
            whose=owner,
        )
        if rule:
            check_rule(rule, at, reminder.zone)
        async with self._database.session() as session:
            return await self._arming.arm(session, reminder, preferences, Turn.NEW)

    async def remind_before(
        self,
        owner: PersonId,
        place: str,
        event: Target,
        leads: Sequence[timedelta],
        text: str = "",
        whose: PersonId | None = None,
    ) -> tuple[Reminder, ...]:
        """Keep reminders before an event: of one occurrence, or of all when no recurrence id is
        given.

        `whose` is the owner of the event's calendar, if that is somebody else (a channel). One
        whose moment has
        passed does not ring: its `due` is empty. One that was there already, also by the usual
        leads, becomes one
        that the person asked for. Raises NotFound.
        """
        preferences = await self._preferences.reminder_preferences(owner)
        anchor = Reminder(
            id=new_reminder_id(),
            owner=owner,
            place=place,
            text=text,
            zone=preferences.zone,
            event=event,
            whose=whose or owner,
        )
        async with self._database.session() as session:
            if await self._lookout.find(event, anchor.whose, preferences.zone, session) is None:
                raise NotFound("That event is no longer there.")
            return tuple(
                [
                    await self._before(session, anchor, lead, preferences)
                    for lead in sorted(set(leads))
                ]
            )

    async def listed(self, owner: PersonId) -> tuple[Reminder, ...]:
        """What somebody asked to be reminded of, soonest first; the usual leads before events are
        left out."""
        async with self._database.reading() as session:
            return await shelf.waiting(session, owner, limit=MOST_LISTED)

    async def listed_in(self, place: str) -> tuple[Reminder, ...]:
        """What will be rung in a channel, soonest first."""
        async with self._database.reading() as session:
            return await shelf.waiting_in(session, place, limit=MOST_LISTED)

    async def find(self, ring: str, by: PersonId) -> Reminder:
        """A reminder of one's own, by its id or the key of one of its deliveries. Raises NotFound,
        NotYours."""
        async with self._database.reading() as session:
            return _theirs(await shelf.find(session, reminder_of(ring)), by)

    async def cancel(self, reminder_id: str, by: PersonId) -> Reminder:
        """Take one back; again is fine. Raises NotFound, NotYours."""
        async with self._database.session() as session:
            reminder = await self._theirs_to_change(session, reminder_id, by)
            if reminder.status is not ReminderStatus.WAITING:
                return reminder
            return await self._arming.disarm(session, reminder, ReminderStatus.CANCELLED)

    async def restore(self, reminder_id: str, by: PersonId) -> Reminder:
        """Bring back one that was taken back. Its moment may have passed: one of their own then
        rings at once, a repeating one goes on from now."""
        preferences = await self._preferences.reminder_preferences(by)
        async with self._database.session() as session:
            reminder = await self._theirs_to_change(session, reminder_id, by)
            if reminder.status is not ReminderStatus.CANCELLED:
                return reminder
            waiting = replace(reminder, status=ReminderStatus.WAITING)
            return await self._arming.arm(session, waiting, preferences, Turn.NEW)

    async def snooze(self, ring: str, by: PersonId, length: timedelta) -> Reminder:
        """Ring the same again after a while; twice is once, counted from the later press.

        `ring` is the delivery's key; a reminder's id means its last ring. Raises NotFound,
        NotYours.
        """
        preferences = await self._preferences.reminder_preferences(by)
        async with self._database.session() as session:
            rung = await self._theirs_to_change(session, reminder_of(ring), by)
            again = await self._again(session, rung, due_of(ring), preferences)
            known = await shelf.find_to_change(session, again.id)
            again = replace(
                again, at=self._clock.now() + length, version=known.version if known else 0
            )
            return await self._arming.arm(session, again, preferences, Turn.NEW)

    async def done(self, ring: str, by: PersonId) -> Reminder:
        """Their owner has dealt with it: what was put off does not come again, and one that rings
        once is over."""
        async with self._database.session() as session:
            reminder = await self._theirs_to_change(session, reminder_of(ring), by)
            for put_off in await shelf.snoozing(session, reminder.id):
                await self._arming.disarm(session, put_off, ReminderStatus.DONE)
            if reminder.lead is not None or reminder.rule:
                return reminder
            return await self._arming.disarm(session, reminder, ReminderStatus.DONE)

    async def retime(self, owner: PersonId) -> None:
        """Bring everything of somebody's in step with their new zone, hours and pause."""
        preferences = await self._preferences.reminder_preferences(owner)
        async with self._database.session() as session:
            for reminder in await shelf.all_waiting(session, owner):
                await self._arming.arm(session, reminder, preferences, Turn.OWED)

    async def relead(self, owner: PersonId, events: Sequence[EventId]) -> None:
        """Bring the usual leads before these events of an owner in step with their wishes; what
        somebody asked for stays."""
        preferences = await self._preferences.reminder_preferences(owner)
        async with self._database.session() as session:
            known = await shelf.of_events(session, set(events))
            for event in events:
                theirs = [one for one in known.get(event, []) if one.owner == owner]
                usual = [one for one in theirs if not one.asked and one.snoozes is None]
                wanted = {(preferences.place, lead) for lead in preferences.leads}
                for reminder in usual:
                    if (reminder.place, reminder.lead) in wanted:
                        waits = replace(reminder, status=ReminderStatus.WAITING)
                        await self._arming.arm(session, waits, preferences, Turn.OWED)
                    elif reminder.status is ReminderStatus.WAITING:
                        await self._arming.disarm(session, reminder, ReminderStatus.CANCELLED)
                there = {(one.place, one.lead) for one in theirs if one.snoozes is None}
                for place, lead in sorted(wanted - there):
                    reminder = _usual(owner, place, event, lead, preferences)
                    await self._arming.arm(session, reminder, preferences, Turn.NEW)

    async def forget_old(self) -> None:
        """Drop what rang or was taken back long ago: a chore of `finishing.Upkeep`."""
        async with self._database.session() as session:
            await shelf.forget_old(session, self._clock.now() - KEPT_FOR)

    async def _before(
        self,
        session: AsyncSession,
        anchor: Reminder,
        lead: timedelta,
        preferences: ReminderPreferences,
    ) -> Reminder:
        assert anchor.event is not None
        known = await shelf.find_before(session, anchor.owner, anchor.place, anchor.event, lead)
        if known is None:
            known = replace(anchor, id=id_before(anchor.owner, anchor.place, anchor.event, lead))
        asked = replace(
            known, lead=lead, text=anchor.text, asked=True, status=ReminderStatus.WAITING
        )
        return await self._arming.arm(session, asked, preferences, Turn.OWED)

    async def _again(
        self,
        session: AsyncSession,
        rung: Reminder,
        due: datetime | None,
        preferences: ReminderPreferences,
    ) -> Reminder:
        """What comes again for one ring: bound to the same occurrence, if it was about one."""
        again = Reminder(
            id=id_snoozed(rung.id, due or rung.rung_for or rung.at or self._clock.now()),
            owner=rung.owner,
            place=rung.place,
            text=rung.text,
            zone=rung.zone,
            event=rung.event,
            whose=rung.whose,
            snoozes=rung.id,
            begins=rung.begins,
            title=rung.title,
        )
        if rung.event is None or rung.lead is None:
            return again
        one = await self._rung_for(session, rung, due, preferences)
        if one is None:
            return replace(again, text=rung.text or rung.title, event=None, begins=None)
        return replace(
            again,
            event=replace(rung.event, recurrence_id=one.recurrence_id),
            begins=begins_at(one, preferences.zone),
        )

    async def _rung_for(
        self,
        session: AsyncSession,
        rung: Reminder,
        due: datetime | None,
        preferences: ReminderPreferences,
    ) -> Occurrence | None:
        """The occurrence that a ring was about: the one whose lead gives that moment."""
        assert rung.event is not None
        assert rung.lead is not None
        since = (due or rung.rung_for or self._clock.now()) - timedelta(days=1)
        event = Target(event_id=rung.event.event_id)
        for one in await self._lookout.ahead(
            event, rung.whose, since, 100, preferences.zone, session
        ):
            moment = due_before(one, rung.lead, preferences)
            if moment == due or (due is None and begins_at(one, preferences.zone) == rung.rung_for):
                return one
        return None

    async def _theirs_to_change(
        self, session: AsyncSession, reminder_id: str, by: PersonId
    ) -> Reminder:
        return _theirs(await shelf.find_to_change(session, reminder_id), by)


def _usual(
    owner: PersonId,
    place: str,
    event: EventId,
    lead: timedelta,
    preferences: ReminderPreferences,
) -> Reminder:
    target = Target(event_id=event)
    return Reminder(
        id=id_before(owner, place, target, lead),
        owner=owner,
        place=place,
        asked=False,
        zone=preferences.zone,
        event=target,
        whose=owner,
        lead=lead,
    )


def _theirs(reminder: Reminder | None, by: PersonId) -> Reminder:
    if reminder is None:
        raise NotFound(GONE)
    if reminder.owner != by:
        raise NotYours("That reminder is somebody else's.")
    return reminder
