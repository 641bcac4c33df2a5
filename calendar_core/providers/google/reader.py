"""Reading calendars at Google: what changed since a sync token, series put together.

A list is asked for without bounds and with series as they are (`singleEvents=false`), always with
the same parameters, as sync tokens want it. Changed occurrences come as events of their own: the
series of each is read anew, so that cost follows the changes.
https://developers.google.com/workspace/calendar/api/guides/sync
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from calendar_core.errors import CursorDied, NotFound, TryLater
from calendar_core.events import Calendar, CalendarId, Resource
from calendar_core.linking import Account, Connections, Credentials, FoundCalendar
from calendar_core.people import PersonId
from calendar_core.providers.google.app import PROVIDER
from calendar_core.providers.google.calendars import found_calendars
from calendar_core.providers.google.client import Google
from calendar_core.providers.google.collection import PAGE, Collection
from calendar_core.providers.google.freebusy import taken
from calendar_core.providers.google.ids import key_of, told_uid
from calendar_core.providers.google.mapping import Json, Place
from calendar_core.providers.google.mirrored import Mirrored
from calendar_core.providers.google.refusals import Gone, Malformed
from calendar_core.providers.google.series import (
    Series,
    cancelled_in,
    readable,
    series_of,
)
from calendar_core.sync.listing import calendars_there
from calendar_core.sync.reader import Page
from calendar_core.when import TimeSpan

_CURSOR = "v1:"
"""Begins a cursor: a token holds for the parameters that it was got with, and those for the
version."""
_AT_ONCE = 4
"""Series of one calendar that are read side by side."""
_CHUNK = 200
_A_FEW = 20


@dataclass
class _Round:
    """What one round found, so far."""

    place: Place | None = None
    series: dict[str, list[Json]] = field(default_factory=dict)
    """What came of series, by the master's id."""
    gone: dict[str, Json] = field(default_factory=dict)
    """Deleted events, by id; often nothing is told but that."""
    token: str | None = None

    def take(self, items: Iterable[Json], place: Place) -> list[Json]:
        """Sort what a page brings; the single events of it."""
        self.place = place
        single = []
        for one in items:
            of = one.get("recurringEventId")
            if of:
                self.series.setdefault(str(of), []).append(one)
            elif one.get("status") == "cancelled":
                self.gone[one["id"]] = one
                self.series.pop(one["id"], None)
            elif one.get("recurrence"):
                self.gone.pop(one["id"], None)
                self.series.setdefault(one["id"], []).append(one)
            else:
                self.gone.pop(one["id"], None)
                self.series.pop(one["id"], None)
                single.append(one)
        return single


