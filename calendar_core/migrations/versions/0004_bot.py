"""People, conversations, posted cards and notes."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables of `bot.tables`."""
    op.create_table(
        "people",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("preferences", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
    )
    op.create_table(
        "identities",
        sa.Column("platform", sa.String(20), primary_key=True),
        sa.Column("workspace", sa.String(64), primary_key=True),
        sa.Column("user", sa.String(128), primary_key=True),
        sa.Column(
            "person_id",
            sa.String(36),
            sa.ForeignKey("people.id", name="fk_identities_person_id_people", ondelete="CASCADE"),
            nullable=False,
        ),
    )
    op.create_index("ix_identities_person_id", "identities", ["person_id"])
    op.create_table(
        "conversation_parts",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("conversation", sa.String(400), nullable=False),
        sa.Column("owner", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
    )
    op.create_index(
        "ix_conversation_parts_conversation_id", "conversation_parts", ["conversation", "id"]
    )
    op.create_table(
        "posted_cards",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("message", sa.String(128), nullable=False),
        sa.UniqueConstraint("subject", "place", "message", name="uq_posted_cards_subject"),
    )
    op.create_index("ix_posted_cards_subject", "posted_cards", ["subject"])
    op.create_table(
        "heard",
        sa.Column("platform", sa.String(20), primary_key=True),
        sa.Column("id", sa.String(200), primary_key=True),
        sa.Column("at", INSTANT, nullable=False),
    )
    op.create_index("ix_heard_at", "heard", ["at"])
    op.create_table(
        "notes",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("owner", sa.String(36), nullable=False),
        sa.Column("place", sa.String(400), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("undo", sa.Text(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
    )
    op.create_index("ix_notes_owner", "notes", ["owner"])


def downgrade() -> None:
    """Take them away."""
    for table in (
        "notes",
        "heard",
        "posted_cards",
        "conversation_parts",
        "identities",
        "people",
    ):
        op.drop_table(table)
