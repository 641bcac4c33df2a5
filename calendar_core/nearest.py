"""Which occurrences of found events are shown, and which come first: of each event the one that
stands for it, and what is near now before what is far. Finding the events is `search`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    any_,
    bindparam,
    case,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
)

from calendar_core.occurrences import Kind, micros, span_of, told
from calendar_core.tables import ComponentRow, EventRow, OccurrenceRow
from calendar_core.timeline import OCCURRENCE
from calendar_core.when import TimeSpan

_PLACED = (
    OccurrenceRow.calendar_id,
    OccurrenceRow.event_id,
    OccurrenceRow.recurrence_id,
    OccurrenceRow.kind,
    OccurrenceRow.starts,
    OccurrenceRow.ends,
    OccurrenceRow.component,
)
"""What of an occurrence is told: the first columns of `OCCURRENCE`, and how it looks."""
_DAY = 86_400_000_000
_EARLIER = 3 * _DAY
"""How much sooner than its only occurrence, a short one, `EventRow.first_start` may be."""


_CALENDARS: BindParameter[Any] = bindparam("calendars", expanding=True)
_SINCE: BindParameter[int] = bindparam("since", type_=BigInteger)
_UNTIL: BindParameter[int] = bindparam("until", type_=BigInteger)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Events, as columns of whichever table lists them."""

    event_id: ColumnElement[str]
    calendar_id: ColumnElement[str]
    is_series: ColumnElement[bool]
    first_start: ColumnElement[int]


_COLUMNS = EventRow.__table__.c
EVENTS = Listed(
    event_id=_COLUMNS.id,
    calendar_id=_COLUMNS.calendar_id,
    is_series=_COLUMNS.is_series,
    first_start=_COLUMNS.first_start,
)


@dataclass(frozen=True, slots=True)
class Near:
    """Which occurrences are meant, and which come first: those of a window, or all; nearest now."""

    span: TimeSpan | None
    now: datetime
    zone: ZoneInfo

    @property
    def is_windowed(self) -> bool:
        """Whether those of a window are meant."""
        return self.span is not None

    @property
    def values(self) -> dict[str, int]:
        """What the conditions and statements below ask with."""
        since, until = (
            (self.now, self.now) if self.span is None else (self.span.start, self.span.end)
        )
        return {
            "since": micros(since),
            "since_wall": self._wall(since),
            "until": micros(until),
            "until_wall": self._wall(until),
            "middle": micros(min(max(self.now, since), until)),
        }

    def distance(self, row: Sequence[Any]) -> int:
        """How far from now (microseconds) an occurrence is, from the columns of `OCCURRENCE`; what
        is over counts as further than what comes."""
        kind, starts, ends = map(int, row[3:6])
        if kind != Kind.INSTANTS:
            span = span_of(told(kind, starts, ends, self.zone), self.zone)
            starts, ends = micros(span.start), micros(span.end)
        now = micros(self.now)
        return abs(starts - now) * (2 if ends <= now else 1)

    def _wall(self, at: datetime) -> int:
        """By the wall clock, as the index has days and floating times."""
        return micros(at.astimezone(self.zone).replace(tzinfo=UTC))


def may_touch(events: Listed, dialect: str) -> ColumnElement[bool]:
    """Whether an event on `calendars` may happen in the window; of a series that is not known here.
    Each part of it can be looked up."""
    there = on_calendars(events)
    # Their first start tells nothing.
    long = select(OccurrenceRow.event_id).where(
        OccurrenceRow.calendar_id.in_(_CALENDARS),
        OccurrenceRow.length == literal_column("1"),  # as the index of the long ones has it
        OccurrenceRow.ends >= _SINCE - _DAY,
        OccurrenceRow.starts < _UNTIL + _DAY,
    )
    is_long = (
        events.event_id == any_(func.array(long.scalar_subquery()))
        if dialect == "postgresql"
        else events.event_id.in_(long)
    )
    short = events.first_start.between(_SINCE - _DAY - _EARLIER, _UNTIL + _DAY)
    return or_(
        and_(there, events.is_series == true()),
        and_(there, events.is_series == false(), short),
        is_long,
    )


