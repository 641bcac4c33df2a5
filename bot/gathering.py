"""News of linked calendars: what others changed there, gathered for some minutes and told together.

One's own edits, made elsewhere or from here, are no news, and neither is the first reading of a
calendar. Between people here it is `news` that tells; the card is `gathered_cards`.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from bot.newsbook import BROUGHT, Newsbook, Noted
from bot.people import Person
from bot.store import CHANNEL, People
from calendar_core.changes.change import Target
from calendar_core.clock import Clock
from calendar_core.errors import NotFound
from calendar_core.events import Answer, Occurrence
from calendar_core.mirror import Mirror
from calendar_core.people import PersonId
from calendar_core.report import SYNCED, UNLINKED, Changed, EventNews, Report, Stood
from calendar_core.when import DaySpan
from scheduler.jobs import Job
from scheduler.notices import MOVES_MERGED, Brought, CalendarsChanged, Notifier
from scheduler.queue import JobQueue
from scheduler.quiet import ring_at

KIND = "gathered"
GATHERED_FOR = timedelta(minutes=2)
"""So long is waited for more, from the first change on."""


class GatheringFollower:
    """Notes what is worth telling. Implements `EventFollower`."""

    def __init__(self, queue: JobQueue, clock: Clock, book: Newsbook) -> None:
        self._queue = queue
        self._clock = clock
        self._book = book

    async def follow(self, report: Report, session: Any) -> None:
        """Keep what others changed, and one job for each person who is to be told."""
        for calendar in {one.calendar_id for one in report.news if one.origin == UNLINKED}:
            await self._book.forget_calendar(session, calendar)
        now = self._clock.now()
        owners: dict[PersonId, None] = {}
        for news in report.news:
            told = tuple(one for one in news.changes if is_worth_telling(one, now))
            if told and _may_be_told(news):
                await self._book.note(session, news, BROUGHT, told)
                owners[news.owner] = None
        for owner in owners:
            since = await self._book.waiting_since(session, owner) or now
            await self._queue.enqueue(_job(owner, max(now, since + GATHERED_FOR)), session=session)


def _may_be_told(news: EventNews) -> bool:
    return news.origin == SYNCED and not news.owner.startswith(CHANNEL)


def _job(owner: PersonId, at: datetime) -> Job:
    return Job(kind=KIND, key=f"{KIND}:{owner}", run_at=at, payload={"owner": owner})


def is_worth_telling(one: Changed, now: datetime) -> bool:
    """Whether somebody wants to hear of it: others did it, and it is not over."""
    standing = [stood for stood in (one.before, one.after) if stood is not None]
    if not standing or all(_is_over(stood, now) for stood in standing):
        return False
    if one.answers:
        return True
    if not one.by:
        return False
    if one.before is None:
        return bool(one.recurrence_id) or one.mine is Answer.OPEN
    if one.mine is Answer.DECLINED:
        # They do not come; another time may suit them.
        return one.after is not None and one.before.when != one.after.when
    return True


def _is_over(stood: Stood, now: datetime) -> bool:
    if stood.rule:
        return False
    if isinstance(stood.when, DaySpan):
        return stood.when.until < now.astimezone(UTC).date()
    return stood.when.end <= now


class GatheringTeller:
    """Handles those jobs."""

    def __init__(
        self,
        queue: JobQueue,
        clock: Clock,
        mirror: Mirror,
        people: People,
        notifier: Notifier,
        book: Newsbook,
    ) -> None:
        self._queue = queue
        self._clock = clock
        self._mirror = mirror
        self._people = people
        self._notifier = notifier
        self._book = book

    async def run(self, job: Job, *, late: bool) -> None:
        """Tell one person what waits for them, when it is not quiet; in the message that told the
        last of it while that is recent."""
        try:
            person = await self._people.person(PersonId(job.payload["owner"]))
        except NotFound:
            return
        if not person.preferences.calendar_news:
            await self._book.forget(person.id)
            return
        now = self._clock.now()
        rests_until = await self._rests_until(person, now)
        if rests_until > now:
            await self._queue.enqueue(_job(person.id, rests_until))
            return
        batch = await self._book.take(person.id, f"calendars:{uuid4().hex}")
        if not batch:
            return
        noted = await self._book.batch(person.id, batch, MOVES_MERGED)
        brought = [one for event in noted for one in _brought(event, now)]
        if brought:
            asked = [await self._with_occurrence(one, person) for one in brought]
            notice = CalendarsChanged(key=batch, owner=person.id, brought=tuple(asked))
            await self._notifier.deliver(notice)
        await self._book.told(person.id, batch, MOVES_MERGED)

    async def _rests_until(self, person: Person, now: datetime) -> datetime:
        preferences = await self._people.reminder_preferences(person.id)
        return ring_at(now, begins=None, asked=True, preferences=preferences) or now

    async def _with_occurrence(self, one: Brought, person: Person) -> Brought:
        """With the event as it stands, where something is to be pressed about it."""
        proposes = any(guest.proposed is not None for guest in one.change.answers)
        if not (waits_for_answer(one.change) or proposes):
            return one
        target = Target(event_id=one.event, recurrence_id=one.change.recurrence_id)
        return replace(one, occurrence=await self._now(target, person))

    async def _now(self, target: Target, person: Person) -> Occurrence | None:
        try:
            return await self._mirror.find_occurrence(target, person.zone, (person.id,))
        except NotFound:
            return None


def waits_for_answer(one: Changed) -> bool:
    """Whether it is a new invitation."""
    is_new = one.before is None and one.after is not None and not one.recurrence_id
    return is_new and one.mine is Answer.OPEN


def _brought(noted: Noted, now: datetime) -> Iterator[Brought]:
    """What is told of one event: nothing of what came and went, or was changed back, unless the
    person was told in between."""
    for one in noted.changes:
        stays = one.before == one.after and not one.answers
        if stays and not (noted.was_told and one.after is not None):
            continue
        if stays or is_worth_telling(one, now):
            yield Brought(event=noted.event, change=one)
