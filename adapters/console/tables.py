"""The stored conversation of the terminal. Rows stay inside `store`."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from calendar_core.database import Base, UtcDateTime


class MessageRow(Base):
    """A message of the bot as it stands, and whether the screen has shown it so."""

    __tablename__ = "console_messages"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 (SQLAlchemy reads it so)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    """Never used twice: c3 stays c3."""
    channel: Mapped[str] = mapped_column(String(200))
    seen_by: Mapped[str | None] = mapped_column(String(200))
    key: Mapped[str | None] = mapped_column(String(200), unique=True)
    card: Mapped[str] = mapped_column(Text)
    waiting: Mapped[str] = mapped_column(String(8), index=True)
    """What the screen still has to show: "post", "edit", or nothing."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ButtonRow(Base):
    """A button that a message shows or once showed, so that old cards can still be pressed."""

    __tablename__ = "console_buttons"
    __table_args__ = (Index("ix_console_buttons_folded", "folded", "message"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    message: Mapped[int] = mapped_column(
        ForeignKey("console_messages.number", ondelete="CASCADE"), index=True
    )
    label: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(String(300))
    """The label without regard to case."""
    value: Mapped[str] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(Text)
    position: Mapped[int]
    shows: Mapped[bool]
    """Whether the message shows it now."""
