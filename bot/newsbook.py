"""What became of events, at rest until their people were told, and a while longer: what comes soon
after is told with it.

Who is told what is `news` and `gathering`; the words are `news_words`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Select, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.tables import NewsRow
from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.events import CalendarId, EventId, RecurrenceId
from calendar_core.people import PersonId
from calendar_core.report import Changed, EventNews

KEPT_FOR = timedelta(days=2)
INVITED, BROUGHT = "invited", "brought"
"""Kinds: of an invitation between people here; what the reading of a linked calendar brought."""
MOST_READ = 200
"""So many are looked at for one notice."""
_CHANGES = TypeAdapter(tuple[Changed, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What became of one event since people were told."""

    event: EventId
    what: str
    """added | changed | removed, the last of it."""
    changes: tuple[Changed, ...]
    was_told: bool
    """Whether some of it was told before."""


def changes_at_rest(changes: Sequence[Changed]) -> str:
    """As JSON."""
    return _CHANGES.dump_json(tuple(changes)).decode()


def changes_from_rest(body: str) -> tuple[Changed, ...]:
    """From JSON."""
    return _CHANGES.validate_json(body)


class Newsbook:
    """Keeps news until they are told."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def note(
        self, session: AsyncSession, news: EventNews, kind: str, changes: Sequence[Changed]
    ) -> None:
        """Keep one, in the absorb's own unit of work."""
        row = {
            "owner": news.owner,
            "calendar": news.calendar_id,
            "event": news.event_id,
            "kind": kind,
            "what": news.what,
            "body": changes_at_rest(changes),
            "at": self._clock.now(),
        }
        await session.execute(insert(NewsRow).values(row))

    async def forget_calendar(self, session: AsyncSession, calendar: CalendarId) -> None:
        """It is no longer linked: nothing of it is told any more."""
        await session.execute(delete(NewsRow).where(NewsRow.calendar == calendar))

    async def of_event(
        self, owner: PersonId, event: EventId, within: timedelta
    ) -> tuple[Changed, ...]:
        """What became of one event lately, the first before with the last after."""
        since = self._clock.now() - within
        wanted = (
            select(NewsRow)
            .where(NewsRow.owner == owner, NewsRow.event == event, NewsRow.kind == INVITED)
            .where(NewsRow.at >= since)
        )
        async with self._database.reading() as session:
            found = _together((await session.scalars(_in_order(wanted))).all())
        return found[0].changes if found else ()

    async def waiting_since(self, session: AsyncSession, owner: PersonId) -> datetime | None:
        """When the first came that somebody was not told yet; None when there is none."""
        since: datetime | None = await session.scalar(
            select(func.min(NewsRow.at)).where(
                NewsRow.owner == owner, NewsRow.kind == BROUGHT, NewsRow.told_at.is_(None)
            )
        )
        return since

    async def take(self, owner: PersonId, batch: str) -> str:
        """Put what waits for somebody under one key, that of a batch which was not told to its end
        first; empty when nothing waits."""
        mine = (NewsRow.owner == owner, NewsRow.kind == BROUGHT, NewsRow.told_at.is_(None))
        async with self._database.session() as session:
            begun: str | None = await session.scalar(
                select(NewsRow.batch).where(*mine, NewsRow.batch != "").limit(1)
            )
            if begun:
                return begun
            taken = await session.execute(update(NewsRow).where(*mine).values(batch=batch))
            return batch if taken.rowcount else ""  # type: ignore[attr-defined]

    async def batch(self, owner: PersonId, batch: str, within: timedelta) -> tuple[Noted, ...]:
        """What a batch tells, with what was told lately before it: one message says it all."""
        since = self._clock.now() - within
        wanted = (
            select(NewsRow)
            .where(NewsRow.owner == owner, NewsRow.kind == BROUGHT)
            .where(or_(NewsRow.batch == batch, NewsRow.told_at >= since))
        )
        async with self._database.reading() as session:
            return _together((await session.scalars(_in_order(wanted))).all())

    async def told(self, owner: PersonId, batch: str, within: timedelta) -> None:
        """A batch was told, with what was told `within` before it: since then it stands there."""
        now = self._clock.now()
        mine = (NewsRow.owner == owner, NewsRow.kind == BROUGHT)
        async with self._database.session() as session:
            since = await session.scalar(
                select(func.min(NewsRow.told_at)).where(*mine, NewsRow.told_at >= now - within)
            )
            await session.execute(
                update(NewsRow)
                .where(*mine, NewsRow.batch == batch, NewsRow.told_at.is_(None))
                .values(told_at=since or now)
            )

    async def forget(self, owner: PersonId) -> None:
        """Somebody does not want to be told: what waits for them goes."""
        async with self._database.session() as session:
            await session.execute(
                delete(NewsRow).where(NewsRow.owner == owner, NewsRow.kind == BROUGHT)
            )

    async def forget_old(self) -> None:
        """Upkeep: what was told, or is of no use any more."""
        async with self._database.session() as session:
            old = self._clock.now() - KEPT_FOR
            done = or_(NewsRow.kind == INVITED, NewsRow.told_at.is_not(None))
            await session.execute(delete(NewsRow).where(NewsRow.at < old, done))


def joined(changes: Iterable[Changed]) -> tuple[Changed, ...]:
    """Changes of one event in their order, as one: from how it stood first to how it stands last.

    What was changed back stays among them, with the same before and after.
    """
    found: dict[RecurrenceId, Changed] = {}
    for one in changes:
        earlier = found.get(one.recurrence_id)
        if earlier is None:
            found[one.recurrence_id] = one
            continue
        answers = {guest.address: guest for guest in (*earlier.answers, *one.answers)}
        found[one.recurrence_id] = replace(
            one, before=earlier.before, answers=tuple(answers.values()), by=one.by or earlier.by
        )
    return tuple(found.values())


def _in_order(wanted: Select[NewsRow]) -> Select[NewsRow]:
    return wanted.order_by(NewsRow.id).limit(MOST_READ)


def _together(rows: Sequence[Any]) -> tuple[Noted, ...]:
    """Rows as one entry an event, in the order in which each came up first."""
    found: dict[EventId, list[Any]] = {}
    for row in rows:
        found.setdefault(EventId(row.event), []).append(row)
    return tuple(
        Noted(
            event=event,
            what=some[-1].what,
            was_told=any(row.told_at is not None for row in some),
            changes=joined(one for row in some for one in changes_from_rest(row.body)),
        )
        for event, some in found.items()
    )
