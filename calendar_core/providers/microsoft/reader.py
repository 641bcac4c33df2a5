"""Reading calendars in Microsoft 365 and Outlook.com: what changed in a window of time.

Graph tells changes of what happens between two instants (`calendarView/delta`), and no more. The
window lies around the present; when that has moved on for a month, all of a new one is read. What
lies outside it is no news: it stays mirrored as it was, for it was not deleted by anybody.

The list names occurrences. Each series among them is read whole, once a round. Of what is removed
it says nothing but an id, and names ids too that were never in the window: an unknown one may be
an occurrence of a series, so the versions of all series are compared then.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from calendar_core.busy import busy_spans
from calendar_core.calendars import new_calendar
from calendar_core.clock import Clock
from calendar_core.errors import BadCalendarData, CursorDied, TryLater
from calendar_core.events import Calendar, CalendarId, Occurrence, Resource, event_id
from calendar_core.linking import FoundCalendar
from calendar_core.people import PersonId
from calendar_core.providers.microsoft.client import Mailbox
from calendar_core.providers.microsoft.collection import OURS, Collection, our_uid, uid_of
from calendar_core.providers.microsoft.connecting import PROVIDER, Mailboxes
from calendar_core.providers.microsoft.mapping import (
    SERIES,
    Held,
    events_of,
    id_in,
    key_of,
    mark,
    resource_of,
)
from calendar_core.providers.microsoft.mirrored import Mirrored
from calendar_core.providers.microsoft.zones import UTC_ZONE, instant, stamp
from calendar_core.sync.reader import Page
from calendar_core.when import TimeSpan

Json = dict[str, Any]
BEHIND, AHEAD = timedelta(days=400), timedelta(days=500)
"""How far the window reaches: so that a year can be looked back upon, and the next one planned.
Each occurrence in it is listed once, at the first reading."""
STEP = timedelta(days=30)
"""After so long the window is moved on."""
_EDGE = timedelta(days=2)
"""Near its edges, whether something lies in the window depends on zones."""
_FEW = 20
"""So many events are asked for one by one whether they are ours; more at once."""
_BATCH = 20
"""Series that come as one page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where a calendar was read up to."""

    window: TimeSpan
    link: str

    def text(self) -> str:
        """As the sync engine keeps it."""
        return json.dumps([stamp(self.window.start), stamp(self.window.end), self.link])


def cursor_of(text: str) -> Cursor:
    """Raises CursorDied for what is none."""
    try:
        start, end, link = json.loads(text)
        window = TimeSpan(start=datetime.fromisoformat(start), end=datetime.fromisoformat(end))
        return Cursor(window=window, link=str(link))
    except (ValueError, TypeError) as err:
        raise CursorDied("That is no cursor of this calendar.") from err


def window_at(now: datetime) -> TimeSpan:
    """The window around a day."""
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return TimeSpan(start=day - BEHIND, end=day + AHEAD)


class MicrosoftReader:
    """Reads the calendars that people linked from Microsoft."""

    def __init__(self, mailboxes: Mailboxes, mirrored: Mirrored, clock: Clock) -> None:
        self._mailboxes = mailboxes
        self._mirrored = mirrored
        self._clock = clock

    async def calendars(self, owner: PersonId) -> tuple[Calendar, ...]:
        """The calendars of a person's accounts as Graph lists them; those that are not linked yet
        under an id that is not kept. Raises SignInNeeded, TryLater."""
        found = []
        connections = self._mailboxes.connections
        for account, credentials in await connections.connections(owner, PROVIDER):
            linked = {one.remote: one for one in await connections.calendars(account.id)}
            for one in await calendars_of(self._mailboxes.mailbox(account.id, credentials)):
                known = linked.get(one.remote) or replace(
                    new_calendar(owner, one.name, PROVIDER, account=account.address),
                    account_id=account.id,
                    remote=one.remote,
                )
                found.append(replace(known, read_only=one.read_only or account.free_busy_only))
        return tuple(found)

    async def changes_since(
        self, calendar_id: CalendarId, cursor: str | None
    ) -> AsyncIterator[Page]:
        """What changed since a cursor.

        Raises CursorDied, also when the window has to move on, SignInNeeded, NotFound, NotAllowed,
        TryLater.
        """
        begin = None if cursor is None else cursor_of(cursor)
        wanted = window_at(self._clock.now())
        if begin is not None and abs(wanted.start - begin.window.start) >= STEP:
            raise CursorDied("The window has moved on.")
        collection, _ = await self._mailboxes.collection(calendar_id)
        window = wanted if begin is None else begin.window
        versions = await self._mirrored.versions(calendar_id)
        round_ = _Round(collection, window, versions, is_full=begin is None)
        pages = collection.changes(window) if begin is None else collection.going_on(begin.link)
        link = ""
        async for page in pages:
            yield Page(changed=await round_.take(page["value"]))
            link = str(page.get("@odata.deltaLink") or "")
        if not link:
            raise TryLater("Microsoft's list of changes broke off.")
        async for changed in round_.series():
            yield Page(changed=changed)
        removed, still_there = await round_.removed()
        kept: frozenset[str] = frozenset()
        if begin is None and versions:
            inner = TimeSpan(start=window.start + _EDGE, end=window.end - _EDGE)
            kept = await self._mirrored.outside(calendar_id, inner) - round_.seen
        yield Page(
            changed=still_there,
            removed=removed,
            kept=tuple(sorted(kept)),
            cursor=Cursor(window=window, link=link).text(),
        )

    async def busy(self, calendar_id: CalendarId, span: TimeSpan) -> tuple[TimeSpan, ...]:
        """When the calendar is taken; whole days as UTC has them. Raises SignInNeeded, NotFound,
        NotAllowed, TryLater."""
        collection, _ = await self._mailboxes.collection(calendar_id)
        found = await collection.taking_place(span)
        occurrences = [_occurrence(one, calendar_id, collection.me) for one in found]
        taken = (one.span for one in busy_spans(occurrences, (), UTC_ZONE))
        return tuple(one for one in taken if one.overlaps(span))


@dataclass
class _Round:
    """One round: what its pages said so far."""

    collection: Collection
    window: TimeSpan
    versions: Mapping[str, str]
    """What the mirror held when it began: version by UID."""
    is_full: bool
    seen: set[str] = field(default_factory=set)
    """UIDs that are there."""
    _uids: dict[str, str] = field(default_factory=dict)
    """UID by the key of an id, of what the mirror held and of what came."""
    _series: dict[str, None] = field(default_factory=dict)
    """Ids of series to be read whole."""
    _removed: dict[str, None] = field(default_factory=dict)
    _live: dict[str, str] = field(default_factory=dict)
    """By UID the id of what is there."""

    def __post_init__(self) -> None:
        self._uids = {one.partition(" ")[0]: uid for uid, one in self.versions.items()}

    async def take(self, items: Sequence[Json]) -> tuple[Resource, ...]:
        """The single events of a page; series are noted."""
        singles: dict[str, Json] = {}
        for one in items:
            id_ = str(one.get("id") or "")
            if not id_:
                raise TryLater("Microsoft's answer has an event without an id.")
            if "@removed" in one:
                self._removed[id_] = None
                singles.pop(id_, None)
                continue
            self._removed.pop(id_, None)
            is_master = one.get("type") == SERIES or one.get("recurrence")
            series = one.get("seriesMasterId") or (id_ if is_master else None)
            if series:
                self._removed.pop(str(series), None)
                self._series[str(series)] = None
                singles.pop(id_, None)
            else:
                singles[id_] = one
        uids = await self._named(list(singles.values()))
        held = [
            Held(master=one, uid=uids[id_])
            for id_, one in singles.items()
            if id_ not in self._series
        ]
        return await self._resources(held)

    async def _named(self, events: Sequence[Json]) -> dict[str, str]:
        """The UID of each event: the mirror's; of a new one ours if it was made here, else its
        own."""
        named, unsure = {}, []
        for one in events:
            id_ = str(one["id"])
            known = self._uids.get(key_of(id_))
            if known is not None:
                named[id_] = known
            elif str(one.get("transactionId") or "").startswith(OURS):
                unsure.append(one)
            else:
                named[id_] = uid_of(one)
        if unsure:
            ours = await self._ours([str(one["id"]) for one in unsure])
            for one in unsure:
                id_ = str(one["id"])
                named[id_] = await self._claimed(id_, ours.get(id_, ""), one)
        for id_, uid in named.items():
            self._uids[key_of(id_)] = uid
            self._live[uid] = id_
        return named

    async def _ours(self, ids: Sequence[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        if len(ids) > _FEW:
            found = await self.collection.all_made_here()
        missing = [one for one in ids if one not in found]
        for id_, got in zip(missing, await self.collection.many(missing), strict=True):
            if got is not None:
                found[id_] = our_uid(got[0])
        return found

    async def _claimed(self, id_: str, uid: str, event: Json) -> str:
        """A UID of ours, unless another event has it: people copy events, with all that is kept
        with them."""
        plain = uid_of({**event, "singleValueExtendedProperties": ()})
        if not uid:
            return plain
        other = self._live.get(uid)
        if other is None and uid in self.versions:
            other = id_in(self.versions[uid])
        if other is None or other == id_ or other in self._removed:
            return uid
        return plain if await self.collection.event(other) is not None else uid

    async def series(self) -> AsyncIterator[tuple[Resource, ...]]:
        """Each series that something happened to, whole."""
        await self._look_for_series()
        ids = [one for one in self._series if one not in self._removed]
        for at in range(0, len(ids), _BATCH):
            yield await self._whole(ids[at : at + _BATCH])

    async def _whole(self, ids: Sequence[str]) -> tuple[Resource, ...]:
        there = []
        for id_, found in zip(ids, await self.collection.many(ids), strict=True):
            if found is None:
                self._removed[id_] = None
            else:
                there.append(found[0])
        uids = await self._named_series(there)
        held = await asyncio.gather(
            *(self.collection.held(one, uids[str(one["id"])], self.window) for one in there)
        )
        return await self._resources(held)

    async def _named_series(self, events: Sequence[Json]) -> dict[str, str]:
        named = {}
        for one in events:
            id_ = str(one["id"])
            known = self._uids.get(key_of(id_))
            named[id_] = known or await self._claimed(id_, our_uid(one), one)
            self._uids[key_of(id_)] = named[id_]
            self._live[named[id_]] = id_
        return named

    async def _look_for_series(self) -> None:
        """An id that nobody knows may have been an occurrence: which series are another now?"""
        mirrored = {
            id_: text.partition(" ")[2]
            for text in self.versions.values()
            if (id_ := id_in(text)) is not None and text.partition(" ")[2].startswith("s")
        }
        unknown = any(key_of(one) not in self._uids for one in self._removed)
        if not unknown or self.is_full or not mirrored:
            return
        there = await self.collection.series()
        for id_, text in mirrored.items():
            if id_ not in there:
                self._removed[id_] = None
            elif text[1:].partition(".")[0] != mark(there[id_]):
                self._series[id_] = None

    async def removed(self) -> tuple[tuple[str, ...], tuple[Resource, ...]]:
        """The UIDs that are gone, and what only left the window: it goes on elsewhere in time."""
        gone, moved = [], []
        for id_ in self._removed:
            uid = self._uids.get(key_of(id_))
            if uid is None or self._live.get(uid, id_) != id_:
                continue
            event = await self.collection.event(id_)
            if event is None or self._should_be_listed(event):
                gone.append(uid)
                self.seen.discard(uid)
            else:
                moved.append(await self.collection.held(event, uid, self.window))
        return tuple(gone), await self._resources(moved)

    def _should_be_listed(self, event: Json) -> bool:
        """Whether an event happens in the window, so that it can only be on another calendar."""
        if event.get("recurrence"):
            return False
        span = _span(event)
        return self.window.start < span.end and span.start < self.window.end

    async def _resources(self, held: Sequence[Held]) -> tuple[Resource, ...]:
        made = await asyncio.to_thread(_mapped, held, self.collection.me)
        self.seen |= {one.uid for one in held}
        return made


def _mapped(held: Iterable[Held], me: str) -> tuple[Resource, ...]:
    """As the mirror keeps them; a series whose rule nobody can read comes as it is told, and is
    counted as unreadable."""
    found = []
    for one in held:
        try:
            found.append(resource_of(one, me))
        except BadCalendarData:
            found.append(Resource(uid=one.uid, ics="", etag=""))
    return tuple(found)


async def calendars_of(mailbox: Mailbox) -> tuple[FoundCalendar, ...]:
    """The calendars of a mailbox. Raises SignInNeeded, NotAllowed, TryLater."""
    listed = await mailbox.listed("/me/calendars", size=100)
    return tuple(
        FoundCalendar(
            remote=str(one["id"]),
            name=str(one.get("name") or ""),
            read_only=not one.get("canEdit", True),
            color=str(one.get("hexColor") or ""),
            is_default=bool(one.get("isDefaultCalendar")),
        )
        for one in listed
        if one.get("id")
    )


def _span(event: Json) -> TimeSpan:
    start, end = instant(event.get("start")), instant(event.get("end"))
    return TimeSpan(start=start, end=max(start, end))


def _occurrence(event: Json, calendar_id: CalendarId, me: str) -> Occurrence:
    """Something that happens, for the busy rule."""
    told = events_of(Held(master={**event, "recurrence": None}, uid=str(event["id"])), me)[0]
    mine = [one.answer for one in told.guests if one.address == me]
    return Occurrence(
        event_id=event_id(calendar_id, told.uid),
        calendar_id=calendar_id,
        owner=PersonId(""),
        uid=told.uid,
        recurrence_id=told.recurrence_id,
        when=told.when,
        title=told.title,
        status=told.status,
        occupancy=told.occupancy,
        my_answer=mine[0] if mine else None,
    )
