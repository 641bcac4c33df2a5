"""What asking models took, at rest: a row a turn. Nothing of what was said stands there.

What may be taken is decided by `quotas`; which model is asked by `choosing`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from bot.spending import Prices, Spent, Taken
from bot.tables import ModelUsageRow, PersonRow
from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.people import PersonId


class Meter(Protocol):
    """Counts what models took, for monitoring; it never sees whose it was."""

    def spent(self, model: str, spent: Spent) -> None:
        """A turn took this."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What one turn took."""

    at: datetime
    person: PersonId
    name: str
    """What the person is called; empty for somebody who was erased."""
    zone: ZoneInfo
    """Theirs; UTC for somebody who was erased."""
    model: str
    spent: Spent
    """Without calls: rules played it."""
    cost: int | None
    """Millionths of the operator's currency; None where a price was not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What one person's turns with one model took on one day."""

    day: date
    person: PersonId
    name: str
    """What the person is called; empty for somebody who was erased."""
    model: str
    turns: int
    spent: Spent
    cost: int | None
    """Millionths of the operator's currency; None where a price was not known."""


class Usage:
    """Keeps what models took, and counts it."""

    def __init__(self, database: Database, clock: Clock, meter: Meter | None = None) -> None:
        self._database = database
        self._clock = clock
        self._meter = meter

    async def record(
        self, person: PersonId, model: str, spent: Spent, prices: Prices | None
    ) -> None:
        """Keep what a turn took; its cost is that of today's prices, also when they change."""
        if self._meter is not None and spent.calls:
            self._meter.spent(model, spent)
        async with self._database.session() as session:
            session.add(
                ModelUsageRow(
                    person=person,
                    model=model,
                    at=self._clock.now(),
                    calls=spent.calls,
                    tokens_in=spent.tokens_in,
                    tokens_cached=spent.tokens_cached,
                    tokens_out=spent.tokens_out,
                    cost=prices.of(spent) if prices is not None else None,
                )
            )

    async def turns_since(self, person: PersonId, since: datetime) -> list[tuple[datetime, int]]:
        """When somebody's turns were, and how often a model was asked in each; oldest first."""
        async with self._database.reading() as session:
            rows = await session.execute(
                select(ModelUsageRow.at, ModelUsageRow.calls)
                .where(ModelUsageRow.person == person, ModelUsageRow.at > since)
                .order_by(ModelUsageRow.at)
            )
            return [(row.at, row.calls) for row in rows]

    async def taken_since(self, since: datetime, person: PersonId | None = None) -> Taken:
        """What was taken, as limits count it; by everybody where nobody is named."""
        tokens = ModelUsageRow.tokens_in + ModelUsageRow.tokens_out
        statement = select(
            func.coalesce(func.sum(tokens), 0), func.coalesce(func.sum(ModelUsageRow.cost), 0)
        ).where(ModelUsageRow.at >= since)
        if person is not None:
            statement = statement.where(ModelUsageRow.person == person)
        async with self._database.reading() as session:
            found = (await session.execute(statement)).one()
        return Taken(tokens=int(found[0] or 0), cost=int(found[1] or 0))

    async def turns(self, since: datetime, person: PersonId | None = None) -> Sequence[Played]:
        """Every turn that is kept, those of rules as well; oldest first."""
        statement = (
            select(ModelUsageRow, PersonRow.name, PersonRow.zone)
            .outerjoin(PersonRow, PersonRow.id == ModelUsageRow.person)
            .where(ModelUsageRow.at >= since)
            .order_by(ModelUsageRow.at, ModelUsageRow.id)
        )
        if person is not None:
            statement = statement.where(ModelUsageRow.person == person)
        async with self._database.reading() as session:
            rows = await session.execute(statement)
            return [_played(row, name or "", zone or "UTC") for row, name, zone in rows]

    async def by_day(
        self, since: datetime, zone: ZoneInfo, person: PersonId | None = None
    ) -> Sequence[Used]:
        """Who took what on which day of this zone, newest day first; turns by rules left out."""
        return by_day(await self.turns(since, person), zone)


def by_day(turns: Iterable[Played], zone: ZoneInfo) -> Sequence[Used]:
    """Who took what on which day of this zone, newest day first; turns by rules left out."""
    found: dict[tuple[date, str, str], Used] = {}
    for turn in turns:
        if turn.spent.calls:
            one = _used(turn, zone)
            key = (one.day, one.person, one.model)
            found[key] = _together(found[key], one) if key in found else one
    return sorted(
        found.values(), key=lambda one: (-one.day.toordinal(), one.name, one.person, one.model)
    )


def _played(row: ModelUsageRow, name: str, zone: str) -> Played:
    return Played(
        at=row.at,
        person=PersonId(row.person),
        name=name,
        zone=ZoneInfo(zone),
        model=row.model,
        spent=Spent(
            calls=row.calls,
            tokens_in=row.tokens_in,
            tokens_cached=row.tokens_cached,
            tokens_out=row.tokens_out,
        ),
        cost=row.cost,
    )


def _used(turn: Played, zone: ZoneInfo) -> Used:
    return Used(
        day=turn.at.astimezone(zone).date(),
        person=turn.person,
        name=turn.name,
        model=turn.model,
        turns=1,
        spent=turn.spent,
        cost=turn.cost,
    )


def _together(one: Used, other: Used) -> Used:
    costs = (one.cost, other.cost)
    return Used(
        day=one.day,
        person=one.person,
        name=one.name,
        model=one.model,
        turns=one.turns + other.turns,
        spent=one.spent + other.spent,
        cost=None if None in costs else sum(cost for cost in costs if cost is not None),
    )
