"""When a reminder rings, once its moment is known: quiet hours, weekends off, pause. Pure.

The rule, in order:

1. Reminders in a channel ring at their moment; the rest is about a person's own.
2. While paused, what a person asked for is put off to the end of the pause. What nobody asked for
   (the usual leads before events) is put off too if its event begins after the pause, else it does
   not ring.
3. With weekends off, what nobody asked for does not ring on Saturday and Sunday; a lead for an
   event after the weekend is put off to Monday, at the hour of all-day reminders, if that still
   comes before the event. What a person asked for rings.
4. In quiet hours, a reminder is put off to their end. If its event begins before that, one that the
   person asked for rings at its moment; one that nobody asked for rings a minute before the quiet
   hours begin.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from calendar_core.when import TimeSpan, at_wall

DAY = timedelta(days=1)
JUST_BEFORE = timedelta(minutes=1)
SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderPreferences:
    """How somebody wants to be reminded."""

    zone: ZoneInfo
    leads: tuple[timedelta, ...] = (timedelta(minutes=10),)
    """Before events that they made here."""
    guest_leads: tuple[timedelta, ...] = (timedelta(minutes=10), timedelta(hours=24))
    """Instead of `leads`, for events with guests."""
    all_day_at: time = time(9)
    """When an all-day event is reminded of, on its first day."""
    quiet: tuple[time, time] | None = None
    """From, until (exclusive), in wall time; past midnight when they run backwards."""
    weekends: bool = True
    """Whether usual reminders and digests come on Saturday and Sunday."""
    paused_until: datetime | None = None
    digest_at: time | None = None
    """Hour of the daily digest; None: off."""
    digest_days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    """Weekdays of the digest, Monday = 0."""
    place: str = ""
    """Where reminders of events and digests go: the key of a place, for a channel's own calendar.
    Empty: the owner's direct messages."""


def ring_at(
    due: datetime, *, begins: datetime | None, asked: bool, preferences: ReminderPreferences
) -> datetime | None:
    """When a person's own reminder rings whose moment is `due`; None when it is not rung.

    `begins` is when its event begins; None for all-day events and reminders without event. `asked`
    says that the person asked for this reminder. The result is in UTC (instants of one zone would
    be compared by their wall time) and may lie in the past: then it rings at once.
    """
    due = due.astimezone(UTC)
    if preferences.paused_until is not None and due < preferences.paused_until:
        due = preferences.paused_until.astimezone(UTC)
        if not asked and (begins is None or begins <= due):
            return None
    if not preferences.weekends and not asked:
        monday = _after_weekend(due, preferences)
        if monday is not None:
            if begins is None or begins <= monday:
                return None
            due = monday
    return _around_quiet(due, begins, asked, preferences)


def _after_weekend(due: datetime, preferences: ReminderPreferences) -> datetime | None:
    day = due.astimezone(preferences.zone).date()
    if day.weekday() < SATURDAY:
        return None
    monday = datetime.combine(day + DAY * (7 - day.weekday()), preferences.all_day_at)
    return at_wall(monday, preferences.zone).astimezone(UTC)


def _around_quiet(
    due: datetime, begins: datetime | None, asked: bool, preferences: ReminderPreferences
) -> datetime:
    night = _quiet_around(due, preferences)
    if night is None:
        return due
    if begins is None or begins >= night.end:
        return night.end
    return due if asked else night.start - JUST_BEFORE


def _quiet_around(at: datetime, preferences: ReminderPreferences) -> TimeSpan | None:
    today = at.astimezone(preferences.zone).date()
    for night in _nights((today - DAY, today), preferences):
        if night.contains(at):
            return night
    return None


def _nights(days: tuple[date, ...], preferences: ReminderPreferences) -> Iterator[TimeSpan]:
    if preferences.quiet is None or preferences.quiet[0] == preferences.quiet[1]:
        return
    first, until = preferences.quiet
    for day in days:
        last = day + DAY if until < first else day
        start = at_wall(datetime.combine(day, first), preferences.zone).astimezone(UTC)
        end = at_wall(datetime.combine(last, until), preferences.zone).astimezone(UTC)
        if start < end:
            yield TimeSpan(start=start, end=end)
