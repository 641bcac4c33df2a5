"""Reading calendars in Microsoft 365 and Outlook.com: what changed in a window of time.

Graph tells changes of what happens between two instants (`calendarView/delta`), and no more. The
window lies around the present; when that has moved on for a month, all of a new one is read. What
lies outside it is no news: it stays mirrored as it was, for it was not deleted by anybody.

The list names occurrences. Each series among them is read whole, once a round. Of what is removed
it says nothing but an id, and names ids too that were never in the window: an unknown one may be
an occurrence of a series, so the versions of all series are compared then.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from calendar_core.busy import busy_spans
from calendar_core.clock import Clock
from calendar_core.errors import CursorDied, TryLater
from calendar_core.events import Calendar, CalendarId, Occurrence, event_id
from calendar_core.linking import Account, Credentials, FoundCalendar
from calendar_core.people import PersonId
from calendar_core.providers.microsoft.client import Elsewhere, Mailbox, Refused
from calendar_core.providers.microsoft.collection import Collection
from calendar_core.providers.microsoft.connecting import PROVIDER, Mailboxes
from calendar_core.providers.microsoft.mapping import (
    Held,
    events_of,
)
from calendar_core.providers.microsoft.mirrored import Mirrored
from calendar_core.providers.microsoft.rounds import Round
from calendar_core.providers.microsoft.zones import UTC_ZONE, stamp
from calendar_core.sync.listing import calendars_there
from calendar_core.sync.reader import Page
from calendar_core.when import TimeSpan

Json = dict[str, Any]
BEHIND, AHEAD = timedelta(days=400), timedelta(days=500)
"""How far the window reaches: so that a year can be looked back upon, and the next one planned.
Each occurrence in it is listed once, at the first reading."""
STEP = timedelta(days=30)
"""After so long the window is moved on."""
_BAD_REQUEST = 400
_EDGE = timedelta(days=2)
"""Near its edges, whether something lies in the window depends on zones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Halfway:
    """What a round has noted, in the middle of it."""

    is_full: bool
    is_listed: bool
    """Whether all pages came: the cursor's link leads to the next round."""
    series: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where a calendar was read up to."""

    window: TimeSpan
    link: str
    halfway: Halfway | None = None
    """In the middle of a round; None: at its end."""

    def text(self) -> str:
        """As the sync engine keeps it."""
        told: list[Any] = [stamp(self.window.start), stamp(self.window.end), self.link]
        if self.halfway is not None:
            told.append(asdict(self.halfway))
        return json.dumps(told)


def cursor_of(text: str) -> Cursor:
    """Raises CursorDied for what is none."""
    try:
        start, end, link, *more = json.loads(text)
        window = TimeSpan(start=datetime.fromisoformat(start), end=datetime.fromisoformat(end))
        halfway = Halfway(**more[0]) if more else None
        return Cursor(window=window, link=str(link), halfway=halfway)
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

        async def listed(account: Account, credentials: Credentials) -> tuple[FoundCalendar, ...]:
            return await calendars_of(
                self._mailboxes.mailbox(account.id, credentials), account.address
            )

        return await calendars_there(self._mailboxes.connections, owner, PROVIDER, listed)

    async def changes_since(
        self, calendar_id: CalendarId, cursor: str | None
    ) -> AsyncIterator[Page]:
        """What changed since a cursor. A round that broke off goes on at the link of its next page,
        with the series that it had noted.

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
        halfway = None if begin is None else begin.halfway
        is_full = begin is None or (halfway is not None and halfway.is_full)
        round_ = Round(collection, window, versions, is_full=is_full)
        if halfway is not None:
            round_.go_on(halfway.series, halfway.removed)
        link = begin.link if begin is not None and halfway is not None and halfway.is_listed else ""
        if not link:
            async for page in _pages(collection, window, begin):
                changed = await round_.take(page["value"])
                link = str(page.get("@odata.deltaLink") or "")
                on = link or str(page.get("@odata.nextLink") or "")
                yield Page(changed=changed, resume=_resume(round_, on, is_listed=bool(link)))
        if not link:
            raise TryLater("Microsoft's list of changes broke off.")
        async for changed in round_.series():
            yield Page(changed=changed, resume=_resume(round_, link, is_listed=True))
        removed, still_there = await round_.removed()
        if not is_full:
            removed += await round_.vanished(await self._mirrored.written(calendar_id))
        kept: frozenset[str] = frozenset()
        if is_full and versions:
            inner = TimeSpan(start=window.start + _EDGE, end=window.end - _EDGE)
            kept = await self._mirrored.outside(calendar_id, inner) - round_.seen - {*removed}
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


async def _pages(
    collection: Collection, window: TimeSpan, begin: Cursor | None
) -> AsyncIterator[Json]:
    """The pages of a round, or those that are left of it. Raises CursorDied for a link that Graph
    does not take any more, which it says in more ways than one."""
    if begin is None:
        async for page in collection.changes(window):
            yield page
        return
    is_taken = False
    try:
        async for page in collection.going_on(begin.link):
            is_taken = True
            yield page
    except (Elsewhere, Refused) as err:
        if is_taken or (isinstance(err, Refused) and err.status != _BAD_REQUEST):
            raise
        raise CursorDied("Microsoft no longer knows where this calendar was read to.") from err


def _resume(round_: Round, link: str, *, is_listed: bool) -> str | None:
    """What a round goes on with from here."""
    if not link:
        return None
    series, removed = round_.noted
    halfway = Halfway(is_full=round_.is_full, is_listed=is_listed, series=series, removed=removed)
    return Cursor(window=round_.window, link=link, halfway=halfway).text()


async def calendars_of(mailbox: Mailbox, *mine: str) -> tuple[FoundCalendar, ...]:
    """The calendars of a mailbox, which has these addresses; those that others share do not tell
    when its owner is taken. Raises SignInNeeded, NotAllowed, TryLater."""
    listed = await mailbox.listed("/me/calendars", size=100)
    own = {address.strip().lower() for address in mine}
    return tuple(
        FoundCalendar(
            remote=str(one["id"]),
            name=str(one.get("name") or ""),
            read_only=not one.get("canEdit", True),
            color=str(one.get("hexColor") or ""),
            is_default=bool(one.get("isDefaultCalendar")),
            address=_sharer(one, own),
            counts_as_busy=not _sharer(one, own),
        )
        for one in listed
        if one.get("id")
    )


def _sharer(calendar: Json, own: set[str]) -> str:
    """The CAL-ADDRESS of who shares a calendar with the mailbox's owner; empty for one's own. Only
    who owns a calendar can share it, by whatever address they are told."""
    owner = calendar.get("owner")
    said = str(owner.get("address") or "").strip().lower() if isinstance(owner, dict) else ""
    return "" if not said or said in own or calendar.get("canShare") else f"mailto:{said}"


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
