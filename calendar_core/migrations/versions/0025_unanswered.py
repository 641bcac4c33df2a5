"""Who waits for the answer to what came in."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what `bot.tables` has more."""
    op.create_table(
        "unanswered",
        sa.Column("platform", sa.String(20), primary_key=True),
        sa.Column("id", sa.String(200), primary_key=True),
        sa.Column("account", sa.String(300), nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("process", sa.String(120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("unanswered")
