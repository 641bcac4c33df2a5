"""Finding events by words and people. One that is meant by its id is `pointing`.

Words are compared without case and accents, and all of them must fit in title, place, description,
guests or categories: as the beginnings of words there, or, where no event has them so, anywhere in
words. `search_alike` lets slips of the finger pass (`spelling`). A series stands for itself by its
next occurrence (within a window: its first there). Best first: the title itself, a title that
begins so, words in the title, anything else; then what is nearest in time. Words are looked up in
the index of words (`wordindex`); of what is inside words, and of slips, the words that are there
(`vocabulary`). The texts themselves are looked at where the index can't know.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import aliased

from calendar_core.calendars import calendars_of
from calendar_core.events import Calendar, CalendarId, Occurrence
from calendar_core.folding import WORD, folded
from calendar_core.nearest import (
    EVENTS,
    Listed,
    Near,
    may_touch,
    on_calendars,
    order,
    standing,
    standing_for,
)
from calendar_core.occurrences import occurrence_of
from calendar_core.people import PersonId
from calendar_core.tables import EventRow
from calendar_core.vocabulary import holding, near_words
from calendar_core.when import TimeSpan
from calendar_core.wordindex import Form, Forms, asked, can_find, is_missing, parted, with_words

MOST_EVENTS = 400
"""Events that are looked at for one search."""
MOST_FORMS = 200
"""Words that are looked up in the index for those that stand inside of them, or are near."""
MOST_WORDS = 8
_Rows = Sequence[Sequence[Any]]
"""Occurrences as columns of `timeline.OCCURRENCE`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody looks for."""

    words: str
    span: TimeSpan | None = None
    person: str = ""
    """Name or mail address, or a part of it."""
    limit: int = 20


@dataclass(frozen=True, slots=True)
class _Place:
    """Where is looked."""

    connection: Connection
    calendars: Mapping[CalendarId, Calendar]
    near: Near

    @property
    def ids(self) -> Sequence[CalendarId]:
        """The calendars'."""
        return list(self.calendars)

    @property
    def values(self) -> dict[str, Any]:
        """What statements about it ask with."""
        return {"calendars": self.ids} | self.near.values


def search(
    connection: Connection,
    owners: Sequence[PersonId],
    wanted: Wanted,
    now: datetime,
    zone: ZoneInfo,
) -> tuple[Occurrence, ...]:
    """Occurrences that fit on the calendars of these owners, best first."""
    said = folded(wanted.words).split()[:MOST_WORDS]
    words = said + folded(wanted.person).split()
    place = _place(connection, owners, wanted, now, zone)
    if not words or not place.calendars:
        return ()
    found, before = _found(place, words)
    return _best(found, place, wanted, [[before + word] for word in said])


def search_alike(
    connection: Connection,
    owners: Sequence[PersonId],
    wanted: Wanted,
    now: datetime,
    zone: ZoneInfo,
) -> tuple[Occurrence, ...]:
    """The same for words that may hold slips: for when `search` found nothing."""
    words = WORD.findall(folded(f"{wanted.words} {wanted.person}"))[:MOST_WORDS]
    place = _place(connection, owners, wanted, now, zone)
    there = [near_words(connection, place.ids, word) for word in words]
    if not words or not all(there):
        return ()
    most = MOST_FORMS // len(words)
    parts = [
        [Form(word, is_whole=False), *map(Form, near)][:most]
        for word, near in zip(words, there, strict=True)
    ]
    forms = [[form.letters for form in part] for part in parts]
    found = _Asked(place, parts).nearest()
    if not found and not _are_known(place, parts):
        found, _ = _in_texts(place, forms)
    return _best(found, place, wanted, [[f" {one}" for one in each] for each in forms])


def _place(
    connection: Connection,
    owners: Sequence[PersonId],
    wanted: Wanted,
    now: datetime,
    zone: ZoneInfo,
) -> _Place:
    calendars = {one.id: one for one in calendars_of(connection, owners)}
    return _Place(connection, calendars, Near(wanted.span, now, zone))


def _best(
    found: _Rows, place: _Place, wanted: Wanted, titled: Sequence[Sequence[str]]
) -> tuple[Occurrence, ...]:
    """The best of what was found: where all words are `titled`, each in any of its forms, before
    others; then the nearest."""
    sought = " ".join(folded(wanted.words).split()[:MOST_WORDS])

    def how_good(row: Sequence[Any]) -> tuple[int, int]:
        return _rank(folded(row[7]), sought, titled), place.near.distance(row)

    best = sorted(found, key=how_good)[: wanted.limit]
    return tuple(occurrence_of(row, place.calendars[row[0]], place.near.zone) for row in best)


def _rank(title: str, sought: str, titled: Sequence[Sequence[str]]) -> int:
    if title == sought:
        return 0
    if title.startswith(sought):
        return 1
    return 2 if all(any(one in f" {title}" for one in forms) for forms in titled) else 3


