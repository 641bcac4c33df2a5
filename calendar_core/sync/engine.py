"""One round of one calendar: what its provider holds is brought into the mirror.

A round goes on where the last one ended (the cursor), or reads all. It may be cut off anywhere:
what was stored stands, the cursor is saved last, and the next round does the rest, from halfway
(`halfway`) where the reader can go on there; the mirror takes nothing in twice. What is decided is
`plan`, what is kept `state`, when rounds run `scheduler.syncing`.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core.clock import Clock
from calendar_core.errors import BadCalendarData, CursorDied, TryLater
from calendar_core.events import CalendarId, EventId, Resource, event_id
from calendar_core.mirror import Mirror
from calendar_core.sync.halfway import Halfway
from calendar_core.sync.plan import Came, Gathered, is_believed
from calendar_core.sync.reader import AGAIN, CalendarReader, Page
from calendar_core.sync.state import Begun, SyncStates

TRIES = 3
"""How often a round begins anew: its cursor died, or what it read was changed here meanwhile."""
BATCH = 250
"""UIDs that go in one unit of work."""
Progress = Callable[[Came], None]
"""Called after each page with what came so far."""


class SyncEngine:
    """Brings the mirror in step with a provider, a calendar at a time."""

    def __init__(self, mirror: Mirror, states: SyncStates, clock: Clock) -> None:
        self._mirror = mirror
        self._states = states
        self._clock = clock

    async def sync(
        self, calendar_id: CalendarId, reader: CalendarReader, progress: Progress | None = None
    ) -> Came:
        """One round. Repeating it is harmless, and so is breaking it off.

        Raises SignInNeeded, NotAllowed, NotFound, TryLater, and Overtaken when another round of the
        calendar began meanwhile.
        """
        came = Came()
        for _ in range(TRIES):
            begun = await self._states.begin(calendar_id)
            round_ = _Round(self._mirror, self._states, begun, came, progress, self._clock)
            try:
                cursor = await round_.read(reader)
            except CursorDied:
                await self._states.forget_cursor(begun)
                came = round_.came
                continue
            came = round_.came
            if round_.left_out:
                await self._states.keep_halfway(begun, None)
                continue
            return await self._finish(round_, cursor)
        raise TryLater("It changes faster than it can be read.")

    async def _finish(self, round_: "_Round", cursor: str) -> Came:
        """Let go what is gone, if that is believed, and save the cursor."""
        begun, now = round_.begun, self._clock.now()
        gone = round_.gathered.gone(begun.known)
        at_stake = 0
        if gone:
            # Of those that are told as gone, some were never here.
            gone = await self._states.mirrored_of(begun.calendar.id, gone)
            at_stake = await self._states.mirrored(begun.calendar.id) - round_.seen_before
        since, full = begun.doubted_since, begun.is_full
        if not gone or is_believed(
            len(gone), at_stake, full=full, doubted_since=since, at=begun.at
        ):
            for first in range(0, len(gone), BATCH):
                await round_.absorb((), gone[first : first + BATCH])
            came = replace(round_.came, again=cursor == AGAIN)
            await self._states.finish(begun, came, cursor)
            return came
        # Without a cursor the next round reads all: what is there is listed then.
        doubted = replace(round_.came, doubted=len(gone))
        await self._states.finish(begun, doubted, None, doubted_since=since or now)
        return doubted


class _Round:
    """One way through the pages."""

    def __init__(
        self,
        mirror: Mirror,
        states: SyncStates,
        begun: Begun,
        came: Came,
        progress: Progress | None,
        clock: Clock,
    ) -> None:
        self._mirror = mirror
        self._clock = clock
        self._states = states
        self._progress = progress
        self.begun = begun
        halfway = begun.halfway
        came = came if halfway is None else halfway.came
        self.came = replace(came, full=came.full or begun.is_full)
        self.gathered = Gathered() if halfway is None else halfway.gathered()
        self.seen_before = len(self.gathered.seen)
        """Of how many its pages have no more to tell: an earlier try's had."""
        self.left_out = False
        """Whether something was read that had changed here meanwhile."""

    async def read(self, reader: CalendarReader) -> str:
        """Absorb what the pages bring, and gather what is gone; the next cursor."""
        cursor = None
        halfway = self.begun.halfway
        begin = self.begun.cursor if halfway is None else halfway.resume
        pages = reader.changes_since(self.begun.calendar.id, begin)
        async with aclosing(_one_ahead(pages)) as coming:
            async for page in coming:
                there = (*(one.uid for one in page.changed), *page.kept)
                self.gathered.take(there, page.removed)
                await self.absorb(await self._kept(page.changed), ())
                cursor = page.cursor
                if page.resume is not None and not (self.left_out or self.gathered.removed):
                    await self._states.keep_halfway(self.begun, self._halfway(page.resume))
                if self._progress is not None:
                    self._progress(self.came)
        if cursor is None:
            raise TryLater("The list of changes broke off.")
        return cursor

    def _halfway(self, resume: str) -> Halfway:
        return Halfway(
            resume=resume,
            is_full=self.begun.is_full,
            began=self.begun.at,
            touched=self.begun.touched,
            seen=tuple(self.gathered.seen) if self.begun.is_full else (),
            came=self.came,
            at=self._clock.now(),
        )

    async def absorb(self, changed: Sequence[Resource], removed: Sequence[str]) -> None:
        """Store, save for what changed here since the round began."""
        if not changed and not removed:
            return
        ids = {event_id(self.begun.calendar.id, uid) for uid in removed}
        ids |= {event_id(self.begun.calendar.id, one.uid) for one in changed}

        async def hold(session: AsyncSession) -> Collection[EventId]:
            held = ids & await self._states.may_store(session, self.begun)
            self.left_out = self.left_out or bool(held)
            return held

        report = await self._mirror.absorb(self.begun.calendar.id, changed, removed, hold=hold)
        self.came = replace(self.came.and_then(report), read=self.came.read + len(changed))

    async def _kept(self, changed: Sequence[Resource]) -> Sequence[Resource]:
        """The resources as they may be kept: of a calendar that is linked for free/busy only, their
        times."""
        if not self.begun.free_busy_only or not changed:
            return changed
        kept, unreadable = await asyncio.to_thread(_bare, changed, self.begun)
        self.came = replace(self.came, unreadable=self.came.unreadable + unreadable)
        return kept


def _bare(changed: Sequence[Resource], begun: Begun) -> tuple[list[Resource], int]:
    # Late: it needs the iCalendar libraries, which nobody waits for before the first prompt.
    from calendar_core.ics.bare import bare
    from calendar_core.indexing import addresses_of

    kept, known_as = [], addresses_of(begun.calendar)
    for one in changed:
        with suppress(BadCalendarData):
            kept.append(bare(one, known_as))
    return kept, len(changed) - len(kept)


async def _one_ahead(pages: AsyncIterator[Page]) -> AsyncGenerator[Page, None]:
    """The same pages; the next one is fetched while one is absorbed."""
    coming = asyncio.ensure_future(_next(pages))
    try:
        while (page := await coming) is not None:
            coming = asyncio.ensure_future(_next(pages))
            await asyncio.sleep(0)  # the question is out before this page keeps the loop busy
            yield page
    finally:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)
        if isinstance(pages, AsyncGenerator):
            await pages.aclose()


async def _next(pages: AsyncIterator[Page]) -> Page | None:
    return await anext(pages, None)