def on_calendars(events: Listed) -> ColumnElement[bool]:
    """Whether an event is on `calendars`."""
    return events.calendar_id.in_(_CALENDARS)


def order(events: Listed) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Series first, then what is near."""
    middle: BindParameter[int] = bindparam("middle", type_=BigInteger)
    return events.is_series.desc(), func.abs(events.first_start + _DAY - middle)


def standing(events: Select[str, bool], is_windowed: bool) -> Select[*tuple[Any, ...]]:
    """Of each of some events (ids, and whether each is a series) the occurrence that stands for it,
    as columns of `OCCURRENCE`. Building it costs as much as asking: it is built once."""
    found = events.cte("found").prefix_with("MATERIALIZED", dialect="postgresql")
    event, is_series = found.c
    number = case((is_series, _number(event, is_windowed)), else_=0).label("number")
    numbered = select(event.label("event"), number).cte("numbered")
    numbered = numbered.prefix_with("MATERIALIZED", dialect="postgresql")
    is_it = and_(
        OccurrenceRow.event_id == numbered.c.event, OccurrenceRow.number == numbered.c.number
    )
    placed = select(*_PLACED).select_from(numbered).join(OccurrenceRow, is_it)
    if is_windowed:
        placed = placed.where(_touches())
    there = placed.cte("placed").prefix_with("MATERIALIZED", dialect="postgresql")
    columns = [there.c[one.key] for one in _PLACED[:-1]]
    looks_like = and_(
        ComponentRow.event_id == there.c.event_id, ComponentRow.number == there.c.component
    )
    return (
        select(*columns, *OCCURRENCE[len(columns) :])
        .select_from(there)
        .join(ComponentRow, looks_like)
        .order_by(there.c.event_id)
    )


def standing_for(
    connection: Connection, events: Sequence[str], near: Near
) -> Sequence[Row[*tuple[Any, ...]]]:
    """The same of events by their ids."""
    values = {"events": events} | near.values
    return connection.execute(_standing_for(near.is_windowed), values).all()


@cache
def _standing_for(is_windowed: bool) -> Select[*tuple[Any, ...]]:
    listed = EVENTS.event_id.in_(bindparam("events", expanding=True))
    return standing(select(EVENTS.event_id, EVENTS.is_series).where(listed), is_windowed)


def _number(event: Any, is_windowed: bool) -> ColumnElement[int]:
    """Which of an event's occurrences, that are numbered as they start, stands for it: the first in
    the window, else the next, else the last."""
    numbers = select(OccurrenceRow.number).where(OccurrenceRow.event_id == event).limit(1)
    first, last = OccurrenceRow.number, OccurrenceRow.number.desc()
    if is_windowed:
        return numbers.where(_touches()).order_by(first).scalar_subquery()
    ahead = numbers.where(OccurrenceRow.ends > _at("since")).order_by(first)
    return func.coalesce(ahead.scalar_subquery(), numbers.order_by(last).scalar_subquery())


def _touches() -> ColumnElement[bool]:
    """Whether an occurrence takes any of the window (`occurrences.touches`)."""
    since, until = _at("since"), _at("until")
    mark = and_(OccurrenceRow.starts == since, OccurrenceRow.ends == since)
    return and_(OccurrenceRow.starts < until, or_(OccurrenceRow.ends > since, mark))


def _at(name: str) -> ColumnElement[int]:
    """An instant as the index has it: of days and floating times by the wall clock."""
    instant: BindParameter[int] = bindparam(name, type_=BigInteger)
    wall: BindParameter[int] = bindparam(f"{name}_wall", type_=BigInteger)
    return case((OccurrenceRow.kind == Kind.INSTANTS, instant), else_=wall)
