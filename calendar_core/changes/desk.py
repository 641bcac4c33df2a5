"""The change desk: the one counter that every calendar write must pass.

Tools hand in what somebody wants; people confirm it; only then is a provider called. Reading
calendars happens elsewhere (`mirror`), and so does drawing the card (`bot.confirmations`). The
status column is the outbox: what is confirmed and not applied is finished after a crash. Drawing up
what is kept here is `drafting`, doing the write `carrying`, the rows are `ledger`.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import NoReturn

from sqlalchemy import Connection, or_
from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core.changes import ledger
from calendar_core.changes.audit import AuditEntry, trail_of
from calendar_core.changes.carrying import Carrier
from calendar_core.changes.change import ChangeId, ChangeStatus, PendingChange, Proposal
from calendar_core.changes.confirmed import ConfirmedChange
from calendar_core.changes.drafting import NO_LIMITS, Drafting, answered
from calendar_core.changes.limits import Limits
from calendar_core.changes.tables import ChangeRow
from calendar_core.changes.writer import CalendarWriter
from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.errors import AlreadyDecided, Expired, NotYours
from calendar_core.events import Scope
from calendar_core.mirror import Mirror
from calendar_core.people import PersonId

_REPLACEABLE = (*ledger.OPEN, ChangeStatus.STALE)
"""What may still be declined or replaced: what is open, and what came too late to be written."""


class ChangeDesk:
    """Takes proposals, lets their owner decide, and has confirmed ones written. It alone makes a
    ConfirmedChange."""

    def __init__(
        self,
        database: Database,
        mirror: Mirror,
        writers: Mapping[str, CalendarWriter],
        clock: Clock,
        limits: Mapping[str, Limits] = NO_LIMITS,
    ) -> None:
        self._database = database
        self._mirror = mirror
        self._clock = clock
        self._drafting = Drafting(mirror, clock, limits)
        self._carrier = Carrier(database, mirror, writers, clock)

    async def propose(self, proposal: Proposal) -> PendingChange:
        """Draw up what somebody wants and keep it; nothing is written.

        It comes back ASKED when a series is edited without a scope. What it supersedes is closed in
        the same unit of work. Raises NotFound, NotAllowed, ScopeRefused, BadCalendarData.
        """
        change = await self._drafting.draw_up(proposal)
        async with self._database.session() as session:
            await ledger.keep(session, change, proposal.owner)
            if proposal.supersedes is not None:
                await self._supersede(session, proposal.supersedes, change)
        return change

    async def choose(self, change_id: ChangeId, scope: Scope, by: PersonId) -> PendingChange:
        """Answer the question about the scope: a new proposal, complete, in place of the question.

        Raises NotYours, Expired, AlreadyDecided, and what `propose` raises.
        """
        asked = await self._pressed(change_id, by, {ChangeStatus.ASKED})
        change = await self._drafting.draw_up(answered(asked, scope))
        async with self._database.session() as session:
            await ledger.keep(session, change, by)
            if not await self._supersede(session, asked.id, change):
                current = await ledger.find(session, asked.id)
                raise AlreadyDecided("That was answered already.", current)
        return change

    async def confirm(self, change_id: ChangeId, by: PersonId) -> ConfirmedChange:
        """Let the owner's press win or lose: one conditional update answers whose, whether open,
        whether in time.

        Raises NotYours, Expired, AlreadyDecided, each with the change as it stands, or NotFound.
        """
        now = self._clock.now()
        async with self._database.session() as session:
            won = await ledger.move(
                session,
                change_id,
                {ChangeStatus.PROPOSED},
                ChangeStatus.CONFIRMED,
                ChangeRow.owner == by,
                ChangeRow.expires_at > now,
                decided_at=now,
                decided_by=by,
            )
            change = await ledger.find(session, change_id)
            if won:
                ledger.record(session, change, ChangeStatus.CONFIRMED, by, now)
        if not won:
            await self._refuse(change, by)
        return ConfirmedChange(
            id=change.id, by=by, at=now, place=change.place, writes=change.writes
        )

    async def settle(self, change_id: ChangeId, by: PersonId) -> PendingChange:
        """Confirm by the owner's press and have it written at once. Raises as `confirm`."""
        return await self.apply(await self.confirm(change_id, by))

    async def decline(self, change_id: ChangeId, by: PersonId) -> PendingChange:
        """Close a proposal or question unwritten, or what came too late. Raises as
        `confirm`."""
        now = self._clock.now()
        async with self._database.session() as session:
            won = await ledger.move(
                session,
                change_id,
                _REPLACEABLE,
                ChangeStatus.DECLINED,
                ChangeRow.owner == by,
                or_(ChangeRow.expires_at > now, ChangeRow.status == ChangeStatus.STALE),
                decided_at=now,
                decided_by=by,
            )
            change = await ledger.find(session, change_id)
            if won:
                ledger.record(session, change, ChangeStatus.DECLINED, by, now)
        if not won:
            await self._refuse(change, by)
        return change

    async def apply(self, confirmed: ConfirmedChange) -> PendingChange:
        """Have a confirmed change written and tell how it ended: applied, stale, failed; still
        confirmed when the provider asks for time. Repeating it is harmless."""
        return await self._carrier.carry(confirmed)

    async def finish(self, change_id: ChangeId) -> PendingChange:
        """Go on with a confirmed change after a crash or a pause; one that is finished is
        returned as it is."""
        change = await self.get(change_id)
        if change.status is not ChangeStatus.CONFIRMED:
            return change
        assert change.decided_by is not None, "confirmed by somebody"
        assert change.decided_at is not None, "confirmed at some time"
        return await self._carrier.carry(
            ConfirmedChange(
                id=change.id,
                by=change.decided_by,
                at=change.decided_at,
                place=change.place,
                writes=change.writes,
            )
        )

    async def undo(self, change_id: ChangeId, by: PersonId) -> PendingChange:
        """Take an applied change back, within a day, if what it wrote still stands.

        The press confirms: the inverse change is made, written and returned as it ended; when it
        was applied the first is UNDONE. Raises NotYours, Expired, AlreadyDecided, NotFound, and
        NotAllowed when nothing of it can be taken back.
        """
        change = await self._pressed(change_id, by, {ChangeStatus.APPLIED})
        standing = await self._carrier.standing(change)
        async with self._database.reading() as session:
            versions = await ledger.versions_of(session, change.id)
        keeping = await self._drafting.keeping_video(change)
        inverse = self._drafting.turn_round(change, standing, versions, by, keeping)
        async with self._database.session() as session:
            if inverse.status is ChangeStatus.CONFIRMED and not await ledger.claim_undo(
                session, change.id, inverse.id
            ):
                raise AlreadyDecided(
                    "That is undone already.", await ledger.find(session, change.id)
                )
            await ledger.keep(session, inverse, by)
        if inverse.status is not ChangeStatus.CONFIRMED:
            return inverse
        return await self.finish(inverse.id)

    async def expire_due(self) -> tuple[PendingChange, ...]:
        """Close the proposals that waited too long; those that this call closed."""
        now = self._clock.now()
        async with self._database.session() as session:
            closed = [
                replace(change, status=ChangeStatus.EXPIRED)
                for change in await ledger.overdue(session, now)
                if await self._expire(session, change, now)
            ]
        return tuple(closed)

    async def waiting_to_finish(self) -> tuple[PendingChange, ...]:
        """Confirmed and not applied yet, oldest first: for `finish`."""
        async with self._database.reading() as session:
            return await ledger.all_in(session, ChangeStatus.CONFIRMED)

    async def get(self, change_id: ChangeId) -> PendingChange:
        """A change as it stands. Raises NotFound."""
        async with self._database.reading() as session:
            return await ledger.find(session, change_id)

    async def open_of(self, owner: PersonId) -> tuple[PendingChange, ...]:
        """What waits for somebody, newest first."""
        return await self._open(owner, None)

    async def open_in(self, place: str, owner: PersonId) -> tuple[PendingChange, ...]:
        """What waits for somebody in one conversation, newest first."""
        return await self._open(owner, place)

    def read_open(
        self, connection: Connection, place: str, owner: PersonId
    ) -> tuple[PendingChange, ...]:
        """The same, within a unit of work."""
        return ledger.open_of(connection, owner, place, self._clock.now())

    async def latest_in(self, place: str, owner: PersonId) -> PendingChange | None:
        """The newest change of somebody in one conversation, whatever its status."""
        async with self._database.reading() as session:
            found = await ledger.latest(session, owner, place=place, limit=1)
        return found[0] if found else None

    async def superseded_by(self, newer: PendingChange) -> tuple[PendingChange, ...]:
        """The changes that a newer one of the same conversation replaced."""
        async with self._database.reading() as session:
            return await ledger.replaced_by(session, newer)

    async def came_between(self, late: PendingChange) -> PendingChange | None:
        """What its owner had written meanwhile where a change came too late; the newest of it."""
        async with self._database.reading() as session:
            return await ledger.written_between(session, late)

    async def audit_of(self, owner: PersonId, limit: int = 100) -> tuple[AuditEntry, ...]:
        """The trail of somebody's changes, newest first."""
        async with self._database.reading() as session:
            return await trail_of(session, owner, limit)

    async def _supersede(self, session: AsyncSession, old: ChangeId, new: PendingChange) -> bool:
        closed = await ledger.move(
            session,
            old,
            _REPLACEABLE,
            ChangeStatus.SUPERSEDED,
            ChangeRow.owner == new.owner,
            superseded_by=new.id,
        )
        if closed:
            change = await ledger.find(session, old)
            ledger.record(session, change, ChangeStatus.SUPERSEDED, new.owner, new.proposed_at)
        return closed

    async def _open(self, owner: PersonId, place: str | None) -> tuple[PendingChange, ...]:
        now = self._clock.now()
        return await self._database.read(
            lambda connection: ledger.open_of(connection, owner, place, now)
        )

    async def _pressed(
        self, change_id: ChangeId, by: PersonId, wanted: set[ChangeStatus]
    ) -> PendingChange:
        """A change that this person may press something on now. Raises as `confirm`."""
        change = await self.get(change_id)
        if change.owner != by or change.status not in wanted:
            await self._refuse(change, by)
        until = change.undo_until if change.status is ChangeStatus.APPLIED else change.expires_at
        if until is not None and until <= self._clock.now():
            await self._refuse(change, by)
        return change

    async def _refuse(self, change: PendingChange, by: PersonId) -> NoReturn:
        """Raise what the press of somebody on this change deserves."""
        now = self._clock.now()
        if change.owner != by:
            raise NotYours("That is not yours to decide.", change)
        if change.is_open and change.expires_at <= now:
            async with self._database.session() as session:
                await self._expire(session, change, now)
                change = await ledger.find(session, change.id)
        if change.status is ChangeStatus.EXPIRED:
            raise Expired("That waited too long. Ask again, and I will draw it up anew.", change)
        if change.status is ChangeStatus.APPLIED and change.undo_until and change.undo_until <= now:
            raise Expired("That can be undone for a day only.", change)
        if change.status is ChangeStatus.ASKED:
            raise AlreadyDecided("Choose first how much of the series is meant.", change)
        raise AlreadyDecided("That was decided already.", change)

    async def _expire(self, session: AsyncSession, change: PendingChange, now: datetime) -> bool:
        closed = await ledger.move(
            session, change.id, ledger.OPEN, ChangeStatus.EXPIRED, ChangeRow.expires_at <= now
        )
        if closed:
            ledger.record(session, change, ChangeStatus.EXPIRED, None, now)
        return closed
