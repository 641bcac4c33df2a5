"""The port that tells what a maker of calendars has no place for, before anybody is asked to
confirm it. What can only be known by asking there is refused when it is written."""

from collections.abc import Callable, Sequence
from typing import Protocol

from calendar_core.changes.change import Write
from calendar_core.errors import NotAllowed, Unsayable
from calendar_core.events import CalendarId


class Limits(Protocol):
    """What one maker of calendars can't hold. Asks nobody."""

    async def check(self, calendar_id: CalendarId, writes: Sequence[Write]) -> None:
        """Raises Unsayable for writes to a calendar that its maker would refuse for their shape;
        the sentence says why and what can be done."""
        ...


def check_all(writes: Sequence[Write], objects: Callable[[Write], None]) -> None:
    """Have each write objected to; of an import all that has no place is told at once. Raises
    Unsayable."""
    refused: list[tuple[str, str]] = []
    for write in writes:
        try:
            objects(write)
        except NotAllowed as err:
            if not write.quiet:
                raise Unsayable(str(err)) from err
            refused.append((write.uid, str(err)))
    if refused:
        raise Unsayable(refused[0][1], tuple(refused))
