"""Everything of one person is erased, in steps each of which may be the last before a crash.

The first step makes them a stranger and keeps, as a job, what the rest needs; the job goes on where
it was broken off, and repeating a step is harmless. What becomes of each table is `erased`, what is
asked and said `erase_asking`. A short while after the last step the job looks once more, for what
was under way meanwhile.
"""

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol
from uuid import uuid4

from sqlalchemy import delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from bot.accounts import account_key
from bot.chat.messages import Place, Sender
from bot.erased import Traces, forget_rows
from bot.erasure import KIND, Erasure, Gone, channels_of, ids_of, leaving_of, read, written
from bot.people import FORMER_NAME
from bot.tables import (
    IdentityRow,
    MembershipRow,
    PersonRow,
)
from calendar_core.accounts import Accounts
from calendar_core.changes import forgetting
from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.errors import CalendarError, NotFound
from calendar_core.events import CalendarId
from calendar_core.linking import Account, AccountId, Linking
from calendar_core.mirror import Mirror
from calendar_core.people import PersonId
from calendar_core.providers.local.forgetting import LocalForgetting
from calendar_core.tables import EventRow
from scheduler.jobs import Job
from scheduler.queue import JobQueue
from scheduler.tables import JobRow

log = logging.getLogger("convene.erasing")
UNFINISHED = timedelta(minutes=10)
"""After this long somebody else goes on with what one who erases at once has not finished."""
LOOKS_AGAIN = timedelta(minutes=10)
REVOKES_WITHIN = 15.0
"""Seconds that a maker of calendars has to forget what it granted."""
_EVENTS = 500
"""Events in one unit of work."""


class Links(Protocol):
    """A maker of calendars, as far as revoking goes."""

    @property
    def linking(self) -> Linking:
        """Its way to link, and to revoke."""
        ...


class Maker(Protocol):
    """The same, before its libraries are loaded."""

    async def made(self) -> Links:
        """Load it."""
        ...


class Watched(Protocol):
    """Who has makers tell of changes."""

    async def end(self, account_id: AccountId) -> None:
        """Have an account's maker do so no more; what it does not stop is not believed."""
        ...


class Farewell(Protocol):
    """Says the last line."""

    async def say(self, erasure: Erasure, gone: Gone) -> None:
        """Say that all is gone, once; to somebody who can't be reached any more, nothing. Raises
        TryLater."""
        ...


