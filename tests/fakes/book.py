"""What models took, in memory."""

import asyncio
from datetime import datetime

from bot.spending import Prices, Spent, Taken, taken
from calendar_core.clock import Clock
from calendar_core.people import PersonId


class FakeBook:
    """Keeps rows; each call lets others run meanwhile, as a database does."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.rows: list[tuple[datetime, PersonId, str, Spent, Taken]] = []

    async def record(
        self, person: PersonId, model: str, spent: Spent, prices: Prices | None
    ) -> None:
        await asyncio.sleep(0)
        self.rows.append((self._clock.now(), person, model, spent, taken(spent, prices)))

    async def turns_since(self, person: PersonId, since: datetime) -> list[tuple[datetime, int]]:
        await asyncio.sleep(0)
        return [(at, one.calls) for at, who, _, one, _ in self.rows if who == person and at > since]

    async def taken_since(self, since: datetime, person: PersonId | None = None) -> Taken:
        await asyncio.sleep(0)
        mine = [row for row in self.rows if row[0] >= since and person in (None, row[1])]
        return sum((row[4] for row in mine), Taken())
