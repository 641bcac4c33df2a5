"""An organization's rooms in memory. Implements `Rooms`."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from calendar_core.linking import AccountId
from calendar_core.rooms import Room, matching


@dataclass
class FakeRooms:
    """What the organization tells of its rooms."""

    listed: tuple[Room, ...] = ()
    fault: BaseException | None = None
    hangs: bool = False
    asked: list[tuple[AccountId, str]] = field(default_factory=list)

    async def rooms(self, account_id: AccountId, query: str) -> Sequence[Room]:
        self.asked.append((account_id, query))
        if self.hangs:
            await asyncio.Event().wait()
        if self.fault is not None:
            raise self.fault
        return matching(self.listed, query)
