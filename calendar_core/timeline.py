"""What is on between two instants: one range scan over the index, and live expansion beyond it.

One statement answers for the calendars, too. Series are indexed within each calendar's horizon; a
window that reaches beyond it expands the few series that are not wholly indexed, so the answer is
right for any window.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    BindParameter,
    CompoundSelect,
    Connection,
    Integer,
    Row,
    and_,
    bindparam,
    cast,
    literal_column,
    null,
    or_,
    select,
    union_all,
)

from calendar_core.events import Calendar, CalendarId, Occurrence, Resource
from calendar_core.occurrences import LONG, Kind, in_order, micros, occurrence_of, touches
from calendar_core.people import PersonId
from calendar_core.tables import CalendarRow, ComponentRow, EventRow, OccurrenceRow
from calendar_core.when import TimeSpan

_WIDER = timedelta(hours=15) // timedelta(microseconds=1)
"""Days and floating times are kept as if in UTC; no zone is further from it than this."""
_LONG = LONG // timedelta(microseconds=1)

_CALENDAR = (
    CalendarRow.id,
    CalendarRow.owner,
    CalendarRow.name,
    CalendarRow.provider,
    CalendarRow.account,
    CalendarRow.address,
    CalendarRow.former,
    CalendarRow.is_default,
    CalendarRow.counts_as_busy,
    CalendarRow.in_digests,
    CalendarRow.read_only,
    CalendarRow.unread_since,
    CalendarRow.synced_at,
    CalendarRow.has_live,
    CalendarRow.indexed_since,
    CalendarRow.indexed_until,
)
OCCURRENCE = (
    OccurrenceRow.calendar_id,
    OccurrenceRow.event_id,
    OccurrenceRow.recurrence_id,
    OccurrenceRow.kind,
    OccurrenceRow.starts,
    OccurrenceRow.ends,
    ComponentRow.uid,
    ComponentRow.title,
    ComponentRow.location,
    ComponentRow.status,
    ComponentRow.occupancy,
    ComponentRow.visibility,
    ComponentRow.my_answer,
    ComponentRow.organizer,
    ComponentRow.guests,
    ComponentRow.is_series,
    ComponentRow.rule,
    ComponentRow.video_url,
)
"""What `occurrences.occurrence_of` reads, in this order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """What stands on somebody's calendars in a window."""

    occurrences: tuple[Occurrence, ...]
    """In order of start; whole days before meetings."""
    calendars: tuple[Calendar, ...]
    """All that were looked at, also those with nothing on."""

    @property
    def unread(self) -> tuple[Calendar, ...]:
        """Those that could not be read: the answer may lack what they hold (law 5)."""
        return tuple(one for one in self.calendars if one.unread_since is not None)

    @property
    def own(self) -> tuple[Occurrence, ...]:
        """Without what stands on calendars that somebody else shares with the asker."""
        others = {one.id for one in self.calendars if one.is_anothers}
        return tuple(one for one in self.occurrences if one.calendar_id not in others)

    @property
    def shown(self) -> tuple[Occurrence, ...]:
        """As `own`, and what stands on those of others' that are wanted among one's own."""
        hidden = {one.id for one in self.calendars if one.is_anothers and not one.in_digests}
        return tuple(one for one in self.occurrences if one.calendar_id not in hidden)


def agenda(
    connection: Connection,
    owners: Sequence[PersonId],
    span: TimeSpan,
    zone: ZoneInfo,
    *,
    calendars: Collection[CalendarId] | None = None,
    limit: int | None = None,
) -> Agenda:
    """What overlaps a window on the calendars of these owners, told in a zone."""
    rows = connection.execute(scan(len(owners)), window(owners, span)).all()
    looked_at: dict[str, Calendar] = {}
    reaches_beyond = []
    found = []
    since, until = micros(span.start), micros(span.end)
    for row in rows:
        if row[0] is not None:
            continue
        calendar = calendar_of(row[_WIDTH:])
        if calendars is None or calendar.id in calendars:
            looked_at[calendar.id] = calendar
            has_live, indexed_since, indexed_until = row[-3:]
            if has_live or since - _WIDER < indexed_since or indexed_until < until + _WIDER:
                reaches_beyond.append(calendar)
    for row in rows:
        if row[0] in looked_at:
            occurrence = occurrence_of(row, looked_at[row[0]], zone)
            if row[3] == Kind.INSTANTS or touches(occurrence.when, span, zone):
                found.append(occurrence)
    if reaches_beyond:
        found = _with_unindexed(connection, found, reaches_beyond, span, zone)
    found.sort(key=lambda one: in_order(one, zone))
    return Agenda(occurrences=tuple(found[:limit]), calendars=tuple(looked_at.values()))


