"""The tables of due work and reminders. Rows never leave the modules that store them: `embedded`,
`claims`, `shelf`, `watches`."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from calendar_core.database import Base, UtcDateTime


class JobRow(Base):
    """One piece of due work; done work is deleted, dead work is kept."""

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_due", "is_dead", "run_at"),)

    key: Mapped[str] = mapped_column(String(500), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    run_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it fell due first: `run_at` before any retry."""
    payload: Mapped[str] = mapped_column(Text)
    """JSON object of texts."""
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    faults: Mapped[int] = mapped_column(Integer, default=0)
    """Tries that ended in a bug."""
    claim: Mapped[str | None] = mapped_column(String(200))
    """Which claim holds it: a process and its count; empty while it waits."""
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cut_off: Mapped[bool] = mapped_column(default=False)
    """Whether a try ended nobody knows where."""
    is_dead: Mapped[bool] = mapped_column(default=False)
    incident: Mapped[str] = mapped_column(String(40), default="")
    """Names the last failure in the log."""


class ReminderRow(Base):
    """One reminder, its anchor and its next moment."""

    __tablename__ = "reminders"
    __table_args__ = (Index("ix_reminders_owner", "owner", "status", "due"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner: Mapped[str] = mapped_column(String(400))
    place: Mapped[str] = mapped_column(String(400), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str] = mapped_column(String(20))
    asked: Mapped[bool]
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rule: Mapped[str] = mapped_column(Text, default="")
    zone: Mapped[str] = mapped_column(String(64))
    event_id: Mapped[str | None] = mapped_column(String(64), index=True)
    recurrence_id: Mapped[str] = mapped_column(String(40), default="")
    whose: Mapped[str] = mapped_column(String(400))
    """Owner of the event's calendar."""
    lead: Mapped[int | None] = mapped_column(BigInteger)
    """Seconds."""
    snoozes: Mapped[str | None] = mapped_column(String(40), index=True)
    due: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rings_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    begins: Mapped[datetime | None] = mapped_column(UtcDateTime)
    occurrence_id: Mapped[str] = mapped_column(String(40), default="")
    title: Mapped[str] = mapped_column(Text, default="")
    rung_for: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Beginning of the occurrence that it rang for last."""
    version: Mapped[int] = mapped_column(Integer, default=0)


class MissedRow(Base):
    """A ring that came too late for its event, until its owner is told."""

    __tablename__ = "reminders_missed"

    delivery_key: Mapped[str] = mapped_column(String(120), primary_key=True)
    owner: Mapped[str] = mapped_column(String(400), index=True)
    title: Mapped[str] = mapped_column(Text)
    begins: Mapped[datetime] = mapped_column(UtcDateTime)
    batch: Mapped[str] = mapped_column(String(40), default="")
    """Names the line in which the owner is told; set before it is delivered."""


class WatchRow(Base):
    """A maker's promise to tell of changes on one calendar."""

    __tablename__ = "watches"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Under which the maker was asked."""
    calendar_id: Mapped[str] = mapped_column(
        ForeignKey("calendars.id", ondelete="CASCADE"), index=True
    )
    account_id: Mapped[str] = mapped_column(String(32), index=True)
    provider: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(300))
    """Of this house, when the maker was asked."""
    remote: Mapped[str] = mapped_column(String(300), index=True)
    """What the maker calls it; empty until it promised."""
    hash: Mapped[str] = mapped_column(String(64))
    """Of the secret that is told back."""
    state: Mapped[str] = mapped_column(String(10))
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    look_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it is renewed, or tried again."""
