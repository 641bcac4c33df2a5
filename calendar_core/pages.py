"""Which event a web page at a calendar's maker shows: Google's by its `eid`, Outlook's by its item.

People copy these addresses from mails and from the browser, where host and path differ from what
the maker's API tells (X-CONVENE-LINK); the id in them does not. Asked of the owner's own calendars
alone (law 9).
"""

import binascii
import re
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from urllib.parse import parse_qs, quote, unquote, urlsplit

from sqlalchemy import func, or_, select

from calendar_core.database import Database
from calendar_core.events import CalendarId, RecurrenceId, Target, event_id
from calendar_core.people import PersonId
from calendar_core.tables import CalendarRow, EventRow

LONGEST = 2_000
"""Characters of an address that is looked at."""
_IN_QUERY = ("eid", "itemid")
_BEFORE_ID = ("eventedit", "item")
"""Parts of a path that an id follows."""
_OCCURRENCE = re.compile(r"_(\d{8}(?:T\d{6}Z)?)$")
_SHORTEST = 8


def marks_of(url: str) -> tuple[str, ...]:
    """The ids in an address by which its event is found: the event's own, and for Google's page of
    one occurrence that of the series. Empty for any other address."""
    if len(url) > LONGEST:
        return ()
    try:
        address = urlsplit(url)
        asked = parse_qs(address.query)
    except ValueError:
        return ()
    found = next((asked[name][0] for name in _IN_QUERY if name in asked), "")
    found = (found or _in_path(address.path)).rstrip("=")
    if len(found) < _SHORTEST:
        return ()
    series = _of_series(found)
    return (found, series) if series else (found,)


def _in_path(path: str) -> str:
    parts = [unquote(part) for part in path.split("/")]
    after = [second for first, second in pairwise(parts) if first in _BEFORE_ID]
    return after[0] if after else ""


def _of_series(eid: str) -> str:
    """The `eid` of the series of Google's `eid` of an occurrence; empty for another."""
    told = _told(eid)
    event, _, rest = told.partition(" ")
    series = _OCCURRENCE.sub("", event)
    if series == event:
        return ""
    return urlsafe_b64encode(f"{series} {rest}".encode()).decode().rstrip("=")


def _occurrence(eid: str) -> RecurrenceId:
    """Which occurrence Google's `eid` names; empty for a whole series or another id."""
    found = _OCCURRENCE.search(_told(eid).partition(" ")[0])
    if found is None:
        return RecurrenceId("")
    try:
        at = datetime.fromisoformat(found[1])
    except ValueError:
        return RecurrenceId("")
    return RecurrenceId((at if "T" in found[1] else at.date()).isoformat())


def _told(eid: str) -> str:
    try:
        return b64decode(eid + "=" * (-len(eid) % 4), b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


class EventPages:
    """Finds events by their page."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, url: str, owners: Sequence[PersonId]) -> Target | None:
        """The event of one of these owners that an address shows; None where there is none."""
        marks = marks_of(url)
        if not marks:
            return None
        from calendar_core.ics.reading import read

        for calendar, uid, ics in await self._candidates(marks, owners):
            for one in read(ics):
                if set(marks_of(one.link)[:1]) & set(marks):
                    at = one.recurrence_id or _occurrence(marks[0])
                    return Target(event_id=event_id(CalendarId(calendar), uid), recurrence_id=at)
        return None

    async def _candidates(
        self, marks: Sequence[str], owners: Sequence[PersonId]
    ) -> list[tuple[str, str, str]]:
        text = func.replace(EventRow.ics, "\r\n ", "")  # without the folds of long lines
        spelled = {form for mark in marks for form in (mark, quote(mark, safe=""))}
        wanted = (
            select(EventRow.calendar_id, EventRow.uid, EventRow.ics)
            .join(CalendarRow, CalendarRow.id == EventRow.calendar_id)
            .where(CalendarRow.owner.in_(owners))
            .where(or_(*(text.contains(one, autoescape=True) for one in sorted(spelled))))
        )
        async with self._database.reading() as session:
            return [(calendar, uid, ics) for calendar, uid, ics in await session.execute(wanted)]
