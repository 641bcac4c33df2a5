"""A round that was broken off, as it is kept: where its reader goes on, and what its pages said so
far.

Only rounds whose reader tells where it could go on (`Page.resume`) are kept, up to the first page
that tells of something gone: what a server says to be gone is weighed in one round, as a whole. The
others begin anew.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from calendar_core.sync.plan import Came, Gathered

LIVES = timedelta(days=1)
"""An older one is not gone on with: servers forget where a list was read to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Halfway:
    """How far a round came."""

    resume: str
    """For the reader."""
    is_full: bool
    """Whether it reads all, and not what came after a cursor: only a round of the same kind goes on
    with it."""
    began: datetime
    """What its pages say may have been so then."""
    touched: int
    """What was touched here after that, the round may have read before."""
    seen: tuple[str, ...]
    """UIDs that were listed."""
    came: Came
    at: datetime
    """When it was kept."""

    def text(self) -> str:
        """As it is kept."""
        at = {"began": self.began.isoformat(), "at": self.at.isoformat()}
        told = {**asdict(self), **at}
        return json.dumps(told, separators=(",", ":"))

    def is_live(self, now: datetime) -> bool:
        """Whether it is worth trying to go on there."""
        return now - self.at < LIVES

    def gathered(self) -> Gathered:
        """What its pages said, for those that follow."""
        found = Gathered()
        found.take(self.seen, ())
        return found


def halfway_from(text: str) -> Halfway | None:
    """What was kept; None for what an older version kept otherwise."""
    try:
        told = json.loads(text)
        return Halfway(
            resume=str(told["resume"]),
            is_full=bool(told["is_full"]),
            began=datetime.fromisoformat(told["began"]),
            touched=int(told["touched"]),
            seen=tuple(map(str, told["seen"])),
            came=Came(**told["came"]),
            at=datetime.fromisoformat(told["at"]),
        )
    except (KeyError, TypeError, ValueError):
        return None
