"""The local copy of all calendars: read it, look in it, take into it what calendars hold.

Every question names whose calendars it is about (law 9). Writing to a calendar is `changes.desk`;
fetching what a provider holds is `sync`. The scan behind an agenda is `timeline`, storing is
`absorbing`.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core import pointing, search, timeline
from calendar_core.calendars import (
    HORIZON,
    Calendars,
    calendar_from,
    new_calendar,
)
from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.errors import NotFound
from calendar_core.events import (
    Calendar,
    CalendarId,
    EventId,
    Occurrence,
    Resource,
    Target,
    event_id,
)
from calendar_core.people import PersonId
from calendar_core.report import SYNCED, EventFollower, Press, Report
from calendar_core.tables import CalendarRow, EventRow
from calendar_core.timeline import Agenda
from calendar_core.when import TimeSpan

__all__ = ["Agenda", "Mirror", "StoredEvent"]

BATCH = 250
"""Resources in one unit of work: the write lock is held for a fraction of a second."""
NOTHING: Mapping[str, str] = MappingProxyType({})
Progress = Callable[[int, int], None]
"""Called with how many are done, of how many."""
Hold = Callable[[AsyncSession], Awaitable[Collection[EventId]]]
"""Which events are to be left as they are, decided in the unit of work that stores; what it raises
breaks that off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """An event as the mirror holds it."""

    id: EventId
    resource: Resource
    calendar: Calendar
    is_series: bool

    @property
    def etag(self) -> str:
        """The provider's version."""
        return self.resource.etag


