"""Changes at rest, and the trail of what became of them. Rows stay inside `changes`."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from calendar_core.database import Base, UtcDateTime


class ChangeRow(Base):
    """A change, whatever its status. The status column is the outbox: confirmed means "to be
    written"."""

    __tablename__ = "changes"
    __table_args__ = (
        Index("ix_changes_owner_place", "owner", "place", "number"),
        Index("ix_changes_status_expires_at", "status", "expires_at"),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    """In the order they came; never leaves the house."""
    id: Mapped[str] = mapped_column(String(32), unique=True)
    owner: Mapped[str] = mapped_column(String(400))
    place: Mapped[str] = mapped_column(String(400))
    status: Mapped[str] = mapped_column(String(20))
    drawn: Mapped[str] = mapped_column(Text)
    """JSON: edits, glimpses, count, remarks, also, meanwhile."""
    writes: Mapped[str] = mapped_column(Text)
    """JSON: the texts before and after."""
    written: Mapped[str] = mapped_column(Text, default="[]")
    """JSON: the versions that the provider made of the writes."""
    public: Mapped[bool] = mapped_column(default=False)
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(400))
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undo_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undoes: Mapped[str | None] = mapped_column(String(32))
    undone_by: Mapped[str | None] = mapped_column(String(32))
    """The change that takes it back, from the moment when that was pressed."""
    superseded_by: Mapped[str | None] = mapped_column(String(32))
    detail: Mapped[str] = mapped_column(Text, default="")


class AuditRow(Base):
    """One step of a change's life."""

    __tablename__ = "change_audit"
    __table_args__ = (Index("ix_change_audit_owner_id", "owner", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    change_id: Mapped[str] = mapped_column(String(32), index=True)
    owner: Mapped[str] = mapped_column(String(400))
    by: Mapped[str] = mapped_column(String(400))
    """Who did it; empty for the clock."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    what: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(String(20))
    detail: Mapped[str] = mapped_column(Text, default="")
