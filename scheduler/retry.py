"""Whether failed work is tried again, and when: a pure decision. Acting on it is `worker`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from calendar_core.errors import DatabaseUnusable, TryLater

FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(minutes=10)
TRIES_OF_A_BUG = 5
"""A platform may be away for days and nothing is given up; a bug does not mend itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TryAgain:
    """Put off to a later instant."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveUp:
    """Kept as dead, for somebody to look at."""


Verdict: TypeAlias = TryAgain | GiveUp


def judge(error: Exception, *, attempts: int, faults: int, now: datetime) -> Verdict:
    """Decide on work that just failed.

    `attempts` counts the tries before this one; `faults` those that ended in a bug, this one
    included. `TryLater` is followed to the letter where it names a time, and never given up on; nor
    is a database that is locked, full or away.
    """
    if isinstance(error, TryLater):
        return TryAgain(at=now + (error.after if error.after is not None else wait(attempts)))
    if faults >= TRIES_OF_A_BUG and not isinstance(error, DatabaseUnusable):
        return GiveUp()
    return TryAgain(at=now + wait(attempts))


def wait(attempts: int) -> timedelta:
    """Doubling from ten seconds to ten minutes; no jitter, since one worker spreads its own
    work."""
    doubled: timedelta = FIRST_WAIT * 2 ** min(attempts, 10)
    return min(doubled, LONGEST_WAIT)
