"""What was posted under which delivery key, and whose organizations workspaces are. Rows stay
inside `store`."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from calendar_core.database import Base, UtcDateTime


class DeliveryRow(Base):
    """A delivery key and the message that stands under it, or is about to."""

    __tablename__ = "slack_posted"

    workspace: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    channel: Mapped[str | None] = mapped_column(String(40))
    message: Mapped[str | None] = mapped_column(String(100))
    """None while it is not known whether it was posted."""
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    """When it was first begun."""


class EnterpriseRow(Base):
    """A workspace that belongs to an organization."""

    __tablename__ = "slack_enterprises"

    workspace: Mapped[str] = mapped_column(String(40), primary_key=True)
    enterprise: Mapped[str] = mapped_column(String(40))
    whole: Mapped[bool]
    """Whether the app is installed for the whole organization."""