class Erasing:
    """Erases people, and handles the job that goes on with it."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        queue: JobQueue,
        mirror: Mirror,
        linked: Accounts,
        makers: Mapping[str, Maker],
        watched: Watched | None = None,
    ) -> None:
        self._watched = watched
        self._database = database
        self._clock = clock
        self._queue = queue
        self._mirror = mirror
        self._linked = linked
        self._makers = makers
        self._local = LocalForgetting(database, mirror)
        self.farewell: Farewell | None = None
        """Joined later, where there are platforms to speak on."""

    async def begin(
        self,
        person: PersonId,
        *,
        farewell: tuple[Place, Sender] | None = None,
        after: timedelta = timedelta(),
    ) -> Erasure:
        """Make somebody a stranger, and keep the job that does the rest `after` a while. Raises
        NotFound."""
        async with self._database.session() as session:
            row = await session.get(PersonRow, person, with_for_update=True)
            if row is None or row.name == FORMER_NAME:
                raise NotFound("I don't know that person.")
            erasure = await self._known(session, row, farewell)
            await session.execute(delete(IdentityRow).where(IdentityRow.person_id == person))
            for one in erasure.accounts:
                await session.execute(
                    delete(MembershipRow).where(
                        tuple_(MembershipRow.platform, MembershipRow.user)
                        == (one.platform, one.user)
                    )
                )
            row.name, row.email, row.former, row.former_names = FORMER_NAME, "", "", ""
            row.preferences = "{}"
            await self._keep(session, erasure, after)
        log.info("erase erasure=%s begun", erasure.id)
        return erasure

    async def unfinished(self) -> Sequence[Erasure]:
        """What was begun and is not done."""
        async with self._database.reading() as session:
            rows = await session.scalars(select(JobRow.payload).where(JobRow.kind == KIND))
            found = [read(json.loads(one)) for one in rows]
        return [one for one in found if not one.is_done]

    async def run(self, job: Job, *, late: bool) -> None:
        """Go on with one that was begun; later, look once more."""
        erasure = read(job.payload)
        gone = await self.go_on(erasure)
        if not erasure.is_done and self.farewell is not None:
            await self.farewell.say(erasure, gone)
        await self.finish(erasure)

    async def go_on(self, erasure: Erasure) -> Gone:
        """Do all steps; repeating is harmless."""
        unrevoked = await self._unlink(erasure)
        await self._papers(erasure)
        leaving = leaving_of(erasure)
        if leaving.known_as:
            await self._local.rename(erasure.person, leaving.known_as, leaving.stand_in)
        await self._calendars(erasure)
        await self._papers(erasure)
        async with self._database.session() as session:
            last = delete(PersonRow).where(PersonRow.id == erasure.person).returning(PersonRow.id)
            if (await session.execute(last)).all():
                forgetting.bury(session, leaving, self._clock.now())
        return Gone(unrevoked=tuple(unrevoked))

    async def finish(self, erasure: Erasure) -> None:
        """All went: look once more in a while, then forget that too."""
        async with self._database.session() as session:
            await self._queue.cancel(erasure.job_key, session=session)
            if not erasure.is_done:
                left = Erasure(id=uuid4().hex, person=erasure.person, is_done=True)
                await self._keep(session, left, LOOKS_AGAIN)
        log.info("erase erasure=%s done", erasure.id)

    async def _known(
        self, session: AsyncSession, row: PersonRow, farewell: tuple[Place, Sender] | None
    ) -> Erasure:
        person = PersonId(row.id)
        of_person = IdentityRow.person_id == person
        identities = (await session.scalars(select(IdentityRow).where(of_person))).all()
        calendars = await self._mirror.calendars((person,), session=session)
        linked = await self._linked.of(person)
        addresses = {f"urn:uuid:{person}", *row.former.split()}
        addresses |= {one for each in calendars for one in (each.address, *each.former)}
        mails = {row.email, *(one.address for one in linked if "@" in one.address)}
        addresses |= {f"mailto:{one}" for one in mails if one}
        return Erasure(
            id=uuid4().hex,
            person=person,
            names=tuple(dict.fromkeys((row.name, *row.former_names.splitlines()))),
            addresses=tuple(sorted({one.lower() for one in addresses if one})),
            accounts=tuple(
                Sender(platform=one.platform, workspace=one.workspace, user=one.user)
                for one in identities
            ),
            channels=await channels_of(session, person),
            farewell=farewell,
        )

    async def _keep(self, session: AsyncSession, erasure: Erasure, after: timedelta) -> None:
        run_at = self._clock.now() + after
        job = Job(kind=KIND, key=erasure.job_key, run_at=run_at, payload=written(erasure))
        await self._queue.enqueue(job, session=session)

    async def _unlink(self, erasure: Erasure) -> list[Account]:
        """Have the makers forget what they granted, as far as they can be reached, and let the
        accounts go; those of which no maker said so."""
        unrevoked = []
        for account in await self._linked.of(erasure.person):
            try:
                if self._watched is not None:
                    # While we are still let in.
                    await self._watched.end(account.id)
                if not await self._revoke(account):
                    unrevoked.append(account)
                await self._linked.unlink(account.id, erasure.person)
            except NotFound:
                continue  # somebody else was faster
        return unrevoked

    async def _revoke(self, account: Account) -> bool:
        maker = self._makers.get(account.provider)
        if maker is None:
            return False
        try:
            async with asyncio.timeout(REVOKES_WITHIN):
                known, credentials = await self._linked.of_account(account.id)
                await (await maker.made()).linking.revoke(known, credentials)
        except (CalendarError, TimeoutError) as err:
            log.warning("not revoked account=%s error=%s", account.id, type(err).__name__)
            return False
        return True

    async def _papers(self, erasure: Erasure) -> None:
        """All that is no calendar."""
        async with self._database.session() as session:
            ids = await ids_of(session, erasure)
            traces = Traces(
                person=erasure.person,
                ids=frozenset(ids.found),
                accounts=frozenset(account_key(one) for one in erasure.accounts),
                channels=frozenset(erasure.channels),
            )
            await forgetting.forget(session, leaving_of(erasure), ids.kept_changes)
            await forget_rows(session, traces)
            # The list takes all jobs of theirs, and this one must outlive them.
            await self._keep(session, erasure, UNFINISHED)

    async def _calendars(self, erasure: Erasure) -> None:
        """Their calendars, some events at a time."""
        person = erasure.person
        for calendar in await self._mirror.calendars((person,)):
            async with self._database.session() as session:
                await self._local.release(session, [calendar.id])
            while await self._thin_out(calendar.id):
                pass
            await self._mirror.remove_calendar(calendar.id, person)

    async def _thin_out(self, calendar_id: CalendarId) -> bool:
        some = select(EventRow.id).where(EventRow.calendar_id == calendar_id).limit(_EVENTS)
        async with self._database.session() as session:
            ids = (await session.scalars(some)).all()
            await session.execute(
                delete(EventRow)
                .where(EventRow.id.in_(ids))
                .execution_options(synchronize_session=False)
            )
        return bool(ids)
