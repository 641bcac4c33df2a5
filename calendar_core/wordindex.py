"""The index of events' words, as parts of a SELECT: FTS5 on SQLite, full text on PostgreSQL.

The database keeps it itself, in the unit of work that stores or deletes an event (migration 0020:
triggers, or a generated column). A word of it is a run of letters and digits, folded; a word that
is looked for stands for all that begin so. A SQLite without FTS5 has no index: `is_missing`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, cast, column, literal, literal_column, select, table
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.exc import DBAPIError

from calendar_core.tables import EventRow

WORD = re.compile(r"[^\W_]+")
_NUMBERS = table(
    "event_numbers",
    column("number"),
    column("event_id"),
    column("calendar_id"),
    column("is_series"),
    column("first_start"),
)
_WORDS = table("event_words", column("rowid"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Events with certain words, before anything is asked: columns of theirs, and conditions."""

    event_id: ColumnElement[str]
    is_series: ColumnElement[bool]
    first_start: ColumnElement[int]
    begun: ColumnElement[bool]
    """Whether it is on the calendars, and has words that begin with all of these."""
    in_title: ColumnElement[bool]
    """Whether all of these stand in its title."""


def can_find(words: Sequence[str]) -> bool:
    """Whether each of the folded words has letters or digits to look for."""
    return all(WORD.search(word) for word in words)


def is_missing(error: DBAPIError) -> bool:
    """Whether a statement failed because this SQLite keeps no index of words."""
    said = str(error.orig)
    return "no such table: event_" in said or "no such module: fts5" in said


def with_words(dialect: str, calendars: Sequence[str], words: Sequence[str]) -> Found:
    """Events of these calendars with words that begin so, whatever stands between them.

    Punctuation parts words: of "tomas@exam" the last part may go on, those before are whole."""
    parts = [
        (part, place < len(found) - 1)
        for found in map(WORD.findall, words)
        for place, part in enumerate(found)
    ]
    if dialect == "postgresql":
        return Found(
            event_id=_column(EventRow.id),
            is_series=_column(EventRow.is_series),
            first_start=_column(EventRow.first_start),
            begun=and_(EventRow.calendar_id.in_(calendars), _matches(parts, "")),
            in_title=_matches(parts, "A"),
        )
    listed = _NUMBERS.c
    return Found(
        event_id=listed.event_id,
        is_series=listed.is_series,
        first_start=listed.first_start,
        begun=and_(
            listed.calendar_id.in_(calendars),
            listed.number.in_(_numbers(calendars, parts, "title rest")),
        ),
        in_title=listed.number.in_(_numbers(calendars, parts, "title")),
    )


def _column(attribute: Any) -> ColumnElement[Any]:
    found: ColumnElement[Any] = attribute.expression
    return found


def _matches(parts: Sequence[tuple[str, bool]], weight: str) -> ColumnElement[bool]:
    said = (f"'{part}':{'' if is_whole else '*'}{weight}" for part, is_whole in parts)
    wanted = " & ".join(one.removesuffix(":") for one in said)
    vector: ColumnElement[Any] = literal_column("events.words")
    return vector.bool_op("@@")(cast(literal(wanted), TSQUERY))


def _numbers(calendars: Sequence[str], parts: Sequence[tuple[str, bool]], where: str) -> Any:
    there = " OR ".join(f'"{one}"' for one in calendars)
    wanted = " AND ".join(f'"{part}"{"" if is_whole else " *"}' for part, is_whole in parts)
    said = f"calendar : ({there}) AND {{{where}}} : ({wanted})"
    match: ColumnElement[bool] = literal_column("event_words").bool_op("MATCH")(literal(said))
    return select(_WORDS.c.rowid).where(match)
