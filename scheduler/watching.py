"""Being told of changes, where a maker of calendars can: watches are asked for, renewed and ended,
and what is told leads to a round of reading.

Reading every few minutes is `syncing` and goes on, less often, whatever becomes of this: telling
may fail in silence. Watches at rest are `watches`. Needs an address on https that makers reach.
"""

import asyncio
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import uuid4

from calendar_core.accounts import Account, AccountId, Accounts
from calendar_core.clock import Clock
from calendar_core.errors import BadCalendarData, CalendarError, NotAllowed, NotFound, TryLater
from calendar_core.events import Calendar
from calendar_core.sync.watcher import Told, Watch, Watcher
from scheduler.jobs import Job
from scheduler.queue import JobQueue
from scheduler.syncing import AT_START, spread
from scheduler.watches import Asked, KeptWatch, State, Watches

log = logging.getLogger(__name__)

KIND = "watch"
TRY_AGAIN = timedelta(minutes=15)
REFUSED_FOR = timedelta(days=1)
"""How long a calendar that its maker does not watch is left alone."""
SOONEST = timedelta(minutes=1)
SETTLE = timedelta(seconds=2)
"""How long is waited for more to be told before reading: programs save in bursts."""
WITHIN = 30.0
"""Seconds that a maker may take to answer."""
_MOST_NOTED = 10_000


class HasWatcher(Protocol):
    """A maker of calendars, as far as telling goes."""

    @property
    def watcher(self) -> Watcher | None:
        """Tells of changes; None where the maker can't."""
        ...


class Maker(Protocol):
    """A maker that is loaded when it is first used."""

    async def made(self) -> HasWatcher:
        """The maker itself."""
        ...


