"""A maker of calendars that tells of changes: what it promised, and requests as it would send
them."""

import json
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from calendar_core.clock import Clock
from calendar_core.errors import BadCalendarData, NotFound
from calendar_core.events import CalendarId
from calendar_core.sync.watcher import Notification, Told, Watch

WEEK = timedelta(days=7)


@dataclass
class FakeWatcher:
    """Promises for a week, or fails as it is told to."""

    clock: Clock
    prolongs: bool = False
    """Whether it prolongs a promise; else it makes a new one."""
    live: dict[str, Watch] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    """ "watch", "renew" or "stop", in order."""
    addresses: list[str] = field(default_factory=list)
    faults: deque[BaseException] = field(default_factory=deque)
    """Raised next, in order."""
    before: Callable[[str, str], Awaitable[None]] | None = None
    """Called with id and secret before it promises: what makers send at once."""

    async def watch(self, calendar_id: CalendarId, address: str, *, id: str, secret: str) -> Watch:
        self._ask("watch", address)
        if self.before is not None:
            await self.before(id, secret)
        made = Watch(
            id=id,
            calendar_id=calendar_id,
            remote=f"r{len(self.asked)}",
            secret=secret,
            until=self._until(),
        )
        self.live[made.remote] = made
        return made

    async def renew(self, watch: Watch, address: str, *, id: str, secret: str) -> Watch:
        if watch.remote not in self.live:
            self._ask("renew", address)
            raise NotFound("There is no such subscription.")
        if self.prolongs:
            self._ask("renew", address)
            held = replace(self.live[watch.remote], until=self._until())
            self.live[watch.remote] = held
            return replace(held, secret="")
        made = await self.watch(watch.calendar_id, address, id=id, secret=secret)
        self.live.pop(watch.remote)
        return made

    async def stop(self, watch: Watch) -> None:
        self._ask("stop", "")
        self.live.pop(watch.remote, None)

    def read_notification(
        self, headers: Mapping[str, str], query: Mapping[str, str], body: bytes
    ) -> Notification:
        if "validate" in query:
            return Notification(echo=query["validate"])
        try:
            return Notification(told=tuple(Told(**one) for one in json.loads(body)))
        except (ValueError, TypeError) as err:
            raise BadCalendarData("That is no notification.") from err

    def telling(self, **more: object) -> bytes:
        """What it sends when all that it watches changed."""
        told = [{"remote": one.remote, "secret": one.secret} | more for one in self.live.values()]
        return json.dumps(told).encode()

    def _until(self) -> datetime:
        return self.clock.now() + WEEK

    def _ask(self, what: str, address: str) -> None:
        self.asked.append(what)
        if address:
            self.addresses.append(address)
        if self.faults:
            raise self.faults.popleft()
