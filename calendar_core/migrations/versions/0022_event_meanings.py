"""What events mean, as directions."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what `calendar_core.tables` has more."""
    op.create_table(
        "event_meanings",
        sa.Column(
            "event_id",
            sa.String(24),
            sa.ForeignKey("events.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("calendar_id", sa.String(40), nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("hash", sa.String(32), nullable=False),
        sa.Column("mark", sa.BigInteger, nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_event_meanings_marks", "event_meanings", ["calendar_id", "mark"])


def downgrade() -> None:
    """Take it away."""
    op.drop_table("event_meanings")
