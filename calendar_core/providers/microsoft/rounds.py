"""One round of reading a mailbox: what its pages say, as resources, and what is gone.

Asking for the pages is `reader`; what is asked besides them is `collection`.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from calendar_core.errors import BadCalendarData, TryLater
from calendar_core.events import Resource
from calendar_core.providers.microsoft.collection import OURS, Collection, our_uid, uid_of
from calendar_core.providers.microsoft.mapping import (
    SERIES,
    Held,
    id_in,
    key_of,
    mark,
    resource_of,
)
from calendar_core.providers.microsoft.zones import instant
from calendar_core.when import TimeSpan

Json = dict[str, Any]
_FEW = 20
"""So many events are asked for one by one whether they are ours; more at once."""
_MISSHAPEN = (AttributeError, KeyError, TypeError, ValueError)
"""What reading JSON of another shape raises."""
_BATCH = 20
"""Series that come as one page."""


@dataclass
class Round:
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

    @property
    def noted(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The ids of series that are still to be read, and of what is removed: with these another
        round goes on where this one is."""
        return tuple(self._series), tuple(self._removed)

    def go_on(self, series: Iterable[str], removed: Iterable[str]) -> None:
        """Take over what another round has noted."""
        self._series |= dict.fromkeys(series)
        self._removed |= dict.fromkeys(removed)

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
            some = ids[at : at + _BATCH]
            found = await self._whole(some)
            for id_ in some:
                del self._series[id_]
            yield found

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

    async def vanished(self, written: Mapping[str, str]) -> tuple[str, ...]:
        """What was written here since the last round, is not told of, and is not there any more."""
        silent = [uid for uid in written if uid not in self.seen and uid not in self._live]
        ids = [id_in(written[uid]) for uid in silent]
        asked = [id_ for id_ in ids if id_ is not None and id_ not in self._removed]
        found = await self.collection.many(asked)
        gone = {id_ for id_, one in zip(asked, found, strict=True) if one is None}
        return tuple(uid for uid, id_ in zip(silent, ids, strict=True) if id_ in gone)

    def _should_be_listed(self, event: Json) -> bool:
        """Whether an event happens in the window, so that it can only be on another calendar."""
        if event.get("recurrence"):
            return False
        span = _span(event)
        return self.window.start < span.end and span.start < self.window.end

    async def _resources(self, held: Sequence[Held]) -> tuple[Resource, ...]:
        made = await asyncio.to_thread(mapped, held, self.collection.me)
        self.seen |= {one.uid for one in held}
        return made


def mapped(held: Iterable[Held], me: str) -> tuple[Resource, ...]:
    """As the mirror keeps them; what nobody can read comes without a text, is counted as
    unreadable, and keeps no others from being read."""
    found = []
    for one in held:
        try:
            found.append(resource_of(one, me))
        except (BadCalendarData, TryLater, *_MISSHAPEN):
            found.append(Resource(uid=one.uid, ics="", etag=""))
    return tuple(found)


def _span(event: Json) -> TimeSpan:
    start, end = instant(event.get("start")), instant(event.get("end"))
    return TimeSpan(start=start, end=max(start, end))
