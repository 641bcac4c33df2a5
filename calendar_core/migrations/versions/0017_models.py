"""What asking models took, and which model a workspace chose."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what `bot.tables` has more."""
    op.create_table(
        "model_usage",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("person", sa.String(36), nullable=False),
        sa.Column("model", sa.String(100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("calls", sa.Integer, nullable=False),
        sa.Column("tokens_in", sa.Integer, nullable=False),
        sa.Column("tokens_cached", sa.Integer, nullable=False),
        sa.Column("tokens_out", sa.Integer, nullable=False),
        sa.Column("cost", sa.BigInteger, nullable=True),
    )
    op.create_index("ix_model_usage_person_at", "model_usage", ["person", "at"])
    op.create_index("ix_model_usage_at", "model_usage", ["at"])
    op.create_table(
        "workspace_settings",
        sa.Column("platform", sa.String(20), primary_key=True),
        sa.Column("workspace", sa.String(64), primary_key=True),
        sa.Column("model", sa.String(100), nullable=False),
        sa.Column("set_by", sa.String(36), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("workspace_settings")
    op.drop_table("model_usage")
