"""Who installed the Slack app, with sealed tokens, and installations that were begun."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "slack_installations",
        sa.Column("client", sa.String(100), primary_key=True),
        sa.Column("place", sa.String(40), primary_key=True),
        sa.Column("app", sa.String(40), nullable=False),
        sa.Column("enterprise", sa.String(40)),
        sa.Column("team", sa.String(40)),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("bot", sa.String(40), nullable=False),
        sa.Column("bot_user", sa.String(40), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("token_ends", sa.DateTime(timezone=True)),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "slack_states",
        sa.Column("mark", sa.String(64), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_slack_states_at", "slack_states", ["at"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("slack_states")
    op.drop_table("slack_installations")
