"""Forgetting what was said and decided long ago: conversations, notes, closed changes and their
trail. What the mirror keeps of the past is `calendar_core.retention`.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from bot.tables import ModelUsageRow, NoteRow, PartRow, PostedRow, SignUpRow
from calendar_core.changes.forgetting import forget_closed
from calendar_core.clock import Clock
from calendar_core.database import Database
from scheduler.tables import JobRow

_AT_ONCE = 500
"""Rows in one unit of work."""


class Retention:
    """Keeps things for so long; None: forever."""

    def __init__(self, database: Database, clock: Clock, keeps: timedelta | None) -> None:
        self._database = database
        self._clock = clock
        self._keeps = keeps

    async def forget_old(self) -> None:
        """Forget what is older: for a daily chore. Repeating it is harmless."""
        if self._keeps is None:
            return
        before = self._clock.now() - self._keeps
        for key, at in (
            (PartRow.id, PartRow.at),
            (NoteRow.id, NoteRow.at),
            (ModelUsageRow.id, ModelUsageRow.at),
        ):
            while await self._forget(key, at, before):
                pass
        while await self._changes(before):
            pass
        async with self._database.session() as session:
            given_up = delete(JobRow).where(JobRow.is_dead, JobRow.due_at < before)
            await session.execute(given_up)

    async def _forget(self, key: Any, at: Any, before: datetime) -> bool:
        """Some rows of one table; whether there may be more."""
        async with self._database.session() as session:
            ids = (await session.scalars(select(key).where(at < before).limit(_AT_ONCE))).all()
            await session.execute(
                delete(key.class_).where(key.in_(ids)).execution_options(synchronize_session=False)
            )
            await self._cards(session, [str(one) for one in ids])
        return len(ids) == _AT_ONCE

    async def _changes(self, before: datetime) -> bool:
        """Some closed changes; whether there may be more. Those on whose cards people sign up
        stay."""
        async with self._database.session() as session:
            kept = (await session.scalars(select(SignUpRow.change))).all()
            ids = await forget_closed(session, before, kept, _AT_ONCE)
            await self._cards(session, ids)
        return len(ids) == _AT_ONCE

    async def _cards(self, session: Any, subjects: Any) -> None:
        """Where their cards stand is of no use any more."""
        await session.execute(
            delete(PostedRow)
            .where(PostedRow.subject.in_(subjects))
            .execution_options(synchronize_session=False)
        )
