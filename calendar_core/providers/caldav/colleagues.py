"""When others on the same CalDAV server are taken: the server's own sum over their calendars, asked
through one's outbox (RFC 6638 §5), or of the calendars that it shows of them (RFC 4791 §7.10).

Whom a server does not tell of stays unknown; many servers tell of nobody.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from calendar_core.clock import Clock
from calendar_core.errors import BadCalendarData, NotAllowed, NotFound
from calendar_core.ics.freebusy import busy_periods, busy_request
from calendar_core.linking import AccountId, Connections
from calendar_core.providers.caldav import multistatus as xml
from calendar_core.providers.caldav.client import Door, Doors, Unanswered
from calendar_core.providers.caldav.discovery import asked, check_host, is_for_events
from calendar_core.providers.caldav.multistatus import C, D, Entry, address, entries
from calendar_core.when import TimeSpan

_MOST_SEARCHED = 10
"""People who are looked for one by one."""
_MOST_CALENDARS = 20
"""Of one person; of who has more, it is unknown when they are taken."""
_ICS = {"Content-Type": "text/calendar; charset=utf-8; method=REQUEST; component=VFREEBUSY"}
Spans = tuple[TimeSpan, ...]


class CalDavColleagues:
    """Asks with a linked account."""

    def __init__(self, doors: Doors, connections: Connections, clock: Clock) -> None:
        self._clock = clock
        self._doors = doors
        self._connections = connections

    async def busy_of(
        self, account_id: AccountId, addresses: Sequence[str], span: TimeSpan
    ) -> Mapping[str, Spans]:
        """When people are taken, by mail address as it was asked for; who can't be told is left
        out.

        Raises NotAllowed, SignInNeeded, TryLater.
        """
        account, credentials = await self._connections.of_account(account_id)
        door = self._doors.of(account, credentials)
        asks = _Asks(door, account.url, span, self._clock.now())
        people = {f"mailto:{one.strip().lower()}": one for one in addresses}
        person = await asks.myself()
        found = await asks.outbox(person, list(people))
        missing = [one for one in people if one not in found][:_MOST_SEARCHED]
        for one in missing:
            taken = await asks.calendars_of(person, one)
            if taken is not None:
                found[one] = taken
        return {people[one]: taken for one, taken in found.items() if one in people}


class _Asks:
    """One question to one server."""

    def __init__(self, door: Door, principal: str, span: TimeSpan, now: datetime) -> None:
        self._now = now
        self._door = door
        self._principal = principal
        self._span = span

    async def myself(self) -> Entry:
        """Where the account asks from."""
        wanted = (
            *(f"{C}schedule-outbox-URL", f"{C}calendar-user-address-set"),
            f"{D}principal-collection-set",
        )
        _, (person, *_) = await asked(self._door, self._principal, 0, *wanted)
        return person

    async def outbox(self, person: Entry, people: Sequence[str]) -> dict[str, Spans]:
        """What the server sums up of those that it knows; nothing where it has no outbox."""
        boxes = person.hrefs(f"{C}schedule-outbox-URL")
        mine = [one for one in person.hrefs(f"{C}calendar-user-address-set") if ":" in one]
        if not boxes or not mine or not people:
            return {}
        url = self._there(boxes[0])
        me = next((one for one in mine if one.lower().startswith("mailto:")), mine[0])
        body = busy_request(uuid4().hex, me, people, self._span, at=self._now)
        answer = await self._door.ask("POST", url, body, _ICS)
        if answer.status != 200 or answer.tree is None:
            return {}
        return dict(_told(answer.tree, self._span))

    async def calendars_of(self, person: Entry, who: str) -> Spans | None:
        """When the calendars are taken that the server shows of somebody; None: it shows none, or
        does not tell of one."""
        try:
            homes = await self._homes(person, who)
            calendars = [url for home in homes for url in await self._shown(home)]
            if not calendars or len(calendars) > _MOST_CALENDARS:
                return None
            return tuple([one for url in calendars for one in await self._taken(url)])
        except (NotAllowed, NotFound, BadCalendarData):
            return None

    async def _homes(self, person: Entry, who: str) -> list[str]:
        """Where somebody's calendars are (RFC 3744 §9.4)."""
        names = (f"{C}calendar-home-set", f"{C}calendar-user-address-set")
        found: list[str] = []
        for href in person.hrefs(f"{D}principal-collection-set"):
            search = xml.principals_of(who, *names)
            answer = await self._door.ask("REPORT", self._there(href), search, {"Depth": "0"})
            for one in entries(answer, self._there(href)):
                known = {mail.lower() for mail in one.hrefs(names[1])}
                if who in known:
                    found += [self._there(home) for home in one.hrefs(names[0])]
        return list(dict.fromkeys(found))

    async def _shown(self, home: str) -> list[str]:
        """The calendars there that tell when their owner is taken."""
        wanted = (
            *(f"{D}resourcetype", f"{C}supported-calendar-component-set"),
            f"{C}schedule-calendar-transp",
        )
        _, listed = await asked(self._door, home, 1, *wanted)
        transparent = f"{C}transparent"
        return [
            one.url
            for one in listed
            if is_for_events(one) and transparent not in one.names(f"{C}schedule-calendar-transp")
        ]

    async def _taken(self, calendar: str) -> Spans:
        start, end = (
            one.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
            for one in (self._span.start, self._span.end)
        )
        body = xml.free_busy(start, end)
        answer = await self._door.ask("REPORT", calendar, body, {"Depth": "1"})
        if answer.status != 200:
            raise NotAllowed("The calendar server does not tell when others are taken.")
        return busy_periods(answer.text, self._span)

    def _there(self, href: str) -> str:
        """An address that the password may go to. Raises NotAllowed."""
        url = address(self._principal, href)
        check_host(self._principal, url)
        return url


def _told(tree: Any, span: TimeSpan) -> Iterator[tuple[str, Spans]]:
    """Who is taken when, of those whom the server could tell of (RFC 6638 §10)."""
    if tree.tag != f"{C}schedule-response":
        raise Unanswered("The calendar server's answer makes no sense.")
    for one in tree.iterchildren(f"{C}response"):
        who = (one.findtext(f"{C}recipient/{D}href") or one.findtext(f"{C}recipient") or "").strip()
        status = (one.findtext(f"{C}request-status") or "").strip()
        text = one.findtext(f"{C}calendar-data") or ""
        if not status.startswith("2") or not text.strip():
            continue
        try:
            yield who.lower(), busy_periods(text, span)
        except BadCalendarData:
            continue
