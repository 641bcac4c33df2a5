"""Whose calendars there are: adding, listing and changing them. What stands on them is `mirror`."""

from collections.abc import Collection, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain, count
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.errors import NotFound
from calendar_core.events import Calendar, CalendarId
from calendar_core.occurrences import micros
from calendar_core.people import PersonId
from calendar_core.tables import CalendarRow

_ONE_ADDS = 0x436F6E78
"""Seed of the PostgreSQL advisory lock under which somebody's calendars come and go."""
HORIZON = timedelta(days=731)
"""How far to both sides of today series are indexed."""


class Calendars:
    """The calendars of people and channels. Every question names whose."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def add(self, calendar: Calendar, *, session: AsyncSession | None = None) -> Calendar:
        """Keep a new calendar; the first of its owner becomes their default."""
        now = self._clock.now()
        async with self._writing(session) as writing:
            return await self._add(writing, calendar, now)

    async def _add(self, session: AsyncSession, calendar: Calendar, now: datetime) -> Calendar:
        await take_turn(session, calendar.owner)
        last = await session.scalar(
            select(func.max(CalendarRow.position)).where(CalendarRow.owner == calendar.owner)
        )
        made = replace(
            calendar,
            is_default=calendar.is_default or last is None,
            former=await _former(session, calendar.owner),
        )
        if made.is_default:
            await session.execute(_no_default(made.owner))
        session.add(
            CalendarRow(
                **_columns(made),
                id=made.id,
                owner=made.owner,
                provider=made.provider,
                account_id=made.account_id,
                remote=made.remote,
                position=0 if last is None else last + 1,
                indexed_since=micros(now - HORIZON),
                indexed_until=micros(now + HORIZON),
            )
        )
        return made

    async def of(
        self, owners: Sequence[PersonId], *, session: AsyncSession | None = None
    ) -> tuple[Calendar, ...]:
        """The calendars of these owners, in the order they were added."""
        if session is None:
            return await self._database.read(lambda connection: calendars_of(connection, owners))
        rows = await session.scalars(_owned(len(owners)), _named(owners))
        return tuple(calendar_from(row) for row in rows)

    async def owned_below(self, prefix: str) -> tuple[Calendar, ...]:
        """The calendars whose owner's id begins so: those of a workspace's channels.

        Who of them may be shown to whom is the caller's to ask (law 9).
        """
        async with self._database.reading() as session:
            rows = await session.scalars(
                select(CalendarRow)
                .where(CalendarRow.owner.startswith(prefix, autoescape=True))
                .order_by(CalendarRow.owner, CalendarRow.position, CalendarRow.id)
            )
            return tuple(calendar_from(row) for row in rows)

    async def unread(self) -> tuple[Calendar, ...]:
        """All that can't be read at present, whoever's: for those who run the house, who are shown
        no names."""
        async with self._database.reading() as session:
            rows = await session.scalars(
                select(CalendarRow)
                .where(CalendarRow.unread_since.is_not(None))
                .order_by(CalendarRow.unread_since, CalendarRow.id)
            )
            return tuple(calendar_from(row) for row in rows)

    async def default_of(self, owner: PersonId) -> Calendar | None:
        """Where new events of somebody go."""
        return next((one for one in await self.of((owner,)) if one.is_default), None)

    async def keep(self, calendar: Calendar) -> None:
        """Store a calendar's changed settings. Raises NotFound when its owner has none such."""
        async with self._database.session() as session:
            if calendar.is_default:
                await session.execute(_no_default(calendar.owner))
            done: Any = await session.execute(
                update(CalendarRow)
                .where(CalendarRow.id == calendar.id, CalendarRow.owner == calendar.owner)
                .values(**_columns(calendar))
            )
            if not done.rowcount:
                raise NotFound("There is no such calendar of yours.")

    async def remove(
        self, calendar_id: CalendarId, owner: PersonId, *, session: AsyncSession | None = None
    ) -> None:
        """Forget a calendar and all that was mirrored of it; of a default one, the owner's next
        takes the place, one that can be written if there is any."""
        async with self._writing(session) as writing:
            await take_turn(writing, owner)
            was_default = await writing.scalar(
                delete(CalendarRow)
                .where(CalendarRow.id == calendar_id, CalendarRow.owner == owner)
                .returning(CalendarRow.is_default)
            )
            if was_default:
                heir = (
                    select(CalendarRow.id)
                    .where(CalendarRow.owner == owner)
                    .order_by(CalendarRow.read_only, CalendarRow.position, CalendarRow.id)
                    .limit(1)
                )
                await writing.execute(
                    update(CalendarRow)
                    .where(CalendarRow.id.in_(heir))
                    .values(is_default=True)
                    .execution_options(synchronize_session=False)
                )

    async def hand_over(
        self,
        session: AsyncSession,
        giver: PersonId,
        taker: PersonId,
        *,
        called: str,
        known_as: Collection[str],
        unused: Collection[CalendarId] = (),
    ) -> None:
        """Let somebody's calendars be another's, in the caller's unit of work; what is `unused`
        goes. A name that the taker has too gets `called` in brackets; all of them answer to the
        addresses in `known_as`."""
        for owner in sorted((giver, taker)):
            await take_turn(session, owner)
        await session.execute(
            delete(CalendarRow).where(CalendarRow.id.in_(unused), CalendarRow.owner == giver)
        )
        both = select(CalendarRow).where(CalendarRow.owner.in_((giver, taker))).with_for_update()
        rows = (await session.scalars(both.order_by(CalendarRow.position, CalendarRow.id))).all()
        own = [row for row in rows if row.owner == taker]
        addresses = {one for row in rows for one in (row.address, *row.former.split())}
        former = sorted((addresses | set(known_as)) - {"", f"urn:uuid:{taker}"})
        for row in rows:
            row.former = " ".join(one for one in former if one != row.address)
        names = {row.name for row in own}
        has_default = any(row.is_default for row in own)
        position = max((row.position for row in own), default=-1)
        for row in rows:
            if row.owner == giver:
                position += 1
                row.owner, row.position = taker, position
                row.name = free_name(row.name, called, names)
                row.is_default = row.is_default and not has_default
                names.add(row.name)
        await session.flush()

    async def calendar_of(
        self, address: str, *, session: AsyncSession | None = None
    ) -> CalendarId | None:
        """The default calendar of the local person whom a CAL-ADDRESS names."""
        named = (
            CalendarRow.owner == address.removeprefix("urn:uuid:")
            if address.startswith("urn:uuid:")
            else CalendarRow.address == address
        )
        async with self._reading(session) as reading:
            found = await reading.scalar(_invited_to(named))
            if found is None:
                found = await _formerly(reading, address)
        return None if found is None else CalendarId(found)

    async def same_owner(
        self, one: CalendarId, other: CalendarId, *, session: AsyncSession | None = None
    ) -> bool:
        """Whether two calendars belong to one person."""
        async with self._reading(session) as reading:
            owners = await reading.scalars(
                select(CalendarRow.owner).where(CalendarRow.id.in_((one, other))).distinct()
            )
            return one == other or len(owners.all()) == 1

    def _reading(self, session: AsyncSession | None) -> AbstractAsyncContextManager[AsyncSession]:
        return self._database.reading() if session is None else nullcontext(session)

    def _writing(self, session: AsyncSession | None) -> AbstractAsyncContextManager[AsyncSession]:
        return self._database.session() if session is None else nullcontext(session)


