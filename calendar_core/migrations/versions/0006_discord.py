"""What was posted on Discord under a key, and which commands its servers were told."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the two tables of `adapters.discord.tables`."""
    op.create_table(
        "discord_posts",
        sa.Column("key", sa.String(400), primary_key=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("message", sa.String(32), nullable=False),
    )
    op.create_index("ix_discord_posts_since", "discord_posts", ["since"])
    op.create_table(
        "discord_commands",
        sa.Column("application", sa.String(32), primary_key=True),
        sa.Column("mark", sa.String(64), nullable=False),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("discord_commands")
    op.drop_table("discord_posts")