class Mirror:
    """The calendars of everybody, each seen only through its owner."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        followers: Sequence[EventFollower] = (),
        retention: timedelta | None = None,
    ) -> None:
        """`retention`: for how long the past of linked calendars is kept; None: forever."""
        self._retention = retention
        self._database = database
        self._clock = clock
        self._followers = tuple(followers)
        self._calendars = Calendars(database, clock)

    async def add_calendar(
        self,
        owner: PersonId,
        name: str,
        provider: str = "local",
        *,
        account: str = "",
        address: str = "",
    ) -> Calendar:
        """Keep a new calendar; the first of its owner becomes their default."""
        return await self._calendars.add(
            new_calendar(owner, name, provider, account=account, address=address)
        )

    async def calendars(
        self, owners: Sequence[PersonId], *, session: AsyncSession | None = None
    ) -> tuple[Calendar, ...]:
        """The calendars of these owners."""
        return await self._calendars.of(owners, session=session)

    async def calendars_below(self, prefix: str) -> tuple[Calendar, ...]:
        """The calendars of a workspace's channels; who may see which is the caller's to ask."""
        return await self._calendars.owned_below(prefix)

    async def default_calendar(self, owner: PersonId) -> Calendar | None:
        """Where new events of somebody go."""
        return await self._calendars.default_of(owner)

    async def update_calendar(self, calendar: Calendar) -> None:
        """Store changed settings of a calendar. Raises NotFound.

        Another `address` is looked for in the guests of all its events.
        """
        before = {one.id: one.address for one in await self._calendars.of((calendar.owner,))}
        await self._calendars.keep(calendar)
        if before.get(calendar.id) != calendar.address:
            from calendar_core import horizon

            await horizon.reindex(self._database, calendar.id)

    async def remove_calendar(self, calendar_id: CalendarId, owner: PersonId) -> None:
        """Forget a calendar and all that was mirrored of it."""
        await self._calendars.remove(calendar_id, owner)

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
        """Let somebody's calendars be another's, in the caller's unit of work (`Calendars`)."""
        await self._calendars.hand_over(
            session, giver, taker, called=called, known_as=known_as, unused=unused
        )

    async def look_anew(self, owner: PersonId) -> None:
        """Index an owner's calendars anew: they have further addresses. Repeating it is
        harmless."""
        from calendar_core import horizon

        for calendar in await self._calendars.of((owner,)):
            await horizon.reindex(self._database, calendar.id)

    async def calendar_of(
        self, address: str, *, session: AsyncSession | None = None
    ) -> CalendarId | None:
        """The default calendar of the local person whom a CAL-ADDRESS names."""
        return await self._calendars.calendar_of(address, session=session)

    async def providers(self, calendar_ids: Sequence[CalendarId]) -> dict[CalendarId, str]:
        """Which provider each calendar belongs to: for carrying out what its owner confirmed."""
        async with self._database.reading() as session:
            rows = await session.execute(
                select(CalendarRow.id, CalendarRow.provider).where(CalendarRow.id.in_(calendar_ids))
            )
            return {CalendarId(id_): provider for id_, provider in rows}

    async def same_owner(
        self, one: CalendarId, other: CalendarId, *, session: AsyncSession | None = None
    ) -> bool:
        """Whether two calendars belong to one person."""
        return await self._calendars.same_owner(one, other, session=session)

    async def absorb(
        self,
        calendar_id: CalendarId,
        changed: Sequence[Resource] = (),
        removed: Sequence[str] = (),
        *,
        origin: str = SYNCED,
        session: AsyncSession | None = None,
        progress: Progress | None = None,
        hold: Hold | None = None,
        written: Mapping[str, str] = NOTHING,
        press: Press | None = None,
    ) -> Report:
        """Take in resources and forget UIDs; followers hear of it in the same unit of work.

        Repeating it changes nothing and is no news. With a `session` all is part of the caller's
        unit of work; without, it comes in batches of their own, so that a long import does not lock
        others out. `hold` is asked at the beginning of each unit of work. `written` names, by UID,
        what was just written to a linked calendar, and the version it was drawn up from. `press`
        goes on to the followers.
        """
        from calendar_core import absorbing, retention

        async with self._reading(session) as reading:
            calendar, horizon = await absorbing.calendar_and_horizon(reading, calendar_id)
        keeps = self._retention if calendar.account_id and not written else None
        keep_since = retention.since(self._clock.now(), keeps)
        own = {event_id(calendar_id, uid): etag for uid, etag in written.items()}
        reports = []
        for start in range(0, max(len(changed), len(removed)), BATCH):
            batch, gone = changed[start : start + BATCH], removed[start : start + BATCH]
            async with self._reading(session) as reading:
                fresh = batch if own else await absorbing.fresh(reading, calendar, batch)
            prepared = await absorbing.prepare(calendar, horizon, fresh, gone, keep_since)
            async with self._writing(session) as writing:
                if hold is not None:
                    prepared = absorbing.without(prepared, await hold(writing))
                report = (await absorbing.store(writing, prepared, origin, own)).by(press)
                if report.news:
                    await self._tell(report, writing)
                reports.append(report)
            if progress is not None and batch:
                progress(start + len(batch), len(changed))
        return Report(
            news=tuple(news for report in reports for news in report.news),
            unreadable=tuple(uid for report in reports for uid in report.unreadable),
        )

    async def empty(self, calendar: Calendar, session: AsyncSession) -> None:
        """Forget all that is mirrored of a linked calendar, and what hangs on it, in the caller's
        unit of work; it is read anew from its beginning, if it stays linked."""
        from calendar_core import absorbing

        await self._tell(await absorbing.empty(session, calendar, self._clock.now()), session)

    async def _tell(self, report: Report, session: AsyncSession) -> None:
        for follower in self._followers:
            await follower.follow(report, session)

    async def occurrences(
        self,
        owners: Sequence[PersonId],
        span: TimeSpan,
        zone: ZoneInfo,
        *,
        calendars: Collection[CalendarId] | None = None,
        limit: int | None = None,
    ) -> Agenda:
        """What stands on these owners' calendars between two instants, in order."""
        return await self._database.read(
            lambda connection: timeline.agenda(
                connection, owners, span, zone, calendars=calendars, limit=limit
            )
        )

    async def event(
        self, event_id: EventId, owners: Sequence[PersonId], *, session: AsyncSession | None = None
    ) -> StoredEvent:
        """An event of one of these owners. Raises NotFound."""
        async with self._reading(session) as reading:
            return await self._event(reading, event_id, owners)

    async def resources(
        self, calendar_id: CalendarId, owners: Sequence[PersonId], uids: Sequence[str] | None = None
    ) -> tuple[Resource, ...]:
        """What a calendar of these owners holds, all of it or some UIDs: for exports and
        imports."""
        wanted = (
            select(EventRow.uid, EventRow.ics, EventRow.etag)
            .join(CalendarRow, CalendarRow.id == EventRow.calendar_id)
            .where(CalendarRow.id == calendar_id, CalendarRow.owner.in_(owners))
            .where(EventRow.ics != "")  # what is long over (`retention`) is there no more
            .order_by(EventRow.first_start, EventRow.uid)
        )
        if uids is not None and len(uids) <= BATCH:
            wanted = wanted.where(EventRow.id.in_([event_id(calendar_id, uid) for uid in uids]))
        async with self._reading(None) as reading:
            rows = (await reading.execute(wanted)).all()
        only = None if uids is None else set(uids)
        return tuple(
            Resource(uid=uid, ics=ics, etag=etag)
            for uid, ics, etag in rows
            if only is None or uid in only
        )

    async def count(self, calendar_ids: Sequence[CalendarId]) -> int:
        """How many events stand on these calendars; a series is one."""
        wanted = select(func.count()).where(EventRow.calendar_id.in_(calendar_ids))
        async with self._database.reading() as session:
            return await session.scalar(wanted) or 0

    async def find_occurrence(
        self,
        target: Target,
        zone: ZoneInfo,
        owners: Sequence[PersonId],
        *,
        session: AsyncSession | None = None,
    ) -> Occurrence:
        """One occurrence as it stands now; of a series without `recurrence_id` the next. Raises
        NotFound."""
        async with self._reading(session) as reading:
            stored = await self._event(reading, target.event_id, owners)
            found = await pointing.occurrence_of_target(
                reading, stored.resource, stored.calendar, target, self._clock.now(), zone
            )
        if found is None:
            raise NotFound("That occurrence is no longer there.")
        return found

    async def next_occurrences(
        self,
        event_id: EventId,
        since: datetime,
        limit: int,
        zone: ZoneInfo,
        owners: Sequence[PersonId],
        *,
        session: AsyncSession | None = None,
    ) -> tuple[Occurrence, ...]:
        """Occurrences of one event that end after an instant, in order. Raises NotFound."""
        async with self._reading(session) as reading:
            stored = await self._event(reading, event_id, owners)
        return pointing.next_of(stored.resource, stored.calendar, since, limit, zone)

    async def search(
        self,
        owners: Sequence[PersonId],
        words: str,
        *,
        span: TimeSpan | None = None,
        person: str | None = None,
        zone: ZoneInfo,
        limit: int = 20,
    ) -> tuple[Occurrence, ...]:
        """Occurrences that all the words fit, best first (see `search`)."""
        wanted = search.Wanted(words=words, span=span, person=person or "", limit=limit)
        now = self._clock.now()
        return await self._database.read(
            lambda connection: search.search(connection, owners, wanted, now, zone)
        )

    async def search_alike(
        self,
        owners: Sequence[PersonId],
        words: str,
        *,
        span: TimeSpan | None = None,
        zone: ZoneInfo,
        limit: int = 20,
    ) -> tuple[Occurrence, ...]:
        """Occurrences whose words are near these, for when nothing has the words themselves."""
        wanted = search.Wanted(words=words, span=span, limit=limit)
        now = self._clock.now()
        return await self._database.read(
            lambda connection: search.search_alike(connection, owners, wanted, now, zone)
        )

    async def extend_horizon(self) -> None:
        """Index series further as time goes on: for a daily job. Answers are right without it,
        only slower."""
        from calendar_core import horizon

        await horizon.extend(self._database, self._clock.now(), HORIZON)

    async def forget_past(self) -> None:
        """Forget what linked calendars held longer ago than is kept: for a daily job."""
        from calendar_core import retention

        await retention.forget_past(self._database, self._clock.now(), self._retention)

    async def _event(
        self, session: AsyncSession, event_id: EventId, owners: Sequence[PersonId]
    ) -> StoredEvent:
        found = (
            await session.execute(
                select(EventRow, CalendarRow)
                .join(CalendarRow, CalendarRow.id == EventRow.calendar_id)
                .where(EventRow.id == event_id, EventRow.ics != "", CalendarRow.owner.in_(owners))
            )
        ).one_or_none()
        if found is None:
            raise NotFound("That event is no longer there.")
        row, calendar = found
        return StoredEvent(
            id=EventId(row.id),
            resource=Resource(uid=row.uid, ics=row.ics, etag=row.etag),
            calendar=calendar_from(calendar),
            is_series=row.is_series,
        )

    def _reading(self, session: AsyncSession | None) -> AbstractAsyncContextManager[AsyncSession]:
        return self._database.reading() if session is None else nullcontext(session)

    def _writing(self, session: AsyncSession | None) -> AbstractAsyncContextManager[AsyncSession]:
        return self._database.session() if session is None else nullcontext(session)
