"""Looking at the mirror for reminders: an event that is gone is no error here, it has no
occurrences."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from calendar_core import capabilities
from calendar_core.errors import NotFound
from calendar_core.events import EventId, Occurrence, Target
from calendar_core.people import PersonId
from scheduler.reminder import Occasions, Reminder


class Lookout:
    """What stands on the calendar that a reminder belongs to."""

    def __init__(self, occasions: Occasions) -> None:
        self._occasions = occasions

    async def armed_for(self, reminder: Reminder, zone: ZoneInfo) -> Occurrence | None:
        """The very occurrence that a reminder is armed for, as it stands now."""
        if reminder.event is None:
            return None
        target = Target(
            event_id=reminder.event.event_id,
            recurrence_id=reminder.event.recurrence_id or reminder.occurrence_id,
        )
        return await self.find(target, reminder.whose, zone)

    async def find(
        self, target: Target, whose: PersonId, zone: ZoneInfo, session: Any = None
    ) -> Occurrence | None:
        """One occurrence; of a series without recurrence id the next; None when it is gone."""
        try:
            return await self._occasions.find_occurrence(target, zone, (whose,), session=session)
        except NotFound:
            return None

    async def ahead(
        self,
        target: Target,
        whose: PersonId,
        since: datetime,
        limit: int,
        zone: ZoneInfo,
        session: Any = None,
    ) -> Sequence[Occurrence]:
        """Occurrences that end after an instant, in order; of a single event it alone, also when
        it is over."""
        one = await self.find(target, whose, zone, session)
        if one is None or target.recurrence_id or not one.is_series:
            return () if one is None else (one,)
        return await self._occasions.next_occurrences(
            target.event_id, since, limit, zone, (whose,), session=session
        )

    async def alarms(
        self, event_id: EventId, whose: PersonId, session: Any = None
    ) -> Sequence[timedelta]:
        """The leads that an event itself carries (RFC 5545 VALARM), but those that the calendar's
        maker gives every booked meeting."""
        from calendar_core.ics.reading import master_of

        stored = await self._occasions.event(event_id, (whose,), session=session)
        alarms = master_of(stored.resource.ics).alarms
        usual = capabilities.of(stored.calendar.provider).booked_alarms
        return () if set(alarms) <= set(usual) else alarms

    async def is_mailed_before(
        self, event_id: EventId, whose: PersonId, session: Any = None
    ) -> bool:
        """Whether the calendar's maker reminds by mail of what is booked there."""
        stored = await self._occasions.event(event_id, (whose,), session=session)
        return bool(capabilities.of(stored.calendar.provider).booked_mails)
