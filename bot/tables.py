"""What the conversation keeps at rest: people, conversations, posted cards. Rows stay inside
`store`."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from calendar_core.database import Base, UtcDateTime


class PersonRow(Base):
    """Somebody."""

    __tablename__ = "people"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    zone: Mapped[str] = mapped_column(String(64))
    email: Mapped[str] = mapped_column(String(320), default="")
    preferences: Mapped[str] = mapped_column(Text, default="{}")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class IdentityRow(Base):
    """An account on a chat platform, and whose it is."""

    __tablename__ = "identities"

    platform: Mapped[str] = mapped_column(String(20), primary_key=True)
    workspace: Mapped[str] = mapped_column(String(64), primary_key=True)
    user: Mapped[str] = mapped_column(String(128), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)


class PartRow(Base):
    """One part of a conversation, in order."""

    __tablename__ = "conversation_parts"
    __table_args__ = (Index("ix_conversation_parts_conversation_id", "conversation", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation: Mapped[str] = mapped_column(String(400))
    owner: Mapped[str] = mapped_column(String(36))
    kind: Mapped[str] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class PostedRow(Base):
    """Where a change's card stands, so that it can be edited later."""

    __tablename__ = "posted_cards"
    __table_args__ = (UniqueConstraint("subject", "place", "message"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    subject: Mapped[str] = mapped_column(String(64), index=True)
    place: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(String(128))


class HeardRow(Base):
    """An incoming message or press that was taken on: a redelivery is dropped."""

    __tablename__ = "heard"

    platform: Mapped[str] = mapped_column(String(20), primary_key=True)
    id: Mapped[str] = mapped_column(String(200), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class NoteRow(Base):
    """Something noted at once, or waiting for a press, and how to take it back."""

    __tablename__ = "notes"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    owner: Mapped[str] = mapped_column(String(36), index=True)
    place: Mapped[str] = mapped_column(String(400), default="")
    action: Mapped[str] = mapped_column(Text)
    undo: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
