"""The terminal's stored conversation: messages, and every button that they ever showed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the two tables of `adapters.console.tables`."""
    op.create_table(
        "console_messages",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("channel", sa.String(200), nullable=False),
        sa.Column("seen_by", sa.String(200)),
        sa.Column("key", sa.String(200)),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("waiting", sa.String(8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("key", name="uq_console_messages_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_console_messages_waiting", "console_messages", ["waiting"])
    op.create_table(
        "console_buttons",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column(
            "message",
            sa.Integer(),
            sa.ForeignKey(
                "console_messages.number",
                name="fk_console_buttons_message_console_messages",
                ondelete="CASCADE",
            ),
            nullable=False,
        ),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("folded", sa.String(300), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("url", sa.Text()),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("shows", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_console_buttons_message", "console_buttons", ["message"])
    op.create_index("ix_console_buttons_folded", "console_buttons", ["folded", "message"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("console_buttons")
    op.drop_table("console_messages")
