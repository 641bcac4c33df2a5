"""Which occurrences of found events are shown, and which come first: of each event the one that
stands for it, and what is near now before what is far. Finding the events is `search`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    case,
    false,
    func,
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

    def long(self, connection: Connection, calendars: Sequence[str]) -> Sequence[str]:
        """Events with long occurrences in the window: their first start tells nothing."""
        if self.span is None:
            return ()
        since, until = self._about()
        wanted = select(OccurrenceRow.event_id).where(
            OccurrenceRow.calendar_id.in_(calendars),
            OccurrenceRow.length == 1,
            OccurrenceRow.ends >= since,
            OccurrenceRow.starts < until,
        )
        return connection.scalars(wanted).all()

    def may_touch(
        self, events: Listed, calendars: Sequence[str], long: Sequence[str]
    ) -> ColumnElement[bool]:
        """Whether an event on the calendars may happen in the window; of a series that is not known
        here. Each part of the condition stands in an index."""
        there = events.calendar_id.in_(calendars)
        if self.span is None:
            return there
        since, until = self._about()
        short = events.first_start.between(since - _EARLIER, until)
        parts = [
            and_(there, events.is_series == true()),
            and_(there, events.is_series == false(), short),
        ]
        return or_(*parts, *([events.event_id.in_(long)] if long else []))

    def first(self, events: Listed) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
        """In which order: series, then what is near."""
        distance = func.abs(events.first_start + _DAY - micros(self._middle()))
        return events.is_series.desc(), distance

    def touches(self) -> ColumnElement[bool]:
        """Whether an occurrence takes any of the window (`occurrences.touches`)."""
        if self.span is None:
            return true()
        since, until = self._at(self.span.start), self._at(self.span.end)
        mark = and_(OccurrenceRow.starts == since, OccurrenceRow.ends == since)
        return and_(OccurrenceRow.starts < until, or_(OccurrenceRow.ends > since, mark))

    def number(self, event: Any) -> ColumnElement[int]:
        """Which of an event's occurrences, that are numbered as they start, stands for it: the
        first in the window, else the next, else the last. None has a window that it misses."""
        numbers = select(OccurrenceRow.number).where(OccurrenceRow.event_id == event).limit(1)
        first, last = OccurrenceRow.number, OccurrenceRow.number.desc()
        if self.span is not None:
            return numbers.where(self.touches()).order_by(first).scalar_subquery()
        ahead = numbers.where(OccurrenceRow.ends > self._at(self.now)).order_by(first)
        return func.coalesce(ahead.scalar_subquery(), numbers.order_by(last).scalar_subquery())

    def distance(self, row: Sequence[Any]) -> int:
        """How far from now (microseconds) an occurrence is, from the columns of `OCCURRENCE`; what
        is over counts as further than what comes."""
        kind, starts, ends = map(int, row[3:6])
        if kind != Kind.INSTANTS:
            span = span_of(told(kind, starts, ends, self.zone), self.zone)
            starts, ends = micros(span.start), micros(span.end)
        now = micros(self.now)
        return abs(starts - now) * (2 if ends <= now else 1)

    def _about(self) -> tuple[int, int]:
        """The window in any zone."""
        assert self.span is not None
        return micros(self.span.start) - _DAY, micros(self.span.end) + _DAY

    def _middle(self) -> datetime:
        """Now, or what of the window is nearest to it."""
        return self.now if self.span is None else min(max(self.now, self.span.start), self.span.end)

    def _at(self, at: datetime) -> ColumnElement[int]:
        """An instant as the index has it: of days and floating times by the wall clock."""
        wall = micros(at.astimezone(self.zone).replace(tzinfo=UTC))
        return case((OccurrenceRow.kind == Kind.INSTANTS, micros(at)), else_=wall)


def events_of(ids: Sequence[str]) -> Select[str, bool]:
    """Events by their ids, for `standing`."""
    return select(EventRow.id, EventRow.is_series).where(EventRow.id.in_(ids))


def standing(
    connection: Connection, events: Select[str, bool], near: Near
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Of each of some events (ids, and whether each is a series) the occurrence that stands for it,
    as columns of `OCCURRENCE`."""
    found = events.cte("found").prefix_with("MATERIALIZED", dialect="postgresql")
    event, is_series = found.c
    number = case((is_series, near.number(event)), else_=0).label("number")
    numbered = select(event.label("event"), number).cte("numbered")
    numbered = numbered.prefix_with("MATERIALIZED", dialect="postgresql")
    placed = (
        select(*_PLACED)
        .select_from(numbered)
        .join(
            OccurrenceRow,
            and_(
                OccurrenceRow.event_id == numbered.c.event,
                OccurrenceRow.number == numbered.c.number,
            ),
        )
        .where(near.touches())
        .cte("placed")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    columns = [placed.c[one.key] for one in _PLACED[:-1]]
    looks_like = and_(
        ComponentRow.event_id == placed.c.event_id, ComponentRow.number == placed.c.component
    )
    wanted = (
        select(*columns, *OCCURRENCE[len(columns) :])
        .select_from(placed)
        .join(ComponentRow, looks_like)
        .order_by(placed.c.event_id)
    )
    return connection.execute(wanted).all()
