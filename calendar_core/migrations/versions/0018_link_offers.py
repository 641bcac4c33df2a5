"""Links that somebody posted, and whether the others may see what they lead to."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what `bot.tables` has more."""
    op.create_table(
        "link_offers",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("owner", sa.String(36), nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("message", sa.String(128), nullable=False),
        sa.Column("links", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_link_offers_at", "link_offers", ["at"])


def downgrade() -> None:
    """Take it away."""
    op.drop_table("link_offers")
