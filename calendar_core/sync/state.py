"""How far each mirrored calendar has come, at rest, and which round may still store something.

One round of a calendar counts at a time: the one that began last. An older one, cut off or slow,
finds that out in the unit of work in which it would store.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Executable, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core.calendars import calendar_from
from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.errors import CalendarError, NotFound
from calendar_core.events import Calendar, CalendarId, EventId, event_id
from calendar_core.sync.halfway import Halfway, halfway_from
from calendar_core.sync.plan import Came, counts_as_unread, wait_after
from calendar_core.tables import (
    CalendarRow,
    EventRow,
    LinkedAccountRow,
    SyncStateRow,
    TouchedRow,
)

AT_ONCE = 500
"""Ids in one statement: below what any database takes as parameters."""


class Overtaken(CalendarError):
    """A later round of the same calendar has begun: this one stores nothing any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A round that has begun."""

    id: str
    calendar: Calendar
    cursor: str | None
    """Where to go on; None or AGAIN: all is read."""
    known: frozenset[str] | None
    """Where all is read: the UIDs that are mirrored now."""
    touched: int
    """What was touched here after that, the round may have read before."""
    free_busy_only: bool
    doubted_since: datetime | None
    at: datetime
    """When its first page was asked for, in an earlier try perhaps."""
    halfway: Halfway | None = None
    """How far an earlier try came; this round goes on from there."""

    @property
    def is_full(self) -> bool:
        """Whether all is read, and what is mirrored and not among it is gone."""
        return self.known is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncState:
    """How a linked calendar is, for those who look after it."""

    calendar: Calendar
    events: int
    failures: int
    next_at: datetime | None
    why: str
    doubted_since: datetime | None
    last: Came
    """What the last round that brought something did."""


class SyncStates:
    """Keeps cursors, failures and the right to store."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def begin(self, calendar_id: CalendarId) -> Begun:
        """Begin a round; one that is under way stores nothing from now on. Raises NotFound."""
        round_id = uuid4().hex
        async with self._database.session() as session:
            found = (
                await session.execute(
                    select(CalendarRow, LinkedAccountRow.free_busy_only)
                    .outerjoin(LinkedAccountRow, LinkedAccountRow.id == CalendarRow.account_id)
                    .where(CalendarRow.id == calendar_id)
                )
            ).one_or_none()
            if found is None:
                raise NotFound("That calendar is no longer linked.")
            await session.execute(_new_state(session, calendar_id))
            state = await session.scalar(
                update(SyncStateRow)
                .where(SyncStateRow.calendar_id == calendar_id)
                .values(round=round_id)
                .returning(SyncStateRow)
            )
            assert state is not None
            unsure = select(TouchedRow.event_id).where(
                TouchedRow.calendar_id == calendar_id, TouchedRow.is_unsure
            )
            now = self._clock.now()
            cursor, halfway = state.cursor, _halfway(state, now)
            if (cursor or halfway) and (await session.scalars(unsure.limit(1))).first() is not None:
                cursor = halfway = None
            known = None
            if not cursor:
                uids = select(EventRow.uid).where(EventRow.calendar_id == calendar_id)
                known = frozenset(await session.scalars(uids))
            row, free_busy_only = found
            return Begun(
                id=round_id,
                calendar=calendar_from(row),
                cursor=cursor,
                known=known,
                touched=row.touched if halfway is None else halfway.touched,
                free_busy_only=bool(free_busy_only),
                doubted_since=state.doubted_since,
                at=now if halfway is None else halfway.began,
                halfway=halfway,
            )

    async def may_store(self, session: AsyncSession, begun: Begun) -> frozenset[EventId]:
        """At the beginning of a unit of work of a round: which events it must leave as they are,
        because they changed here since it began. Raises Overtaken."""
        state = await session.scalar(
            select(SyncStateRow.round)
            .where(SyncStateRow.calendar_id == begun.calendar.id)
            .with_for_update()
        )
        # The calendar is held before what was touched is looked at: nothing is touched in between.
        held = await session.scalar(
            select(CalendarRow.id).where(CalendarRow.id == begun.calendar.id).with_for_update()
        )
        if state != begun.id or held is None:
            raise Overtaken("Another round has begun.")
        touched = await session.scalars(
            select(TouchedRow.event_id).where(
                TouchedRow.calendar_id == begun.calendar.id, TouchedRow.number > begun.touched
            )
        )
        return frozenset(EventId(one) for one in touched)

    async def finish(
        self, begun: Begun, came: Came, cursor: str | None, *, doubted_since: datetime | None = None
    ) -> None:
        """The mirror is in step as of this cursor, save for what is doubted. Raises Overtaken."""
        now = self._clock.now()
        values = {"cursor": cursor, "halfway": None, "failures": 0, "next_at": None, "why": ""}
        if came.is_news:
            values["counted"] = _written(came)
        async with self._database.session() as session:
            await self.may_store(session, begun)
            for statement in (
                update(SyncStateRow)
                .where(SyncStateRow.calendar_id == begun.calendar.id)
                .values(**values, doubted_since=doubted_since),
                update(CalendarRow)
                .where(CalendarRow.id == begun.calendar.id)
                .values(synced_at=now, unread_since=None),
                delete(TouchedRow).where(
                    TouchedRow.calendar_id == begun.calendar.id, TouchedRow.number <= begun.touched
                ),
            ):
                await session.execute(statement.execution_options(synchronize_session=False))

    async def forget_cursor(self, begun: Begun) -> None:
        """The next round reads all; where this one went on from halfway, it begins anew. A round
        that began meanwhile is left alone."""
        if begun.halfway is not None:
            await self.keep_halfway(begun, None)
        else:
            await self._set(begun, cursor=None, halfway=None)

    async def keep_halfway(self, begun: Begun, halfway: Halfway | None) -> None:
        """How far a round has come, in case that it breaks off; None: it begins anew then. A round
        that began meanwhile is left alone."""
        await self._set(begun, halfway=None if halfway is None else halfway.text())

    async def _set(self, begun: Begun, **values: str | None) -> None:
        async with self._database.session() as session:
            await session.execute(
                update(SyncStateRow)
                .where(
                    SyncStateRow.calendar_id == begun.calendar.id, SyncStateRow.round == begun.id
                )
                .values(**values)
            )

    async def failed(self, calendar_id: CalendarId, error: CalendarError) -> datetime | None:
        """Note that a calendar could not be read, and that it counts as unread where it does now;
        when to try again. None for a calendar that is no longer linked."""
        now = self._clock.now()
        async with self._database.session() as session:
            state = await session.get(
                SyncStateRow, calendar_id, with_for_update=True, populate_existing=True
            )
            row = await session.get(CalendarRow, calendar_id, with_for_update=True)
            if row is None:
                return None
            if state is None:
                state = SyncStateRow(calendar_id=calendar_id, failures=0)
                session.add(state)
            state.failures += 1
            state.next_at = now + wait_after(error, state.failures)
            state.why = str(error)
            if row.unread_since is None and counts_as_unread(error, row.synced_at, now):
                row.unread_since = now
            return state.next_at

    async def mirrored(self, calendar_id: CalendarId) -> int:
        """How many events are mirrored of a calendar."""
        wanted = select(func.count()).where(EventRow.calendar_id == calendar_id)
        async with self._database.reading() as session:
            return await session.scalar(wanted) or 0

    async def mirrored_of(self, calendar_id: CalendarId, uids: Sequence[str]) -> tuple[str, ...]:
        """Those UIDs that are mirrored, in their order."""
        found: set[str] = set()
        async with self._database.reading() as session:
            for first in range(0, len(uids), AT_ONCE):
                ids = [event_id(calendar_id, uid) for uid in uids[first : first + AT_ONCE]]
                found |= set(
                    await session.scalars(select(EventRow.uid).where(EventRow.id.in_(ids)))
                )
        return tuple(uid for uid in uids if uid in found)

    async def all(self, account_id: str) -> tuple[SyncState, ...]:
        """How the calendars of an account are, in their order."""
        count = select(func.count()).where(EventRow.calendar_id == CalendarRow.id).scalar_subquery()
        wanted = (
            select(CalendarRow, SyncStateRow, count)
            .outerjoin(SyncStateRow, SyncStateRow.calendar_id == CalendarRow.id)
            .where(CalendarRow.account_id == account_id)
            .order_by(CalendarRow.position, CalendarRow.id)
        )
        async with self._database.reading() as session:
            return tuple(_state(*row) for row in await session.execute(wanted))


def _halfway(state: SyncStateRow, now: datetime) -> Halfway | None:
    """How far the last round came, if the next one can go on there: a listing of all is none of
    what came after a cursor, and a round that read all beside its cursor may have left one."""
    found = None if state.halfway is None else halfway_from(state.halfway)
    if found is None or not found.is_live(now) or found.is_full != (not state.cursor):
        return None
    return found


def _new_state(session: AsyncSession, calendar_id: CalendarId) -> Executable:
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {"calendar_id": calendar_id, "round": "", "failures": 0, "why": "", "counted": ""}
    return make(SyncStateRow).values(**values).on_conflict_do_nothing()


def _written(came: Came) -> str:
    return json.dumps({one.name: getattr(came, one.name) for one in fields(came)})


def _state(row: CalendarRow, state: SyncStateRow | None, events: int) -> SyncState:
    return SyncState(
        calendar=calendar_from(row),
        events=events,
        failures=state.failures if state else 0,
        next_at=state.next_at if state else None,
        why=state.why if state else "",
        doubted_since=state.doubted_since if state else None,
        last=Came(**json.loads(state.counted)) if state and state.counted else Came(),
    )
