"""Indexes by which a house of many communities finds who knows whom, and who holds an event."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what `bot.tables` and `calendar_core.providers.local.tables` have more."""
    op.create_index("ix_identities_platform_user", "identities", ["platform", "user"])
    by_user = ["platform", "user", "community"]
    op.create_index("ix_memberships_platform_user", "memberships", by_user)
    op.create_index("ix_local_resources_key", "local_resources", ["key"])


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_local_resources_key", "local_resources")
    op.drop_index("ix_memberships_platform_user", "memberships")
    op.drop_index("ix_identities_platform_user", "identities")
