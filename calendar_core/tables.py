"""The mirror at rest: calendars, whole resources, the index of when what happens, and the linked
accounts behind them.

Rows stay inside the mirror's modules (`mirror`, `calendars`, `absorbing`, `timeline`, `search`, …),
those of linked accounts in `accounts`, those of syncing in `sync`.
Instants that are searched in ranges are whole microseconds since 1970 in UTC: one integer
comparison on both databases.
"""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from calendar_core.database import Base, UtcDateTime

LONGEST_WORD = 100
"""Letters of a word that is looked into (`vocabulary`)."""


def _index_of_some(name: str, *columns: str, only: str) -> Index:
    """An index of the rows that need it, on both databases."""
    return Index(name, *columns, sqlite_where=text(only), postgresql_where=text(only))


class CalendarRow(Base):
    """A calendar of somebody's."""

    __tablename__ = "calendars"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner: Mapped[str] = mapped_column(String(400), index=True)
    name: Mapped[str] = mapped_column(String(300))
    provider: Mapped[str] = mapped_column(String(20))
    account: Mapped[str] = mapped_column(String(320), default="")
    account_id: Mapped[str] = mapped_column(String(32), default="", index=True)
    """Of the linked account that it belongs to; empty for built-in ones."""
    remote: Mapped[str] = mapped_column(Text, default="")
    """What its provider calls it."""
    address: Mapped[str] = mapped_column(String(400), default="", index=True)
    former: Mapped[str] = mapped_column(Text, default="")
    """Further CAL-ADDRESSes of the owner, a blank between."""
    is_default: Mapped[bool] = mapped_column(default=False)
    counts_as_busy: Mapped[bool] = mapped_column(default=True)
    in_digests: Mapped[bool] = mapped_column(default=True)
    read_only: Mapped[bool] = mapped_column(default=False)
    unread_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    synced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    position: Mapped[int] = mapped_column(default=0)
    """In the order they were added."""
    indexed_since: Mapped[int] = mapped_column(BigInteger)
    """Between this instant and `indexed_until` the index is whole; outside, series are expanded
    live."""
    indexed_until: Mapped[int] = mapped_column(BigInteger)
    has_live: Mapped[bool] = mapped_column(default=False)
    """Whether some series repeats too often to be indexed at all."""
    touched: Mapped[int] = mapped_column(BigInteger, default=0)
    """How often something other than a sync changed what is mirrored of it (`TouchedRow`)."""


class EventRow(Base):
    """All of one UID on one calendar: the text as the provider holds it."""

    __tablename__ = "events"
    __table_args__ = (
        # What may touch a window, for `search`.
        Index("ix_events_within", "calendar_id", "is_series", "first_start"),
        # The series that a window beyond the index must look at.
        _index_of_some("ix_events_partly", "calendar_id", only="covered_since IS NOT NULL"),
    )

    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    calendar_id: Mapped[str] = mapped_column(ForeignKey("calendars.id", ondelete="CASCADE"))
    uid: Mapped[str] = mapped_column(Text)
    etag: Mapped[str] = mapped_column(String(200))
    ics: Mapped[str] = mapped_column(Text)
    is_series: Mapped[bool] = mapped_column()
    sought: Mapped[str] = mapped_column(Text)
    """Title, place, description and guests in folded letters, for `search`."""
    first_start: Mapped[int] = mapped_column(BigInteger)
    """No occurrence starts before."""
    covered_since: Mapped[int | None] = mapped_column(BigInteger)
    """Of a series that is only partly indexed: from where. None, like `covered_until`, when all
    of it is."""
    covered_until: Mapped[int | None] = mapped_column(BigInteger)


