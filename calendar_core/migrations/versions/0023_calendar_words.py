"""The words that stand on each calendar, and how often; an index of events by their start."""

import logging
import re
from collections import Counter

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

LONGEST = 100
AT_ONCE = 1_000
_WORD = re.compile(r"[^\W_]+")
_log = logging.getLogger(__name__)


def upgrade() -> None:
    """Add what `calendar_core.tables` has more, and count the words that are there."""
    plain, by_bytes = sa.String(LONGEST), sa.String(LONGEST, collation="C")
    words = op.create_table(
        "calendar_words",
        sa.Column(
            "calendar_id",
            sa.String(40),
            sa.ForeignKey("calendars.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("word", plain.with_variant(by_bytes, "postgresql"), primary_key=True),
        sa.Column("times", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_calendar_words_gone",
        "calendar_words",
        ["calendar_id"],
        sqlite_where=sa.text("times <= 0"),
        postgresql_where=sa.text("times <= 0"),
    )
    op.create_index("ix_events_within", "events", ["calendar_id", "is_series", "first_start"])
    op.drop_index("ix_events_calendar_id", "events")
    connection = op.get_bind()
    for calendar in connection.scalars(sa.text("SELECT id FROM calendars ORDER BY id")).all():
        found = _counted(connection, calendar)
        rows = [
            {"calendar_id": calendar, "word": word, "times": times}
            for word, times in sorted(found.items())
            if len(word) <= LONGEST
        ]
        for first in range(0, len(rows), AT_ONCE):
            connection.execute(words.insert(), rows[first : first + AT_ONCE])


def _counted(connection: sa.Connection, calendar: str) -> Counter[str]:
    """How often each word stands on a calendar, read some events at a time."""
    some = sa.text(
        "SELECT id, sought FROM events WHERE calendar_id = :calendar AND id > :last "
        "ORDER BY id LIMIT :most"
    )
    found: Counter[str] = Counter()
    last, done = "", 0
    while rows := connection.execute(
        some, {"calendar": calendar, "last": last, "most": AT_ONCE}
    ).all():
        found.update(_WORD.findall("\n".join(sought for _, sought in rows)))
        last, done = rows[-1][0], done + len(rows)
        _log.info("action=migration.words calendar=%s events=%d", calendar, done)
    return found


def downgrade() -> None:
    """Take it away."""
    op.create_index("ix_events_calendar_id", "events", ["calendar_id"])
    op.drop_index("ix_events_within", "events")
    op.drop_table("calendar_words")
