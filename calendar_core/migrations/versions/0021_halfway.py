"""How far a round of reading came that was broken off."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sync_state", sa.Column("halfway", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("sync_state", "halfway")
