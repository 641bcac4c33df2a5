"""When linked calendars are read: each account every few minutes, spread out, less often while it
fails.

One round of one calendar is `calendar_core.sync.engine`; here is when it runs, and what its failure
means for the account. A job is an account's, so that one server sees one caller of it at a time.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit
from zlib import crc32

from calendar_core.accounts import Account, AccountId, Accounts
from calendar_core.clock import Clock
from calendar_core.errors import CalendarError, DatabaseUnusable, NotFound, SignInNeeded, TryLater
from calendar_core.events import Calendar
from calendar_core.sync.engine import SyncEngine
from calendar_core.sync.plan import LOOK_AGAIN, TOLD, Came
from calendar_core.sync.reader import CalendarReader
from calendar_core.sync.state import Overtaken, SyncState, SyncStates
from scheduler.breaker import Breaker
from scheduler.jobs import Job
from scheduler.notices import AccountUnwell, Notifier
from scheduler.queue import JobQueue

log = logging.getLogger(__name__)

KIND = "sync"
EVERY = timedelta(minutes=5)
WATCHED_EVERY = timedelta(minutes=30)
"""Where the provider tells us of changes: what it forgets to tell is found then."""
SELDOM = {"feed": timedelta(minutes=15)}
"""Providers that nobody wants asked more often."""
AT_START = timedelta(minutes=1)
"""Over how long the accounts are spread when a process starts."""
AT_MOST = timedelta(minutes=8)
"""How long a calendar may take, less than a job may; the next round does the rest."""
FOLLOWS_WITHIN = timedelta(minutes=1)
"""The round that is due at once is left to the next job when reading took longer: jobs must end."""
SIDE_BY_SIDE = 16
"""Accounts that are read at a time, in a worker of their own: reminders do not wait for servers."""

Watch = Callable[[Calendar, Came], None]
"""Told after each page how far a calendar has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How reading one calendar ended."""

    calendar: Calendar
    came: Came | None
    """None: nothing could be read."""
    error: CalendarError | None = None
    """Beside what came: all is mirrored, and the round that should have followed failed."""

    def followed_by(self, later: "Outcome") -> "Outcome":
        """With how one more round ended."""
        if self.came is None or later.came is None:
            return replace(self, error=later.error)
        return replace(later, came=self.came.followed_by(later.came))


class Covered(Protocol):
    """Whether providers tell us of changes."""

    async def cover(self, account: AccountId, now: datetime) -> bool:
        """Whether all that changes on an account is told."""
        ...


class Syncing:
    """Handles the jobs that read linked accounts, and keeps them waiting."""

    def __init__(
        self,
        accounts: Accounts,
        states: SyncStates,
        engine: SyncEngine,
        readers: Mapping[str, CalendarReader],
        queue: JobQueue,
        clock: Clock,
        notifier: Notifier,
        watches: Covered | None = None,
    ) -> None:
        self._accounts = accounts
        self._states = states
        self._engine = engine
        self._readers = readers
        self._queue = queue
        self._clock = clock
        self._notifier = notifier
        self._watches = watches
        self._breaker = Breaker()

    async def begin(self) -> None:
        """At start-up: read every account within a minute."""
        now = self._clock.now()
        for account in await self._accounts.everyone():
            await self._at(account.id, now + spread(account.id, AT_START))

    async def soon(self, account_id: AccountId) -> None:
        """Read an account now: it was just linked, or its provider says that something changed."""
        await self._at(account_id, self._clock.now())

    async def told(self, account_id: AccountId, at: datetime) -> None:
        """Read an account then, because its provider says that something changed. Besides all other
        rounds: one that is under way now may have passed what changed."""
        key = f"{KIND}:{account_id}:told"
        job = Job(kind=KIND, key=key, run_at=at, payload={"account": account_id})
        await self._queue.enqueue(job)

    async def run(self, job: Job, *, late: bool) -> None:
        """Read what is due of an account, and come again."""
        try:
            account = await self._accounts.get(AccountId(job.payload["account"]))
        except NotFound:
            return
        await self.sync(account)
        states = await self._states.all(account.id)
        if states:
            now = self._clock.now()
            every = await self._every(account, now)
            await self._at(account.id, next_look(account.id, states, now, every))

    async def _every(self, account: Account, now: datetime) -> timedelta:
        if self._watches is not None and await self._watches.cover(account.id, now):
            return WATCHED_EVERY
        return SELDOM.get(account.provider, EVERY)

    async def sync(
        self, account: Account, *, all_of_it: bool = False, watch: Watch | None = None
    ) -> Sequence[Outcome]:
        """Read the calendars of an account that are due, or all of them; how each ended. What wants
        one more round at once has it when all are read, if there is time. When the account itself
        is refused, the rest is not asked for, and its owner is told once."""
        reader = self._readers.get(account.provider)
        if reader is None:
            log.warning("skip sync account=%s: no provider %s", account.id, account.provider)
            return ()
        outcomes: list[Outcome] = []
        now = self._clock.now()
        for state in await self._states.all(account.id):
            if not all_of_it and state.next_at is not None and state.next_at > now:
                continue
            outcomes.append(await self._one(account, state.calendar, reader, watch))
            if await self._is_refused(account, outcomes[-1]):
                return outcomes
        for place, before in enumerate(outcomes):
            is_wanted = before.came is not None and before.came.again
            if not is_wanted or self._clock.now() - now > FOLLOWS_WITHIN:
                continue
            then = await self._one(account, before.calendar, reader, None)
            outcomes[place] = before.followed_by(then)
            if await self._is_refused(account, then):
                return outcomes
        if any(one.error is None for one in outcomes):
            await self._accounts.well(account.id)
        return outcomes

    async def _is_refused(self, account: Account, outcome: Outcome) -> bool:
        if not isinstance(outcome.error, SignInNeeded):
            return False
        await self._refused(account, str(outcome.error))
        return True

    async def _one(
        self, account: Account, calendar: Calendar, reader: CalendarReader, watch: Watch | None
    ) -> Outcome:
        server = urlsplit(account.url).hostname or account.provider
        try:
            came = await self._asked(server, calendar, reader, watch)
        except Overtaken:
            # Another process reads it just now.
            return Outcome(calendar=calendar, came=Came())
        except DatabaseUnusable:
            raise
        except CalendarError as err:
            await self._states.failed(calendar.id, err)
            log.info("fail sync calendar=%s error=%s", calendar.id, type(err).__name__)
            return Outcome(calendar=calendar, came=None, error=err)
        if came.is_news or came.doubted:
            log.info("sync calendar=%s %s", calendar.id, counted(came))
        return Outcome(calendar=calendar, came=came)

    async def _asked(
        self, server: str, calendar: Calendar, reader: CalendarReader, watch: Watch | None
    ) -> Came:
        """Read one calendar, unless its server is to be left alone."""
        now = self._clock.now()
        until = self._breaker.left_alone_until(server, now)
        if until is not None:
            raise TryLater(f"{server} does not answer.", until - now)

        def progress(came: Came) -> None:
            if watch is not None:
                watch(calendar, came)

        try:
            async with asyncio.timeout(AT_MOST.total_seconds()):
                came = await self._engine.sync(calendar.id, reader, progress)
        except TimeoutError as err:
            self._breaker.failed(server, now)
            raise TryLater(f"{server} is too slow.") from err
        except TryLater:
            self._breaker.failed(server, now)
            raise
        except (SignInNeeded, NotFound):
            self._breaker.answered(server)
            raise
        self._breaker.answered(server)
        return came

    async def _refused(self, account: Account, why: str) -> None:
        """Nothing more is read with these credentials: its owner is told, under one key."""
        await self._accounts.unwell(account.id, why)
        try:
            unwell = await self._accounts.get(account.id)
        except NotFound:
            return
        if unwell.unwell_since is not None:
            await self._notifier.deliver(
                AccountUnwell(
                    key=f"unwell:{account.id}:{unwell.unwell_since:%Y%m%dT%H%M%S}",
                    owner=account.owner,
                    provider=account.provider,
                    address=account.address,
                    account=account.id,
                    why=why,
                )
            )

    async def _at(self, account_id: AccountId, at: datetime) -> None:
        job = Job(kind=KIND, key=f"{KIND}:{account_id}", run_at=at, payload={"account": account_id})
        await self._queue.enqueue(job)


def spread(account_id: str, over: timedelta) -> timedelta:
    """Always the same part of a stretch for an account, another for most others."""
    return over * (crc32(account_id.encode()) / 2**32)


def next_look(
    account_id: str, states: Sequence[SyncState], now: datetime, every: timedelta = EVERY
) -> datetime:
    """When an account is due again: by its first calendar that is."""
    regular = now + every + spread(account_id, AT_START)
    dues = [one.next_at if one.next_at is not None else regular for one in states]
    dues += [one.doubted_since + LOOK_AGAIN for one in states if one.doubted_since is not None]
    return min((max(one, now + timedelta(seconds=10)) for one in dues), default=regular)


def counted(came: Came) -> str:
    """What a round did, in figures: "added=2 moved=1"."""
    names = (*TOLD, "doubted", "unreadable")
    told = [f"{name}={getattr(came, name)}" for name in names if getattr(came, name)]
    return " ".join(told) or "nothing new"
