"""Two people become one: all that was the giver's is the taker's, in one unit of work.

Who is asked, and how, is `account_linking`. What each room keeps is handed over by that room; the
bot's own tables are handed over here. What takes longer (indexing calendars anew, re-timing
reminders) is a job kept in the same unit of work.
"""

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import assistant_tokens, feeds, groups
from bot.account_codes import CodeStatus, LinkCode, decide
from bot.tables import (
    IdentityRow,
    LinkCodeRow,
    ModelUsageRow,
    NewsRow,
    NoteRow,
    PartRow,
    PersonRow,
)
from calendar_core.accounts import Accounts
from calendar_core.changes import ledger
from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.errors import NotFound
from calendar_core.events import Calendar, CalendarId
from calendar_core.mirror import Mirror
from calendar_core.people import PersonId
from calendar_core.providers.local.handover import LocalHandover
from scheduler.handover import hand_over, point_to
from scheduler.jobs import Job
from scheduler.queue import JobQueue

KIND = "joined"


class Timed(Protocol):
    """Reminders, or the digest: brought in step with their owner's wishes."""

    async def retime(self, owner: PersonId) -> object:
        """Do so; repeating it is harmless."""
        ...


class Joining:
    """Makes two people one, and handles the job that follows."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        queue: JobQueue,
        mirror: Mirror,
        local: LocalHandover,
        timed: Sequence[Timed],
        linked: Accounts,
    ) -> None:
        self._database = database
        self._clock = clock
        self._queue = queue
        self._mirror = mirror
        self._local = local
        self._timed = timed
        self._linked = linked

    async def join(self, code: str, by: PersonId, called: str) -> LinkCode:
        """The press on the card of a code: whoever entered it becomes part of who asked for it.
        Calendars of theirs whose name is taken get `called` in brackets.

        All of it happens or nothing. Raises NotYours, Expired, AlreadyDecided, NotFound.
        """
        now = self._clock.now()
        calendars = {one.id: one for one in await self._mirror.calendars((by,))}
        async with self._database.session() as session:
            decided = await decide(session, code, by, CodeStatus.JOINED, now)
            giver, taker = by, decided.person
            people = await _both(session, giver, taker)
            own = await self._mirror.calendars((taker,))
            unused = await self._unused(session, giver, list(calendars.values())) if own else []
            _take_over_names(people[giver], people[taker])
            await self._linked.hand_over(session, giver, taker)
            await self._mirror.hand_over(
                session,
                giver,
                taker,
                called=called,
                known_as=people[taker].former.split(),
                unused=unused,
            )
            await ledger.hand_over(session, giver, taker)
            await feeds.hand_over(session, giver, taker)
            await assistant_tokens.hand_over(session, giver, taker)
            await groups.hand_over(session, giver, taker)
            await hand_over(session, self._queue, giver, taker, now)
            kept = {one.id for one in await self._mirror.calendars((taker,), session=session)}
            moved = [one for id_, one in calendars.items() if id_ in kept]
            twins = await self._local.twins(session, own, moved)
            await point_to(
                session, self._queue, {one.dropped_event: one.kept_event for one in twins}
            )
            await self._local.drop(session, twins)
            await _hand_over_own(session, code, giver, taker)
            job = Job(kind=KIND, key=f"{KIND}:{taker}", run_at=now, payload={"owner": taker})
            await self._queue.enqueue(job, session=session)
        return decided

    async def run(self, job: Job, *, late: bool) -> None:
        """Index the calendars of somebody who grew, and bring what is timed in step."""
        owner = PersonId(job.payload["owner"])
        await self._mirror.look_anew(owner)
        for one in self._timed:
            await one.retime(owner)

    async def _unused(
        self, session: AsyncSession, giver: PersonId, calendars: Sequence[Calendar]
    ) -> list[CalendarId]:
        """Built-in calendars on which nothing ever stood, and nothing is about to."""
        about = await ledger.open_about(session, giver)
        return [
            one.id
            for one in calendars
            if one.id not in about and await self._local.unused(session, one)
        ]


async def _both(
    session: AsyncSession, giver: PersonId, taker: PersonId
) -> dict[PersonId, PersonRow]:
    """The two, held until the unit of work ends. Raises NotFound when one of them is gone."""
    rows = await session.scalars(
        select(PersonRow)
        .where(PersonRow.id.in_((giver, taker)))
        .order_by(PersonRow.id)
        .with_for_update()
    )
    found = {PersonId(row.id): row for row in rows}
    if len(found) != 2:
        raise NotFound("One of the two accounts has been joined with another meanwhile.")
    return found


def _take_over_names(giver: PersonRow, taker: PersonRow) -> None:
    """From now on the giver's addresses and names mean the taker."""
    addresses = [f"urn:uuid:{giver.id}", *giver.former.split()]
    addresses += [f"mailto:{giver.email.lower()}"] if giver.email else []
    taker.former = " ".join(dict.fromkeys([*taker.former.split(), *addresses]))
    names = [*taker.former_names.splitlines(), giver.name, *giver.former_names.splitlines()]
    taker.former_names = "\n".join(one for one in dict.fromkeys(names) if one != taker.name)
    taker.email = taker.email or giver.email


async def _hand_over_own(
    session: AsyncSession, code: str, giver: PersonId, taker: PersonId
) -> None:
    """Accounts, conversations and notes; then the giver is nobody any more."""
    name = select(PersonRow.name).where(PersonRow.id == giver).scalar_subquery()
    changing = (
        update(IdentityRow)
        .where(IdentityRow.person_id == giver, IdentityRow.name == "")
        .values(name=name),
        update(IdentityRow).where(IdentityRow.person_id == giver).values(person_id=taker),
        update(PartRow)
        .where(PartRow.owner == giver)
        .values(
            owner=taker, conversation=func.replace(PartRow.conversation, f"#{giver}", f"#{taker}")
        ),
        update(NoteRow)
        .where(NoteRow.owner == giver)
        .values(
            owner=taker,
            action=func.replace(NoteRow.action, giver, taker),
            undo=func.replace(NoteRow.undo, giver, taker),
        ),
        update(NewsRow).where(NewsRow.owner == giver).values(owner=taker),
        update(ModelUsageRow).where(ModelUsageRow.person == giver).values(person=taker),
        delete(LinkCodeRow).where(
            LinkCodeRow.id != code,
            (LinkCodeRow.person == giver) | (LinkCodeRow.entered_by == giver),
        ),
        delete(PersonRow).where(PersonRow.id == giver),
    )
    await session.flush()
    for statement in changing:
        await session.execute(statement.execution_options(synchronize_session=False))
