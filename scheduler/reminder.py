"""What a reminder is, as values, and what reminding needs to know from other rooms: ports.

Keeping reminders is `shelf`, the notebook that people write them into is `reminders`, ringing is
`ringing`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import Any, NewType, Protocol
from uuid import uuid4
from zoneinfo import ZoneInfo

from calendar_core.events import Answer, EventId, Occurrence, RecurrenceId, Status, Target
from calendar_core.mirror import StoredEvent
from calendar_core.people import PersonId
from calendar_core.when import DaySpan, at_wall, midnight
from scheduler.quiet import ReminderPreferences

ReminderId = NewType("ReminderId", str)


NO_SERIES = RecurrenceId("")


class ReminderStatus(StrEnum):
    """Where a reminder stands."""

    WAITING = "waiting"
    """Rings when its moment comes; without a moment it sleeps: its event is gone, declined, or
    beyond the horizon."""
    RUNG = "rung"
    """Nothing is left to ring."""
    CANCELLED = "cancelled"
    """Taken back by its owner; `restore` brings it back."""
    DONE = "done"
    """Its owner has dealt with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One thing to be reminded of, once or again and again.

    Anchored either to an instant (with a rule, to many) or to an event and a lead.
    """

    id: ReminderId
    owner: PersonId
    place: str = ""
    """Key of the channel to ring in; empty: the owner's direct messages."""
    text: str = ""
    """What the person said; may be empty before an event."""
    status: ReminderStatus = ReminderStatus.WAITING
    asked: bool = True
    """Whether the person asked for it; else it is one of the usual leads before an event."""
    at: datetime | None = None
    """The instant that it is anchored to; None for those before an event."""
    rule: str = ""
    """RRULE value by which `at` repeats, on the wall of `zone`."""
    zone: ZoneInfo
    """The owner's zone when it was made: a rule keeps to it."""
    event: Target | None = None
    """The event that it belongs to; without recurrence id: every occurrence."""
    whose: PersonId
    """Whose calendar the event stands on: the owner's own, or a channel's."""
    lead: timedelta | None = None
    """How long before the event; None for those anchored to an instant."""
    snoozes: ReminderId | None = None
    """The reminder that was put off by this one."""
    due: datetime | None = None
    """Its next moment, before quiet hours are looked at; None: sleeping or over."""
    rings_at: datetime | None = None
    """When it will ring; quiet hours may put it after `due`."""
    begins: datetime | None = None
    """When the occurrence begins that it rings for next; midnight for all-day events."""
    occurrence_id: RecurrenceId = NO_SERIES
    """Which occurrence it rings for next."""
    rung_for: datetime | None = None
    """Beginning of the occurrence that it rang for last: that one is not rung again."""
    title: str = ""
    """Title of its event, as it was when last looked at; for the owner's eyes."""
    version: int = 0
    """Counts every change; a ring is written down only if nothing changed meanwhile."""

    @property
    def job_key(self) -> str:
        """Its job's key: one reminder has one job."""
        return f"reminder:{self.id}"

    @property
    def delivery_key(self) -> str:
        """The key of its next delivery: the same for every try at this one ring."""
        assert self.due is not None, "a reminder without a moment is not delivered"
        return f"{self.job_key}:{self.due.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}"

    @property
    def is_over(self) -> bool:
        """Whether it rang and will not again."""
        if self.status in (ReminderStatus.RUNG, ReminderStatus.DONE):
            return True
        waits = self.status is ReminderStatus.WAITING
        return waits and self.due is None and self.rung_for is not None

    @property
    def keeps_quiet(self) -> bool:
        """Whether quiet hours, weekends and pause are its business: not in a channel."""
        return not self.place


def for_others(title: str, note: str) -> str:
    """The text of a reminder that tells a channel of somebody's own event: the title that its owner
    confirmed comes first, since what it is called later is theirs alone."""
    return f"{' '.join(title.split())}\n{note}"


def parted(text: str) -> tuple[str, str]:
    """Such a text as its title and what else was said; the title is empty in texts of before."""
    title, cut, note = text.partition("\n")
    return (title, note) if cut else ("", text)