def _found(place: _Place, words: Sequence[str]) -> tuple[_Rows, str]:
    """Events in whose texts all the words stand, where there are very many the nearest; and what
    stands before the words: a blank, or nothing where they stand inside others."""
    if not can_find(words):
        return _in_texts(place, [[word] for word in words])
    parts = parted(words)
    # The index knows letters and digits alone.
    with_signs = [word for word in words if not WORD.fullmatch(word)]
    begun = _Asked(place, [[part] for part in parts], with_signs)
    if found := begun.nearest():
        return found, " "
    most = MOST_FORMS // len(parts)
    there = [holding(place.connection, place.ids, part.letters, most + 1) for part in parts]
    may_begin = all(
        len(each) > most or any(one.startswith(part.letters) for one in each)
        for part, each in zip(parts, there, strict=True)
    )
    if not all(there) or (may_begin and begun.is_anywhere()):
        return (), " "
    few = [[Form(one) for one in each] for each in there if len(each) <= most]
    inside = _Asked(place, few, with_signs if len(few) == len(parts) else words)
    if few and ((found := inside.nearest()) or _are_known(place, few)):
        return found, ""
    return _in_texts(place, [[word] for word in words])


def _are_known(place: _Place, parts: Sequence[Forms]) -> bool:
    """Whether the index has each of some words that are there: PostgreSQL may part them otherwise,
    by its locale."""
    return all(_Asked(place, [forms]).is_anywhere() for forms in parts)


class _Asked:
    """A question to the index of words, some of them looked for in the texts as well. Where there
    is no index, nothing is found."""

    def __init__(self, place: _Place, parts: Sequence[Forms], checked: Sequence[str] = ()) -> None:
        self._place = place
        self._dialect = place.connection.dialect.name
        self._checked = len(checked)
        self._values = place.values | asked(self._dialect, place.ids, parts)
        self._values |= {f"sign_{number}": _inside(word) for number, word in enumerate(checked)}

    def nearest(self) -> _Rows:
        """The occurrences that stand for the events in the window; of very many, the nearest."""
        return self._rows(_nearest(self._dialect, self._place.near.is_windowed, self._checked))

    def is_anywhere(self) -> bool:
        """Whether there are such events at any time."""
        return any(count for (count,) in self._rows(_count(self._dialect, self._checked)))

    def _rows(self, statement: Select[*tuple[Any, ...]]) -> _Rows:
        try:
            return self._place.connection.execute(statement, self._values).all()
        except DBAPIError as err:
            if not is_missing(err):
                raise
            return ()


@lru_cache(maxsize=64)
def _nearest(dialect: str, is_windowed: bool, checked: int) -> Select[*tuple[Any, ...]]:
    """The occurrences that stand for events with certain words, of very many for the nearest."""
    there = with_words(dialect)
    listed = there.listed
    events = (
        select(listed.event_id, listed.is_series)
        .where(there.begun, _there(listed, dialect, is_windowed), *_signs(listed, checked))
        .order_by(case((there.in_title, 0), else_=1), *order(listed))
        .limit(MOST_EVENTS)
    )
    return standing(events, is_windowed)


@lru_cache(maxsize=16)
def _count(dialect: str, checked: int) -> Select[int]:
    """How many events have certain words, at any time. A first one would be quicker to find only
    where there is one: PostgreSQL goes through all events for it."""
    there = with_words(dialect)
    where = on_calendars(there.listed)
    return select(func.count()).where(there.begun, where, *_signs(there.listed, checked))


def _there(listed: Listed, dialect: str, is_windowed: bool) -> ColumnElement[bool]:
    return may_touch(listed, dialect) if is_windowed else on_calendars(listed)


def _signs(listed: Listed, count: int) -> Sequence[ColumnElement[bool]]:
    """That the texts hold some words as they are."""
    texts = aliased(EventRow)
    signs = [bindparam(f"sign_{number}", type_=Text) for number in range(count)]
    holds = (texts.sought.like(sign, escape="\\") for sign in signs)
    return [exists().where(texts.id == listed.event_id, *holds)] if signs else []


def _in_texts(place: _Place, words: Sequence[Sequence[str]]) -> tuple[_Rows, str]:
    """Without the index: the words, each in any of its forms, as beginnings of words, or, where
    none has them so, anywhere; and what stands before them."""
    begun = and_(*(or_(*map(_begins_a_word, forms)) for forms in words))
    near = place.near
    wanted = (
        select(EventRow.id, EventRow.sought)
        .where(
            _there(EVENTS, place.connection.dialect.name, near.is_windowed),
            *(or_(*(_like(_inside(one)) for one in forms)) for forms in words),
        )
        .order_by(case((begun, 0), else_=1), *order(EVENTS))
        .limit(MOST_EVENTS)
    )
    rows = place.connection.execute(wanted, place.values).all()
    # The database knows blanks and lines; what else parts words ("(cafe") is seen here.
    starts = [re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, forms))})") for forms in words]
    whole = [id_ for id_, sought in rows if all(start.search(sought) for start in starts)]
    ids = whole or [id_ for id_, _ in rows]
    return standing_for(place.connection, ids, near) if ids else (), " " if whole else ""


def _begins_a_word(word: str) -> ColumnElement[bool]:
    return or_(*(_like(f"{before}{_literally(word)}%") for before in ("", "% ", "%\n")))


def _inside(word: str) -> str:
    return f"%{_literally(word)}%"


def _like(pattern: str) -> ColumnElement[bool]:
    return EventRow.sought.like(pattern, escape="\\")


def _literally(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
