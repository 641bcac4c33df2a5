"""Finding events by words and people. One that is meant by its id is `pointing`.

Words are compared without case and accents, and all of them must fit in title, place, description,
guests or categories: as the beginnings of words there, or, where no event has them so, anywhere in
words. `search_alike` lets slips of the finger pass (`spelling`). A series stands for itself by its
next occurrence (within a window: its first there). Best first: the title itself, a title that
begins so, words in the title, anything else; then what is nearest in time. Words are looked up in
the index of words (`wordindex`); what is inside words, and slips, in the texts themselves.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import add
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from calendar_core.calendars import calendar_from
from calendar_core.events import Calendar, Occurrence
from calendar_core.folding import folded
from calendar_core.nearest import Near, standing
from calendar_core.people import PersonId
from calendar_core.spelling import pieces, stands_in
from calendar_core.tables import CalendarRow, EventRow
from calendar_core.when import TimeSpan
from calendar_core.wordindex import WORD, can_find, is_missing, with_words

MOST_EVENTS = 400
"""Events that are looked at for one search."""
MOST_ALIKE = 500
"""Events that are looked at for one search that lets slips pass."""
ALIKE_LETTERS = 300
"""How much of an event's texts is looked at then: title, place, guests."""
MOST_WORDS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody looks for."""

    words: str
    span: TimeSpan | None = None
    person: str = ""
    """Name or mail address, or a part of it."""
    limit: int = 20


async def search(
    session: AsyncSession,
    owners: Sequence[PersonId],
    wanted: Wanted,
    now: datetime,
    zone: ZoneInfo,
) -> tuple[Occurrence, ...]:
    """Occurrences that fit on the calendars of these owners, best first."""
    words = folded(wanted.words).split()[:MOST_WORDS]
    if not words and not wanted.person:
        return ()
    calendars, near = await _calendars(session, owners), Near(wanted.span, now, zone)
    words += folded(wanted.person).split()
    found = await _found(session, calendars, words, near) if calendars else []
    return _best(found, wanted, near)


async def search_alike(
    session: AsyncSession,
    owners: Sequence[PersonId],
    wanted: Wanted,
    now: datetime,
    zone: ZoneInfo,
) -> tuple[Occurrence, ...]:
    """The same for words that may hold slips: for when `search` found nothing."""
    words = folded(f"{wanted.words} {wanted.person}").split()[:MOST_WORDS]
    if not words:
        return ()
    calendars, near = await _calendars(session, owners), Near(wanted.span, now, zone)
    events = await _events_alike(session, list(calendars), words, near) if calendars else ()
    return _best(await standing(session, events, calendars, near) if events else [], wanted, near)


def _best(found: Sequence[Occurrence], wanted: Wanted, near: Near) -> tuple[Occurrence, ...]:
    words = folded(wanted.words).split()[:MOST_WORDS]
    ranked = sorted(found, key=lambda one: (_rank(one, words), near.distance(one)))
    return tuple(ranked[: wanted.limit])


async def _calendars(session: AsyncSession, owners: Sequence[PersonId]) -> dict[str, Calendar]:
    rows = await session.scalars(select(CalendarRow).where(CalendarRow.owner.in_(owners)))
    return {row.id: calendar_from(row) for row in rows}


async def _found(
    session: AsyncSession, calendars: dict[str, Calendar], words: Sequence[str], near: Near
) -> Sequence[Occurrence]:
    """Of events in whose texts all the words stand; where there are very many, the nearest."""
    if can_find(words):
        try:
            found = await _indexed(session, calendars, words, near)
        except DBAPIError as err:
            if not is_missing(err):
                raise
        else:
            if found is not None:
                return found
    inside = await _inside(session, list(calendars), words, near)
    return await standing(session, inside, calendars, near) if inside else ()


async def _indexed(
    session: AsyncSession, calendars: dict[str, Calendar], words: Sequence[str], near: Near
) -> Sequence[Occurrence] | None:
    """By the index of words; None when nothing begins so, at any time."""
    there = with_words(session.get_bind().dialect.name, list(calendars), words)
    texts = aliased(EventRow)
    # The index knows letters and digits alone.
    with_signs = [_holds(word, texts) for word in words if not WORD.fullmatch(word)]
    statement = select(there.event_id).where(there.begun)
    if with_signs:
        statement = statement.where(exists().where(texts.id == there.event_id, *with_signs))
    nearest = (
        statement.where(
            near.may_touch(there.event_id, there.is_series, there.first_start, list(calendars))
        )
        .order_by(
            case((there.in_title, 0), else_=1), *near.first(there.is_series, there.first_start)
        )
        .limit(MOST_EVENTS)
    )
    found = await standing(session, nearest, calendars, near)
    if not found and await session.scalar(statement.limit(1)) is None:
        return None
    return found


async def _inside(
    session: AsyncSession, calendars: Sequence[str], words: Sequence[str], near: Near
) -> Sequence[str]:
    """Without the index: the words as beginnings of words, or, where none has them so, anywhere."""
    begun = and_(*(_begins_a_word(word) for word in words))
    rows = (
        await session.execute(
            select(EventRow.id, EventRow.sought)
            .where(
                EventRow.calendar_id.in_(calendars),
                near.may_touch(EventRow.id, EventRow.is_series, EventRow.first_start, calendars),
                *(_holds(word) for word in words),
            )
            .order_by(
                case((begun, 0), else_=1), *near.first(EventRow.is_series, EventRow.first_start)
            )
            .limit(MOST_EVENTS)
        )
    ).all()
    # The database knows blanks and lines; what else parts words ("(cafe") is seen here.
    starts = [re.compile(rf"(?<![^\W_]){re.escape(word)}") for word in words]
    whole = [id_ for id_, sought in rows if all(start.search(sought) for start in starts)]
    return whole or [id_ for id_, _ in rows]


async def _events_alike(
    session: AsyncSession, calendars: Sequence[str], words: Sequence[str], near: Near
) -> Sequence[str]:
    """Ids of events with words near all of these: those first that share most parts of them."""
    parts = [[_holds(part) for part in pieces(word)] for word in words]
    shared = reduce(add, (case((part, 1), else_=0) for each in parts for part in each))
    rows = await session.execute(
        select(EventRow.id, func.substr(EventRow.sought, 1, ALIKE_LETTERS))
        .where(
            EventRow.calendar_id.in_(calendars),
            near.may_touch(EventRow.id, EventRow.is_series, EventRow.first_start, calendars),
            *(or_(*each) for each in parts),
        )
        .order_by(shared.desc(), *near.first(EventRow.is_series, EventRow.first_start))
        .limit(MOST_ALIKE)
    )
    alike: dict[tuple[str, str], bool] = {}

    def fits(word: str, others: Iterable[str]) -> bool:
        for other in others:
            if (word, other) not in alike:
                alike[word, other] = stands_in(word, (other,))
            if alike[word, other]:
                return True
        return False

    found = ((id_, set(WORD.findall(sought))) for id_, sought in rows)
    return [id_ for id_, there in found if all(fits(word, there) for word in words)][:MOST_EVENTS]


def _holds(part: str, events: type[EventRow] = EventRow) -> ColumnElement[bool]:
    return events.sought.like(f"%{_literally(part)}%", escape="\\")


def _begins_a_word(word: str) -> ColumnElement[bool]:
    literal = _literally(word)
    return or_(
        *(EventRow.sought.like(f"{before}{literal}%", escape="\\") for before in ("", "% ", "%\n"))
    )


def _literally(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _rank(one: Occurrence, words: Sequence[str]) -> int:
    title, sought = folded(one.title), " ".join(words)
    if title == sought:
        return 0
    if title.startswith(sought):
        return 1
    return 2 if all(f" {word}" in f" {title}" for word in words) else 3
