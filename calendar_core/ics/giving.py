"""What of an event is told to whoever has a feed's address.

Which events a feed holds is `calendar_core.giving`; the stream itself is `export`.
"""

from collections.abc import Callable, Collection
from dataclasses import replace
from enum import StrEnum

from calendar_core.events import Event, Occupancy, Resource, Status, Visibility
from calendar_core.ics.bare import bare
from calendar_core.ics.lines import Block, Line, parse, unfolded
from calendar_core.ics.reading import read


class Shows(StrEnum):
    """How much a feed tells."""

    BUSY = "busy"
    """When its owner is taken, and nothing else."""
    TITLES = "titles"
    """Titles and places; of private and confidential events as BUSY."""
    ALL = "all"
    """All that stands there."""


_NAMED = ("SUMMARY", "LOCATION")


def given(
    resource: Resource, shows: Shows, known_as: Collection[str], mark: Callable[[str], str]
) -> Resource | None:
    """An event as a feed tells it; None where there is nothing to tell: it takes nobody's time.

    Of events that are told as busy not even the UID is: `mark` makes another of it, always the same
    one. `known_as` are the addresses of the owner. Raises BadCalendarData.
    """
    if shows is Shows.ALL:
        return resource
    if shows is Shows.TITLES and not _is_private(resource):
        return bare(resource, known_as, keeping=_NAMED)
    told = bare(resource, known_as)
    if all(map(_is_free, read(told))):
        return None
    return _renamed(told, mark(resource.uid))


def _is_private(resource: Resource) -> bool:
    """Whether any of it is; what says nothing of a class is not read for that."""
    if not any(one[:5].upper() == "CLASS" for one in unfolded(resource.ics)):
        return False
    return any(one.visibility is not Visibility.PUBLIC for one in read(resource))


def _is_free(event: Event) -> bool:
    return event.status is Status.CANCELLED or event.occupancy is Occupancy.FREE


def _renamed(resource: Resource, uid: str) -> Resource:
    def renamed(member: Line | Block) -> Line | Block:
        if isinstance(member, Block) and member.name == "VEVENT":
            return member.with_lines("UID", [Line(f"UID:{uid}")])
        return member

    return replace(resource, uid=uid, ics=parse(resource.ics).mapped(renamed).text())
