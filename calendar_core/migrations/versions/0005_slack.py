"""What Slack's door remembers: delivery keys, and the organizations of workspaces."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the two tables of `adapters.slack.tables`."""
    op.create_table(
        "slack_posted",
        sa.Column("workspace", sa.String(40), primary_key=True),
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("channel", sa.String(40)),
        sa.Column("message", sa.String(100)),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_slack_posted_at", "slack_posted", ["at"])
    op.create_table(
        "slack_enterprises",
        sa.Column("workspace", sa.String(40), primary_key=True),
        sa.Column("enterprise", sa.String(40), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("slack_enterprises")
    op.drop_table("slack_posted")