def calendars_of(connection: Connection, owners: Sequence[PersonId]) -> tuple[Calendar, ...]:
    """The calendars of these owners, in the order they were added, within a unit of work."""
    rows = connection.execute(_owned(len(owners)), _named(owners))
    return tuple(calendar_from(row) for row in rows)


@lru_cache(maxsize=64)
def _owned(owners: int) -> Select[CalendarRow]:
    """The calendars of so many owners. Every message asks it: built once, as in `timeline`."""
    return (
        select(CalendarRow)
        .where(CalendarRow.owner.in_([bindparam(f"owner{number}") for number in range(owners)]))
        .order_by(CalendarRow.owner, CalendarRow.position, CalendarRow.id)
    )


def _named(owners: Sequence[PersonId]) -> dict[str, PersonId]:
    return {f"owner{number}": owner for number, owner in enumerate(owners)}


def new_calendar(
    owner: PersonId, name: str, provider: str = "local", *, account: str = "", address: str = ""
) -> Calendar:
    """A calendar with a fresh id, not kept yet."""
    return Calendar(
        id=CalendarId(uuid4().hex),
        owner=owner,
        name=name,
        provider=provider,
        account=account,
        address=address.lower(),
    )


def calendar_from(row: CalendarRow | Row[Any]) -> Calendar:
    """The value of a row."""
    return Calendar(
        id=CalendarId(row.id),
        owner=PersonId(row.owner),
        name=row.name,
        provider=row.provider,
        account=row.account,
        account_id=row.account_id,
        remote=row.remote,
        address=row.address,
        former=tuple(row.former.split()),
        is_default=row.is_default,
        counts_as_busy=row.counts_as_busy,
        in_digests=row.in_digests,
        read_only=row.read_only,
        unread_since=row.unread_since,
        synced_at=row.synced_at,
    )


