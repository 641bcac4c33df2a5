"""The words that stand on each calendar, and how often: which of them hold some letters, and which
are near a word with slips. Finding the events that have them is `wordindex`.

It is kept in the unit of work that stores or forgets events, so that a word goes with the last
event that has it. Words are runs of letters and digits, folded.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Text,
    and_,
    bindparam,
    delete,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core.folding import WORD
from calendar_core.spelling import is_near, pieces, slips_allowed
from calendar_core.tables import LONGEST_WORD, EventRow, WordRow

MOST_NEAR = 2_000
"""Words that are compared with one that may hold slips."""
_MORE = (
    "ON CONFLICT (calendar_id, word) DO UPDATE SET times = calendar_words.times + excluded.times"
)
_ADD = f"INSERT INTO calendar_words (calendar_id, word, times) VALUES (?, ?, ?) {_MORE}"
_ADD_ALL = (
    "INSERT INTO calendar_words (calendar_id, word, times) "
    f"SELECT %s, key, value::bigint FROM json_each_text(%s::json) {_MORE}"
)


async def follow(
    session: AsyncSession,
    calendar_id: str,
    ids: Sequence[str],
    texts: Iterable[str] = (),
) -> None:
    """Count what changes when some events of a calendar are about to go, and others to come with
    these texts. Those who write one calendar take turns."""
    changes = counted(texts)
    if ids:
        before = await session.scalars(select(EventRow.sought).where(EventRow.id.in_(ids)))
        changes.subtract(counted(before))
    changed = sorted((word, times) for word, times in changes.items() if times)
    if not changed:
        return
    connection = await session.connection()
    # Straight to the driver: there are hundreds of words, and SQLAlchemy would look at each. A
    # server is told all in one statement.
    if connection.dialect.name == "postgresql":
        given = json.dumps(dict(changed), ensure_ascii=False)
        await connection.exec_driver_sql(_ADD_ALL, (calendar_id, given))
    else:
        rows = [(calendar_id, word, times) for word, times in changed]
        await connection.exec_driver_sql(_ADD, rows)
    if any(times < 0 for _, times in changed):
        unused = WordRow.times <= literal_column("0")  # as the index of those has it
        gone = delete(WordRow).where(WordRow.calendar_id == calendar_id, unused)
        await session.execute(gone.execution_options(synchronize_session=False))


def counted(texts: Iterable[str]) -> Counter[str]:
    """The words of some texts, and how often each stands there. Longer ones than anybody looks
    into are left out."""
    found = Counter(WORD.findall("\n".join(texts)))
    for word in [word for word in found if len(word) > LONGEST_WORD]:
        del found[word]
    return found


def holding(
    connection: Connection, calendars: Sequence[str], letters: str, most: int
) -> Sequence[str]:
    """Words on these calendars that hold some letters or digits, not more than `most`."""
    values = {"calendars": calendars, "like": f"%{letters}%", "most": most}
    return connection.scalars(_HOLDING, values).all()


def near_words(connection: Connection, calendars: Sequence[str], word: str) -> Sequence[str]:
    """Words on these calendars that are near a word (`spelling`), and one that begins with it."""
    slips = slips_allowed(word)
    if not slips:
        values = {"calendars": calendars, "like": f"{word}%", "most": 1}
        return connection.scalars(_HOLDING, values).all()
    first, middle, last = pieces(word)
    # One slip is behind the first piece, or before the last; of two, a piece lies between.
    likes = (first + "%", "%" + last) if slips == 1 else (f"%{first}%", f"%{middle}%", f"%{last}%")
    alike = connection.scalars(
        _NEAR,
        {
            "calendars": calendars,
            "begins": f"{word}%",
            "least": len(word) - slips,
            "longest": len(word) + slips,
            "like": likes[0],
            "or_like": likes[1],
            "or_else": likes[-1],
            "most": MOST_NEAR,
        },
    )
    found = alike.all()
    begun = [one for one in found if one.startswith(word)]
    return begun[:1] + [one for one in found if not one.startswith(word) and is_near(word, one)]


def _like(name: str) -> ColumnElement[bool]:
    # Letters and digits mean nothing in a pattern.
    return WordRow.word.like(bindparam(name, type_=Text))


_WORDS = (
    select(WordRow.word)
    .where(WordRow.calendar_id.in_(bindparam("calendars", expanding=True)))
    .distinct()
    .limit(bindparam("most", type_=BigInteger))
)
_HOLDING = _WORDS.where(_like("like"))
_LENGTH = func.length(WordRow.word).between(
    bindparam("least", type_=BigInteger), bindparam("longest", type_=BigInteger)
)
_NEAR = _WORDS.where(
    or_(_like("begins"), and_(_LENGTH, or_(_like("like"), _like("or_like"), _like("or_else"))))
)
