"""News of invitations between people here: who is invited, moved, cancelled, who answered.

The follower only notes, inside the absorb's own unit of work, that somebody is to be told; the
telling is a job, so that it is neither lost nor doubled. Reminders follow events by themselves
(`scheduler.following`); what linked calendars bring is `gathering`.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from bot.newsbook import INVITED, Newsbook, changes_at_rest, changes_from_rest
from bot.store import CHANNEL, People
from calendar_core.busy import Claim, occupies
from calendar_core.changes.change import Target
from calendar_core.clock import Clock
from calendar_core.errors import NotFound
from calendar_core.events import EventId, Guest, Occurrence
from calendar_core.mirror import Mirror
from calendar_core.people import PersonId
from calendar_core.report import Changed, EventNews, Press, Report
from calendar_core.when import TimeSpan
from scheduler.jobs import Job
from scheduler.notices import (
    MOVES_MERGED,
    Answered,
    CounterProposed,
    Invited,
    Notice,
    Notifier,
)
from scheduler.queue import JobQueue

KIND = "news"
ANSWERED, COUNTERED = "answered", "countered"
_WORDS = {"added": "invited", "changed": "moved", "removed": "cancelled"}
_MOST_OVERLAPS = 2


class NewsFollower:
    """Notes who is to be told of an invitation. Implements `EventFollower`."""

    def __init__(self, queue: JobQueue, clock: Clock, book: Newsbook) -> None:
        self._queue = queue
        self._clock = clock
        self._book = book

    async def follow(self, report: Report, session: Any) -> None:
        """Keep a job for each guest whose copy came, moved or went, and each host answered."""
        for news in report.news:
            what = _worth_telling(news)
            if what == "moved":
                await self._book.note(session, news, INVITED, news.changes)
            if what:
                await self._queue.enqueue(self._job(news, what), session=session)

    def _job(self, news: EventNews, what: str) -> Job:
        now = self._clock.now()
        payload = {
            "owner": news.owner,
            "event": news.event_id,
            "what": what,
            "title": news.title,
            "by": news.by,
            "changes": changes_at_rest(news.changes),
            "presser": news.press.person if news.press else "",
            "pressed_in": news.press.place if news.press else "",
        }
        return Job(kind=KIND, key=f"{KIND}:{uuid4().hex}", run_at=now, payload=payload)


def _worth_telling(news: EventNews) -> str:
    """What a person is to be told; empty for nothing."""
    if news.owner.startswith(CHANNEL):
        return ""
    if news.origin == ANSWERED:
        if news.what != "changed":
            return ""
        return COUNTERED if _countered(news.changes) else ANSWERED
    otherwise = any(one.before != one.after for one in news.changes)
    if news.origin != INVITED or (news.what == "changed" and not otherwise):
        return ""
    return _WORDS[news.what]


def _press(payload: Mapping[str, str]) -> Press | None:
    presser = payload.get("presser")
    return Press(person=PersonId(presser), place=payload["pressed_in"]) if presser else None


def _countered(changes: Sequence[Changed]) -> bool:
    return any(_proposing(one) for one in changes)


def _proposing(change: Changed) -> list[Guest]:
    return [guest for guest in change.answers if guest.proposed is not None]


class NewsTeller:
    """Handles those jobs: looks at the event as it stands, and tells."""

    def __init__(self, mirror: Mirror, people: People, notifier: Notifier, book: Newsbook) -> None:
        self._mirror = mirror
        self._people = people
        self._notifier = notifier
        self._book = book

    async def run(self, job: Job, *, late: bool) -> None:
        """Tell one person; an event that is gone again needs no telling."""
        notice = await self._notice(job)
        if notice is not None:
            await self._notifier.deliver(notice)

    async def _notice(self, job: Job) -> Notice | None:
        owner, what = PersonId(job.payload["owner"]), job.payload["what"]
        event = EventId(job.payload["event"])
        changes = changes_from_rest(job.payload.get("changes", "[]"))
        press = _press(job.payload)
        if what == "cancelled":
            return Invited(
                key=job.key,
                owner=owner,
                event=event,
                what=what,
                occurrence=None,
                title=job.payload["title"],
                by=job.payload["by"],
                press=press,
                changes=changes,
            )
        if what == COUNTERED:
            return await self._counter(job.key, owner, event, changes)
        one = await self._now(owner, Target(event_id=event))
        if one is None:
            return None
        if what == ANSWERED:
            guests = await self._guests(owner, event)
            return Answered(key=job.key, owner=owner, event=event, occurrence=one, guests=guests)
        if what == "moved":
            changes = await self._book.of_event(owner, event, MOVES_MERGED) or changes
        return Invited(
            key=job.key,
            owner=owner,
            event=event,
            what=what,
            occurrence=one,
            title=one.title,
            by=one.organizer,
            press=press,
            changes=changes,
            overlaps=await self._overlaps(one, what, changes),
        )

    async def _counter(
        self, key: str, owner: PersonId, event: EventId, changes: Sequence[Changed]
    ) -> Notice | None:
        """The first of those who propose another time: they answer one at a time."""
        change = next(one for one in changes if _proposing(one))
        guest = _proposing(change)[0]
        one = await self._now(owner, Target(event_id=event, recurrence_id=change.recurrence_id))
        if one is None:
            return None
        return CounterProposed(key=key, owner=owner, event=event, occurrence=one, guest=guest)

    async def _now(self, owner: PersonId, target: Target) -> Occurrence | None:
        person = await self._people.person(owner)
        try:
            return await self._mirror.find_occurrence(target, person.zone, (owner,))
        except NotFound:
            return None

    async def _overlaps(
        self, one: Occurrence, what: str, changes: Sequence[Changed]
    ) -> tuple[str, ...]:
        """What else stands at its time, where that time is new."""
        same = all(
            change.before and change.after and change.before.when == change.after.when
            for change in changes
        )
        if not isinstance(one.when, TimeSpan) or one.is_series or (what == "moved" and same):
            return ()
        person = await self._people.person(one.owner)
        agenda = await self._mirror.occurrences((one.owner,), one.when, person.zone)
        titles = [
            other.title
            for other in agenda.occurrences
            if other.uid != one.uid
            and isinstance(other.when, TimeSpan)
            and occupies(other) is not Claim.FREE
        ]
        return tuple(dict.fromkeys(titles))[:_MOST_OVERLAPS]

    async def _guests(self, owner: PersonId, event: EventId) -> tuple[Guest, ...]:
        from calendar_core.ics.reading import read

        stored = await self._mirror.event(event, (owner,))
        return read(stored.resource.ics)[0].guests
