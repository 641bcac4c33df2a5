"""Accounts that are joined, how people are reached, settings of channels, and sign-up lists."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add what `bot.tables` and `calendar_core.tables` have more."""
    op.add_column("calendars", sa.Column("former", sa.Text(), nullable=False, server_default=""))
    op.add_column("people", sa.Column("former", sa.Text(), nullable=False, server_default=""))
    op.add_column("people", sa.Column("former_names", sa.Text(), nullable=False, server_default=""))
    op.add_column("people", sa.Column("unreached_since", INSTANT))
    op.add_column("people", sa.Column("unreached_told", INSTANT))
    op.add_column(
        "identities", sa.Column("name", sa.String(200), nullable=False, server_default="")
    )
    op.add_column("identities", sa.Column("last_seen", INSTANT))
    op.add_column(
        "identities", sa.Column("last_channel", sa.Text(), nullable=False, server_default="")
    )
    op.create_table(
        "link_codes",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("person", sa.String(36), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("platform", sa.String(20), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("entered_by", sa.String(36), nullable=False),
        sa.Column("entered_on", sa.Text(), nullable=False),
        sa.UniqueConstraint("hash", name="uq_link_codes_hash"),
    )
    op.create_index("ix_link_codes_person", "link_codes", ["person"])
    op.create_table(
        "link_tries",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("account", sa.String(220), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
    )
    op.create_index("ix_link_tries_account", "link_tries", ["account"])
    op.create_table(
        "routes",
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("account", sa.String(220), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
    )
    op.create_index("ix_routes_at", "routes", ["at"])
    op.create_table(
        "channel_settings",
        sa.Column("owner", sa.String(400), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("shares", sa.Boolean(), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(20), nullable=False),
        sa.Column("digest_at", sa.String(5), nullable=False),
        sa.Column("digest_day", sa.Integer(), nullable=False),
        sa.Column("leads", sa.Text(), nullable=False),
        sa.Column("set_by", sa.String(36), nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
    )
    op.create_table(
        "sign_ups",
        sa.Column("event", sa.String(24), primary_key=True),
        sa.Column("change", sa.String(32), nullable=False),
    )


def downgrade() -> None:
    """Take it away."""
    for table in ("sign_ups", "channel_settings", "routes", "link_tries", "link_codes"):
        op.drop_table(table)
    for table, columns in (
        ("identities", ("last_channel", "last_seen", "name")),
        ("people", ("unreached_told", "unreached_since", "former_names", "former")),
        ("calendars", ("former",)),
    ):
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.drop_column(column)
