"""Which occurrences of found events are shown, and which come first: of each event the one that
stands for it, and what is near now before what is far. Finding the events is `search`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core.events import Calendar, Occurrence
from calendar_core.occurrences import Kind, micros, occurrence_of, span_of
from calendar_core.tables import ComponentRow, OccurrenceRow
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


@dataclass(frozen=True, slots=True)
class Near:
    """Which occurrences are meant, and which come first: those of a window, or all; nearest now."""

    span: TimeSpan | None
    now: datetime
    zone: ZoneInfo

    def may_touch(
        self, event: Any, is_series: Any, first_start: Any, calendars: Sequence[str]
    ) -> ColumnElement[bool]:
        """Whether an event may happen in the window; of a series that is not known here."""
        if self.span is None:
            return true()
        since, until = micros(self.span.start) - _DAY, micros(self.span.end) + _DAY
        long = select(OccurrenceRow.event_id).where(
            OccurrenceRow.calendar_id.in_(calendars),
            OccurrenceRow.length == 1,
            OccurrenceRow.ends >= since,
            OccurrenceRow.starts < until,
        )
        short = and_(first_start >= since - _EARLIER, first_start < until)
        return or_(is_series, short, event.in_(long))

    def first(self, is_series: Any, first_start: Any) -> tuple[Any, Any]:
        """In which order: series, then what is near."""
        return is_series.desc(), func.abs(first_start + _DAY - micros(self._middle()))

    def touches(self) -> ColumnElement[bool]:
        """Whether an occurrence takes any of the window (`occurrences.touches`)."""
        if self.span is None:
            return true()
        since, until = self._at(self.span.start), self._at(self.span.end)
        mark = and_(OccurrenceRow.starts == since, OccurrenceRow.ends == since)
        return and_(OccurrenceRow.starts < until, or_(OccurrenceRow.ends > since, mark))

    def place(self) -> ColumnElement[int]:
        """The place of an occurrence among those of its event, from 1."""
        order: list[Any] = [OccurrenceRow.starts]
        if self.span is None:
            is_over = OccurrenceRow.ends <= self._at(self.now)
            back = case((is_over, -OccurrenceRow.starts), else_=OccurrenceRow.starts)
            order = [case((is_over, 1), else_=0), back]
        return func.row_number().over(
            partition_by=OccurrenceRow.event_id, order_by=[*order, OccurrenceRow.number]
        )

    def distance(self, one: Occurrence) -> timedelta:
        """How far from now; what is over counts as further than what comes."""
        span = span_of(one.when, self.zone)
        return abs(span.start - self.now) * (2 if span.end <= self.now else 1)

    def _middle(self) -> datetime:
        """Now, or what of the window is nearest to it."""
        return self.now if self.span is None else min(max(self.now, self.span.start), self.span.end)

    def _at(self, at: datetime) -> ColumnElement[int]:
        """An instant as the index has it: of days and floating times by the wall clock."""
        wall = micros(at.astimezone(self.zone).replace(tzinfo=UTC))
        return case((OccurrenceRow.kind == Kind.INSTANTS, micros(at)), else_=wall)


async def standing(
    session: AsyncSession,
    events: Sequence[str] | Select[*tuple[Any, ...]],
    calendars: Mapping[str, Calendar],
    near: Near,
) -> list[Occurrence]:
    """Of each of some events (their ids, or a SELECT of these) the occurrence that stands for it:
    the first in the window, else the next, else the last."""
    listed = (
        select(*_PLACED, near.place().label("place"))
        .where(OccurrenceRow.event_id.in_(events), near.touches())
        .subquery()
    )
    columns = [listed.c[one.key] for one in _PLACED[:-1]]
    looks_like = and_(
        ComponentRow.event_id == listed.c.event_id, ComponentRow.number == listed.c.component
    )
    rows = await session.execute(
        select(*columns, *OCCURRENCE[len(columns) :])
        .select_from(listed)
        .join(ComponentRow, looks_like)
        .where(listed.c.place == 1)
    )
    return [occurrence_of(row, calendars[row[0]], near.zone) for row in rows]
