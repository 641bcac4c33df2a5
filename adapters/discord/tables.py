"""What was posted on Discord under a key, and which commands it knows. Rows stay inside `store`."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from calendar_core.database import Base, UtcDateTime


class PostRow(Base):
    """A message that was posted, or was going to be, under a key."""

    __tablename__ = "discord_posts"

    key: Mapped[str] = mapped_column(String(400), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    """When it was first tried."""
    place: Mapped[str] = mapped_column(Text)
    """Where it stands, as JSON; empty as long as nobody knows."""
    message: Mapped[str] = mapped_column(String(32))


class CommandsRow(Base):
    """The commands that an application's servers were told, as a mark."""

    __tablename__ = "discord_commands"

    application: Mapped[str] = mapped_column(String(32), primary_key=True)
    mark: Mapped[str] = mapped_column(String(64))
