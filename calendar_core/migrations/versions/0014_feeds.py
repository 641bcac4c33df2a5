"""Calendars that are given out as feeds."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table of `bot.tables`."""
    op.create_table(
        "feeds",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("owner", sa.String(400), nullable=False),
        sa.Column("made_by", sa.String(36), nullable=False),
        sa.Column("calendar_id", sa.String(40), nullable=False),
        sa.Column("shows", sa.String(10), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("read_at", INSTANT),
        sa.UniqueConstraint("hash", name="uq_feeds_hash"),
    )
    op.create_index("ix_feeds_owner", "feeds", ["owner"])


def downgrade() -> None:
    """Take it away."""
    op.drop_table("feeds")
