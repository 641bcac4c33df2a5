"""The door's memory over restarts: implements `ports.PostedKeys` and `ports.Enterprises`."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from adapters.slack.tables import DeliveryRow, EnterpriseRow
from calendar_core.database import Database

KEPT = timedelta(days=30)
"""How long a key is known: far longer than any delivery is tried again."""


class KeyStore:
    """Which message stands under which delivery key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, workspace: str, key: str, at: datetime) -> datetime | None:
        """Write the key down; when it was begun first, if it was before."""
        try:
            async with self._database.session() as session:
                row = await session.get(DeliveryRow, (workspace, key))
                if row is not None:
                    return row.at
                session.add(DeliveryRow(workspace=workspace, key=key, at=at))
                return None
        except IntegrityError:
            async with self._database.reading() as session:
                row = await session.get(DeliveryRow, (workspace, key))
                return row.at if row is not None else at

    async def remember(self, workspace: str, key: str, channel: str, message: str) -> None:
        """Write down where it stands."""
        async with self._database.session() as session:
            await session.execute(
                update(DeliveryRow)
                .where(DeliveryRow.workspace == workspace, DeliveryRow.key == key)
                .values(channel=channel, message=message)
            )

    async def find(self, workspace: str, key: str) -> tuple[str, str] | None:
        """Where it stands, when that is known."""
        async with self._database.reading() as session:
            row = await session.get(DeliveryRow, (workspace, key))
            if row is None or row.channel is None or row.message is None:
                return None
            return row.channel, row.message

    async def forget_old(self, now: datetime) -> None:
        """Drop keys that nothing asks for any more."""
        async with self._database.session() as session:
            await session.execute(delete(DeliveryRow).where(DeliveryRow.at < now - KEPT))


class EnterpriseStore:
    """To which organization a workspace belongs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, workspace: str, enterprise: str, *, whole: bool) -> None:
        """Write it down; the same again changes nothing."""
        row = EnterpriseRow(workspace=workspace, enterprise=enterprise, whole=whole)
        async with self._database.session() as session:
            await session.merge(row)

    async def workspaces_of(self, enterprise: str) -> tuple[str, ...]:
        """The workspaces of an organization that were heard of."""
        wanted = (
            select(EnterpriseRow.workspace)
            .where(EnterpriseRow.enterprise == enterprise)
            .order_by(EnterpriseRow.workspace)
        )
        async with self._database.reading() as session:
            return tuple(await session.scalars(wanted))

    async def of(self, workspace: str) -> tuple[str, bool] | None:
        """The organization, if there is one, and whether it installed the app as a whole."""
        async with self._database.reading() as session:
            row = await session.get(EnterpriseRow, workspace)
            return (row.enterprise, row.whole) if row is not None else None
