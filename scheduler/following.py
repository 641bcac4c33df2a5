"""Reminders follow their events: made, invited, moved, cancelled, declined, back again.

Called inside the unit of work of every absorb, so that a calendar and its reminders never disagree.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core.clock import Clock
from calendar_core.events import Occurrence, Target
from calendar_core.report import UNLINKED, EventNews, Report
from scheduler import shelf
from scheduler.arming import Arming, Turn
from scheduler.lookout import Lookout
from scheduler.queue import JobQueue
from scheduler.quiet import ReminderPreferences
from scheduler.reminder import (
    Occasions,
    PreferencesOf,
    Reminder,
    ReminderStatus,
    id_before,
)


class ReminderFollower:
    """Keeps reminders in step with calendars.

    Events made here, and invitations, get their owner's usual leads; imported and synced ones get
    none, and their alarms are kept and not rung. A reminder whose event is gone sleeps, and wakes
    when it comes back (undo).
    """

    def __init__(
        self, queue: JobQueue, clock: Clock, occasions: Occasions, preferences: PreferencesOf
    ) -> None:
        self._lookout = Lookout(occasions)
        self._preferences = preferences
        self._arming = Arming(queue, occasions, clock)

    async def follow(self, report: Report, session: Any) -> None:
        """Bring reminders in step with what one absorb changed."""
        known = await shelf.of_events(session, {news.event_id for news in report.news})
        for news in report.news:
            reminders = known.get(news.event_id, [])
            if reminders or (news.what == "added" and news.origin in ("made", "invited")):
                await self._follow(news, reminders, session)

    async def _follow(
        self, news: EventNews, reminders: Sequence[Reminder], session: AsyncSession
    ) -> None:
        waiting = [one for one in reminders if one.status is ReminderStatus.WAITING]
        if news.what == "removed":
            for reminder in waiting:
                await self._arming.disarm(session, reminder)
            if news.origin == UNLINKED:
                await shelf.forget(session, [one.id for one in reminders])
            return
        preferences = await self._preferences.reminder_preferences(news.owner)
        for reminder in waiting:
            await self._arming.arm(session, reminder, preferences, Turn.OWED)
        if news.what == "added" or any(not one.asked for one in reminders):
            known = {one.lead for one in reminders if _is_usual(one, news, preferences)}
            await self._add_usual(news, known, preferences, session)

    async def _add_usual(
        self,
        news: EventNews,
        known: Collection[timedelta | None],
        preferences: ReminderPreferences,
        session: AsyncSession,
    ) -> None:
        """The usual leads, or those that the event itself was made with; what is known stays as it
        is. Where the calendar's maker mails the day before, nobody is told of that twice."""
        if news.origin not in ("made", "invited"):
            return
        asked: Sequence[timedelta] = ()
        if news.origin == "made":
            asked = await self._lookout.alarms(news.event_id, news.owner, session)
        leads = asked or await self._usual(news, preferences, session)
        event = Target(event_id=news.event_id)
        for lead in sorted(set(leads)):
            if lead in known:
                continue
            reminder = Reminder(
                id=id_before(news.owner, preferences.place, event, lead),
                owner=news.owner,
                place=preferences.place,
                asked=bool(asked),
                zone=preferences.zone,
                event=event,
                whose=news.owner,
                lead=lead,
            )
            await self._arming.arm(session, reminder, preferences, Turn.NEW)

    async def _usual(
        self, news: EventNews, preferences: ReminderPreferences, session: AsyncSession
    ) -> Sequence[timedelta]:
        target = Target(event_id=news.event_id)
        one = await self._lookout.find(target, news.owner, preferences.zone, session)
        if one is None or not has_guests(one):
            return preferences.leads
        mailed = await self._lookout.is_mailed_before(news.event_id, news.owner, session)
        return preferences.leads if mailed else preferences.guest_leads


def _is_usual(reminder: Reminder, news: EventNews, preferences: ReminderPreferences) -> bool:
    """Whether it is one before every occurrence, where the usual ones ring. Its id may be that of
    somebody who became part of the owner."""
    return (
        reminder.snoozes is None
        and reminder.owner == news.owner
        and reminder.place == preferences.place
        and reminder.event == Target(event_id=news.event_id)
    )


def has_guests(occurrence: Occurrence) -> bool:
    """Whether more people than its owner take part."""
    return bool(occurrence.guests) or bool(occurrence.organizer)
