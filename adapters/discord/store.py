"""What the Discord door remembers over restarts: what it posted, and which commands are known.

Implements `PostedKeys` and `SyncedCommands`.
"""

import json
from dataclasses import asdict
from datetime import timedelta

from sqlalchemy import delete

from adapters.discord.ports import Posted
from adapters.discord.tables import CommandsRow, PostRow
from bot.chat.messages import MessageRef, Place, PlaceKind
from calendar_core.clock import Clock
from calendar_core.database import Database

KEPT = timedelta(days=60)
"""So long a key is remembered."""


class Store:
    """Keeps both in the house's database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def intend(self, key: str) -> Posted | None:
        """Write down that this will be posted now; what is known of an earlier try."""
        async with self._database.session() as session:
            row = await session.get(PostRow, key)
            if row is not None:
                return _posted(row)
            now = self._clock.now()
            session.add(PostRow(key=key, since=now, place="", message=""))
            await session.execute(delete(PostRow).where(PostRow.since < now - KEPT))
            return None

    async def keep(self, key: str, ref: MessageRef) -> None:
        """It was posted, and stands there."""
        async with self._database.session() as session:
            row = await session.get(PostRow, key)
            if row is None:
                row = PostRow(key=key, since=self._clock.now(), place="", message="")
                session.add(row)
            row.place = json.dumps(asdict(ref.place))
            row.message = ref.id

    async def drop(self, key: str) -> None:
        """Nothing was posted."""
        async with self._database.session() as session:
            await session.execute(delete(PostRow).where(PostRow.key == key))

    async def told(self, application: str) -> str | None:
        """The mark of the commands that this application's servers know."""
        async with self._database.reading() as session:
            row = await session.get(CommandsRow, application)
            return row.mark if row is not None else None

    async def tell(self, application: str, mark: str) -> None:
        """They know these now."""
        async with self._database.session() as session:
            await session.merge(CommandsRow(application=application, mark=mark))


def _posted(row: PostRow) -> Posted:
    if not row.place:
        return Posted(since=row.since)
    parts = json.loads(row.place)
    place = Place(**{**parts, "kind": PlaceKind(parts["kind"])})
    return Posted(since=row.since, ref=MessageRef(place=place, id=row.message))