async def take_turn(session: AsyncSession, owner: PersonId) -> None:
    """Let one unit of work at a time add or remove calendars of somebody, as on SQLite."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:owner, :key))").bindparams(
                owner=owner, key=_ONE_ADDS
            )
        )


def free_name(name: str, called: str, taken: Collection[str]) -> str:
    """The name, or the name with whose it was: "Personal (Discord)"."""
    numbers = (f"{called} {number}" for number in count(2))
    tries = chain([name, f"{name} ({called})"], (f"{name} ({one})" for one in numbers))
    return next(one for one in tries if one not in taken)


def _invited_to(named: ColumnElement[bool]) -> Select[str]:
    """The calendar that takes an invitation of somebody."""
    return (
        select(CalendarRow.id)
        .where(named, CalendarRow.provider == "local")
        .order_by(CalendarRow.is_default.desc(), CalendarRow.position)
        .limit(1)
    )


async def _formerly(session: AsyncSession, address: str) -> str | None:
    """The same for an address that somebody had before."""
    named = CalendarRow.former.contains(address, autoescape=True)
    rows = await session.execute(select(CalendarRow.owner, CalendarRow.former).where(named))
    owner = next((owner for owner, former in rows if address in former.split()), None)
    if owner is None:
        return None
    found: str | None = await session.scalar(_invited_to(CalendarRow.owner == owner))
    return found


async def _former(session: AsyncSession, owner: PersonId) -> tuple[str, ...]:
    """What the owner's other calendars know them by beside their own address."""
    words: str | None = await session.scalar(
        select(CalendarRow.former).where(CalendarRow.owner == owner).limit(1)
    )
    return tuple((words or "").split())


def _no_default(owner: PersonId) -> Any:
    return update(CalendarRow).where(CalendarRow.owner == owner).values(is_default=False)


def _columns(calendar: Calendar) -> dict[str, str | bool | datetime | None]:
    """What may change on a calendar."""
    return {
        "name": calendar.name,
        "account": calendar.account,
        "address": calendar.address.lower(),
        "former": " ".join(calendar.former),
        "is_default": calendar.is_default,
        "counts_as_busy": calendar.counts_as_busy,
        "in_digests": calendar.in_digests,
        "read_only": calendar.read_only,
        "unread_since": calendar.unread_since,
        "synced_at": calendar.synced_at,
    }
