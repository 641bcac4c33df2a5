"""An organization's directory in memory: who is taken when, and who is not told. Implements
`Colleagues`, and stands for a maker of calendars where one is asked of others' time."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from calendar_core.colleagues import Colleagues
from calendar_core.errors import NotFound
from calendar_core.events import CalendarId
from calendar_core.linking import AccountId
from calendar_core.rooms import Rooms
from calendar_core.when import TimeSpan


@dataclass
class FakeColleagues:
    """What the organization tells."""

    taken: dict[str, tuple[TimeSpan, ...]] = field(default_factory=dict)
    """By mail address; whoever is not here is not told."""
    calendars: dict[CalendarId, tuple[TimeSpan, ...]] = field(default_factory=dict)
    """What single calendars answer when asked directly."""
    fault: BaseException | None = None
    hangs: bool = False
    asked: list[tuple[AccountId, tuple[str, ...]]] = field(default_factory=list)
    asks: bool = True
    """Whether this maker can ask for colleagues at all."""
    rooms: Rooms | None = None
    """Asks for rooms, where this maker has some."""

    async def made(self) -> "FakeColleagues":
        return self

    @property
    def colleagues(self) -> Colleagues | None:
        return self if self.asks else None

    async def busy_of(
        self, account_id: AccountId, addresses: Sequence[str], span: TimeSpan
    ) -> Mapping[str, tuple[TimeSpan, ...]]:
        self.asked.append((account_id, tuple(addresses)))
        await self._answering()
        return {
            one: tuple(each for each in self.taken[one] if each.overlaps(span))
            for one in addresses
            if one in self.taken
        }

    async def busy(self, calendar_id: CalendarId, span: TimeSpan) -> tuple[TimeSpan, ...]:
        await self._answering()
        if calendar_id not in self.calendars:
            raise NotFound("That calendar is not there.")
        return tuple(one for one in self.calendars[calendar_id] if one.overlaps(span))

    async def _answering(self) -> None:
        if self.hangs:
            await asyncio.Event().wait()
        if self.fault is not None:
            raise self.fault
