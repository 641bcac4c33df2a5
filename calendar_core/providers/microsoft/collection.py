"""One calendar in a mailbox, asked for its events; what that means for the mirror is `reader`.

Graph chooses the UIDs of what is made here. Ours goes along as an extended property, and comes back
where it is asked for: by no list of changes, so what may be ours is asked for once.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from typing import Any

from calendar_core.errors import NotFound, TryLater
from calendar_core.events import RecurrenceId
from calendar_core.ics.properties import moment_of
from calendar_core.providers.microsoft.client import Mailbox, Refused, segment
from calendar_core.providers.microsoft.mapping import SERIES, Held, etag_of
from calendar_core.providers.microsoft.occurring import missing
from calendar_core.providers.microsoft.zones import instant, parsed, stamp, zone_named
from calendar_core.when import TimeSpan

Json = dict[str, Any]
UID_PROPERTY = "String {00020329-0000-0000-C000-000000000046} Name ConveneUid"
"""Where our UID is kept: among the properties that any program may name."""
OURS = "convene-"
"""What the transactionId of events that were made here begins with."""
TEAMS = "teamsForBusiness"
PAGE = 200
_EXPAND = f"singleValueExtendedProperties($filter=id eq '{UID_PROPERTY}')"
_DAY = timedelta(days=1)
_INSTANCES = 500
_NO_ID = "ErrorInvalidId"
_LACKING = (400, 403, 405)
"""What is answered to a query that a server, or an account with fewer rights, has no answer to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whose calendar it is."""

    mailbox: Mailbox
    me: str
    """CAL-ADDRESS."""


class Collection:
    """A calendar."""

    def __init__(self, account: Account, remote: str, sharer: str = "") -> None:
        self.mailbox = account.mailbox
        self.me = sharer or account.me
        self._path = f"/me/calendars/{segment(remote)}"
        self._events = f"{self._path}/events" if sharer else "/me/events"

    def changes(self, span: TimeSpan) -> AsyncIterator[Json]:
        """Pages of all that happens in a window, and where changes go on."""
        window = {"startDateTime": stamp(span.start), "endDateTime": stamp(span.end)}
        return self.mailbox.pages(f"{self._path}/calendarView/delta", window, size=PAGE)

    def going_on(self, link: str) -> AsyncIterator[Json]:
        """Pages of what changed since. Raises CursorDied besides."""
        return self.mailbox.going_on(link, size=PAGE)

    async def taking_place(self, span: TimeSpan) -> list[Json]:
        """What happens in a window."""
        window = {"startDateTime": stamp(span.start), "endDateTime": stamp(span.end)}
        return await self.mailbox.listed(f"{self._path}/calendarView", window, size=PAGE)

    def path_of(self, id_: str) -> str:
        """Where an event or occurrence is: in the mailbox, or, of a calendar that somebody else
        shares, below that calendar."""
        return f"{self._events}/{segment(id_)}"

    async def event(self, id_: str) -> Json | None:
        """One event or occurrence; None: it is gone."""
        try:
            return await self.mailbox.get(self.path_of(id_))
        except NotFound:
            return None
        except Refused as err:
            if not err.code.startswith(_NO_ID):
                raise
            return None

    async def with_uid(self, id_: str) -> tuple[Json, str] | None:
        """One event beside the UID that it has here; None: it is gone."""
        try:
            found = await self.mailbox.get(self.path_of(id_), {"$expand": _EXPAND})
        except NotFound:
            return None
        except Refused as err:
            if err.status not in _LACKING:
                raise
            event = await self.event(id_)
            return None if event is None else (event, uid_of(event))
        return found, uid_of(found)

    async def made_here(self, uid: str) -> Json | None:
        """The event that was made here under a UID of ours."""
        quoted = uid.replace("'", "''")
        wanted = {
            "$filter": "singleValueExtendedProperties/any(ep: "
            f"ep/id eq '{UID_PROPERTY}' and ep/value eq '{quoted}')",
            "$expand": _EXPAND,
        }
        try:
            found = await self.mailbox.listed(f"{self._path}/events", wanted, size=PAGE)
        except Refused as err:
            if err.status not in _LACKING:
                raise
            return None
        return next((one for one in found if our_uid(one) == uid), None)

    async def all_made_here(self) -> dict[str, str]:
        """The UIDs of everything that was made here, by id."""
        wanted = {
            "$filter": "singleValueExtendedProperties/any(ep: "
            f"ep/id eq '{UID_PROPERTY}' and ep/value ne null)",
            "$expand": _EXPAND,
            "$select": "id",
        }
        try:
            found = await self.mailbox.listed(f"{self._path}/events", wanted, size=PAGE)
        except Refused as err:
            if err.status not in _LACKING:
                raise
            return {}
        return {str(one["id"]): uid for one in found if (uid := our_uid(one))}

    async def of_transaction(self, transaction: str, span: TimeSpan) -> Json | None:
        """What a try to make an event came to, around its time."""
        around = TimeSpan(start=span.start - _DAY, end=span.end + _DAY)
        for one in await self.taking_place(around):
            if one.get("transactionId") == transaction:
                return one
            master = one.get("seriesMasterId")
            found = await self.event(str(master)) if master else None
            if found is not None and found.get("transactionId") == transaction:
                return found
        return None

    async def series(self) -> dict[str, str]:
        """The version of every series, by id."""
        wanted = {"$filter": f"type eq '{SERIES}'", "$select": "id,type,changeKey"}
        path = f"{self._path}/events"
        try:
            found = await self.mailbox.listed(path, wanted, size=PAGE)
        except Refused as err:
            if err.status not in _LACKING:
                raise
            found = await self.mailbox.listed(path, {"$select": wanted["$select"]}, size=PAGE)
        return {str(one["id"]): etag_of(one) for one in found if one.get("type") == SERIES}

    async def held(self, event: Json, uid: str, window: TimeSpan) -> Held:
        """All of an event: of a series with its exceptions and deleted occurrences, in a window
        where Graph tells them no other way."""
        if not event.get("recurrence"):
            return Held(master=event, uid=uid)
        id_ = str(event["id"])
        wanted = {
            "$select": "id,cancelledOccurrences,exceptionOccurrences",
            "$expand": "exceptionOccurrences",
        }
        try:
            more = await self.mailbox.get(self.path_of(id_), wanted)
        except Refused as err:
            if err.status not in _LACKING:
                raise
            more = {}
        starts: tuple[datetime, ...] = ()
        recurrence = (event["recurrence"].get("range") or {}).get("recurrenceTimeZone")
        if not (zone_named(recurrence) or zone_named(event.get("originalStartTimeZone"))):
            starts = tuple(
                instant(one.get("start"))
                for one in await self.instances(id_, window)
                if one.get("type") == "occurrence"
            )
        if not isinstance(more.get("cancelledOccurrences"), list):
            return await self._by_instances(event, uid, window, starts)
        changed = await self._whole(more.get("exceptionOccurrences") or ())
        deleted = tuple(
            day for one in more["cancelledOccurrences"] if (day := _day_of(str(one))) is not None
        )
        return Held(master=event, uid=uid, changed=changed, deleted=deleted, starts=starts)

    async def _whole(self, told: Iterable[Json]) -> tuple[Json, ...]:
        """Exceptions with all that there is to know of them."""
        found = []
        for one in told:
            is_whole = "subject" in one and "originalStart" in one and "body" in one
            event = one if is_whole else await self.event(str(one["id"]))
            if event is not None:
                found.append(event)
        return tuple(found)

    async def _by_instances(
        self, event: Json, uid: str, window: TimeSpan, starts: tuple[datetime, ...]
    ) -> Held:
        """A series as its occurrences in a window tell it: those that its rule makes and that are
        not there were deleted."""
        found = await self.instances(str(event["id"]), window)
        changed = await self._whole(one for one in found if one.get("type") == "exception")
        bare = Held(master=event, uid=uid, changed=changed, starts=starts)
        return Held(
            master=event,
            uid=uid,
            changed=changed,
            deleted=missing(bare, found, window, self.me),
            starts=starts,
        )

    async def instances(self, id_: str, span: TimeSpan) -> list[Json]:
        """The occurrences of a series in a window; where a server does not list them so, those of
        all that happens then."""
        window = {"startDateTime": stamp(span.start), "endDateTime": stamp(span.end)}
        try:
            return await self.mailbox.listed(
                f"{self.path_of(id_)}/instances", window, size=_INSTANCES
            )
        except NotFound:
            pass
        except Refused as err:
            if err.status not in _LACKING:
                raise
        found = await self.taking_place(span)
        return [one for one in found if one.get("seriesMasterId") == id_]

    async def instance(self, held: Held, rid: RecurrenceId) -> Json | None:
        """One occurrence by its original start; None: it is not there."""
        at = moment_of(rid)
        for one in held.changed:
            if _is(one, at):
                return one
        start = at if isinstance(at, datetime) else datetime(at.year, at.month, at.day, tzinfo=UTC)
        around = TimeSpan(start=start - _DAY, end=start + 2 * _DAY)
        found = await self.instances(held.id, around)
        return next((one for one in found if _is(one, at)), None)

    async def many(self, ids: Iterable[str]) -> list[tuple[Json, str] | None]:
        """Events beside their UIDs, in their order."""
        return list(await asyncio.gather(*(self.with_uid(one) for one in ids)))

    async def meeting_provider(self) -> str | None:
        """What makes online meetings on this calendar: Teams, or what Outlook.com has in its place;
        None: nothing does."""
        try:
            found = await self.mailbox.get(self._path, {"$select": "allowedOnlineMeetingProviders"})
        except (NotFound, Refused):
            return TEAMS
        allowed = found.get("allowedOnlineMeetingProviders")
        if not isinstance(allowed, list) or TEAMS in allowed:
            return TEAMS
        return next((str(one) for one in allowed if one != "unknown"), None)

    async def post(self, body: Json) -> Json:
        """Make an event."""
        return await self.mailbox.post(f"{self._path}/events", body)


def our_uid(event: Json) -> str:
    """The UID that an event was made with here; empty for others'."""
    for one in event.get("singleValueExtendedProperties") or ():
        if str(one.get("id") or "").lower() == UID_PROPERTY.lower():
            return str(one.get("value") or "")
    return ""


def uid_of(event: Json) -> str:
    """An event's UID: ours, or that which its invitations have. Raises TryLater where it has
    none."""
    found = our_uid(event) or event.get("iCalUId") or event.get("uid") or event.get("id")
    if not found:
        raise TryLater("Microsoft's answer has an event without an id.")
    return str(found)


def transaction_of(change: str, uid: str) -> str:
    """What tells a repeated try to make an event from another: always the same for the same
    one."""
    return OURS + blake2b(f"{change}\n{uid}".encode(), digest_size=16).hexdigest()


def _day_of(occurrence: str) -> date | None:
    """The day of a deleted occurrence: `OID.<series>.2026-03-11`."""
    try:
        return date.fromisoformat(occurrence.rpartition(".")[2][:10])
    except ValueError:
        return None


def _is(instance: Json, at: date | datetime) -> bool:
    told = instance.get("originalStart") or (instance.get("start") or {}).get("dateTime")
    try:
        start = parsed(str(told))
    except ValueError:
        return False
    start = start if start.tzinfo else start.replace(tzinfo=UTC)
    if isinstance(at, datetime):
        return start == at
    return start.astimezone(UTC).date() == at
