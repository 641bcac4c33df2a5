"""The words of events, indexed: FTS5 on SQLite, full text on PostgreSQL."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.exc import OperationalError

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

MOST = 60_000
"""Letters of an event that are indexed: a tsvector holds no more than a megabyte."""
PARTING = "@./\\-_&:+#~%=?<>;,'\"()[]{}|*!$^`"
"""What PostgreSQL's parser would make addresses, hosts, numbers and tags of."""

# The title is the first line of what is sought. Contentless, so that texts are not kept twice: a
# row is taken out by telling what it was, which a trigger knows. The numbers are rows of their own,
# for those that SQLite gives by itself may change when a file is vacuumed.
_TEXTS = (
    "{0}.calendar_id, "
    "substr({0}.sought, 1, instr({0}.sought || char(10), char(10)) - 1), "
    f"substr({{0}}.sought, instr({{0}}.sought || char(10), char(10)) + 1, {MOST})"
)
_PUT_IN = f"""
    INSERT INTO event_numbers (event_id, calendar_id, is_series, first_start)
        VALUES (new.id, new.calendar_id, new.is_series, new.first_start);
    INSERT INTO event_words (rowid, calendar, title, rest)
        SELECT number, {_TEXTS.format("new")} FROM event_numbers WHERE event_id = new.id;
"""
_TAKE_OUT = f"""
    INSERT INTO event_words (event_words, rowid, calendar, title, rest)
        SELECT 'delete', number, {_TEXTS.format("old")} FROM event_numbers WHERE event_id = old.id;
    DELETE FROM event_numbers WHERE event_id = old.id;
"""
_CHANGED = " OR ".join(
    f"new.{column} IS NOT old.{column}"
    for column in ("id", "calendar_id", "sought", "is_series", "first_start")
)
_SQLITE = (
    f"CREATE TRIGGER event_words_added AFTER INSERT ON events BEGIN {_PUT_IN} END",
    f"CREATE TRIGGER event_words_removed AFTER DELETE ON events BEGIN {_TAKE_OUT} END",
    f"CREATE TRIGGER event_words_changed AFTER UPDATE ON events WHEN {_CHANGED} "
    f"BEGIN {_TAKE_OUT} {_PUT_IN} END",
    "INSERT INTO event_numbers (event_id, calendar_id, is_series, first_start) "
    "SELECT id, calendar_id, is_series, first_start FROM events ORDER BY calendar_id, first_start",
    f"INSERT INTO event_words (rowid, calendar, title, rest) SELECT number, "
    f"{_TEXTS.format('events')} FROM event_numbers JOIN events ON events.id = event_id",
)


def _vector(text: str, most: int = MOST) -> str:
    parted = PARTING.replace("'", "''")
    blanks = " " * len(PARTING)
    return f"to_tsvector('simple', translate(left({text}, {most}), '{parted}', '{blanks}'))"


_TITLE = "split_part(sought, E'\\n', 1)"
_POSTGRESQL = (
    "ALTER TABLE events ADD COLUMN words tsvector GENERATED ALWAYS AS "
    f"(setweight({_vector(_TITLE, 1_000)}, 'A') || {_vector('sought')}) STORED",
    "CREATE INDEX ix_events_words ON events USING gin (words) WITH (fastupdate = on)",
)


def upgrade() -> None:
    """Index what is there, and let the index follow by itself."""
    if op.get_bind().dialect.name == "postgresql":
        for statement in _POSTGRESQL:
            op.execute(sa.text(statement.replace(":", "\\:")))
    elif _has_fts5():
        op.create_table(
            "event_numbers",
            sa.Column("number", sa.Integer, primary_key=True),
            sa.Column("event_id", sa.String(24), nullable=False, unique=True),
            sa.Column("calendar_id", sa.String(40), nullable=False),
            sa.Column("is_series", sa.Boolean, nullable=False),
            sa.Column("first_start", sa.BigInteger, nullable=False),
        )
        for statement in _SQLITE:
            op.execute(statement)


def _has_fts5() -> bool:
    """Makes the index, where this SQLite can: one that can't is searched event by event."""
    try:
        op.execute(
            "CREATE VIRTUAL TABLE event_words USING fts5 (calendar, title, rest, content = '', "
            "tokenize = 'unicode61 remove_diacritics 0')"
        )
    except OperationalError as err:
        if "fts5" in str(err.orig):
            return False
        raise
    return True


def downgrade() -> None:
    """Take it away."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_events_words", "events")
        op.execute("ALTER TABLE events DROP COLUMN words")
        return
    for trigger in ("added", "removed", "changed"):
        op.execute(f"DROP TRIGGER IF EXISTS event_words_{trigger}")
    for table in ("event_words", "event_numbers"):
        op.execute(f"DROP TABLE IF EXISTS {table}")
