"""A calendar provider in memory: reader and writer over one dictionary, with faults to be had."""

import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

from calendar_core.changes.change import ChangeId, Write
from calendar_core.changes.confirmed import ConfirmedChange
from calendar_core.changes.writer import Written
from calendar_core.errors import ChangedMeanwhile, CursorDied, NotFound
from calendar_core.events import Calendar, CalendarId, Resource
from calendar_core.ics.reading import read
from calendar_core.people import PersonId
from calendar_core.sync.reader import AGAIN, Page
from calendar_core.sync.versions import Versions
from calendar_core.when import TimeSpan

_Spot = tuple[CalendarId, str]
LISTING, PAGE, WRITING, WROTE = "listing", "page", "writing", "wrote"
"""Where faults and hooks come: before a round's first answer, when a page is on its way, before a
write, and after it was kept but before that is known."""


@dataclass
class FakeProvider:
    """What the provider holds; `reader` and `writer` are its two doors."""

    listed: list[Calendar] = field(default_factory=list)
    held: dict[_Spot, Resource] = field(default_factory=dict)
    log: list[_Spot] = field(default_factory=list)
    """What was touched, in order: a cursor is a place in it."""
    written: set[ChangeId] = field(default_factory=set)
    writes: int = 0
    """How many writes reached a calendar."""
    page_size: int = 1000
    dead_before: int = 0
    """Cursors from before this place in the log are dead."""
    has_lost_all: bool = False
    """Whether it answers as if it held nothing: a server's mistake."""
    resumes: bool = False
    """Whether a round that is broken off can go on where it was."""
    mirrored: Versions | None = None
    """What a mirror holds: then all is told before there is a cursor, as of large calendars."""
    reads: int = 0
    """How many rounds of reading were begun."""
    faults: dict[str, deque[BaseException | None]] = field(default_factory=dict)
    """What is raised next at each place; None lets one pass."""
    hooks: dict[str, Callable[[], Awaitable[None]]] = field(default_factory=dict)
    """What happens there first."""

    @property
    def reader(self) -> "FakeReader":
        """The port that reads."""
        return FakeReader(self)

    @property
    def writer(self) -> "FakeWriter":
        """The port that writes."""
        return FakeWriter(self)

    def put(self, calendar_id: CalendarId, uid: str, ics: str | None) -> None:
        """Store a text, or that there is none, under a new version."""
        self.writes += 1
        self.log.append((calendar_id, uid))
        self.held.pop((calendar_id, uid), None)
        if ics is not None:
            version = f"v{len(self.log)}"
            self.held[calendar_id, uid] = Resource(uid=uid, ics=ics, etag=version)

    def of(self, calendar_id: CalendarId) -> dict[str, Resource]:
        """What a calendar holds, by UID."""
        return {uid: one for (where, uid), one in self.held.items() if where == calendar_id}

    def let_cursors_die(self) -> None:
        """None that was given out so far is good any more."""
        self.log.append((CalendarId(""), ""))
        self.dead_before = len(self.log)

    def fail(self, where: str, *faults: BaseException | None) -> None:
        """Have the next calls at a place fail, or pass."""
        self.faults.setdefault(where, deque()).extend(faults)

    async def reach(self, where: str) -> None:
        """A call has come so far: its hook, then its fault."""
        hook = self.hooks.get(where)
        if hook is not None:
            await hook()
        fault = self.faults[where].popleft() if self.faults.get(where) else None
        if fault is not None:
            raise fault


