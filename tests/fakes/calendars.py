"""A calendar provider in memory: reader and writer over one dictionary."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from calendar_core.changes.change import ChangeId, Write
from calendar_core.changes.confirmed import ConfirmedChange
from calendar_core.changes.writer import Written
from calendar_core.errors import ChangedMeanwhile, CursorDied, NotFound
from calendar_core.events import Calendar, CalendarId, Resource
from calendar_core.ics.reading import read
from calendar_core.people import PersonId
from calendar_core.sync.reader import Page
from calendar_core.when import TimeSpan

_Spot = tuple[CalendarId, str]


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
        """What was touched since."""
        self._known(calendar_id)
        log = self._provider.log
        if cursor is not None and not (cursor.isdigit() and int(cursor) <= len(log)):
            raise CursorDied("That is no cursor of this calendar.")
        touched = dict.fromkeys(uid for one, uid in log[int(cursor or 0) :] if one == calendar_id)
        found = {uid: self._provider.held.get((calendar_id, uid)) for uid in touched}
        yield Page(
            changed=tuple(one for one in found.values() if one is not None),
            removed=tuple(uid for uid, one in found.items() if one is None),
            cursor=str(len(log)),
        )

    async def busy(self, calendar_id: CalendarId, span: TimeSpan) -> tuple[TimeSpan, ...]:
        """The times of single events."""
        self._known(calendar_id)
        whens = [
            read(one.ics)[0].when
            for (calendar, _), one in self._provider.held.items()
            if calendar == calendar_id
        ]
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
        if change.id not in provider.written:
            for write in change.writes:
                self._check(write)
            for write in change.writes:
                if self._text(write) != write.after:
                    provider.put(write.calendar_id, write.uid, write.after)
            provider.written.add(change.id)
        return tuple(
            Written(
                calendar_id=write.calendar_id,
                uid=write.uid,
                resource=provider.held.get((write.calendar_id, write.uid)),
            )
            for write in change.writes
        )

    def _check(self, write: Write) -> None:
        standing = self._provider.held.get((write.calendar_id, write.uid))
        same = (standing.etag if standing else "") == write.etag
        if not same and self._text(write) != write.after:
            raise ChangedMeanwhile("This has changed meanwhile.")

    def _text(self, write: Write) -> str | None:
        standing = self._provider.held.get((write.calendar_id, write.uid))
        return standing.ics if standing else None
