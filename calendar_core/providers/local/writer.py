"""Writing to built-in calendars: one transaction for all writes of a change, and for what
follows from them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import delete, text
from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core.changes.change import Write
from calendar_core.changes.confirmed import ConfirmedChange
from calendar_core.changes.writer import Written
from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.errors import ChangedMeanwhile
from calendar_core.events import CalendarId
from calendar_core.providers.local.people import LocalPeople
from calendar_core.providers.local.store import Held, etag_of, held, holders, put
from calendar_core.providers.local.tables import LocalWriteRow

_REMEMBERED = timedelta(days=7)
"""How long a write that was done is known as done."""
_ONE_WRITES = 0x436F6E77
"""Key of the PostgreSQL advisory lock under which one unit of work writes at a time, as on
SQLite."""


class LocalWriter:
    """Writes to the calendars that Convene keeps itself."""

    def __init__(self, database: Database, people: LocalPeople, clock: Clock) -> None:
        self._database = database
        self._people = people
        self._clock = clock

    async def apply(self, change: ConfirmedChange) -> tuple[Written, ...]:
        """Make all writes of a change or none; guests who are local people get their copies in
        step.

        A repeat finds its own work done and returns it. Raises ChangedMeanwhile (nothing was
        written).
        """
        async with self._database.session() as session:
            await take_turn(session)
            if await session.get(LocalWriteRow, change.id) is not None:
                return await _read_back(session, change.writes)
            session.add(LocalWriteRow(change_id=change.id, at=self._clock.now()))
            forgotten = self._clock.now() - _REMEMBERED
            await session.execute(delete(LocalWriteRow).where(LocalWriteRow.at < forgotten))
            written = []
            for calendar_id, writes in _by_calendar(change.writes):
                written += await self._write(session, calendar_id, writes)
            return _last_of_each(written)

    async def _write(
        self, session: AsyncSession, calendar_id: CalendarId, writes: Sequence[Write]
    ) -> list[Written]:
        standing = await held(session, calendar_id, [write.uid for write in writes])
        for write in writes:
            _check(write, standing[write.uid].ics)
        # Late: it needs the iCalendar libraries, which nobody waits for before the first prompt.
        from calendar_core.providers.local.scheduling import Scheduling

        scheduling = Scheduling(session, self._people, self._clock.now())
        written = []
        due = [write for write in writes if standing[write.uid].ics != write.after]
        await put(session, calendar_id, [_after(write, standing[write.uid]) for write in due])
        for write in writes:
            resource = Held(uid=write.uid, ics=write.after).resource
            written.append(Written(calendar_id=calendar_id, uid=write.uid, resource=resource))
        for write in due:
            if not write.quiet:
                written += await scheduling.follow(write, standing[write.uid])
        return written


def _check(write: Write, standing: str | None) -> None:
    """Whether a write still fits what stands: as it was drawn up, or as it shall be."""
    as_drawn = standing == write.before or (
        standing is not None and write.before is not None and etag_of(standing) == write.etag
    )
    if not as_drawn and standing != write.after:
        raise ChangedMeanwhile("This has changed meanwhile.")


def _after(write: Write, standing: Held) -> Held:
    return Held(uid=write.uid, ics=write.after, copy_of=standing.copy_of)


def _by_calendar(writes: Iterable[Write]) -> Iterable[tuple[CalendarId, list[Write]]]:
    grouped: dict[CalendarId, list[Write]] = defaultdict(list)
    for write in writes:
        grouped[write.calendar_id].append(write)
    return grouped.items()


async def _read_back(session: AsyncSession, writes: Iterable[Write]) -> tuple[Written, ...]:
    """What stands of a change that was written before, with the copies that followed it."""
    found = []
    for calendar_id, some in _by_calendar(writes):
        standing = await held(session, calendar_id, [write.uid for write in some])
        found += [
            Written(calendar_id=calendar_id, uid=uid, resource=one.resource)
            for uid, one in standing.items()
        ]
        for write in some:
            if not write.quiet:
                found += await _others(session, calendar_id, write.uid)
    return _last_of_each(found)


async def _others(session: AsyncSession, calendar_id: CalendarId, uid: str) -> list[Written]:
    return [
        Written(calendar_id=other, uid=uid, resource=one.resource, is_copy=one.copy_of is not None)
        for other, one in (await holders(session, uid)).items()
        if other != calendar_id
    ]


def _last_of_each(written: Iterable[Written]) -> tuple[Written, ...]:
    """Of several writes to one resource only the last is what stands."""
    return tuple({(one.calendar_id, one.uid): one for one in written}.values())


async def take_turn(session: AsyncSession) -> None:
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(
            text("SELECT pg_advisory_xact_lock(:key)").bindparams(key=_ONE_WRITES)
        )