class ComponentRow(Base):
    """How an event looks in an agenda: its master, or a changed occurrence. Many occurrences
    share one."""

    __tablename__ = "components"

    event_id: Mapped[str] = mapped_column(
        ForeignKey("events.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    location: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20))
    occupancy: Mapped[str] = mapped_column(String(20))
    visibility: Mapped[str] = mapped_column(String(20))
    my_answer: Mapped[str | None] = mapped_column(String(20))
    organizer: Mapped[str] = mapped_column(Text)
    """Name or address, and on a line of its own the address; nothing there for the owner."""
    guests: Mapped[str] = mapped_column(Text)
    """Names, one a line."""
    is_series: Mapped[bool] = mapped_column()
    rule: Mapped[str] = mapped_column(Text)
    video_url: Mapped[str] = mapped_column(Text)


class OccurrenceRow(Base):
    """One thing that happens at one time."""

    __tablename__ = "occurrences"
    __table_args__ = (
        # A scan for what overlaps a window: short ones by their start, the few long ones by their
        # end.
        _index_of_some("ix_occurrences_short", "calendar_id", "starts", only="length = 0"),
        _index_of_some("ix_occurrences_long", "calendar_id", "ends", only="length = 1"),
    )

    event_id: Mapped[str] = mapped_column(
        ForeignKey("events.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    """In the order of their starts."""
    component: Mapped[int] = mapped_column()
    """Number of the component that it looks like."""
    calendar_id: Mapped[str] = mapped_column(String(40))
    recurrence_id: Mapped[str] = mapped_column(String(40))
    starts: Mapped[int] = mapped_column(BigInteger)
    ends: Mapped[int] = mapped_column(BigInteger)
    """Exclusive."""
    kind: Mapped[int] = mapped_column(SmallInteger)
    """0 at instants; 1 whole days and 2 floating wall time, both as if in UTC
    (`occurrences.Kind`)."""
    length: Mapped[int] = mapped_column(SmallInteger)
    """0 short, 1 longer than `occurrences.LONG`."""


class WordRow(Base):
    """A word that stands on a calendar (`vocabulary`)."""

    __tablename__ = "calendar_words"
    __table_args__ = (
        # Those that just went: between two statements, there are such.
        _index_of_some("ix_calendar_words_gone", "calendar_id", only="times <= 0"),
        {"sqlite_with_rowid": False},
    )

    calendar_id: Mapped[str] = mapped_column(
        ForeignKey("calendars.id", ondelete="CASCADE"), primary_key=True
    )
    word: Mapped[str] = mapped_column(
        String(LONGEST_WORD).with_variant(String(LONGEST_WORD, collation="C"), "postgresql"),
        primary_key=True,
    )
    times: Mapped[int] = mapped_column(BigInteger)
    """How often, in what is sought of all its events."""


class MeaningRow(Base):
    """What an event means, as a direction (`vectors`), for `meaning`."""

    __tablename__ = "event_meanings"
    __table_args__ = (Index("ix_event_meanings_marks", "calendar_id", "mark"),)

    event_id: Mapped[str] = mapped_column(
        ForeignKey("events.id", ondelete="CASCADE"), primary_key=True
    )
    calendar_id: Mapped[str] = mapped_column(String(40))
    model: Mapped[str] = mapped_column(String(200))
    """Which model said so: those of different ones are not comparable."""
    hash: Mapped[str] = mapped_column(String(32))
    """Of the text that it was made of."""
    mark: Mapped[int] = mapped_column(BigInteger)
    """Higher than any before on its calendar: the highest tells whether any came."""
    vector: Mapped[bytes] = mapped_column(LargeBinary)


class TouchedRow(Base):
    """An event of a linked calendar that changed here, by the desk's read-back: what a sync round
    that began before has read of it is out of date."""

    __tablename__ = "events_touched"

    event_id: Mapped[str] = mapped_column(String(24), primary_key=True)
    """Also of an event that is gone."""
    calendar_id: Mapped[str] = mapped_column(
        ForeignKey("calendars.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int] = mapped_column(BigInteger)
    """`CalendarRow.touched` after it."""
    is_unsure: Mapped[bool] = mapped_column(default=False)
    """Whether a sync stored something else between the write and its read-back: which of the two is
    newer is found out by reading all."""


class LinkedAccountRow(Base):
    """An account with a maker of calendars that somebody linked."""

    __tablename__ = "linked_accounts"
    __table_args__ = (
        UniqueConstraint("owner", "provider", "address", "url", name="uq_linked_accounts_same"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner: Mapped[str] = mapped_column(String(400))
    provider: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(320))
    url: Mapped[str] = mapped_column(String(600))
    free_busy_only: Mapped[bool] = mapped_column(default=False)
    sealed: Mapped[str] = mapped_column(Text)
    """The credentials, sealed by the vault."""
    linked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    unwell_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    why: Mapped[str] = mapped_column(Text, default="")


class SyncStateRow(Base):
    """How far the mirror of a linked calendar has come."""

    __tablename__ = "sync_state"

    calendar_id: Mapped[str] = mapped_column(
        ForeignKey("calendars.id", ondelete="CASCADE"), primary_key=True
    )
    cursor: Mapped[str | None] = mapped_column(Text)
    """Where the next round goes on; None: it reads all; empty: all, beside what is mirrored."""
    halfway: Mapped[str | None] = mapped_column(Text)
    """How far a round came that was broken off (`sync.halfway`); None: it begins anew."""
    round: Mapped[str] = mapped_column(String(32), default="")
    """The round that began last: an older one stores nothing any more."""
    doubted_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when a mass of events seems to be gone, without being believed."""
    failures: Mapped[int] = mapped_column(default=0)
    """Rounds that failed, one after the other."""
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Not before this instant, unless somebody asks."""
    why: Mapped[str] = mapped_column(Text, default="")
    """What was wrong the last time; empty when nothing was."""
    counted: Mapped[str] = mapped_column(Text, default="")
    """What the last round that changed something did, as JSON."""
