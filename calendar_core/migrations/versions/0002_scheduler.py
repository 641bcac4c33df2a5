"""Due work, reminders."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables of `scheduler.tables`."""
    op.create_table(
        "jobs",
        sa.Column("key", sa.String(500), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("run_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("faults", sa.Integer, nullable=False),
        sa.Column("claim", sa.String(200)),
        sa.Column("claimed_until", INSTANT),
        sa.Column("cut_off", sa.Boolean, nullable=False),
        sa.Column("is_dead", sa.Boolean, nullable=False),
        sa.Column("incident", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_jobs"),
    )
    op.create_index("ix_jobs_due", "jobs", ["is_dead", "run_at"])
    op.create_table(
        "reminders",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("owner", sa.String(400), nullable=False),
        sa.Column("place", sa.String(400), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("asked", sa.Boolean, nullable=False),
        sa.Column("at", INSTANT),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("event_id", sa.String(64)),
        sa.Column("recurrence_id", sa.String(40), nullable=False),
        sa.Column("whose", sa.String(400), nullable=False),
        sa.Column("lead", sa.BigInteger),
        sa.Column("snoozes", sa.String(40)),
        sa.Column("due", INSTANT),
        sa.Column("rings_at", INSTANT),
        sa.Column("begins", INSTANT),
        sa.Column("occurrence_id", sa.String(40), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("rung_for", INSTANT),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reminders"),
    )
    op.create_index("ix_reminders_owner", "reminders", ["owner", "status", "due"])
    op.create_index("ix_reminders_event_id", "reminders", ["event_id"])
    op.create_index("ix_reminders_snoozes", "reminders", ["snoozes"])
    op.create_table(
        "reminders_missed",
        sa.Column("delivery_key", sa.String(120), nullable=False),
        sa.Column("owner", sa.String(400), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("begins", INSTANT, nullable=False),
        sa.Column("batch", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("delivery_key", name="pk_reminders_missed"),
    )
    op.create_index("ix_reminders_missed_owner", "reminders_missed", ["owner"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("reminders_missed")
    op.drop_table("reminders")
    op.drop_table("jobs")
