"""Linked accounts, what their providers call each calendar, and how far its mirror has come."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add what `calendar_core.tables` has more."""
    op.add_column(
        "calendars", sa.Column("account_id", sa.String(32), nullable=False, server_default="")
    )
    op.add_column("calendars", sa.Column("remote", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "calendars", sa.Column("touched", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.create_index("ix_calendars_account_id", "calendars", ["account_id"])
    op.create_table(
        "events_touched",
        sa.Column("event_id", sa.String(24), primary_key=True),
        sa.Column(
            "calendar_id",
            sa.String(40),
            sa.ForeignKey("calendars.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("is_unsure", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_events_touched_calendar_id", "events_touched", ["calendar_id"])
    op.create_table(
        "linked_accounts",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("owner", sa.String(400), nullable=False),
        sa.Column("provider", sa.String(20), nullable=False),
        sa.Column("address", sa.String(320), nullable=False),
        sa.Column("url", sa.String(600), nullable=False),
        sa.Column("free_busy_only", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("linked_at", INSTANT, nullable=False),
        sa.Column("unwell_since", INSTANT),
        sa.Column("why", sa.Text(), nullable=False),
        sa.UniqueConstraint("owner", "provider", "address", "url", name="uq_linked_accounts_same"),
    )
    op.create_table(
        "sync_state",
        sa.Column(
            "calendar_id",
            sa.String(40),
            sa.ForeignKey("calendars.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("cursor", sa.Text()),
        sa.Column("round", sa.String(32), nullable=False),
        sa.Column("doubted_since", INSTANT),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_at", INSTANT),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("counted", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    """Take it away."""
    for table in ("sync_state", "linked_accounts", "events_touched"):
        op.drop_table(table)
    op.drop_index("ix_calendars_account_id", "calendars")
    with op.batch_alter_table("calendars") as batch:
        for column in ("touched", "remote", "account_id"):
            batch.drop_column(column)