class FakeReader:
    """Reads the provider in memory."""

    def __init__(self, provider: FakeProvider) -> None:
        self._provider = provider

    async def calendars(self, owner: PersonId) -> tuple[Calendar, ...]:
        """A person's calendars."""
        return tuple(one for one in self._provider.listed if one.owner == owner)

    async def changes_since(
        self, calendar_id: CalendarId, cursor: str | None
    ) -> AsyncIterator[Page]:
        """What was touched since; without a cursor, what there is. The cursor is that of the
        beginning: what comes in between is told the next time too."""
        provider = self._provider
        provider.reads += 1
        await provider.reach(LISTING)
        self._known(calendar_id)
        now, touched = self._due(calendar_id, cursor or None)
        kept = await self._kept(calendar_id, touched) if cursor == AGAIN else ()
        touched = [uid for uid in touched if uid not in kept]
        after = AGAIN if cursor is None and provider.mirrored is not None else str(now)
        size = provider.page_size
        for first in range(0, max(len(touched), 1), size):
            found = {
                uid: None if provider.has_lost_all else provider.held.get((calendar_id, uid))
                for uid in touched[first : first + size]
            }
            await provider.reach(PAGE)
            yield Page(
                changed=tuple(one for one in found.values() if one is not None),
                removed=tuple(uid for uid, one in found.items() if one is None),
                kept=kept,
                cursor=after if first + size >= len(touched) else None,
                resume=json.dumps([now, touched[first + size :]]) if provider.resumes else None,
            )

    async def _kept(self, calendar_id: CalendarId, uids: list[str]) -> tuple[str, ...]:
        """Those that the mirror holds as they are here."""
        if self._provider.mirrored is None:
            return ()
        mirrored = await self._provider.mirrored.versions(calendar_id)
        there = self._provider.of(calendar_id)
        return tuple(uid for uid in uids if uid in mirrored and mirrored[uid] == there[uid].etag)

    def _due(self, calendar_id: CalendarId, cursor: str | None) -> tuple[int, list[str]]:
        """Where the log ends, and what is to be told up to there."""
        provider = self._provider
        log, now = provider.log, len(provider.log)
        if cursor is not None and cursor.startswith("["):
            at, left = json.loads(cursor)
            if at < provider.dead_before:
                raise CursorDied("That is no cursor of this calendar.")
            return at, left
        if cursor is not None and not (
            cursor.isdigit() and provider.dead_before <= int(cursor) <= now
        ):
            raise CursorDied("That is no cursor of this calendar.")
        since = log[int(cursor or 0) : now]
        touched = list(dict.fromkeys(uid for one, uid in since if one == calendar_id))
        if cursor is None:
            touched = [uid for uid in touched if uid in provider.of(calendar_id)]
        if provider.has_lost_all:
            ever = dict.fromkeys(uid for one, uid in log if one == calendar_id)
            touched = [] if cursor is None else list(ever)
        return now, touched

    async def busy(self, calendar_id: CalendarId, span: TimeSpan) -> tuple[TimeSpan, ...]:
        """The times of single events."""
        self._known(calendar_id)
        whens = [read(one.ics)[0].when for one in self._provider.of(calendar_id).values()]
        taken = [one for one in whens if isinstance(one, TimeSpan) and one.overlaps(span)]
        return tuple(sorted(taken, key=lambda one: one.start))

    def _known(self, calendar_id: CalendarId) -> None:
        if all(one.id != calendar_id for one in self._provider.listed):
            raise NotFound("There is no such calendar.")


class FakeWriter:
    """Writes to the provider in memory."""

    def __init__(self, provider: FakeProvider) -> None:
        self._provider = provider

    async def apply(self, change: ConfirmedChange) -> tuple[Written, ...]:
        """All writes or none; a repeat finds its own work done."""
        provider = self._provider
        await provider.reach(WRITING)
        if change.id not in provider.written:
            for write in change.writes:
                self._check(write)
            for write in change.writes:
                if self._text(write) != write.after:
                    provider.put(write.calendar_id, write.uid, write.after)
            provider.written.add(change.id)
        answer = tuple(
            Written(
                calendar_id=write.calendar_id,
                uid=write.uid,
                resource=provider.held.get((write.calendar_id, write.uid)),
            )
            for write in change.writes
        )
        await provider.reach(WROTE)
        return answer

    def _check(self, write: Write) -> None:
        standing = self._provider.held.get((write.calendar_id, write.uid))
        same = (standing.etag if standing else "") == write.etag
        if not same and self._text(write) != write.after:
            raise ChangedMeanwhile("This has changed meanwhile.")

    def _text(self, write: Write) -> str | None:
        standing = self._provider.held.get((write.calendar_id, write.uid))
        return standing.ics if standing else None
