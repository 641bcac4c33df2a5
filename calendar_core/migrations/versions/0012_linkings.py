"""Accounts that are being linked on their vendor's page."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add what `bot.tables` has more."""
    op.create_table(
        "linkings",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("hash", sa.String(64), nullable=False, unique=True),
        sa.Column("person", sa.String(36), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("free_busy_only", sa.Boolean()),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.UniqueConstraint("hash", name="uq_linkings_hash"),
    )
    op.create_index("ix_linkings_person", "linkings", ["person"])
    op.create_index("ix_linkings_expires_at", "linkings", ["expires_at"])


def downgrade() -> None:
    """Take it away."""
    op.drop_table("linkings")
