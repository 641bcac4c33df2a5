"""Makers' promises to tell of changes."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add what `scheduler.tables` has more."""
    op.create_table(
        "watches",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column(
            "calendar_id",
            sa.String(40),
            sa.ForeignKey("calendars.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("account_id", sa.String(32), nullable=False),
        sa.Column("provider", sa.String(20), nullable=False),
        sa.Column("address", sa.String(300), nullable=False),
        sa.Column("remote", sa.String(300), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.Column("look_at", INSTANT, nullable=False),
    )
    for column in ("calendar_id", "account_id", "remote"):
        op.create_index(f"ix_watches_{column}", "watches", [column])


def downgrade() -> None:
    """Take it away."""
    op.drop_table("watches")
