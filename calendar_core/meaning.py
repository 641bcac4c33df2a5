"""What events mean: those close in meaning to what somebody says, where their words are others.

A model turns texts into directions (`embedder`); those of events are made in the background and
kept beside them, so that they go with them. Only the calendars of those who may look are compared.
What is told of an event to the model is its title and place, and of one that is marked private
nothing where the model is outside of this house. When to make them is `scheduler.meanings`.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core.calendars import calendars_of
from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.embedder import Embedder, EmbedderUnavailable
from calendar_core.events import Calendar, CalendarId, EventId, Occurrence, Visibility
from calendar_core.nearest import Near, standing_for
from calendar_core.occurrences import micros, occurrence_of
from calendar_core.people import PersonId
from calendar_core.tables import CalendarRow, ComponentRow, EventRow, MeaningRow
from calendar_core.vectors import Vectors, has_numpy, packed
from calendar_core.when import TimeSpan

AT_ONCE = 128
"""Texts that a model is given in one question."""
MOST_CLOSE = 3
"""Events that are told as close: a model has no sure border, only an order."""
PATIENCE = timedelta(seconds=4)
"""How long a person's search waits for the model."""
MOST_PLAIN = 2_000
"""Events that are compared where numpy is not installed: those nearest in time."""
_MOST_LOOKED_AT = 150
_MOST_KEPT = 60_000
"""Vectors that are kept in memory: a kilobyte each."""
_UNUSED = timedelta(hours=1)
"""What nobody looked at for so long is let go of."""
_MOST_LETTERS = 400
_RELATIVE = 0.75
"""Of the closest's closeness: what is less close beside it is not told."""
_log = logging.getLogger(__name__)
_Version = int | None
_MARKS = select(
    CalendarRow.id,
    select(func.max(MeaningRow.mark))
    .where(MeaningRow.calendar_id == CalendarRow.id)
    .scalar_subquery(),
).where(CalendarRow.id.in_(bindparam("calendars", expanding=True)))


@dataclass(slots=True)
class _Kept:
    """The vectors of a calendar in memory."""

    version: _Version
    vectors: Vectors
    used: datetime


