"""Built-in calendars at rest. Rows stay inside this folder."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from calendar_core.database import Base, UtcDateTime


class LocalResourceRow(Base):
    """One UID on a built-in calendar."""

    __tablename__ = "local_resources"
    __table_args__ = (Index("ix_local_resources_calendar_id_revision", "calendar_id", "revision"),)

    calendar_id: Mapped[str] = mapped_column(
        ForeignKey("calendars.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(String(64), primary_key=True, index=True)
    """Digest of the UID, which may be of any length."""
    uid: Mapped[str] = mapped_column(Text)
    etag: Mapped[str] = mapped_column(String(64))
    ics: Mapped[str | None] = mapped_column(Text)
    """None: it is gone, and those who read by cursor are to hear of it."""
    copy_of: Mapped[str | None] = mapped_column(String(40))
    """The organizer's calendar, when this is a guest's copy."""
    revision: Mapped[int] = mapped_column(default=0)
    """Rises with each write on the calendar: the reader's cursor."""


class LocalWriteRow(Base):
    """A change that was written, so that its repeat after a crash finds its own work done."""

    __tablename__ = "local_writes"

    change_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