class GoogleReader:
    """Reads the calendars that people linked from Google."""

    def __init__(
        self, google: Google, connections: Connections, mirrored: Mirrored, *, page: int = PAGE
    ) -> None:
        self._google = google
        self._connections = connections
        self._mirrored = mirrored
        self._page = page

    async def calendars(self, owner: PersonId) -> tuple[Calendar, ...]:
        """The calendars of a person's accounts as Google lists them; those that are not linked yet
        under an id that is not kept. Raises SignInNeeded, NotAllowed, TryLater."""

        async def listed(account: Account, credentials: Credentials) -> Sequence[FoundCalendar]:
            return await found_calendars(partial(self._google.ask, account.id))

        return await calendars_there(self._connections, owner, PROVIDER, listed)

    async def changes_since(
        self, calendar_id: CalendarId, cursor: str | None
    ) -> AsyncIterator[Page]:
        """What changed since a cursor, single events as they come, series at the end.

        Raises CursorDied, SignInNeeded, NotFound, NotAllowed, TryLater.
        """
        if cursor is not None and not cursor.startswith(_CURSOR):
            raise CursorDied("That is no cursor of this calendar.")
        connection = await self._connections.connection(calendar_id)
        collection = Collection(self._google, connection, page=self._page)
        round_, seen = _Round(), set[str]()
        token = None if cursor is None else cursor.removeprefix(_CURSOR)
        try:
            async for part in collection.changes(token):
                single = round_.take(part.items, part.place)
                round_.token = part.token
                changed = await _told(
                    (series_of(one["id"], [one], part.place) for one in single), part.place
                )
                seen |= {one.uid for one in changed}
                yield Page(changed=changed)
        except (Gone, Malformed) as err:
            if token is None:
                raise
            raise CursorDied("Google no longer knows where we left off.") from err
        if round_.token is None or round_.place is None:
            raise TryLater("Google's list of changes broke off.")
        gone = dict(round_.gone)
        async for page in self._series(collection, calendar_id, round_, whole=token is None):
            seen |= {one.uid for one in page.changed}
            yield page
        removed = await self._uids(calendar_id, gone)
        cursor = _CURSOR + round_.token
        yield Page(removed=tuple(one for one in removed if one not in seen), cursor=cursor)

    async def busy(self, calendar_id: CalendarId, span: TimeSpan) -> tuple[TimeSpan, ...]:
        """When the calendar is taken. Raises SignInNeeded, NotFound, NotAllowed, TryLater."""
        connection = await self._connections.connection(calendar_id)
        told = await taken(self._google, connection.account.id, (connection.remote,), span)
        found = told[connection.remote]
        if isinstance(found, frozenset):
            if "notFound" in found:
                raise NotFound("Google no longer has that calendar.")
            raise TryLater("Google can't tell now when that calendar is taken.")
        return found

    async def _series(
        self, collection: Collection, calendar_id: CalendarId, round_: _Round, *, whole: bool
    ) -> AsyncIterator[Page]:
        """The series of a round, put together; what is left of none of them is removed."""
        place = round_.place
        assert place is not None
        ids = list(round_.series)
        for at in range(0, len(ids), _CHUNK):
            some = ids[at : at + _CHUNK]
            if whole:
                found = [series_of(id_, round_.series[id_], place) for id_ in some]
            else:
                found = await self._anew(collection, calendar_id, round_, some)
            gone = tuple(one.uid for one in found if one.is_gone)
            living = [one for one in found if not one.is_gone]
            yield Page(changed=await _told(living, place), removed=gone)

    async def _anew(
        self,
        collection: Collection,
        calendar_id: CalendarId,
        round_: _Round,
        ids: Sequence[str],
    ) -> list[Series]:
        """Series read as they are now, each with the occurrences that were cancelled before."""
        assert round_.place is not None
        uids = await self._uids_of(calendar_id, round_, ids)
        texts = await self._mirrored.texts(calendar_id, list(uids.values()))
        turn = asyncio.Semaphore(_AT_ONCE)

        async def one(id_: str) -> Series:
            came = round_.series[id_]
            uid = uids.get(id_, "")
            async with turn:
                series, place, _ = await collection.series(id_, uid)
            live = series_of(id_, came, place)
            if series.is_gone and series.master is None and live.changed:
                # Invited to some of its dates only: the series itself is not on this calendar.
                series = live
            text = texts.get(uid, "")
            known = [*live.cancelled, *cancelled_in(text, all_=collection.free_busy_only)]
            named = replace(series, uid=uid) if uid else series
            return named.with_cancelled(rid for rid in known if rid not in live.changed)

        return list(await asyncio.gather(*map(one, ids)))

    async def _uids_of(
        self, calendar_id: CalendarId, round_: _Round, ids: Sequence[str]
    ) -> dict[str, str]:
        """The UIDs of series; the mirror is asked for those of which only cancelled dates came."""
        found: dict[str, str] = {}
        for id_ in ids:
            told = (str(item.get("iCalUID") or "") for item in round_.series[id_])
            found[id_] = told_uid(id_, next(filter(None, told), ""))
        unknown = [id_ for id_, uid in found.items() if not uid]
        held = await self._mirrored.uids(calendar_id, [key_of(id_) for id_ in unknown])
        found |= {id_: held[key_of(id_)] for id_ in unknown if key_of(id_) in held}
        return {id_: uid for id_, uid in found.items() if uid}

    async def _uids(self, calendar_id: CalendarId, gone: dict[str, Json]) -> list[str]:
        """The UIDs of deleted events."""
        found, unknown = [], []
        for id_, item in gone.items():
            uid = told_uid(id_, str(item.get("iCalUID") or ""))
            found.append(uid) if uid else unknown.append(key_of(id_))
        held = await self._mirrored.uids(calendar_id, unknown) if unknown else {}
        return [*found, *held.values()]


async def _told(series: Iterable[Series], place: Place) -> tuple[Resource, ...]:
    """As the mirror keeps them; many are made beside the loop."""
    listed = list(series)

    def made() -> tuple[Resource, ...]:
        told = (readable(one, place) for one in listed)
        return tuple(one for one in told if one is not None)

    return made() if len(listed) <= _A_FEW else await asyncio.to_thread(made)
