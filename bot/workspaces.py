"""Workspaces and servers at rest: what their admins set for everybody there."""

from sqlalchemy import select

from bot.tables import WorkspaceRow
from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.people import PersonId
from scheduler.upsert import is_new


class Workspaces:
    """Knows which model a workspace chose."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def model_of(self, platform: str, workspace: str) -> str:
        """The model that was chosen there, by name; empty where none was."""
        if not workspace:
            return ""
        async with self._database.reading() as session:
            found = await session.scalar(
                select(WorkspaceRow.model).where(
                    WorkspaceRow.platform == platform, WorkspaceRow.workspace == workspace
                )
            )
        return found or ""

    async def choose(self, platform: str, workspace: str, model: str, by: PersonId) -> None:
        """Set it; an empty name leaves it to the house. Who may is decided before."""
        now = self._clock.now()
        row = {
            "platform": platform,
            "workspace": workspace,
            "model": model,
            "set_by": by,
            "set_at": now,
        }
        async with self._database.session() as session:
            if await is_new(session, WorkspaceRow, "platform", row):
                return
            kept = await session.get(WorkspaceRow, (platform, workspace))
            assert kept is not None, "it was there a moment ago, and nobody deletes it"
            kept.model, kept.set_by, kept.set_at = model, by, now
