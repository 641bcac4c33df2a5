"""Calendars and what stands on them, changes and their trail, built-in calendars."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "calendars",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=400), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("account", sa.String(length=320), nullable=False),
        sa.Column("address", sa.String(length=400), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("counts_as_busy", sa.Boolean(), nullable=False),
        sa.Column("in_digests", sa.Boolean(), nullable=False),
        sa.Column("read_only", sa.Boolean(), nullable=False),
        sa.Column("unread_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("indexed_since", sa.BigInteger(), nullable=False),
        sa.Column("indexed_until", sa.BigInteger(), nullable=False),
        sa.Column("has_live", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendars")),
    )
    op.create_index(op.f("ix_calendars_address"), "calendars", ["address"], unique=False)
    op.create_index(op.f("ix_calendars_owner"), "calendars", ["owner"], unique=False)
    op.create_table(
        "change_audit",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("change_id", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=400), nullable=False),
        sa.Column("by", sa.String(length=400), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_audit")),
    )
    op.create_index(op.f("ix_change_audit_change_id"), "change_audit", ["change_id"], unique=False)
    op.create_index("ix_change_audit_owner_id", "change_audit", ["owner", "id"], unique=False)
    op.create_table(
        "changes",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=400), nullable=False),
        sa.Column("place", sa.String(length=400), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("drawn", sa.Text(), nullable=False),
        sa.Column("writes", sa.Text(), nullable=False),
        sa.Column("written", sa.Text(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=400), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undo_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undoes", sa.String(length=32), nullable=True),
        sa.Column("undone_by", sa.String(length=32), nullable=True),
        sa.Column("superseded_by", sa.String(length=32), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_changes")),
        sa.UniqueConstraint("id", name=op.f("uq_changes_id")),
    )
    op.create_index("ix_changes_owner_place", "changes", ["owner", "place", "number"], unique=False)
    op.create_index(
        "ix_changes_status_expires_at", "changes", ["status", "expires_at"], unique=False
    )
    op.create_table(
        "local_writes",
        sa.Column("change_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_local_writes")),
    )
    op.create_index(op.f("ix_local_writes_at"), "local_writes", ["at"], unique=False)
    op.create_table(
        "events",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("calendar_id", sa.String(length=40), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("etag", sa.String(length=200), nullable=False),
        sa.Column("ics", sa.Text(), nullable=False),
        sa.Column("is_series", sa.Boolean(), nullable=False),
        sa.Column("sought", sa.Text(), nullable=False),
        sa.Column("first_start", sa.BigInteger(), nullable=False),
        sa.Column("covered_since", sa.BigInteger(), nullable=True),
        sa.Column("covered_until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["calendar_id"],
            ["calendars.id"],
            name=op.f("fk_events_calendar_id_calendars"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_calendar_id"), "events", ["calendar_id"], unique=False)
    op.create_index(
        "ix_events_partly",
        "events",
        ["calendar_id"],
        unique=False,
        sqlite_where=sa.text("covered_since IS NOT NULL"),
        postgresql_where=sa.text("covered_since IS NOT NULL"),
    )
    op.create_table(
        "local_resources",
        sa.Column("calendar_id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("etag", sa.String(length=64), nullable=False),
        sa.Column("ics", sa.Text(), nullable=True),
        sa.Column("copy_of", sa.String(length=40), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["calendar_id"],
            ["calendars.id"],
            name=op.f("fk_local_resources_calendar_id_calendars"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("calendar_id", "key", name=op.f("pk_local_resources")),
    )
    op.create_index(
        "ix_local_resources_calendar_id_revision",
        "local_resources",
        ["calendar_id", "revision"],
        unique=False,
    )
    op.create_table(
        "components",
        sa.Column("event_id", sa.String(length=24), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("occupancy", sa.String(length=20), nullable=False),
        sa.Column("visibility", sa.String(length=20), nullable=False),
        sa.Column("my_answer", sa.String(length=20), nullable=True),
        sa.Column("organizer", sa.Text(), nullable=False),
        sa.Column("guests", sa.Text(), nullable=False),
        sa.Column("is_series", sa.Boolean(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("video_url", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["events.id"],
            name=op.f("fk_components_event_id_events"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("event_id", "number", name=op.f("pk_components")),
    )
    op.create_table(
        "occurrences",
        sa.Column("event_id", sa.String(length=24), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("component", sa.Integer(), nullable=False),
        sa.Column("calendar_id", sa.String(length=40), nullable=False),
        sa.Column("recurrence_id", sa.String(length=40), nullable=False),
        sa.Column("starts", sa.BigInteger(), nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("length", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["events.id"],
            name=op.f("fk_occurrences_event_id_events"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("event_id", "number", name=op.f("pk_occurrences")),
    )
    op.create_index(
        "ix_occurrences_long",
        "occurrences",
        ["calendar_id", "ends"],
        unique=False,
        sqlite_where=sa.text("length = 1"),
        postgresql_where=sa.text("length = 1"),
    )
    op.create_index(
        "ix_occurrences_short",
        "occurrences",
        ["calendar_id", "starts"],
        unique=False,
        sqlite_where=sa.text("length = 0"),
        postgresql_where=sa.text("length = 0"),
    )


def downgrade() -> None:
    for table in (
        "local_writes",
        "local_resources",
        "change_audit",
        "changes",
        "occurrences",
        "components",
        "events",
        "calendars",
    ):
        op.drop_table(table)