def window(owners: Sequence[PersonId], span: TimeSpan) -> dict[str, Any]:
    """The parameters of `scan`."""
    since, until = micros(span.start), micros(span.end)
    return {
        **{f"owner{number}": owner for number, owner in enumerate(owners)},
        "since": since,
        "until": until,
        "short_since": since - _WIDER - _LONG - 1,
        "long_since": since - _WIDER,
        "wide_until": until + _WIDER,
    }


def calendar_of(row: Sequence[Any]) -> Calendar:
    """A calendar from the columns of `_CALENDAR`."""
    id_, owner, name, provider, account, address, former, *flags = row[:11]
    is_default, counts_as_busy, in_digests, read_only = flags
    unread_since, synced_at = row[11:13]
    return Calendar(
        id=CalendarId(id_),
        owner=PersonId(owner),
        name=name,
        provider=provider,
        account=account,
        address=address,
        former=tuple(former.split()),
        is_default=is_default,
        counts_as_busy=counts_as_busy,
        in_digests=in_digests,
        read_only=read_only,
        unread_since=unread_since,
        synced_at=synced_at,
    )


@lru_cache(maxsize=64)
def scan(owners: int) -> CompoundSelect[Any]:
    """The one statement behind every agenda: the calendars of so many owners, and what overlaps the
    window.

    Built once for each number of owners: a list that is written out anew for each question costs
    more than the question. What stands for an index (`length`, `kind`) is said and not bound, for
    SQLite would plan anew whenever it is bound.
    """
    since, until, wide_until = _instant("since"), _instant("until"), _instant("wide_until")
    owned = CalendarRow.owner.in_([bindparam(f"owner{number}") for number in range(owners)])
    starts, ends = OccurrenceRow.starts, OccurrenceRow.ends
    no, yes = literal_column("0", Integer), literal_column("1", Integer)
    overlaps = or_(
        and_(OccurrenceRow.kind == no, starts < until, or_(ends > since, starts == since)),
        OccurrenceRow.kind != no,
    )
    no_calendar = [cast(null(), column.type) for column in _CALENDAR]
    no_occurrence = [cast(null(), column.type) for column in OCCURRENCE]
    listed = select(*no_occurrence, *_CALENDAR).where(owned)
    placed = (
        select(*OCCURRENCE, *no_calendar)
        .select_from(CalendarRow)
        .join(OccurrenceRow, OccurrenceRow.calendar_id == CalendarRow.id)
        .join(
            ComponentRow,
            and_(
                ComponentRow.event_id == OccurrenceRow.event_id,
                ComponentRow.number == OccurrenceRow.component,
            ),
        )
        .where(owned, overlaps)
    )
    short = placed.where(
        OccurrenceRow.length == no, starts > _instant("short_since"), starts < wide_until
    )
    long = placed.where(
        OccurrenceRow.length == yes, ends > _instant("long_since"), starts < wide_until
    )
    return union_all(listed, short, long)


def _instant(name: str) -> BindParameter[int]:
    return bindparam(name, type_=BigInteger)


_WIDTH = len(OCCURRENCE)


def _with_unindexed(
    connection: Connection,
    found: list[Occurrence],
    calendars: Sequence[Calendar],
    span: TimeSpan,
    zone: ZoneInfo,
) -> list[Occurrence]:
    """Replace what the index knows of partly indexed series by a live expansion."""
    series = _partly_indexed(connection, calendars, span)
    if not series:
        return found
    # Late: expanding needs the iCalendar libraries, which nobody waits for before the first prompt.
    from calendar_core.indexing import expand_live

    by_id = {calendar.id: calendar for calendar in calendars}
    ids = {row.id for row in series}
    kept = [one for one in found if one.event_id not in ids]
    for row in series:
        calendar = by_id[CalendarId(row.calendar_id)]
        kept += expand_live(Resource(uid=row.uid, ics=row.ics), calendar, span, zone)
    return kept


def _partly_indexed(
    connection: Connection, calendars: Iterable[Calendar], span: TimeSpan
) -> Sequence[Row[str, str, str, str]]:
    """Series with something outside of their indexed stretch that the window may show."""
    since, until = micros(span.start) - _WIDER, micros(span.end) + _WIDER
    wanted = select(EventRow.id, EventRow.calendar_id, EventRow.uid, EventRow.ics).where(
        EventRow.calendar_id.in_([calendar.id for calendar in calendars]),
        EventRow.covered_since.is_not(None),
        EventRow.first_start < until,
        or_(EventRow.covered_since > since, EventRow.covered_until < until),
    )
    return connection.execute(wanted).all()
