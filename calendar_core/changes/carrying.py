"""Carrying a confirmed change to its calendars, and its outcome back: write, absorb, close.

Every step may be repeated: the writers find their own work done, the mirror takes nothing in twice,
and the last step is one conditional update together with what the mirror and its followers store.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core.changes import ledger
from calendar_core.changes.change import ChangeId, ChangeStatus, PendingChange, Write
from calendar_core.changes.confirmed import ConfirmedChange
from calendar_core.changes.paper import Version, texts_of
from calendar_core.changes.standing import look_up
from calendar_core.changes.writer import CalendarWriter, Written
from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.errors import ChangedMeanwhile, NotAllowed, NotFound, SignInNeeded, TryLater
from calendar_core.events import Calendar, CalendarId, Resource
from calendar_core.mirror import Mirror
from calendar_core.report import Press

UNDO_FOR = timedelta(hours=24)
_TRIES = 3
"""How often a change is written upon what came in between."""
_MOST_TOLD = 5
"""Events of which a stale change says what had changed."""
_REDRAWN = "drawn up again upon what changed meanwhile"
_A_FEW = 20
"""So many resources are absorbed together with the closing step; more come in batches before it."""


class Carrier:
    """Has confirmed changes written by the provider that each calendar belongs to."""

    def __init__(
        self,
        database: Database,
        mirror: Mirror,
        writers: Mapping[str, CalendarWriter],
        clock: Clock,
    ) -> None:
        self._database = database
        self._mirror = mirror
        self._writers = writers
        self._clock = clock

    async def carry(self, ticket: ConfirmedChange) -> PendingChange:
        """Write a change and close it as applied, stale or failed; it stays confirmed when asked
        to wait. What was written to meanwhile is no hindrance where the change holds upon it."""
        for _ in range(_TRIES):
            try:
                written = await self._write(ticket)
            except ChangedMeanwhile:
                again = await self._upon_what_stands(ticket)
                if again is None:
                    break
                ticket = again
            except (NotAllowed, NotFound, SignInNeeded) as err:
                return await self._close(ticket, ChangeStatus.FAILED, str(err))
            except TryLater:
                return await self._get(ticket.id)
            else:
                return await self._take_in(ticket, written)
        return await self._too_late(ticket)

    async def _close(
        self, ticket: ConfirmedChange, status: ChangeStatus, detail: str, **drawn: str
    ) -> PendingChange:
        """End a change that was not written, and say why."""
        now = self._clock.now()
        async with self._database.session() as session:
            ended = await ledger.move(
                session, ticket.id, {ChangeStatus.CONFIRMED}, status, detail=detail, **drawn
            )
            change = await ledger.find(session, ticket.id)
            if ended:
                ledger.record(session, change, status, ticket.by, now, detail)
                if change.undoes is not None:
                    await ledger.release_undo(session, change.undoes)
        return change

    async def standing(self, change: PendingChange) -> dict[tuple[CalendarId, str], Resource]:
        """What the mirror holds where a change wrote; a spot where there is nothing is left out."""
        owners = (change.owner, *change.also)
        spots: dict[CalendarId, list[str]] = {}
        for write in change.writes:
            spots.setdefault(write.calendar_id, []).append(write.uid)
        return {
            (calendar_id, one.uid): one
            for calendar_id, uids in spots.items()
            for one in await self._mirror.resources(calendar_id, owners, uids)
        }

    async def _write(self, ticket: ConfirmedChange) -> list[Written]:
        """Have each provider make its part; when a later one can't, the earlier ones take theirs
        back."""
        done: list[tuple[CalendarWriter, ConfirmedChange, Sequence[Written]]] = []
        for provider, part in (await self._parts(ticket)).items():
            writer = self._writers.get(provider)
            if writer is None:
                raise NotAllowed("That calendar can't be written from here.")
            try:
                done.append((writer, part, await writer.apply(part)))
            except (ChangedMeanwhile, NotAllowed, NotFound, SignInNeeded):
                for earlier, its_part, its_written in reversed(done):
                    await earlier.apply(_taken_back(its_part, its_written))
                raise
        return [one for _, _, written in done for one in written]

    async def _parts(self, ticket: ConfirmedChange) -> dict[str, ConfirmedChange]:
        """A change by provider."""
        provider_of = await self._mirror.providers(
            tuple({write.calendar_id for write in ticket.writes})
        )
        parts: dict[str, list[Write]] = {}
        for write in ticket.writes:
            if write.calendar_id not in provider_of:
                raise NotFound("That calendar is no longer there.")
            parts.setdefault(provider_of[write.calendar_id], []).append(write)
        return {name: replace(ticket, writes=tuple(some)) for name, some in parts.items()}

    async def _take_in(self, ticket: ConfirmedChange, written: Sequence[Written]) -> PendingChange:
        """Absorb what the providers hold now, and close the change as applied."""
        if len(written) > _A_FEW:
            await self._absorb(ticket, written, None)
            written_still: Sequence[Written] = ()
        else:
            written_still = written
        shown = await self._as_written(ticket, written)
        now = self._clock.now()
        versions = tuple(
            Version(
                calendar_id=one.calendar_id,
                uid=one.uid,
                etag=one.resource.etag if one.resource else "",
            )
            for one in written
        )
        async with self._database.session() as session:
            await self._absorb(ticket, written_still, session)
            ended = await ledger.move(
                session,
                ticket.id,
                {ChangeStatus.CONFIRMED},
                ChangeStatus.APPLIED,
                applied_at=now,
                undo_until=now + UNDO_FOR,
                **shown,
            )
            change = await ledger.find(session, ticket.id)
            if ended:
                await ledger.keep_versions(session, ticket.id, versions)
                ledger.record(session, change, ChangeStatus.APPLIED, ticket.by, now)
                await self._close_undone(session, change)
        return change

    async def _as_written(
        self, ticket: ConfirmedChange, written: Sequence[Written]
    ) -> dict[str, str]:
        """What the card shall tell besides of what the calendars' makers put onto events; nothing
        where they put nothing."""
        from calendar_core.changes import readback

        if not any(map(readback.may_tell, written)):
            return {}
        change = await self._get(ticket.id)
        told = readback.told(change, written)
        return {} if told == change else {"drawn": texts_of(told)["drawn"]}

    async def _close_undone(self, session: AsyncSession, change: PendingChange) -> None:
        if change.undoes is None:
            return
        from calendar_core.changes.inverse import signed_up_meanwhile, video_left

        first = await ledger.find(session, change.undoes)
        detail = signed_up_meanwhile(first, change) if first.public else ""
        detail = " ".join(filter(None, (detail, video_left(first, change))))
        if await ledger.move(
            session, first.id, {ChangeStatus.APPLIED}, ChangeStatus.UNDONE, detail=detail
        ):
            first = await ledger.find(session, first.id)
            ledger.record(session, first, ChangeStatus.UNDONE, change.decided_by, self._clock.now())

    async def _absorb(
        self, ticket: ConfirmedChange, written: Sequence[Written], session: AsyncSession | None
    ) -> None:
        quiet = {(write.calendar_id, write.uid) for write in ticket.writes if write.quiet}
        own = {(write.calendar_id, write.uid) for write in ticket.writes}
        # What one's own press put on one's own calendar is no invitation: a sign-up.
        calendars = await self._mirror.calendars((ticket.by,))
        theirs = {one.id for one in calendars}
        is_shared = any(write.calendar_id not in theirs for write in ticket.writes)
        press = Press(person=ticket.by, place=ticket.place) if is_shared else None
        drawn_from = self._drawn_from(ticket, calendars)
        parts: dict[tuple[CalendarId, str], list[Written]] = {}
        for one in written:
            spot = (one.calendar_id, one.uid)
            origin = "invited" if one.is_copy else "answered"
            if spot in own or (one.is_copy and one.calendar_id in theirs):
                origin = "imported" if spot in quiet else "made"
            parts.setdefault((one.calendar_id, origin), []).append(one)
        for (calendar_id, origin), some in parts.items():
            await self._mirror.absorb(
                calendar_id,
                [one.resource for one in some if one.resource is not None],
                [one.uid for one in some if one.resource is None],
                origin=origin,
                session=session,
                written=drawn_from.get(calendar_id, {}),
                press=press,
            )

    def _drawn_from(
        self, ticket: ConfirmedChange, calendars: Sequence[Calendar]
    ) -> dict[CalendarId, dict[str, str]]:
        """The version that each write to a linked calendar was drawn up from, by UID: a sync may
        have come in between."""
        linked = {one.id for one in calendars if one.account_id}
        drawn_from: dict[CalendarId, dict[str, str]] = {}
        for write in ticket.writes:
            if write.calendar_id in linked:
                drawn_from.setdefault(write.calendar_id, {})[write.uid] = write.etag
        return drawn_from

    async def _upon_what_stands(self, ticket: ConfirmedChange) -> ConfirmedChange | None:
        """The same change drawn up anew, and kept so; None where it does not hold any more."""
        # Late: it needs the iCalendar libraries, which nobody waits for before the first prompt.
        from calendar_core.changes import rebasing

        change = await self._get(ticket.id)
        if change.status is not ChangeStatus.CONFIRMED or len(await self._parts(ticket)) > 1:
            return None
        now = self._clock.now()
        try:
            standing = await look_up(self._mirror, change.edits, (change.owner, *change.also))
        except NotFound:
            return None
        planned = await asyncio.to_thread(rebasing.rebased, change, standing, at=now)
        if planned is None:
            return None
        drawn = replace(change, writes=planned.writes, glimpses=planned.glimpses)
        async with self._database.session() as session:
            if not await ledger.redraw(session, drawn):
                return None
            ledger.record(session, drawn, ChangeStatus.CONFIRMED, ticket.by, now, _REDRAWN)
        return replace(ticket, writes=planned.writes)

    async def _too_late(self, ticket: ConfirmedChange) -> PendingChange:
        """Close a change as stale, with what had changed."""
        from calendar_core.changes import difference

        change = await self._get(ticket.id)
        standing = await self.standing(change)
        found = []
        for write in change.writes:
            now = standing.get((write.calendar_id, write.uid))
            became = difference.meanwhile_of(change, write, now.ics if now else None)
            if became is not None:
                found.append(became)
        sentence = "This has changed meanwhile"
        if found:
            sentence = f"{sentence}: {difference.told(found[0])}"
        stale = replace(change, meanwhile=tuple(found[:_MOST_TOLD]))
        return await self._close(
            ticket, ChangeStatus.STALE, f"{sentence}.", drawn=texts_of(stale)["drawn"]
        )

    async def _get(self, change_id: ChangeId) -> PendingChange:
        async with self._database.reading() as session:
            return await ledger.find(session, change_id)


def _taken_back(part: ConfirmedChange, written: Sequence[Written]) -> ConfirmedChange:
    """The inverse of a part that was just written, under an id of its own."""
    etags = {(one.calendar_id, one.uid): one.resource.etag for one in written if one.resource}
    return replace(
        part,
        id=ChangeId(f"{part.id}:back"),
        writes=tuple(
            replace(
                write,
                before=write.after,
                after=write.before,
                etag=etags.get((write.calendar_id, write.uid), ""),
            )
            for write in reversed(part.writes)
        ),
    )
