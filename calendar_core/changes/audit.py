"""The trail: who did what with which change, when, and what came of it. One line a transition,
never altered."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core.changes.change import ChangeId, ChangeStatus
from calendar_core.changes.tables import AuditRow
from calendar_core.people import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One step of a change's life."""

    change: ChangeId
    owner: PersonId
    by: PersonId | None
    """Who did it; None for the clock."""
    at: datetime
    what: str
    """In a few words: `edit "Review"`."""
    outcome: ChangeStatus
    detail: str = ""


def note(session: AsyncSession, entry: AuditEntry) -> None:
    """Add a line, in the unit of work of the step itself."""
    session.add(
        AuditRow(
            change_id=entry.change,
            owner=entry.owner,
            by=entry.by or "",
            at=entry.at,
            what=entry.what,
            outcome=entry.outcome,
            detail=entry.detail,
        )
    )


async def trail_of(session: AsyncSession, owner: PersonId, limit: int) -> tuple[AuditEntry, ...]:
    """The latest lines of somebody's changes, newest first."""
    rows = await session.scalars(
        select(AuditRow).where(AuditRow.owner == owner).order_by(AuditRow.id.desc()).limit(limit)
    )
    return tuple(
        AuditEntry(
            change=ChangeId(row.change_id),
            owner=PersonId(row.owner),
            by=PersonId(row.by) if row.by else None,
            at=row.at,
            what=row.what,
            outcome=ChangeStatus(row.outcome),
            detail=row.detail,
        )
        for row in rows
    )