class Occasions(Protocol):
    """The mirror, as reminders look at it."""

    async def next_occurrences(
        self,
        event_id: EventId,
        since: datetime,
        limit: int,
        zone: ZoneInfo,
        owners: Sequence[PersonId],
        *,
        session: Any = None,
    ) -> Sequence[Occurrence]:
        """Occurrences of one event that end after an instant, in order. Raises NotFound.

        With a `session` it sees that unit of work's own writes.
        """
        ...

    async def find_occurrence(
        self, target: Target, zone: ZoneInfo, owners: Sequence[PersonId], *, session: Any = None
    ) -> Occurrence:
        """One occurrence as it stands now; of a series without recurrence id the next. Raises
        NotFound."""
        ...

    async def event(
        self, event_id: EventId, owners: Sequence[PersonId], *, session: Any = None
    ) -> StoredEvent:
        """An event of one of these owners. Raises NotFound."""
        ...


class PreferencesOf(Protocol):
    """Who wants to be reminded how; implemented by the bot's people."""

    async def reminder_preferences(self, owner: PersonId) -> ReminderPreferences:
        """A person's wishes; the house's defaults for one who never said. Raises NotFound."""
        ...


def new_reminder_id() -> ReminderId:
    """A fresh id."""
    return ReminderId(uuid4().hex[:20])


def id_before(owner: PersonId, place: str, event: Target, lead: timedelta) -> ReminderId:
    """The id of the reminder that somebody has this long before an event: asked for twice, it is
    one."""
    words = (
        f"{owner}\n{place}\n{event.event_id}\n{event.recurrence_id}\n{int(lead.total_seconds())}"
    )
    return _digest(words)


def id_snoozed(of: ReminderId, due: datetime) -> ReminderId:
    """The id of the reminder that puts off one ring: put off twice, it is one."""
    return _digest(f"{of}\n{due.astimezone(UTC).isoformat()}\nsnoozed")


def reminder_of(ring: str) -> ReminderId:
    """The reminder that a delivery's key names; an id names itself."""
    parts = ring.split(":")
    return ReminderId(parts[1] if parts[0] == "reminder" and len(parts) > 1 else ring)


def due_of(ring: str) -> datetime | None:
    """The moment that a delivery's key names; None for an id."""
    parts = ring.split(":")
    if parts[0] != "reminder" or len(parts) != 3:
        return None
    try:
        return datetime.strptime(parts[2], "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def due_before(
    occurrence: Occurrence, lead: timedelta, preferences: ReminderPreferences
) -> datetime:
    """The moment of a lead before an occurrence, in UTC: leads are elapsed time, over clock changes
    too.

    Of all-day events only whole days of a lead count, and the hour is the person's all-day hour:
    "10 minutes before" is that morning, "24 hours before" the morning of the day before.
    """
    if not isinstance(occurrence.when, DaySpan):
        return occurrence.when.start.astimezone(UTC) - lead
    day = occurrence.when.first - timedelta(days=lead.days)
    return at_wall(datetime.combine(day, preferences.all_day_at), preferences.zone).astimezone(UTC)


def begins_at(occurrence: Occurrence, zone: ZoneInfo) -> datetime:
    """When an occurrence begins, in UTC; days begin at their owner's midnight."""
    when = occurrence.when
    begins = midnight(when.first, zone) if isinstance(when, DaySpan) else when.start
    return begins.astimezone(UTC)


def ends_at(occurrence: Occurrence, zone: ZoneInfo) -> datetime:
    """When an occurrence is over, in UTC."""
    when = occurrence.when
    ends = midnight(when.until, zone) if isinstance(when, DaySpan) else when.end
    return ends.astimezone(UTC)


def takes_place(occurrence: Occurrence) -> bool:
    """Whether its owner goes there: neither cancelled nor declined."""
    return occurrence.status is not Status.CANCELLED and occurrence.my_answer is not Answer.DECLINED


def _digest(words: str) -> ReminderId:
    return ReminderId(blake2b(words.encode(), digest_size=10).hexdigest())