class Reads(Protocol):
    """Who reads linked accounts."""

    async def told(self, account_id: AccountId, at: datetime) -> None:
        """Read it then, besides all other rounds."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PushAnswer:
    """What a maker is answered that told something."""

    status: int
    text: str = ""


UNKNOWN = PushAnswer(status=404)
TAKEN = PushAnswer(status=202)


class Watching:
    """Handles the jobs that look after watches, and takes what is told."""

    def __init__(
        self,
        accounts: Accounts,
        makers: Mapping[str, Maker],
        watches: Watches,
        reads: Reads,
        queue: JobQueue,
        clock: Clock,
        public_url: str | None,
    ) -> None:
        self._accounts = accounts
        self._makers = makers
        self._watches = watches
        self._reads = reads
        self._queue = queue
        self._clock = clock
        self._public_url = public_url or ""
        self._noted: dict[AccountId, datetime] = {}
        """When accounts are read for what was told already."""

    @property
    def is_on(self) -> bool:
        """Whether makers can reach us: they want https."""
        return self._public_url.startswith("https://")

    async def begin(self) -> None:
        """At start-up: look after every account's watches within a minute. What was promised to an
        earlier address counts no more."""
        await self._watches.forget_others(self._public_url)
        if not self.is_on:
            return
        now = self._clock.now()
        for account in await self._accounts.everyone():
            await self._at(account.id, now + spread(f"{KIND}:{account.id}", AT_START))

    async def soon(self, account_id: AccountId) -> None:
        """Look after an account's watches now: it was just linked."""
        if self.is_on:
            await self._at(account_id, self._clock.now())

    async def run(self, job: Job, *, late: bool) -> None:
        """Watch what is not watched of an account, renew what is half over, and come again."""
        try:
            account = await self._accounts.get(AccountId(job.payload["account"]))
        except NotFound:
            return
        watcher = await self._watcher(account.provider)
        if watcher is None or not self.is_on:
            return
        kept = await self._watches.of(account.id)
        dues = [
            await self._look_after(account, calendar, watcher, kept.get(calendar.id))
            for calendar in await self._accounts.calendars(account.id)
        ]
        # What was told meanwhile is looked after too.
        dues += [one.look_at for one in (await self._watches.of(account.id)).values()]
        if dues:
            await self._at(account.id, max(min(dues), self._clock.now() + SOONEST))

    async def end(self, account_id: AccountId) -> None:
        """Before an account is unlinked: have its maker tell no more, as far as it listens."""
        kept = await self._watches.of(account_id)
        if not kept:
            return
        await self._watches.forget(*(one.watch.id for one in kept.values()))
        account = await self._accounts.get(account_id)
        watcher = await self._watcher(account.provider)
        if watcher is None:
            return
        try:
            async with asyncio.timeout(WITHIN):
                for one in kept.values():
                    if one.is_live(self._clock.now()):
                        await watcher.stop(one.watch)
        except (CalendarError, TimeoutError) as err:
            # They end by themselves, and are not believed until then.
            log.info("not stopped account=%s error=%s", account_id, type(err).__name__)

    async def told(
        self, provider: str, headers: Mapping[str, str], query: Mapping[str, str], body: bytes
    ) -> PushAnswer:
        """A request came to our address; header names in lower case. What it tells is believed of
        whoever knows a watch's secret, and read in a moment."""
        if not self.is_on or not await self._watches.any_of(provider):
            return UNKNOWN
        watcher = await self._watcher(provider)
        if watcher is None:
            return UNKNOWN
        try:
            said = watcher.read_notification(headers, query, body)
        except BadCalendarData:
            return PushAnswer(status=400)
        if said.echo is not None:
            return PushAnswer(status=200, text=said.echo)
        believed = await self._watches.believed(provider, said.told)
        if not believed:
            return UNKNOWN
        await self._heed(believed)
        return TAKEN

    async def _heed(self, believed: list[tuple[KeptWatch, Told]]) -> None:
        now = self._clock.now()
        lapsed = {kept.watch.id for kept, told in believed if told.lapsed}
        ending = {kept.watch.id for kept, told in believed if told.renew} - lapsed
        if lapsed:
            await self._watches.mark(lapsed, now, state=State.LAPSED)
        if ending:
            await self._watches.mark(ending, now)
        for account in {kept.account for kept, told in believed if told.lapsed or told.renew}:
            await self._at(account, now)
        for account in {kept.account for kept, told in believed if told.changed or told.lapsed}:
            await self._read_soon(account, now)

    async def _read_soon(self, account: AccountId, now: datetime) -> None:
        """Once for all that is told within a moment."""
        if self._noted.get(account, now) > now:
            return
        if len(self._noted) >= _MOST_NOTED:
            self._noted.clear()
        await self._reads.told(account, now + SETTLE)
        self._noted[account] = now + SETTLE

    async def _look_after(
        self, account: Account, calendar: Calendar, watcher: Watcher, kept: KeptWatch | None
    ) -> datetime:
        """When this calendar is to be looked at again."""
        now = self._clock.now()
        if kept is not None and kept.look_at > now:
            return kept.look_at
        live = kept.watch if kept is not None and kept.is_live(now) else None
        id = uuid4().hex
        try:
            made = await self._ask(id, account, calendar, watcher, live)
        except NotAllowed:
            log.info("not watched calendar=%s", calendar.id)
            await self._watches.settle(calendar.id, id, State.REFUSED, now + REFUSED_FOR)
            return now + REFUSED_FOR
        except CalendarError as err:
            return await self._failed(id, calendar, live, err, now)
        look_at = now + max((made.until - now) / 2, SOONEST)
        await self._watches.keep(id, made, look_at)
        if live is None:
            # What changed before the promise is not told.
            await self._read_soon(account.id, now)
        return look_at

    async def _ask(
        self, id: str, account: Account, calendar: Calendar, watcher: Watcher, live: Watch | None
    ) -> Watch:
        """A new promise under this id, or a prolonged one."""
        secret = secrets.token_urlsafe(32)
        address = f"{self._public_url}/push/{account.provider}"
        await self._watches.ask(
            Asked(id=id, calendar=calendar, secret=secret, address=self._public_url),
            account.id,
            self._clock.now(),
        )
        try:
            async with asyncio.timeout(WITHIN):
                if live is None:
                    return await watcher.watch(calendar.id, address, id=id, secret=secret)
                return await watcher.renew(live, address, id=id, secret=secret)
        except TimeoutError as err:
            raise TryLater("The calendar's maker does not answer in time.") from err

    async def _failed(
        self, id: str, calendar: Calendar, live: Watch | None, err: CalendarError, now: datetime
    ) -> datetime:
        """A promise could not be had: reading goes on without, and it is tried again."""
        log.info("fail watch calendar=%s error=%s", calendar.id, type(err).__name__)
        if live is None or not isinstance(err, NotFound):
            again = now + max(getattr(err, "after", None) or TRY_AGAIN, SOONEST)
        else:
            # The one that was to be renewed is gone: another is made.
            live, again = None, now + SOONEST
        kept, state = (id, State.LAPSED) if live is None else (live.id, State.LIVE)
        await self._watches.settle(calendar.id, kept, state, again)
        return again

    async def _watcher(self, provider: str) -> Watcher | None:
        maker = self._makers.get(provider)
        return None if maker is None else (await maker.made()).watcher

    async def _at(self, account_id: AccountId, at: datetime) -> None:
        job = Job(kind=KIND, key=f"{KIND}:{account_id}", run_at=at, payload={"account": account_id})
        await self._queue.enqueue(job)
