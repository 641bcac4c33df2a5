"""Lists of people that somebody made and named."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what `bot.tables` has more."""
    op.create_table(
        "group_members",
        sa.Column("owner", sa.String(36), primary_key=True),
        sa.Column("key", sa.String(100), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("said", sa.String(320), nullable=False),
        sa.Column("person", sa.String(36), nullable=False),
    )
    op.create_index("ix_group_members_person", "group_members", ["person"])


def downgrade() -> None:
    """Take it away."""
    op.drop_table("group_members")
