"""Who was seen in which community: people know of each other where they share one."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "memberships",
        sa.Column("platform", sa.String(20), primary_key=True),
        sa.Column("community", sa.String(64), primary_key=True),
        sa.Column("user", sa.String(128), primary_key=True),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("memberships")
