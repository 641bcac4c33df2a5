"""News of invitations between people here: who is invited, moved, cancelled, answered.

The follower only notes, inside the absorb's own unit of work, that somebody is to be told; the telling is a job,
so that it is neither lost nor doubled. Reminders follow events by themselves (`scheduler.following`).
"""

from hashlib import blake2b
from typing import Any, Protocol

from bot.store import CHANNEL, People
from calendar_core.changes.change import Target
from calendar_core.clock import Clock
from calendar_core.errors import NotFound
from calendar_core.events import EventId, Occurrence
from calendar_core.mirror import Mirror
from calendar_core.people import PersonId
from calendar_core.sync.report import EventNews, Report
from scheduler.jobs import Job
from scheduler.notices import Invited, Notifier
from scheduler.queue import JobQueue

KIND = "news"
INVITED = "invited"


class NewsFollower:
    """Notes who is to be told of an invitation. Implements `EventFollower`."""

    def __init__(self, queue: JobQueue, clock: Clock) -> None:
        self._queue = queue
        self._clock = clock

    async def follow(self, report: Report, session: Any) -> None:
        """Keep a job for each guest whose copy came, moved or went."""
        now = self._clock.now()
        for news in report.news:
            if news.origin != INVITED or news.owner.startswith(CHANNEL):
                continue
            if news.what == "changed" and not news.times_changed:
                continue
            payload = {
                "owner": news.owner,
                "event": news.event_id,
                "what": news.what,
                "at": now.isoformat(),
                "title": news.title,
                "by": news.by,
            }
            job = Job(kind=KIND, key=_key(news, payload["at"]), run_at=now, payload=payload)
            await self._queue.enqueue(job, session=session)


def _key(news: EventNews, at: str) -> str:
    words = f"{news.event_id}\n{news.owner}\n{news.what}\n{at}"
    return f"{KIND}:{blake2b(words.encode(), digest_size=10).hexdigest()}"


class NewsTeller:
    """Handles those jobs: looks at the event as it stands, and tells."""

    def __init__(self, mirror: Mirror, people: People, notifier: Notifier, clock: Clock) -> None:
        self._mirror = mirror
        self._people = people
        self._notifier = notifier
        self._clock = clock

    async def run(self, job: Job, *, late: bool) -> None:
        """Tell one person; an event that is gone again needs no telling."""
        owner = PersonId(job.payload["owner"])
        event = EventId(job.payload["event"])
        gone = job.payload["what"] == "removed"
        one = None if gone else await self._now(owner, event)
        if one is None and not gone:
            return
        told = {"added": "invited", "changed": "moved", "removed": "cancelled"}
        await self._notifier.deliver(
            Invited(
                key=job.key,
                owner=owner,
                what=told[job.payload["what"]],
                occurrence=one,
                title=one.title if one else job.payload["title"],
                by=one.organizer if one else job.payload["by"],
            )
        )

    async def _now(self, owner: PersonId, event: EventId) -> Occurrence | None:
        person = await self._people.person(owner)
        try:
            return await self._mirror.find_occurrence(
                Target(event_id=event), person.zone, (owner,)
            )
        except NotFound:
            return None
