"""The index of events' words, as parts of a SELECT: FTS5 on SQLite, full text on PostgreSQL.

The database keeps it itself, in the unit of work that stores or deletes an event (migration 0020:
triggers, or a generated column). A word of it is a run of letters and digits, folded; what is
looked for is a word, or whatever begins so. A SQLite without FTS5 has no index: `is_missing`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Text,
    bindparam,
    cast,
    column,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.exc import DBAPIError

from calendar_core.folding import WORD
from calendar_core.nearest import EVENTS, Listed

_NUMBERS = table(
    "event_numbers",
    column("number"),
    column("event_id"),
    column("calendar_id"),
    column("is_series"),
    column("first_start"),
)
_LISTED = Listed(
    event_id=_NUMBERS.c.event_id,
    calendar_id=_NUMBERS.c.calendar_id,
    is_series=_NUMBERS.c.is_series,
    first_start=_NUMBERS.c.first_start,
)
_WORDS = table("event_words", column("rowid"))


@dataclass(frozen=True, slots=True)
class Form:
    """Letters and digits that a word must have, or begin with."""

    letters: str
    is_whole: bool = True


Forms = Sequence[Form]
"""Any of which will do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Events with certain words, before anything is asked: where they are listed, and which."""

    listed: Listed
    begun: ColumnElement[bool]
    """Whether it has words for all of these."""
    in_title: ColumnElement[bool]
    """Whether all of these stand in its title."""


def parted(words: Sequence[str]) -> list[Form]:
    """The parts of words, whatever stands between them: punctuation parts words. Of "tomas@exam"
    the last part may go on, those before are whole."""
    return [
        Form(part, is_whole=place < len(found) - 1)
        for found in map(WORD.findall, words)
        for place, part in enumerate(found)
    ]


def can_find(words: Sequence[str]) -> bool:
    """Whether each of the folded words has letters or digits to look for."""
    return all(WORD.search(word) for word in words)


def is_missing(error: DBAPIError) -> bool:
    """Whether a statement failed because this SQLite keeps no index of words."""
    said = str(error.orig)
    return "no such table: event_" in said or "no such module: fts5" in said


def with_words(dialect: str) -> Found:
    """Events with the words that `asked` tells of."""
    words, titled = bindparam("words", type_=Text), bindparam("titled", type_=Text)
    if dialect == "postgresql":
        vector: ColumnElement[Any] = literal_column("events.words")
        begun, in_title = (vector.bool_op("@@")(cast(one, TSQUERY)) for one in (words, titled))
        return Found(listed=EVENTS, begun=begun, in_title=in_title)
    index: ColumnElement[Any] = literal_column("event_words")
    begun, in_title = (
        _NUMBERS.c.number.in_(select(_WORDS.c.rowid).where(index.bool_op("MATCH")(one)))
        for one in (words, titled)
    )
    return Found(listed=_LISTED, begun=begun, in_title=in_title)


def asked(dialect: str, calendars: Sequence[str], parts: Sequence[Forms]) -> dict[str, str]:
    """What is asked for: words for all parts, each in any of its forms, on these calendars."""
    if dialect == "postgresql":
        return {"words": _query(parts, ""), "titled": _query(parts, "A")}
    there = " OR ".join(f'"{one}"' for one in calendars)
    wanted = " AND ".join(f"({' OR '.join(map(_said, forms))})" for forms in parts)
    return {
        name: f"calendar : ({there}) AND {{{where}}} : ({wanted})"
        for name, where in (("words", "title rest"), ("titled", "title"))
    }


def _query(parts: Sequence[Forms], weight: str) -> str:
    def said(form: Form) -> str:
        return f"'{form.letters}':{'' if form.is_whole else '*'}{weight}".removesuffix(":")

    return " & ".join(f"({' | '.join(map(said, forms))})" for forms in parts)


def _said(form: Form) -> str:
    return f'"{form.letters}"{"" if form.is_whole else " *"}'
