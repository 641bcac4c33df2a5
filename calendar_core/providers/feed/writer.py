"""The writer of feeds, which writes nothing: whoever gives a calendar out as a feed lets it be read
alone."""

from calendar_core.changes.confirmed import ConfirmedChange
from calendar_core.changes.writer import Written
from calendar_core.errors import NotAllowed


class FeedWriter:
    """Refuses."""

    async def apply(self, change: ConfirmedChange) -> tuple[Written, ...]:
        """Raises NotAllowed."""
        raise NotAllowed("That calendar is a feed: I can read it, and nobody can change it here.")
