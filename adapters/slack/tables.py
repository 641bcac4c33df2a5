"""What was posted under which delivery key, whose organizations workspaces are, who installed the
app. Rows stay inside `store` and `installations`."""

from datetime import datetime

from sqlalchemy import String, Text
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


class InstallationRow(Base):
    """The app in a workspace or in a whole organization."""

    __tablename__ = "slack_installations"

    client: Mapped[str] = mapped_column(String(100), primary_key=True)
    """Client id of the app."""
    place: Mapped[str] = mapped_column(String(40), primary_key=True)
    """The workspace's id; the organization's, where the app is installed for the whole of it."""
    app: Mapped[str] = mapped_column(String(40))
    enterprise: Mapped[str | None] = mapped_column(String(40))
    team: Mapped[str | None] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(Text)
    bot: Mapped[str] = mapped_column(String(40))
    bot_user: Mapped[str] = mapped_column(String(40))
    scopes: Mapped[str] = mapped_column(Text)
    """With commas between."""
    sealed: Mapped[str] = mapped_column(Text)
    """Its tokens, as the vault sealed them."""
    token_ends: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """None for one that does not rotate."""
    installed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StateRow(Base):
    """An installation that somebody began in a browser."""

    __tablename__ = "slack_states"

    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of what the browser was given."""
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
