"""Daily digests: a day's agenda at one's own hour. What stands in it is made by `bot.notices`."""

from datetime import UTC, date, datetime, timedelta

from calendar_core.clock import Clock
from calendar_core.people import PersonId
from calendar_core.when import at_wall
from scheduler.jobs import Job
from scheduler.notices import DigestDue, Notifier
from scheduler.queue import JobQueue
from scheduler.quiet import SATURDAY, ReminderPreferences
from scheduler.reminder import PreferencesOf

KIND = "digest"
WEEK = 8
"""Days to look ahead: today's hour may be past, and only one weekday wanted."""
STILL_WANTED = timedelta(days=3)
"""For how long a week's agenda is brought late."""


class Digests:
    """Keeps one waiting job a person who wants a digest, and handles it.

    Whether and when is asked of the preferences each time; there is no second copy.
    """

    def __init__(
        self, queue: JobQueue, clock: Clock, preferences: PreferencesOf, notifier: Notifier
    ) -> None:
        self._queue = queue
        self._clock = clock
        self._preferences = preferences
        self._notifier = notifier

    async def retime(self, owner: PersonId) -> datetime | None:
        """Follow somebody's preferences; returns when the next digest comes, None when they want
        none."""
        preferences = await self._preferences.reminder_preferences(owner)
        at = next_digest(self._clock.now(), preferences)
        if at is None:
            await self._queue.cancel(_key(owner))
            return None
        job = Job(kind=KIND, key=_key(owner), run_at=at, payload={"owner": owner})
        await self._queue.enqueue(job)
        return at

    async def run(self, job: Job, *, late: bool) -> None:
        """Deliver today's, if it is wanted and its hour has come, and wait for the next.

        A day that is over gets none: nobody wants yesterday's agenda. One that comes on a single
        day of the week is still worth having some days later.
        """
        owner = PersonId(job.payload["owner"])
        preferences = await self._preferences.reminder_preferences(owner)
        now = self._clock.now()
        today = now.astimezone(preferences.zone).date()
        due = digest_on(today, preferences) or _of_this_week(job.run_at, now, preferences)
        if (
            due is not None
            and job.run_at <= now
            and due <= now
            and not _is_paused(now, preferences)
        ):
            await self._notifier.deliver(
                DigestDue(
                    key=f"{_key(owner)}:{due.astimezone(preferences.zone).date().isoformat()}",
                    owner=owner,
                    place=preferences.place,
                    day=today,
                    late_by=now - due if late else None,
                )
            )
        await self.retime(owner)


def _of_this_week(at: datetime, now: datetime, preferences: ReminderPreferences) -> datetime | None:
    """A weekly digest whose day went by unserved not long ago."""
    day = at.astimezone(preferences.zone).date()
    is_weekly = len(preferences.digest_days) == 1
    is_fresh = is_weekly and now - at < STILL_WANTED and digest_on(day, preferences) == at
    return at if is_fresh else None


def next_digest(now: datetime, preferences: ReminderPreferences) -> datetime | None:
    """The next digest after an instant, in UTC; None when it is off."""
    today = now.astimezone(preferences.zone).date()
    for ahead in range(WEEK):
        at = digest_on(today + timedelta(days=ahead), preferences)
        if at is not None and at > now:
            return at
    return None


def digest_on(day: date, preferences: ReminderPreferences) -> datetime | None:
    """When a day's digest comes, in UTC; None on days without. An hour that the clocks skip comes
    as before it."""
    if preferences.digest_at is None or day.weekday() not in preferences.digest_days:
        return None
    if day.weekday() >= SATURDAY and not preferences.weekends:
        return None
    wall = datetime.combine(day, preferences.digest_at)
    return at_wall(wall, preferences.zone).astimezone(UTC)


def _is_paused(now: datetime, preferences: ReminderPreferences) -> bool:
    return preferences.paused_until is not None and now < preferences.paused_until


def _key(owner: PersonId) -> str:
    return f"{KIND}:{owner}"
