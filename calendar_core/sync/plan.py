"""Deciding, without doing: what a round of reading believes, and when the next one comes. Pure.

Carrying it out is `engine`; at which instants rounds run is `scheduler.syncing`.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from calendar_core.errors import CalendarError, TryLater
from calendar_core.report import EventNews, Report

FEW = 10
"""So many events may go at once without a second look."""
LOOK_AGAIN = timedelta(minutes=10)
"""How long a mass of events must seem gone before that is believed."""
STALE = timedelta(minutes=30)
"""A calendar that was read this long ago still counts as read when its server is away."""
TOLD = ("added", "moved", "changed", "cancelled", "answered", "removed")
"""What of a round is told, in this order."""
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What a round brought, in events."""

    added: int = 0
    moved: int = 0
    """Some occurrence came, went or takes place at another time."""
    changed: int = 0
    """In something else than its times."""
    cancelled: int = 0
    """Were called off by whoever organizes them."""
    answered: int = 0
    """Guests of one's own event answered otherwise."""
    removed: int = 0
    """Went, whoever took them away."""
    doubted: int = 0
    """Seem to be gone, and are kept until a second look says the same."""
    unreadable: int = 0
    """Are not iCalendar, and are not mirrored."""
    read: int = 0
    """Came over the wire, changed or not."""
    full: bool = False
    """Whether all of the calendar was read, and not only what had changed."""
    again: bool = False
    """Whether all came, and yet one more round is due at once (`reader.AGAIN`)."""

    @property
    def is_news(self) -> bool:
        """Whether the mirror is another than before."""
        return any(getattr(self, name) for name in TOLD)

    def and_then(self, report: Report) -> "Came":
        """With what one more absorb did."""
        told = Counter(_kind(one) for one in report.news)
        return _with(self, **told, unreadable=len(report.unreadable))

    def followed_by(self, later: "Came") -> "Came":
        """With what one more round brought; what is open then is open."""
        both = {name: getattr(self, name) + getattr(later, name) for name in (*TOLD, "read")}
        return replace(later, **both, full=self.full or later.full)


def _kind(news: EventNews) -> str:
    """What is said of an event that came, changed or went."""
    if news.what == "added":
        return "added"
    if any(one.is_cancelled for one in news.changes):
        return "cancelled"
    if news.what == "removed":
        return "removed"
    if news.times_changed:
        return "moved"
    return "answered" if any(one.answers for one in news.changes) else "changed"


def _with(came: Came, **more: int) -> Came:
    counts = {name: getattr(came, name) + count for name, count in more.items()}
    return Came(**{name: getattr(came, name) for name in Came.__slots__} | counts)


@dataclass(slots=True)
class Gathered:
    """What the pages of one round said so far."""

    seen: set[str] = field(default_factory=set)
    _removed: dict[str, None] = field(default_factory=dict)

    def take(self, changed: Iterable[str], removed: Iterable[str]) -> None:
        """Note a page's UIDs; what comes later wins."""
        for uid in removed:
            self._removed[uid] = None
            self.seen.discard(uid)
        for uid in changed:
            self._removed.pop(uid, None)
            self.seen.add(uid)

    @property
    def removed(self) -> tuple[str, ...]:
        """The UIDs that were told as gone."""
        return tuple(self._removed)

    def gone(self, known: frozenset[str] | None) -> tuple[str, ...]:
        """The UIDs that are gone: those that were told, and of a whole listing (`known` is what was
        mirrored when it began) those that were not listed."""
        if known is None:
            return tuple(self._removed)
        return tuple(sorted(known - self.seen))


def is_believed(
    gone: int, at_stake: int, *, full: bool, doubted_since: datetime | None, at: datetime
) -> bool:
    """Whether so many events may go, of so many of which the answer could have told; `full` says
    that all was listed, and these were not. The answer is one of the instant `at`, or later.

    A third of a calendar at once, or all that is left of it, is more often a server's fault than
    somebody's wish: it is believed when a look some time later says the same. Only the last event
    may go by itself, where the server says in so many words that it went.
    """
    emptied = gone >= at_stake and gone > (0 if full else 1)
    is_mass = gone > FEW and 3 * gone >= at_stake
    if not (emptied or is_mass):
        return True
    return doubted_since is not None and at - doubted_since >= LOOK_AGAIN


def counts_as_unread(error: CalendarError, synced_at: datetime | None, now: datetime) -> bool:
    """Whether a calendar that failed so can't be relied on from now: unknown is not free. One that
    was read a little while ago can, while its server is only busy."""
    if not isinstance(error, TryLater):
        return True
    return synced_at is None or now - synced_at >= STALE


def wait_after(error: CalendarError, failures: int) -> timedelta:
    """How long to leave a calendar alone after so many failures in a row; what the server asks for
    is kept to, as far as it is less than a day."""
    doubling: timedelta = FIRST_WAIT * 2 ** min(max(failures - 1, 0), 10)
    asked = getattr(error, "after", None) or timedelta()
    return max(min(doubling, LONGEST_WAIT), min(asked, timedelta(days=1)))
