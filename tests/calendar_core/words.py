"""Whether the words of calendars are counted as they stand there."""

from collections import Counter

from sqlalchemy import select

from calendar_core.database import Database
from calendar_core.tables import EventRow, WordRow
from calendar_core.vocabulary import counted

Words = dict[tuple[str, str], int]


async def words_kept(database: Database) -> Words:
    """How often each word stands on each calendar, as it is kept."""
    async with database.reading() as session:
        rows = await session.execute(select(WordRow.calendar_id, WordRow.word, WordRow.times))
        return {(calendar, word): times for calendar, word, times in rows}


async def words_there(database: Database) -> Words:
    """The same, from the texts of all events."""
    found: Counter[tuple[str, str]] = Counter()
    async with database.reading() as session:
        for calendar, sought in await session.execute(
            select(EventRow.calendar_id, EventRow.sought)
        ):
            found.update({(calendar, word): times for word, times in counted([sought]).items()})
    return dict(found)
