"""Signing up for an event of a channel: the press is the presser's own, confirmed change of their
own answer, through the change desk like any other.

How the card looks is `signup_cards`. It is drawn anew by a job whenever its event changed, however
that came, so that many presses become few edits.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.chat.messages import ButtonPress, Place
from bot.chat.platform import Right
from bot.decisions import Decisions
from bot.locks import Locks
from bot.people import Person
from bot.replies import CARD_GONE
from bot.signup_cards import ANSWERED, is_on, takes_sign_ups
from bot.speaking import Hearing, Speaking
from bot.store import CHANNEL, People
from bot.tables import SignUpRow
from calendar_core.changes.change import (
    Amend,
    ChangeId,
    ChangeStatus,
    PendingChange,
    Proposal,
    Target,
)
from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.errors import NotYours
from calendar_core.events import Answer, Event, Guest, Scope
from calendar_core.patch import Patch
from calendar_core.report import Report
from calendar_core.when import DaySpan
from scheduler.jobs import Job
from scheduler.notices import ChangeSettled, Notifier
from scheduler.queue import JobQueue
from scheduler.upsert import upsert

KIND = "signups"
_TRIES = 5
"""Those who press in another process at the same time are drawn up upon what the others left."""


class SignUps:
    """Answers presses on sign-up cards."""

    def __init__(
        self, database: Database, decisions: Decisions, people: People, speaking: Speaking
    ) -> None:
        self._database = database
        self._decisions = decisions
        self._people = people
        self._speaking = speaking
        self._locks = Locks()

    async def opened(self, change: PendingChange) -> None:
        """Remember the card of an event, so that it follows the event."""
        if not takes_sign_ups(change):
            return
        values = {"event": _target(change).event_id, "change": change.id}
        async with self._database.session() as session:
            await session.execute(upsert(session, SignUpRow, "event", values))

    async def press(self, hearing: Hearing, press: ButtonPress, change_id: str) -> None:
        """Somebody says whether they come."""
        answer = ANSWERED[press.value.partition(":")[0]]
        change = await self._decisions.get(ChangeId(change_id))
        await self._check_may(hearing, change)
        async with self._locks.of(change.id):
            told = await self._answered(hearing, change, answer)
        if told:
            await self._speaking.say(hearing.place, hearing.sender, told, private=True)

    async def _check_may(self, hearing: Hearing, change: PendingChange) -> None:
        """Only who can speak in its channel signs up. Raises NotYours."""
        there = Place.channel_from_key(change.place)
        platform = self._speaking.platform(there.platform)
        if not await platform.may(hearing.sender, there, Right.SPEAK):
            raise NotYours("This event is another channel's.")

    async def _answered(self, hearing: Hearing, change: PendingChange, answer: Answer) -> str:
        """Write it down; what is said about it, empty where the list says it all."""
        if not takes_sign_ups(change):
            return "That event is no longer there." if change.public else CARD_GONE
        await self.opened(change)
        for _ in range(_TRIES):
            event = await self._speaking.event_of(change)
            refusal = _refusal(event, answer, hearing)
            if event is None or refusal:
                return refusal
            proposal = await self._proposal(hearing, change, event, answer)
            proposed = await self._decisions.propose(proposal)
            settled = await self._decisions.confirm(proposed.id, hearing.me.id)
            if settled.status is not ChangeStatus.STALE:
                return "" if settled.status is ChangeStatus.APPLIED else settled.detail
            await self._decisions.decline(settled.id, hearing.me.id)
        return "Many answer at once just now. Press again in a moment, please."

    async def _proposal(
        self, hearing: Hearing, change: PendingChange, event: Event, answer: Answer
    ) -> Proposal:
        mine = [one for one in event.guests if one.address in hearing.me.addresses]
        if mine:
            patch = Patch(answers={one.address: answer for one in mine})
        else:
            host = await self._people.person(change.owner)
            patch = Patch(
                guests_added=(_guest(hearing.me, answer),),
                organizer=None if event.organizer else _guest(host, Answer.ACCEPTED),
            )
        edit = Amend(
            target=Target(event_id=_target(change).event_id),
            patch=patch,
            scope=Scope.ALL if event.repeat is not None else None,
        )
        return Proposal(
            owner=hearing.me.id,
            place=hearing.place.key,
            edits=(edit,),
            public=True,
            also=change.also,
        )


class SignUpFollower:
    """Notes that a card is to be drawn anew. Implements `EventFollower`."""

    def __init__(self, queue: JobQueue, clock: Clock) -> None:
        self._queue = queue
        self._clock = clock

    async def follow(self, report: Report, session: Any) -> None:
        """Keep a job for each event that changed and has a card; one, however often it changed."""
        changed = [one.event_id for one in report.news if one.owner.startswith(CHANNEL)]
        if not changed:
            return
        rows = await session.scalars(select(SignUpRow.event).where(SignUpRow.event.in_(changed)))
        for event in rows.all():
            job = Job(
                kind=KIND,
                key=f"{KIND}:{event}",
                run_at=self._clock.now(),
                payload={"event": event},
            )
            await self._queue.enqueue(job, session=session)


class SignUpTeller:
    """Handles those jobs."""

    def __init__(self, database: Database, desk: Any, notifier: Notifier) -> None:
        self._database = database
        self._desk = desk
        self._notifier = notifier

    async def run(self, job: Job, *, late: bool) -> None:
        """Have the card drawn as its event stands now."""
        async with self._database.reading() as session:
            row = await session.get(SignUpRow, job.payload["event"])
        if row is None:
            return
        change: PendingChange = await self._desk.get(ChangeId(row.change))
        await self._notifier.deliver(
            ChangeSettled(key=job.key, owner=change.owner, change_id=change.id)
        )


def _refusal(event: Event | None, answer: Answer, hearing: Hearing) -> str:
    """Why nothing is to be written; empty where something is."""
    if event is None or not is_on(event):
        return "That event was cancelled, so there is nothing to sign up for."
    if _is_over(event, hearing.now):
        return f'"{event.title}" is over.'
    mine = [one.answer for one in event.guests if one.address in hearing.me.addresses]
    if answer is Answer.DECLINED and not mine:
        return f'That is fine: you were not on the list of "{event.title}" anyway.'
    if mine and all(one is answer for one in mine):
        words = {Answer.ACCEPTED: "in", Answer.TENTATIVE: "down as maybe"}
        return f"You are {words.get(answer, 'down as not coming')} already."
    return ""


def _is_over(event: Event, now: datetime) -> bool:
    if event.repeat is not None:
        return False
    if isinstance(event.when, DaySpan):
        return event.when.until <= now.date()
    return event.when.end <= now


def _guest(person: Person, answer: Answer) -> Guest:
    return Guest(address=person.address, name=person.name, answer=answer)


def _target(change: PendingChange) -> Target:
    target = change.glimpses[0].target
    assert target is not None, "a card that takes sign-ups is about an event"
    return target
