"""Other assistants that may ask in somebody's name, by a token."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table of `bot.tables`."""
    op.create_table(
        "assistants",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("person", sa.String(36), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("client", sa.String(80), nullable=False),
        sa.Column("may_propose", sa.Boolean(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT),
        sa.UniqueConstraint("hash", name="uq_assistants_hash"),
    )
    op.create_index("ix_assistants_person", "assistants", ["person"])


def downgrade() -> None:
    """Take it away."""
    op.drop_table("assistants")