class Meanings:
    """Makes, keeps and compares what events mean. Without a model nothing is close."""

    def __init__(self, database: Database, clock: Clock, embedder: Embedder | None) -> None:
        self._database = database
        self._clock = clock
        self._embedder = embedder
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        """By calendar, what was used last at the end."""

    async def stop(self) -> None:
        """Let go of the model's connections, where it has some."""
        close = getattr(self._embedder, "close", None)
        if close is not None:
            await close()

    def let_go(self, calendars: Collection[CalendarId]) -> None:
        """Forget what is in memory of some calendars."""
        for one in calendars:
            self._kept.pop(one, None)

    async def close(
        self,
        owners: Sequence[PersonId],
        words: str,
        *,
        span: TimeSpan | None = None,
        zone: ZoneInfo,
        limit: int = MOST_CLOSE,
    ) -> tuple[Occurrence, ...]:
        """Occurrences on the calendars of these owners whose events mean something close, the
        closest first; none where the model can't be asked. Of each event one (`nearest`)."""
        asked = " ".join(words.split())[:_MOST_LETTERS]
        if self._embedder is None or not asked:
            return ()
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                (wanted,) = await self._embedder.embed([asked])
        except (EmbedderUnavailable, TimeoutError) as err:
            _log.warning("action=search.meaning.unavailable model=%s", self._embedder.name)
            _log.debug("action=search.meaning.unavailable why=%s", type(err).__name__)
            return ()
        near = Near(span, self._clock.now(), zone)
        calendars = await self._database.read(lambda connection: _versions(connection, owners))
        scores: dict[str, float] = {}
        for calendar, version in calendars.values():
            vectors = await self._vectors(calendar.id, version, near.now)
            found = vectors.closest(wanted, self._embedder.floor, _MOST_LOOKED_AT)
            scores |= {id_: score for score, id_ in found}
        ids = sorted(scores, key=lambda id_: -scores[id_])[:_MOST_LOOKED_AT]
        if not ids:
            return ()
        closest = partial(self._closest, {id_: scores[id_] for id_ in ids}, near, limit)
        rows = await self._database.read(closest)
        return tuple(occurrence_of(row, calendars[row[0]][0], zone) for row in rows)

    def _closest(
        self, scores: Mapping[str, float], near: Near, limit: int, connection: Connection
    ) -> Sequence[Sequence[Any]]:
        """Of some events the closest that are there, as columns of `OCCURRENCE`."""
        rows = sorted(
            standing_for(connection, list(scores), near),
            key=lambda row: (-round(scores[row[1]], 3), near.distance(row)),
        )[: 4 * limit]
        there = {"events": [row[1] for row in rows]}
        current = _current(connection.execute(self._made, there)) if rows else ()
        told = [row for row in rows if row[1] in current]
        least = _RELATIVE * scores[told[0][1]] if told else 0.0
        return [row for row in told if scores[row[1]] >= least][:limit]

    async def _vectors(self, calendar: str, version: _Version, now: datetime) -> Vectors:
        """Those of one calendar, from memory where nothing changed."""
        assert self._embedder is not None
        while self._kept and next(iter(self._kept.values())).used < now - _UNUSED:
            self._kept.popitem(last=False)
        kept = self._kept.pop(calendar, None)
        if kept is None or kept.version != version:
            # The near ones first: of many that are as close in meaning, they are looked at.
            wanted = (
                select(MeaningRow.event_id, MeaningRow.vector)
                .join(EventRow, EventRow.id == MeaningRow.event_id)
                .where(MeaningRow.calendar_id == calendar, MeaningRow.model == self._embedder.name)
                .order_by(func.abs(EventRow.first_start - micros(now)))
                .limit(None if has_numpy() else MOST_PLAIN)
            )
            rows = await self._database.read(lambda connection: connection.execute(wanted).all())
            ids, blobs = tuple(row[0] for row in rows), [row[1] for row in rows]
            kept = _Kept(version, await asyncio.to_thread(Vectors, ids, blobs), now)
        kept.used = now
        self._kept[calendar] = kept
        while len(self._kept) > 1 and sum(map(_count, self._kept.values())) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return kept.vectors

    async def make(self, calendar_id: CalendarId, after: str = "") -> str:
        """Ask the model for some events of a calendar that have no vector yet, in the order of
        their ids; the id to go on after, empty where no more are. Raises EmbedderUnavailable."""
        if self._embedder is None:
            return ""
        wanted = (EventRow.calendar_id == calendar_id, EventRow.id > after, ~_is_made())
        unmade = self._texts(*wanted).order_by(EventRow.id).limit(AT_ONCE)
        async with self._database.reading() as session:
            texts = {id_: text for id_, _, text in await _read(session, unmade)}
        if not texts:
            return ""
        vectors = await self._embedder.embed(list(texts.values()))
        made = dict(zip(texts, vectors, strict=True))
        async with self._database.session() as session:
            mark = await self._next_mark(session, calendar_id)
            there = self._texts(EventRow.id.in_(texts)).with_for_update(read=True, of=EventRow)
            rows = [
                {
                    "event_id": id_,
                    "calendar_id": calendar,
                    "model": self._embedder.name,
                    "hash": _hash(text),
                    "mark": mark,
                    "vector": packed(made[id_]),
                }
                for id_, calendar, text in await _read(session, there)
                if text == texts[id_]
            ]
            await session.execute(delete(MeaningRow).where(MeaningRow.event_id.in_(texts)))
            if rows:
                await session.execute(insert(MeaningRow), rows)
        return max(texts)

    async def _next_mark(self, session: AsyncSession, calendar_id: CalendarId) -> int:
        """Higher than any before on a calendar, whose vectors are made by one at a time."""
        await session.get(CalendarRow, calendar_id, with_for_update=True)
        highest = select(func.max(MeaningRow.mark)).where(MeaningRow.calendar_id == calendar_id)
        return max((await session.scalar(highest) or 0) + 1, micros(self._clock.now()))

    async def forget_changed(
        self, session: AsyncSession, events: Collection[EventId]
    ) -> frozenset[EventId]:
        """Drop the vectors of those events whose text is another now, in the caller's unit of work;
        which events have none."""
        ids = list(events)
        current: frozenset[EventId] = frozenset()
        for first in range(0, len(ids), 500):
            some = ids[first : first + 500]
            still = await self._current(session, some)
            changed = [one for one in some if one not in still]
            await session.execute(delete(MeaningRow).where(MeaningRow.event_id.in_(changed)))
            current |= still
        return frozenset(events) - current

    async def look_over(self) -> Sequence[CalendarId]:
        """Drop what another model made, or an older text; which calendars have events without a
        vector. For a daily chore: it finds what changed while no model was set."""
        self._kept.clear()
        if self._embedder is None:
            await self._forget(true())
            return ()
        await self._forget(MeaningRow.model != self._embedder.name)
        async with self._database.reading() as session:
            ids = (await session.scalars(select(MeaningRow.event_id))).all()
        for first in range(0, len(ids), 500):
            async with self._database.session() as session:
                await self.forget_changed(
                    session, [EventId(one) for one in ids[first : first + 500]]
                )
        unmade = self._texts(~_is_made()).with_only_columns(EventRow.calendar_id).distinct()
        async with self._database.reading() as session:
            return [CalendarId(one) for one in await session.scalars(unmade)]

    async def _forget(self, which: ColumnElement[bool]) -> None:
        async with self._database.reading() as session:
            if await session.scalar(select(MeaningRow.event_id).where(which).limit(1)) is None:
                return
        async with self._database.session() as session:
            await session.execute(delete(MeaningRow).where(which))

    async def _current(self, session: AsyncSession, events: Collection[str]) -> frozenset[EventId]:
        """Those of some events whose vectors were made of what they say now."""
        there = {"events": list(events)}
        return _current(await session.execute(self._made, there)) if events else frozenset()

    @cached_property
    def _made(self) -> Select[*tuple[Any, ...]]:
        """What `events` say, and of which text their vectors were made."""
        made = self._texts(EventRow.id.in_(bindparam("events", expanding=True)))
        made = made.join(MeaningRow, MeaningRow.event_id == EventRow.id)
        return made.add_columns(MeaningRow.hash)

    def _texts(self, *which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
        """Ids, calendars, titles and places of events that the model may be told of."""
        assert self._embedder is not None
        looks_first = and_(ComponentRow.event_id == EventRow.id, ComponentRow.number == 0)
        may_be_told = ComponentRow.visibility == Visibility.PUBLIC
        return (
            select(EventRow.id, EventRow.calendar_id, ComponentRow.title, ComponentRow.location)
            .join(ComponentRow, looks_first)
            .where(ComponentRow.title != "", *which)
            .where(may_be_told if self._embedder.is_outside else true())
        )


def _versions(
    connection: Connection, owners: Sequence[PersonId]
) -> dict[str, tuple[Calendar, _Version]]:
    """The calendars of these owners, and what is another when vectors came. Of those that went
    nothing is told: their events are gone, or say something else."""
    calendars = {calendar.id: calendar for calendar in calendars_of(connection, owners)}
    rows = connection.execute(_MARKS, {"calendars": list(calendars)})
    return {id_: (calendars[id_], mark) for id_, mark in rows}


def _count(kept: _Kept) -> int:
    return len(kept.vectors.ids)


def _current(rows: Iterable[Sequence[Any]]) -> frozenset[EventId]:
    """Those of the rows of `Meanings._made` whose vectors were made of what they say now."""
    return frozenset(
        EventId(id_) for id_, _, title, place, made in rows if _hash(_text(title, place)) == made
    )


def _is_made() -> ColumnElement[bool]:
    return exists().where(MeaningRow.event_id == EventRow.id)


async def _read(
    session: AsyncSession, wanted: Select[*tuple[Any, ...]]
) -> list[tuple[str, str, str]]:
    """Ids, calendars and texts."""
    rows = await session.execute(wanted)
    return [(id_, calendar, _text(title, place)) for id_, calendar, title, place in rows]


def _text(title: str, place: str) -> str:
    """What a model is told of an event. Places that are addresses of pages mean nothing."""
    return (
        title[:_MOST_LETTERS]
        if not place or "://" in place
        else f"{title}, {place}"[:_MOST_LETTERS]
    )


def _hash(text: str) -> str:
    return blake2b(text.encode(), digest_size=16).hexdigest()
